"""What the agreement report found, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import MethodAgreement, PublishedMatrices, TraitRanks
from evalkit.methods import MethodScores
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed
from evalkit.present.wording.links import say_linked_pairs
from evalkit.vocabulary import label

Row = Mapping[Hashable, Any] | pd.Series

_LIMITS: Final = (
    "Two methods that agree may be wrong together; agreement is not validity.",
    "Scores of different methods have no common unit, so no difference in points is shown unless a link from other data "
    "puts them in one.",
)
_NO_SIZE: Final = "no sample size is known, so these have no interval"
_SOURCES: Final = {"superior": "superiors", "peer": "peers", "self": "people themselves"}


def say_agreement(
    agreement: MethodAgreement, traits: TraitRanks, sources: PublishedMatrices, scores: MethodScores
) -> Findings:
    """Say which methods can be compared, how far they agree, and what else agrees in this evidence."""
    return Findings(
        (
            *_compared(agreement),
            *_not_compared(agreement, scores),
            *say_linked_pairs(agreement),
            *_multitrait(sources),
            *_corrected(sources),
            *_stability(sources),
            _traits(traits),
            _shared(agreement),
        ),
        _LIMITS,
    )


def _compared(agreement: MethodAgreement) -> list[str]:
    """Say the range of rank agreement, and how often decisions agree."""
    pairs = agreement.pairs[agreement.pairs["estimate"].notna()].sort_values("estimate")
    if pairs.empty:
        return []
    first, last = pairs.iloc[0], pairs.iloc[-1]
    sentences = [
        f"Within a place, {_pair(last)} rank people most alike: Kendall's τ {_number(last)}"
        + (f"; {_pair(first)} least: {_number(first)}." if len(pairs) > 1 else ".")
    ]
    chosen = agreement.measures[agreement.measures["quantity"] == "recognised_by_both"].sort_values(
        "estimate"
    )
    if len(chosen):
        low = chosen.iloc[0]
        sentences.append(
            f"If both select {format_share(agreement.selected_share)} of each place for recognition, {_pair(low)} choose the same "
            f"people least often: {format_share(low['estimate'])} "
            f"({format_interval(low['conf_low'], low['conf_high'], share=True)}, n = {int(low['n']):,}) of those whom one selects; "
            f"by chance it would be {format_share(low['by_chance'])}."
        )
    return sentences


def _not_compared(agreement: MethodAgreement, scores: MethodScores) -> list[str]:
    """Say how many pairs cannot be compared, and which methods there are."""
    absent = int(agreement.pairs["estimate"].isna().sum())
    if not absent:
        return []
    coverage = scores.coverage
    formed = coverage[coverage["estimable"].astype(bool)]
    who = (
        f"only {listed([label(name) for name in formed['method']])} could be formed from this evidence "
        f"({_people(scores)})"
        if len(formed)
        else "no method could be formed from this evidence"
    )
    n = len(agreement.pairs)
    head = f"None of the {n} pairs" if absent == n else f"{n - absent} of the {n} pairs"
    return [f"{head} of methods can be compared: {who}."]


def _people(scores: MethodScores) -> str:
    scored = scores.scores[scores.scores["status"] == "scored"]
    return f"{count(scored['employee'].nunique(), 'person', 'people')} scored"


def _shared(agreement: MethodAgreement) -> str:
    """Say what shared evidence alone would give at most."""
    most = agreement.pairs.sort_values(["overlap_alone", "shared_weight"]).iloc[-1]
    if most["shared_weight"] == 0:
        return "No two methods read the same evidence, so none would agree for that reason alone."
    return (
        f"As specified, {_pair(most)} share the most evidence, {format_share(most['shared_weight'])} of their weight; if all "
        f"pieces of evidence were unrelated, that alone would give a τ of {format_number(most['overlap_alone'])}."
    )


def _traits(traits: TraitRanks) -> str:
    """Say how alike the traits of one source rank people, and what that is not."""
    parts = [
        f"{_number(row, with_n=False)} for {int(row['n_traits'])} traits of {int(row['n'])} {_rated(row['place'])}"
        for row in traits.concordance.to_dict("records")
    ]
    return (
        f"Traits rated by one source rank people with a Kendall's W of {listed(parts)}; 1 would be one and the same order. That is one "
        "impression, or people who are good at everything, and no agreement between methods."
    )


def _multitrait(sources: PublishedMatrices) -> list[str]:
    """Say for each pair of sources how alike they see the same trait, and how alike two traits of one source are."""
    sentences = []
    for matrix, rows in sources.traits.groupby("matrix", sort=False):
        pairs = rows[rows["source_a"] != ""]
        whole = rows[rows["source_a"] == ""].iloc[0] if len(pairs) < len(rows) else rows.iloc[0]
        parts = [
            f"{_source(row['source_a'])} and {_source(row['source_b'])} {format_number(row['convergent'])}"
            for row in pairs.to_dict("records")
        ]
        sized = _NO_SIZE if pd.isna(whole["n"]) else f"n = {int(whole['n'])}"
        sentences.append(
            f"The same trait of the same managers, seen by two sources, correlates on average: {listed(parts)} "
            f"({_cite(matrix)}; {sized}). Different traits seen by one source correlate {format_number(whole['same_source'])}, "
            f"one trait across all sources {format_number(whole['convergent'])}: "
            + (
                "on average, who rates weighs more than what is rated."
                if whole["same_source"] > whole["convergent"]
                else "on average, what is rated weighs more than who rates."
            )
        )
    return sentences


def _corrected(sources: PublishedMatrices) -> list[str]:
    """Say what unreliability explains of a low correlation."""
    found = sources.correlations[sources.correlations["corrected"].notna()]
    return [
        f"Ratings by a {row['item_a']} and a {row['item_b']} correlate {format_number(row['estimate'])}; corrected for "
        f"the error of one rating it would be {format_number(row['corrected'])} ({_cite(row['matrix'])}; "
        f"{_NO_SIZE if pd.isna(row['n']) else 'n = ' + str(int(row['n']))}): much of their disagreement is that one rating says "
        "little."
        for row in found.to_dict("records")
    ]


def _stability(sources: PublishedMatrices) -> list[str]:
    """Say the lowest of the correlations with a known n."""
    known = sources.correlations[sources.correlations["n"].notna()].sort_values("estimate")
    if known.empty:
        return []
    low = known.iloc[0]
    interval = format_interval(low["conf_low"], low["conf_high"])
    return [
        f"One supervisor's ratings of the same people stay alike over three occasions: the lowest correlation is "
        f"{format_number(low['estimate'])} ({interval}, n = {int(low['n'])}; {_cite(low['matrix'])}). Stability is the habit of a rater "
        "as well as the performance of the person."
    ]


def _pair(row: Row) -> str:
    return f"{label(row['method_a'])} and {label(row['method_b'])}"


def _number(row: Row, *, with_n: bool = True) -> str:
    """Write an estimate with its interval."""
    interval = format_interval(float(row["conf_low"]), float(row["conf_high"]))
    n = f", n = {int(row['n']):,}" if with_n else ""
    return f"{format_number(float(row['estimate']))} ({interval}{n})"


def _source(name: object) -> str:
    return _SOURCES.get(str(name), str(name).replace("_", " "))


def _rated(place: object) -> str:
    return {"us_judges": "judges", "attitude": "departments"}.get(str(place), "people")


def _cite(matrix: object) -> str:
    """Write the key of a matrix as a citation: lawler_1967 becomes Lawler 1967."""
    *authors, year = str(matrix).split("_")
    return f"{' and '.join(author.capitalize() for author in authors)} {year}"
