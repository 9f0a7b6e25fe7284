"""Do the two national rules rate the same people alike? The matrix of 2022 against the sum of 2019."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import Evidence
from evalkit.methods import Expectation, MethodScores, apply_rules
from evalkit.shown import show_frame
from evalkit.stats import estimate_share
from evalkit.vocabulary import PREDIKATS

#: Scores on 0 to 120 that 100 points may stand for under PP 30/2019.
TOPS: Final = (100.0, 110.0, 120.0)
NO_IDEA: Final = "no new idea was recorded, so nobody can reach Sangat Baik under PP 30/2019"
_ASSUMED: Final = "cut-offs and conversion are assumed"
_STEPS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleComparison:
    """Ratings of the same scores under both national rules.

    Attributes
    ----------
    shares
        One row per method, rule and predikat: the share of people (estimate) with its exact interval, and n.
    flips
        One row per method: the share of people (estimate) whose predikat differs between the rules at the
        assumed cut-offs, with its exact interval, n, the lowest and highest share over the ranges of cut-offs
        and conversions (flip_low, flip_high), and a caveat.
    crossing
        One row per method, predikat under the matrix and category under the sum: n_people.
    conf_level
        Level of the intervals.
    """

    shares: pd.DataFrame
    flips: pd.DataFrame
    crossing: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the shares of each method and rule to their sum, and the flips to their range."""
        sums = self.shares.groupby(["method", "rule"])["estimate"].sum()
        if not np.allclose(sums, 1):
            raise ValueError("the shares of the predikats do not add up to 1")
        within = self.flips["estimate"].between(self.flips["flip_low"], self.flips["flip_high"])
        if not within.all():
            raise ValueError("a share of flips lies outside its own range")

    def to_frame(self) -> pd.DataFrame:
        """Return the flips, one tidy row per method."""
        return self.flips.copy()

    def to_results(self) -> pd.DataFrame:
        """Return shares and flips as rows of ``results.csv``."""
        shares = self.shares.rename(columns={"method": "method_a", "rule": "group", "predikat": "item"})
        flips = self.flips.rename(columns={"method": "method_a"}).assign(quantity="rule_flip_share")
        flips["caveat"] = [
            "; ".join(filter(None, [f"{_ASSUMED}; over their ranges {low:.3f} to {high:.3f}", doubt]))
            for low, high, doubt in zip(flips["flip_low"], flips["flip_high"], flips["caveat"], strict=True)
        ]
        rows = pd.concat([shares.assign(quantity="predikat_share", caveat="cut-offs are assumed"), flips])
        columns = [
            "quantity",
            "method_a",
            "group",
            "item",
            "estimate",
            "conf_low",
            "conf_high",
            "n",
            "caveat",
        ]
        return rows[columns].fillna({"group": "", "item": ""}).reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.flips)


def compare_rules(
    scores: MethodScores, evidence: Evidence | None = None, *, conf_level: float = 0.95
) -> RuleComparison:
    """Rate the same scores by PermenPANRB 6/2022 and by PP 30/2019 and count who is rated otherwise.

    The two were not in force side by side: this is a historical counterfactual. No regulation gives the
    cut-offs in points or the conversion to 0–120, so the share is also given over their ranges. Intervals are
    exact and treat people as independent. Only methods that scored someone on both parts appear.
    """
    rated = _rated(scores, evidence)
    ranges = pd.DataFrame([_flips(_rated(varied, evidence)) for varied in _vary(scores)])
    rows = [
        _flip_row(method, people, ranges[method], conf_level)
        for method, people in rated.groupby("method", sort=False)
    ]
    columns = ["method", "estimate", "conf_low", "conf_high", "n", "flip_low", "flip_high"]
    caveat = "" if _has_ideas(evidence) else NO_IDEA
    crossing = rated.groupby(["method", "predikat_6_2022", "pp30_category"], sort=False).size()
    return RuleComparison(
        shares=_shares(rated, conf_level),
        flips=pd.DataFrame(rows, columns=columns).assign(caveat=caveat),
        crossing=crossing.rename("n_people").reset_index(),
        conf_level=conf_level,
    )


def _has_ideas(evidence: Evidence | None) -> bool:
    return evidence is not None and bool((evidence.observations["indicator"] == "new_idea").any())


def _rated(scores: MethodScores, evidence: Evidence | None) -> pd.DataFrame:
    rated = apply_rules(scores, evidence)
    return rated[rated["predikat_6_2022"] != ""]


def _flips(rated: pd.DataFrame) -> dict[str, float]:
    differs = rated["predikat_6_2022"] != rated["pp30_category"]
    return {str(method): float(share) for method, share in differs.groupby(rated["method"]).mean().items()}


def _flip_row(
    method: object, people: pd.DataFrame, ranges: pd.Series[float], conf_level: float
) -> tuple[object, ...]:
    n_flips = int((people["predikat_6_2022"] != people["pp30_category"]).sum())
    share = estimate_share(n_flips, len(people), conf_level=conf_level)
    low, high = min(ranges.min(), share.estimate), max(ranges.max(), share.estimate)
    return (method, share.estimate, share.conf_low, share.conf_high, len(people), low, high)


def _vary(scores: MethodScores) -> list[MethodScores]:
    """Return the scores under each combination of cut-offs within their ranges and of conversions."""
    steps = np.linspace(0, 1, _STEPS)
    return [
        replace(
            scores,
            specifications={
                name: replace(
                    spec, expectation=_move(spec.expectation, meets, above), pp30=replace(spec.pp30, top=top)
                )
                for name, spec in scores.specifications.items()
            },
        )
        for meets, above, top in product(steps, steps, TOPS)
    ]


def _move(expectation: Expectation, meets: float, above: float) -> Expectation:
    """Move both cut-offs to a place within their ranges: 0 the low end, 1 the high end."""
    low, high = expectation.meets_range
    first, last = expectation.above_range
    return replace(expectation, meets=low + meets * (high - low), above=first + above * (last - first))


def _shares(rated: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    rows = []
    for method, people in rated.groupby("method", sort=False):
        for rule, column in (("permenpanrb_6_2022", "predikat_6_2022"), ("pp_30_2019", "pp30_category")):
            for predikat in PREDIKATS:
                share = estimate_share(
                    int((people[column] == predikat).sum()), len(people), conf_level=conf_level
                )
                rows.append(
                    (method, rule, predikat, share.estimate, share.conf_low, share.conf_high, share.n)
                )
    columns = ["method", "rule", "predikat", "estimate", "conf_low", "conf_high", "n"]
    return pd.DataFrame(rows, columns=columns)
