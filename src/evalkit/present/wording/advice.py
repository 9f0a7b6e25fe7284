"""What the minutes that there are buy, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.lab import Advice, Attribution
from evalkit.lab.baselines import BASELINES
from evalkit.lab.dose_designs import TRIED
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.counts import count_facet
from evalkit.vocabulary import Language

_NAMED: Final = 3
_TARGETS: Final[Mapping[str, str]] = {
    "common": mark("every dimension of the employee's own performance alike"),
    "own": mark("what each method says that it measures, so that methods are held to different things"),
    "any": mark("any weights of the dimensions of performance, averaged over many"),
}
_LIMITS: Final = (
    mark(
        "Loss: how far the people whom a method selects (the lowest 15 % for training, the highest 10 % for recognition, within "
        "each place) fall short of the best selection, as a share of what a lottery loses. After ± stands one Monte Carlo error, or "
        "more."
    ),
    mark(
        "The best of many designs is flattered a little by chance. Designs that were not tried may be better."
    ),
)


def say_advice(advice: Advice, *, minutes: float, lang: Language | None = None) -> Findings:
    """Say which design of which method decides best within a budget, and what more minutes would buy."""
    tr = translator(lang)
    best = advice.within(minutes)
    sentences = [
        *_best(tr, best, minutes),
        *_baselines(tr, best, minutes),
        *_beyond(tr, advice, best, minutes),
    ]
    measured = tr("True performance is here: {target}.", target=tr(_TARGETS[advice.target]))
    return Findings(tuple(sentences), (measured, *map(tr, _LIMITS)))


def say_attribution(found: Attribution, lang: Language | None = None) -> Findings:
    """Say how much of the differences between designs is who is asked, how it is weighed, and how many."""
    tr = translator(lang)
    share = {row["factor"]: _share(tr, row) for row in found.shares.to_dict("records")}
    levels = found.levels[found.levels["aggregation"] == "alike"].sort_values("estimate", kind="stable")
    ends = {"best": levels.iloc[0], "worst": levels.iloc[-1]}
    told = {name: tr.label(row["principle"]) for name, row in ends.items()}
    losses = {f"{name}_loss": _share(tr, row) for name, row in ends.items()}
    return Findings(
        (
            tr(
                "Where one thing varies at a time ({n} designs), who is asked makes {principle} of the differences, how many and how "
                "often {dose}, how the answers are weighed {aggregation}, and what these do together {interplay}.",
                n=tr.number(found.n_designs),
                **share,
            ),
            tr(
                "Asking {best} loses least, {best_loss} on average over all numbers of raters; asking {worst} loses most, "
                "{worst_loss}.",
                **told,
                **losses,
            ),
        )
    )


def name_doses(row: Mapping[Hashable, Any], lang: Language | None = None) -> str:
    """Write the numbers of raters and quarters of a design.

    Examples
    --------
    >>> name_doses({"supervisors": 2, "peers": pd.NA, "citizens": pd.NA, "visitors": pd.NA, "quarters": 4})
    '2 supervisors, 4 quarters'
    """
    tr = translator(lang)
    return ", ".join(count_facet(tr, name, int(row[name])) for name in TRIED if not pd.isna(row[name]))


def tabulate_advice(advice: Advice, budgets: list[float], lang: Language | None = None) -> pd.DataFrame:
    """Return the best design of each method for each budget, in words."""
    rows = advice.over(budgets)
    return rows.assign(design=[name_doses(row, lang) for row in rows.to_dict("records")])


def _best(tr: Translator, best: pd.DataFrame, minutes: float) -> list[str]:
    rows = best[~best["method"].isin(BASELINES)].to_dict("records")
    budget = _minutes(tr, minutes)
    if not rows:
        return [tr("No design of any method that was tried costs at most {budget}.", budget=budget)]
    first, others = rows[0], rows[1:]
    sentences = [
        tr(
            "For up to {budget} per employee and year, {method} with {design} decides best of what was tried: it loses "
            "{loss} of what a lottery loses (0 %: no decision could be better).",
            budget=budget,
            **_fill(tr, first),
        )
    ]
    if others:
        named = [tr("{method} {loss} ({design})", **_fill(tr, row)) for row in others[:_NAMED]]
        sentences.append(tr("Then come {others}.", others=tr.listed(named)))
    return sentences


def _baselines(tr: Translator, best: pd.DataFrame, minutes: float) -> list[str]:
    rows = {row["method"]: row for row in best.to_dict("records") if row["method"] in BASELINES}
    told = [
        tr(
            "{method} {loss} for {minutes} ({design})",
            minutes=_minutes(tr, row["minutes"]),
            **_fill(tr, row),
        )
        for row in rows.values()
    ]
    return [tr("For comparison: {told}.", told=tr.listed(told))] if told else []


def _beyond(tr: Translator, advice: Advice, best: pd.DataFrame, minutes: float) -> list[str]:
    """Say what the best design of all costs and loses, if it is beyond the budget."""
    methods = advice.designs[~advice.designs["method"].isin(BASELINES)]
    last = methods.sort_values(["estimate", "minutes"], kind="stable").iloc[0].to_dict()
    if last["minutes"] <= minutes:
        return [tr("More minutes would not have bought a better design among those tried.")]
    return [
        tr(
            "At any cost the best that was tried is {method} with {design}: {loss}, for {minutes}.",
            minutes=_minutes(tr, last["minutes"]),
            **_fill(tr, last),
        )
    ]


def _fill(tr: Translator, row: Mapping[Hashable, Any]) -> dict[str, str]:
    return {"method": tr.label(row["method"]), "design": name_doses(row, tr.lang), "loss": _share(tr, row)}


def _minutes(tr: Translator, minutes: float) -> str:
    return tr.plural("{n} minute", "{n} minutes", round(minutes))


def _share(tr: Translator, row: Mapping[Hashable, Any] | pd.Series) -> str:
    return f"{tr.share(row['estimate'])} ± {tr.share(row['mc_error'], digits=1)}"
