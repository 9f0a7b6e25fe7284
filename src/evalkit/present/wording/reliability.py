"""What the reliability report found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import DecisionDesigns, DecisionQuality, Reliability, ScoreDependability
from evalkit.present.labels import cell_label
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed

Row = Mapping[Hashable, Any]

_LIMITS: Final = (
    "A dependable rating can be about the wrong thing: reliability says that others would say the same, not that it is true.",
    "Words such as good stand for both ends of an interval (Koo and Li 2016); they are a convention and no norm for decisions.",
)
#: An end of an interval that is shown with two decimals must be seen to miss the target.
_SHOWN_APART: Final = 0.005
_FORMS: Final = {
    "icc_one_way": "a one-way correlation",
    "icc_agreement": "an agreement",
    "icc_consistency": "a consistency",
}


def say_reliability(
    reliability: Reliability, scores: ScoreDependability, quality: DecisionQuality
) -> Findings:
    """Say what the evidence tells about reliability, how many ratings are enough, and what it cannot tell."""
    return Findings(
        (
            *_facets(reliability),
            *_parts(reliability),
            *_refused(reliability),
            *_decisions(quality),
            *_scores(scores),
        ),
        _LIMITS,
    )


def describe_band(low: str, high: str) -> str:
    """Return in words the bands of both ends of an interval.

    Examples
    --------
    >>> describe_band("poor", "moderate"), describe_band("good", "good"), describe_band("", "")
    ('poor to moderate', 'good', 'no band')
    """
    if not (low and high):
        return "no band"
    return low if low == high else f"{low} to {high}"


def say_designs(designs: DecisionDesigns) -> str:
    """Say which numbers of two facets reach the target, and which do not at any number that was tried."""
    frame, fewest = designs.designs, designs.fewest_inner()
    target, most = format_number(designs.target), int(frame["n_inner"].max())
    rated = f"{count(int(frame['n'].iloc[0]), 'score')} in {cell_label(designs.place)}"
    never = [int(n) for n in fewest[fewest.isna()].index]
    if len(never) == len(fewest):
        return (
            f"No design up to {count(max(never), designs.outer)} and {count(most, designs.inner)} on each reaches Φ ≥ {target} "
            f"({rated})."
        )
    n_outer = int(fewest.dropna().index[0])
    n_inner = int(fewest[n_outer])
    at = frame[(frame["n_outer"] == n_outer) & (frame["n_inner"] == n_inner)].iloc[0]
    reach = (
        f"{count(n_outer, designs.outer)} and {count(n_inner, designs.inner)} on each reach Φ ≥ {target} "
        f"({format_number(at['estimate'])}, {format_interval(at['conf_low'], at['conf_high'])}; {rated})"
    )
    if not never:
        return f"{reach}."
    less = count(max(never), designs.outer)
    verb = "does" if max(never) == 1 else "do"
    return f"{reach}; {less} {verb} not at any number of {designs.inner}s up to {most}."


def _facets(reliability: Reliability) -> list[str]:
    """Say of each indicator what one rating and the mean of those at hand are worth, and how many are enough."""
    frame = reliability.coefficients
    keys = ["place", "source", "indicator", "facet"]
    singles = frame[(frame["n_averaged"] == 1) & frame["quantity"].isin(["icc_one_way", "icc_agreement"])]
    return [
        _one_facet(frame[(frame[keys] == single[keys]).all(axis=1)], single, reliability)
        for _, single in singles.iterrows()
    ]


def _one_facet(group: pd.DataFrame, single: pd.Series, reliability: Reliability) -> str:
    mean = group[(group["n_averaged"] > 1) & (group["quantity"] == single["quantity"])].iloc[0]
    what = "rater" if single["facet"] == "raters" else "occasion"
    return (
        f"{cell_label(single['indicator']).capitalize()} in {cell_label(single['place'])} (n = {int(single['n']):,}): one {what} "
        f"gives {_FORMS[single['quantity']]} of {_number(single)}, the mean of the "
        f"{format_number(mean['n_averaged'], digits=0)} that each has on average {_number(mean)}. {_needed(single, reliability)}"
    )


def _number(row: pd.Series) -> str:
    interval = format_interval(row["conf_low"], row["conf_high"])
    return (
        f"{format_number(row['estimate'])} ({interval}: {describe_band(row['band_low'], row['band_high'])})"
    )


def _needed(single: pd.Series, reliability: Reliability) -> str:
    """Answer in words how many ratings reach the target, and how many surely do not."""
    keys = ["place", "source", "indicator", "facet"]
    row = reliability.needed[(reliability.needed[keys] == single[keys]).all(axis=1)].iloc[0]
    noun = str(single["facet"]).removesuffix("s")
    target = format_number(row["target"])
    if not math.isfinite(row["estimate"]):
        return f"No number of {noun}s reaches Φ ≥ {target}."
    most = f"to {row['conf_high']:.0f}" if math.isfinite(row["conf_high"]) else "or more, without a bound"
    reach = f"{count(int(row['estimate']), noun)} ({row['conf_low']:.0f} {most}) reach Φ ≥ {target}"
    if row["estimate"] == 1:
        reach = reach.replace(" reach ", " reaches ")
    curve = reliability.curves[(reliability.curves[keys] == single[keys]).all(axis=1)]
    short = curve[curve["conf_high"] < row["target"] - _SHOWN_APART]
    if short.empty:
        return f"{reach}."
    last = short.iloc[-1]
    verb = "does" if last["n_ratings"] == 1 else "do"
    return (
        f"{reach}; {last['n_ratings']} {verb} not (Φ {format_number(last['estimate'])}, "
        f"{format_interval(last['conf_low'], last['conf_high'])})."
    )


def _decisions(quality: DecisionQuality) -> list[str]:
    """Say for the fewest ratings shown how a cut at the middle of the scale decides."""
    rows = quality.qualities
    keys = ["place", "source", "indicator", "facet"]
    fewest = rows[rows["n_ratings"] == rows["n_ratings"].min()]
    groups = fewest.groupby(keys, sort=False)
    found = [{row["quantity"]: row for row in group.to_dict("records")} for _, group in groups]
    return [_decision(each) for each in found if not math.isnan(each["decision_kappa"]["estimate"])]


def _decision(found: Mapping[str, Row]) -> str:
    accuracy, kappa = found["decision_accuracy"], found["decision_kappa"]
    change = found["reliable_change"]
    by = count(int(kappa["n_ratings"]), str(kappa["facet"]).removesuffix("s"))
    return (
        f"By {by}, a cut at {format_number(kappa['cut'], digits=1)}, the middle of the scale of {cell_label(kappa['indicator'])}, "
        f"puts {format_share(accuracy['estimate'])} "
        f"({format_interval(accuracy['conf_low'], accuracy['conf_high'], share=True)}) on the right "
        f"side (n = {int(kappa['n']):,}); deciding twice agrees with κ {format_number(kappa['estimate'])} "
        f"({format_interval(kappa['conf_low'], kappa['conf_high'])}), and only two scores "
        f"{format_number(change['estimate'])} points ({format_interval(change['conf_low'], change['conf_high'])}) apart differ "
        f"beyond error."
    )


def _parts(reliability: Reliability) -> list[str]:
    """Say how the parts of each measure go together, and that this is not about raters."""
    frame = reliability.coefficients
    found = frame[frame["facet"].isin(["indicators", "items"])]
    groups = found.groupby(["place", "source", "indicator", "facet"], sort=False)
    texts = [_one_measure(group) for _, group in groups]
    if not texts:
        return []
    return [f"Parts of a measure go together, which says nothing about raters: {'; '.join(texts)}."]


def _one_measure(group: pd.DataFrame) -> str:
    first = group.iloc[0]
    names = {"cronbach_alpha": "α", "omega_total": "ω"}
    numbers = [f"{names[row['quantity']]} {_number(row)}" for _, row in group.iterrows()]
    return f"the {int(first['n_averaged'])} {first['facet']} of {cell_label(first['place'])} have {listed(numbers)}, n = {first['n']}"


def _refused(reliability: Reliability) -> list[str]:
    """Say once for how many indicators raters cannot be told apart."""
    raters = reliability.refused[reliability.refused["facet"] == "raters"]
    if raters.empty:
        return []
    places = listed([cell_label(name) for name in dict.fromkeys(raters["place"])])
    reasons = list(dict.fromkeys(raters["reason"]))
    why = reasons[0] if len(reasons) == 1 else "their reasons stand in a table below"
    return [
        f"No reliability of raters can be estimated for {count(len(raters), 'indicator')} of {places}: {why}."
    ]


def _scores(scores: ScoreDependability) -> list[str]:
    if scores.refused.empty:
        return []
    names = listed([cell_label(name) for name in dict.fromkeys(scores.refused["method"])])
    return [
        f"The reliability of the scores of {names} is not estimated; the reasons stand in the last table."
    ]
