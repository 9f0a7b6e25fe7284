"""Would an employee get the same predikat again? Simulated from the dependability of its two ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.pattern import allocate_by
from evalkit.compare.score_dependability import ScoreDependability
from evalkit.compare.score_fit import FittedScore
from evalkit.compare.two_ratings import RATINGS, read_matrix, weigh_ratings
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, MethodSpecification
from evalkit.shown import show_frame
from evalkit.stats import Allocation, estimate_category_consistency

#: The study's own table that says what each agency achieved: place, unit, achievement.
AGENCIES: Final = "agencies"
ONE_PART: Final = "The matrix needs a work result and a behaviour; the method has no {part} in this evidence."
NO_SPREAD: Final = "People do not differ in {part} beyond error, so a second predikat would be chance."
NORMAL: Final = "points are taken as normal"
NO_PATTERN: Final = "no distribution pattern is applied: the evidence names no achievement of agencies"
PATTERN: Final = "the distribution pattern binds in {n} of {total} agencies; whom it moves is our assumption"

_TOGETHER: Final = 200  # drawn at a time where no agency has a pattern
_RESAMPLES: Final = 200
_ENDS: Final = ("estimate", "conf_low", "conf_high")
_COLUMNS: Final = ["method", "place", "basis", "quantity", *_ENDS, "mc_error", "n", "caveat"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PredikatConsistency:
    """How many people would get the same predikat of PermenPANRB 6/2022 in a second, equal appraisal.

    Attributes
    ----------
    consistency
        A row per method, place and quantity (same_predikat_share, predikat_kappa): estimate, conf_low and
        conf_high (of the estimated dependability), mc_error (Monte Carlo standard error), n (people), caveat.
    refused
        method, place (empty: everywhere), reason.
    conf_level, n_boot
        Level of the intervals, and resamples behind them.
    """

    consistency: pd.DataFrame
    refused: pd.DataFrame
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold shares to their range."""
        shares = self.consistency.loc[self.consistency["quantity"] == "same_predikat_share", "estimate"]
        if not shares.between(0, 1).all():
            raise ValueError("a share of people lies outside 0 to 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the shares and kappas, one tidy row each."""
        return self.consistency.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        found = self.consistency.assign(
            caveat=[
                f"{caveat}; Monte Carlo error {error:.4f}"
                for caveat, error in zip(
                    self.consistency["caveat"], self.consistency["mc_error"], strict=True
                )
            ]
        )
        refused = self.refused.assign(quantity="same_predikat_share").rename(columns={"reason": "caveat"})
        rows = pd.concat([found, refused]).rename(columns={"method": "method_a", "basis": "group"})
        return rows[["quantity", "place", "method_a", "group", *_ENDS, "n", "caveat"]].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.consistency)


def simulate_predikat_consistency(
    dependability: ScoreDependability,
    scores: MethodScores,
    evidence: Evidence,
    *,
    rng: np.random.Generator,
    n_boot: int = _RESAMPLES,
) -> PredikatConsistency:
    """Draw people with the estimated means and covariances of both ratings, appraise each twice, and compare.

    Both appraisals have the design at hand: as many raters and occasions, with errors of their own. Errors of
    work result and behaviour go together as they do in the evidence. Where the study says what an agency
    achieved (its table ``agencies``: place, unit, achievement), its predikats follow the distribution
    pattern, and whole agencies are drawn. Intervals resample units (people where there are fewer than ten).

    Parameters
    ----------
    dependability
        Of the same scores.
    n_boot
        Resamples; more cost time and change the third decimal.

    Raises
    ------
    DesignError
        If the table ``agencies`` lacks a column or names an achievement that does not exist.
    """
    rows: list[dict[str, Any]] = []
    refused = dependability.refused.to_dict("records")
    for fit in dependability.fits:
        specification = scores.specifications[fit.method]
        reason = _refuse(fit, specification)
        if reason:
            refused.append({"method": fit.method, "place": fit.place, "reason": reason})
            continue
        points = scores.scores[
            (scores.scores["method"] == fit.method) & (scores.scores["place"] == fit.place)
        ]
        ratings = fit.parts.people[["unit", "employee"]].merge(points, on=["unit", "employee"])
        rows += _simulate(
            fit,
            specification,
            ratings[["result_points", "behaviour_points"]].to_numpy(dtype=np.float64),
            _find_achievements(evidence, fit.place),
            rng=rng,
            n_boot=n_boot,
            conf_level=dependability.conf_level,
        )
    return PredikatConsistency(
        consistency=pd.DataFrame(rows, columns=_COLUMNS),
        refused=pd.DataFrame(refused, columns=["method", "place", "reason"]),
        conf_level=dependability.conf_level,
        n_boot=n_boot,
    )


def _refuse(fit: FittedScore, specification: MethodSpecification) -> str:
    """Say why the ratings cannot be simulated; empty where they can."""
    for part in RATINGS:
        names = {one.name for one in specification.components if one.part == part}
        if not fit.parts.parts["component"].isin(names).any():
            return ONE_PART.format(part=part)
    universe = [each @ fit.components.universe @ each for each in weigh_ratings(fit, specification)]
    flat = [part for part, variance in zip(RATINGS, universe, strict=True) if variance <= 0]
    return NO_SPREAD.format(part=flat[0]) if flat else ""


def _find_achievements(evidence: Evidence, place: str) -> dict[str, str]:
    if AGENCIES not in evidence.extras:
        return {}
    table = evidence.extras[AGENCIES]
    if missing := {"place", "unit", "achievement"} - set(table.columns):
        raise DesignError(
            f"The table {AGENCIES} needs place, unit and achievement; it has no {', '.join(sorted(missing))}."
        )
    chosen = table[table["place"] == place]
    return dict(zip(chosen["unit"], chosen["achievement"], strict=True))


def _simulate(
    fit: FittedScore,
    specification: MethodSpecification,
    points: NDArray[np.float64],
    achievements: dict[str, str],
    *,
    rng: np.random.Generator,
    n_boot: int,
    conf_level: float,
) -> list[dict[str, Any]]:
    people = fit.parts.people.groupby("unit_code")["unit"].agg(["first", "size"])
    allocations = [allocate_by(achievements.get(unit, "")) for unit in people["first"]]
    found = estimate_category_consistency(
        fit.components,
        weigh_ratings(fit, specification),
        points,
        read_matrix(specification),
        n_boot=n_boot,
        rng=rng,
        sizes=people["size"].tolist() if any(allocations) else [_TOGETHER],
        allocations=allocations,
        clusters=fit.parts.clusters,
        conf_level=conf_level,
    )
    caveat = "; ".join(filter(None, [NORMAL, _say_pattern(allocations), fit.caveat]))
    shared = {**fit.about, "n": found.n, "caveat": caveat}
    return [
        {
            **shared,
            "quantity": quantity,
            "estimate": getattr(found, name),
            "conf_low": getattr(found, f"{name}_low"),
            "conf_high": getattr(found, f"{name}_high"),
            "mc_error": getattr(found, f"{name}_error"),
        }
        for quantity, name in (("same_predikat_share", "agreement"), ("predikat_kappa", "kappa"))
    ]


def _say_pattern(allocations: list[Allocation | None]) -> str:
    n = sum(each is not None for each in allocations)
    return PATTERN.format(n=n, total=len(allocations)) if n else NO_PATTERN
