"""Can the reliability of each method's score be estimated from this evidence? If not, why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.compare.instrument import read_weights
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores

AVERAGED: Final = (
    "The score adds up ratings that stand under one rater name for each source ({names}): other raters were "
    "never seen, so its dependability and its error over raters cannot be estimated. Alpha over its parts "
    "would be internal consistency."
)
NAMED: Final = (
    "The score mixes ratings by named raters with weights; this report shows the dependability of its "
    "indicators, not that of their weighted sum."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreReliability:
    """Why the reliability of a method's score is not shown.

    Attributes
    ----------
    refused
        A row per method: method, reason.
    """

    refused: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the reasons, one row a method."""
        return self.refused.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the reasons as rows of ``results.csv`` without a number."""
        rows = self.refused.rename(columns={"method": "method_a", "reason": "caveat"})
        return rows.assign(quantity="score_dependability")

    def _repr_html_(self) -> str:
        return self.refused.to_html(index=False)


def check_score_reliability(scores: MethodScores, evidence: Evidence) -> ScoreReliability:
    """Say of each method why the reliability of its score cannot be read from this evidence.

    A method that scored nobody has no score; one whose ratings were averaged before they were recorded has a
    score whose error over raters nobody can know.
    """
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    read = read_weights(scores, evidence)[["method", "indicator", "source"]].merge(
        recorded[["indicator", "source", "rater"]].drop_duplicates(), on=["indicator", "source"]
    )
    coverage = scores.coverage.set_index("method")["reason"]
    rows = [(method, _reason(reason, read[read["method"] == method])) for method, reason in coverage.items()]
    return ScoreReliability(refused=pd.DataFrame(rows, columns=["method", "reason"]))


def _reason(not_estimable: str, read: pd.DataFrame) -> str:
    if not_estimable:
        return not_estimable.split(" Missing:", maxsplit=1)[0]
    if read.empty:
        return "Nobody has enough evidence for a score."
    per_source = read.groupby("source")["rater"].nunique()
    if per_source.max() > 1:
        return NAMED
    names = sorted({name or "unnamed" for name in read["rater"]})
    return AVERAGED.format(names=", ".join(names))
