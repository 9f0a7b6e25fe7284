"""What the fairness report found, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from evalkit.compare import Fairness, ItemBias, RaterBias
from evalkit.present.fairness_rows import name_contrasts, pick_furthest
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_NO_GROUPS: Final = mark(
    "Whether groups of people are treated alike cannot be said: among the {people} of this evidence no two groups of ten "
    "or more are known (sex, age, grade, places of ten units, or groups that the study declares)."
)
_LIMITS: Final = (
    mark(
        "A difference between groups, in means or in how often they are selected, says nothing of its cause: it is unfair only "
        "where people who perform alike are treated unlike."
    ),
    mark(
        "What is not told apart is not thereby shown to be equal; the interval says how large it may still be."
    ),
)
_SCREENING: Final = mark(
    "The line of .8 for ratios of selection rates is a screening convention of the United States and has no force here."
)
_REST: Final = mark(
    "Item bias is relative to the other items: what all of them share cannot be seen in any one of them."
)


def say_fairness(
    found: Fairness, items: ItemBias, raters: RaterBias, lang: Language | None = None
) -> Findings:
    """Say what groups differ in: decisions, scores at equal performance, prediction, items, raters."""
    tr = translator(lang)
    if found.contrasts.empty:
        return Findings((tr(_NO_GROUPS, people=tr.plural("{n} person", "{n} people", found.n)),))
    sentences = [
        *_scores(tr, found),
        *_decisions(tr, found),
        *_predictions(tr, found),
        *_items(tr, items),
        *_raters(tr, raters),
        *_unanswered(tr, found, items, raters),
    ]
    limits = [*_LIMITS, _SCREENING, *([_REST] if len(items.items) else [])]
    return Findings(tuple(sentences), tuple(map(tr, limits)))


def _scores(tr: Translator, found: Fairness) -> list[str]:
    """Say whether people who perform alike are scored alike; of means alone, that nothing follows."""
    means = found.contrasts[found.contrasts["quantity"] == "group_difference"]
    given = found.contrasts[found.contrasts["quantity"] == "conditional_difference"]
    verdicts = found.verdicts()["verdict"].value_counts()
    if given.empty:
        return [_means_alone(tr, found, means)]
    n_unequal = int(verdicts.get("unequal", 0))
    about = {
        "performance": tr.label(found.performance),
        "comparisons": _comparisons(tr, len(given)),
        "furthest": _furthest(tr, found, given),
    }
    if n_unequal:
        return [
            tr(
                "People who perform alike ({performance}) are scored unlike in {k} of {comparisons}, beyond chance. The largest difference: "
                "{furthest}.",
                k=tr.number(n_unequal),
                **about,
            )
        ]
    n_means = int(verdicts.get("means_only", 0))
    if n_means:
        return [
            tr(
                "Mean scores differ beyond chance in {k} of {comparisons}, but people who perform alike ({performance}) are not told apart in "
                "any: the groups perform unlike, and that is not unfair. The largest difference of means: {means}. The largest at equal "
                "performance: {furthest}.",
                k=tr.number(n_means),
                means=_furthest(tr, found, means),
                **about,
            )
        ]
    return [
        tr(
            "No group is scored above or below another beyond chance, neither on average nor among people who perform alike ({performance}; "
            "{comparisons}). The largest difference at equal performance: {furthest}.",
            **about,
        )
    ]


def _means_alone(tr: Translator, found: Fairness, means: pd.DataFrame) -> str:
    n_apart = len(found.told_apart(means))
    return tr(
        "Mean scores differ beyond chance in {k} of {comparisons}. The largest difference: {furthest}. Whether that is unfair cannot be "
        "said: nothing here shows how well these people perform apart from what is scored.",
        k=tr.number(n_apart),
        comparisons=_comparisons(tr, len(means)),
        furthest=_furthest(tr, found, means),
    )


def _decisions(tr: Translator, found: Fairness) -> list[str]:
    """Say whether rates of selection differ, and give the ratio furthest from one."""
    ratios = found.decisions[
        (found.decisions["group"] != found.decisions["reference"]) & (found.decisions["stratum"] == "")
    ]
    shown = ratios.dropna(subset=["estimate"])
    if shown.empty:
        return []
    row = pick_furthest(shown, 1, equal=1.0).iloc[0]
    n_apart, n_hidden = len(found.told_apart(shown)), len(ratios) - len(shown)
    sentence = tr(
        "Decisions: {k} of {ratios} of selection rates are beyond chance. Furthest from equal: {ratio} ({interval}) times the rate for "
        "{who}, {decision} (n = {n} and {n_reference}).",
        k=tr.number(n_apart),
        ratios=tr.plural("{n} ratio", "{n} ratios", len(shown)),
        ratio=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        who=_who(tr, row),
        decision=_decision(tr, found, row),
        n=tr.number(int(row["n"])),
        n_reference=tr.number(int(row["n_reference"])),
    )
    if not n_hidden:
        return [sentence]
    hidden = tr.plural(
        "{n} more rests on fewer than five people, or would show such a cell, and is not shown.",
        "{n} more rest on fewer than five people, or would show such a cell, and are not shown.",
        n_hidden,
    )
    return [f"{sentence} {hidden}"]


def _predictions(tr: Translator, found: Fairness) -> list[str]:
    """Say whether one score foretells the same performance in every group."""
    rows = found.contrasts[found.contrasts["quantity"].str.startswith("prediction")]
    if rows.empty:
        return []
    levels = rows[rows["quantity"] == "prediction_intercept"]
    n_apart, n_levels = len(found.told_apart(rows)), len(found.told_apart(levels))
    sentence = tr(
        "Prediction: in {k} of {comparisons} one score stands for unequal performance ({level} in level, {slope} in how steeply it "
        "rises), beyond chance. The largest difference in level: {furthest}.",
        k=tr.number(n_apart),
        level=tr.number(n_levels),
        slope=tr.number(n_apart - n_levels),
        comparisons=_comparisons(tr, len(rows)),
        furthest=_furthest(tr, found, levels),
    )
    if not n_levels:
        return [sentence]
    errors = tr(
        "Where groups perform unlike, a score with errors does so by itself: it foretells too little for the better group."
    )
    return [f"{sentence} {errors}"]


def _items(tr: Translator, found: ItemBias) -> list[str]:
    """Say how many items are biased by both procedures, and whether instruments measure alike."""
    if found.items.empty:
        return []
    row = pick_furthest(found.items, 1).iloc[0]
    sentence = tr(
        "Single ratings: {k} of {comparisons} of an item, at equal ratings on the other items, show bias by both procedures. Furthest "
        "from equal: {item} ({source}), {who}: delta {delta} ({interval}; n = {n}).",
        k=tr.number(len(found.biased)),
        comparisons=_comparisons(tr, len(found.items)),
        item=tr.label(row["item"]),
        source=tr.label(row["source"]),
        who=_who(tr, row),
        delta=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
    )
    return [f"{sentence} {_invariance(tr, found)}".rstrip()]


def _invariance(tr: Translator, found: ItemBias) -> str:
    steps = found.invariance
    if steps.empty:
        return ""
    fits = steps[steps["step"] == "configural"]["holds"].astype(bool)
    alike = steps[steps["step"] == "scalar"]["holds"].astype(bool)
    told = tr(
        "One factor measures groups alike (equal loadings and intercepts) in {k} of {n} instruments and groupings that it fits.",
        k=tr.number(int(alike.sum())),
        n=tr.number(int(fits.sum())),
    )
    if fits.all():
        return told
    misfits = tr.number(int((~fits).sum()))
    return f"{told} " + tr("In {n} more it does not fit, so nothing follows.", n=misfits)


def _raters(tr: Translator, found: RaterBias) -> list[str]:
    """Say whether what groups differ by depends on the rater."""
    rows = found.contrasts
    if rows.empty:
        return []
    n_apart = int((rows["p_adjusted"] < 1 - found.conf_level).sum())
    parts = []
    kinds: dict[str, Callable[..., str]] = {
        "rater_spread": lambda **about: tr(
            "raters' differences between groups vary by {estimate} SD ({interval}; {who}, {source}, {n} raters)",
            **about,
        ),
        "own_group": lambda **about: tr(
            "favour for the rater's own group comes to {estimate} SD ({interval}; {who}, {source}, {n} raters)",
            **about,
        ),
    }
    for quantity, write in kinds.items():
        of = pick_furthest(rows[(rows["quantity"] == quantity) & rows["conf_high"].notna()], 1)
        parts += [
            write(
                estimate=tr.number(row["estimate"]),
                interval=tr.interval(row["conf_low"], row["conf_high"]),
                who=_who(tr, row),
                source=tr.label(row["source"]),
                n=tr.number(int(row["n_raters"])),
            )
            for _, row in of.iterrows()
        ]
    about = {"k": tr.number(n_apart), "comparisons": _comparisons(tr, len(rows))}
    if not parts:
        return [
            tr("Raters: in {k} of {comparisons} the difference depends on who rates, beyond chance.", **about)
        ]
    return [
        tr(
            "Raters: in {k} of {comparisons} the difference depends on who rates, beyond chance. At most, {parts}.",
            parts=tr.listed(parts),
            **about,
        )
    ]


def _unanswered(tr: Translator, found: Fairness, items: ItemBias, raters: RaterBias) -> list[str]:
    """Say in one sentence what cannot be answered."""
    missing = []
    if found.performance and len(found.refused):
        missing.append(
            tr(
                "who performs alike, for what the source of {criterion} rates too",
                criterion=tr.label(found.performance),
            )
        )
    if items.items.empty:
        missing.append(
            tr("whether single ratings are biased (no rater gave a person three ratings on a few categories)")
        )
    if raters.contrasts.empty:
        missing.append(tr("whether it depends on the rater (no ten named raters rate two groups)"))
    return [tr("What cannot be said: {parts}.", parts=tr.listed(missing))] if missing else []


def _decision(tr: Translator, found: Fairness, row: Any) -> str:
    decision = tr.label(row["decision"])
    if not row["measure"]:
        return decision
    return tr("{decision} by {measure}", decision=decision, measure=_measure(tr, found, row["measure"]))


def _measure(tr: Translator, found: Fairness, measure: str) -> str:
    return tr("the method of {name}", name=tr.label(measure)) if found.of_methods else tr.label(measure)


def _comparisons(tr: Translator, n: int) -> str:
    return tr.plural("{n} comparison", "{n} comparisons", n)


def _who(tr: Translator, row: Any) -> str:
    return name_contrasts(pd.DataFrame([dict(row)]), lang=tr.lang)[0]


def _furthest(tr: Translator, found: Fairness, rows: pd.DataFrame) -> str:
    """Give the contrast furthest from none: who, by which measure, size, interval, people."""
    row = pick_furthest(rows, 1).iloc[0]
    return tr(
        "{who}, by {measure}: {estimate} SD ({interval}; n = {n})",
        who=_who(tr, row),
        measure=_measure(tr, found, row["measure"]),
        estimate=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
    )
