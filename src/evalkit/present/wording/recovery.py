"""What scores say of true performance, where it is known."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.lab.decisions import RECOGNITION, TRAINING
from evalkit.lab.recovery import Recovery
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_BASELINES: Final = ("overall_rating", "all_evidence")
_ONE_DATA_SET: Final = mark(
    "Truth is known only because this evidence was made; the figures are of one such data set. By its own target each method "
    "is asked for something else, so only a target that all share compares them."
)


def say_recovery(recovery: Recovery, lang: Language | None = None) -> Findings:
    """Say which method orders people best, what decisions catch, and what is not estimable."""
    tr = translator(lang)
    common = recovery.figures[recovery.figures["target"] == "common"]
    sentences = [_ranks(tr, common), _decisions(tr, common), *_not_estimable(tr, common)]
    return Findings(tuple(sentences), (tr(_ONE_DATA_SET),))


def _ranks(tr: Translator, common: pd.DataFrame) -> str:
    rows = _of(common, "rank_recovery")
    most, least = _ends(rows)
    if most["method"] == least["method"]:
        text = tr(
            "Held to true performance (the five dimensions alike, of the employee), {most} orders the people of a place with τ {number}; "
            "1 would be as they are.",
            most=tr.label(most["method"]),
            number=_number(tr, most, with_n=True),
        )
        return f"{text}{_baselines(tr, rows)}"
    text = tr(
        "Held to true performance (the five dimensions alike, of the employee), {most} orders the people of a place most nearly as they "
        "are: τ {most_number}. {least} does so least: {least_number}.",
        most=tr.label(most["method"]),
        most_number=_number(tr, most, with_n=True),
        least=tr.label(least["method"]),
        least_number=_number(tr, least),
    )
    return f"{text}{_baselines(tr, rows)}"


def _baselines(tr: Translator, rows: pd.DataFrame) -> str:
    """Say what the two baselines recover, where both could be scored."""
    known = [row for name in _BASELINES for _, row in rows[rows["method"] == name].iterrows()]
    if len(known) < len(_BASELINES):
        return ""
    overall, whole = (_number(tr, row) for row in known)
    return " " + tr(
        "One overall rating: {overall}; all evidence, unweighted: {all_evidence}.",
        overall=overall,
        all_evidence=whole,
    )


def _decisions(tr: Translator, common: pd.DataFrame) -> str:
    rows = _of(common, "sensitivity_training")
    most, least = _ends(rows)
    best, worst = _ends(_of(common, "sensitivity_recognition"))
    shares = {"training": tr.share(TRAINING), "recognition": tr.share(RECOGNITION)}
    if most["method"] == least["method"]:
        return tr(
            "Of the {training} of a place who most need training by that target, the lowest {training} of scores find {most_share} "
            "({most_interval}) with {most}; a lottery finds {training}. Of the {recognition} who most deserve recognition it finds {best_share} "
            "({best_interval}); a lottery {recognition}.",
            **shares,
            **_share(tr, "most", most),
            **_share(tr, "best", best),
        )
    return tr(
        "Of the {training} of a place who most need training by that target, the lowest {training} of scores find {most_share} ({most_interval}) with "
        "{most} and {least_share} ({least_interval}) with {least}; a lottery finds {training}. Of the {recognition} who most deserve recognition, {best} finds "
        "{best_share} ({best_interval}), {worst} {worst_share} ({worst_interval}); a lottery {recognition}.",
        **shares,
        **_share(tr, "most", most),
        **_share(tr, "least", least),
        **_share(tr, "best", best),
        **_share(tr, "worst", worst),
    )


def _share(tr: Translator, name: str, row: pd.Series) -> dict[str, str]:
    return {
        name: tr.label(row["method"]),
        f"{name}_share": tr.share(row["estimate"]),
        f"{name}_interval": tr.interval(row["conf_low"], row["conf_high"], share=True),
    }


def _not_estimable(tr: Translator, common: pd.DataFrame) -> list[str]:
    """Name the methods that say nothing of people within a unit."""
    rows = common[(common["quantity"] == "rank_recovery_in_units") & common["estimate"].isna()]
    if rows.empty:
        return []
    names = tr.listed([tr.label(name) for name in rows["method"]])
    return [
        tr(
            "What {methods} would say of the people within a unit is not estimable: all of them have one score.",
            methods=names,
        )
    ]


def _of(common: pd.DataFrame, quantity: str) -> pd.DataFrame:
    rows = common[(common["quantity"] == quantity) & common["estimate"].notna()]
    return rows.set_index("method", drop=False).sort_values("estimate", kind="stable")


def _ends(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the best and the worst of the methods, baselines aside where there is a method."""
    methods = rows[~rows["method"].isin(_BASELINES)]
    ordered = rows if methods.empty else methods
    return ordered.iloc[-1], ordered.iloc[0]


def _number(tr: Translator, row: pd.Series, *, with_n: bool = False) -> str:
    about = {
        "number": tr.number(row["estimate"]),
        "interval": tr.interval(row["conf_low"], row["conf_high"]),
    }
    if with_n:
        return tr("{number} ({interval}; n = {n})", n=tr.number(int(row["n"])), **about)
    return tr("{number} ({interval})", **about)
