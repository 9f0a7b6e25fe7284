"""Would an employee get the same predikat again? Simulated from the dependability of its two ratings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.pattern import allocate_by
from evalkit.compare.score_dependability import (
    FittedScore,
    ScoreDependability,
    clusters_of,
    withholds_interval,
)
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, MethodSpecification
from evalkit.rules import PREDIKAT_MATRIX
from evalkit.stats import (
    Allocation,
    CategoryMatrix,
    PairConsistency,
    TwoScores,
    bootstrap,
    draw_noise,
    measure_pair_consistency,
    weighted_mean,
)
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

#: The study's own table that says what each agency achieved: place, unit, achievement.
AGENCIES: Final = "agencies"
ONE_PART: Final = "The matrix needs a work result and a behaviour; the method has no {part} in this evidence."
NO_SPREAD: Final = "People do not differ in {part} beyond error, so a second predikat would be chance."
NORMAL: Final = "points are taken as normal"
NO_PATTERN: Final = "no distribution pattern is applied: the evidence names no achievement of agencies"
PATTERN: Final = "the distribution pattern binds in {n} of {total} agencies; whom it moves is our assumption"

_PARTS: Final = ("result", "behaviour")
_PEOPLE: Final = 40_000  # drawn for a share: a Monte Carlo error of about 0.002
_PEOPLE_AGAIN: Final = 2_000  # drawn for each resample, all with the same noise
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
        return self.consistency.to_html(index=False)


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
    pattern, and whole agencies are drawn. Intervals resample units (people where there are fewer than ten),
    with the same draws for every resample.

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


def _weights(fit: FittedScore, specification: MethodSpecification) -> list[NDArray[np.float64]]:
    """Return the weight of each part in the work result and in the behaviour."""
    names = [{one.name for one in specification.components if one.part == part} for part in _PARTS]
    return [fit.parts.weights(chosen) for chosen in names]


def _refuse(fit: FittedScore, specification: MethodSpecification) -> str:
    """Say why the ratings cannot be simulated; empty where they can."""
    for part in _PARTS:
        names = {one.name for one in specification.components if one.part == part}
        if not fit.parts.parts["component"].isin(names).any():
            return ONE_PART.format(part=part)
    universe = [each @ fit.components.universe @ each for each in _weights(fit, specification)]
    flat = [part for part, variance in zip(_PARTS, universe, strict=True) if variance <= 0]
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
    weights = _weights(fit, specification)
    people = fit.parts.people.groupby("unit_code")["unit"].agg(["first", "size"])
    allocations = [allocate_by(achievements.get(unit, "")) for unit in people["first"]]
    sizes = people["size"].tolist() if any(allocations) else [_TOGETHER]
    matrix = _matrix(specification)
    noise = draw_noise(sizes, n_draws=max(20, -(-_PEOPLE // sum(sizes))), rng=rng)
    model = _model(np.nanmean(points, axis=0), fit, weights)
    found = measure_pair_consistency(noise, model, matrix, sizes=sizes, allocations=allocations)
    again = noise[:, : -(-_PEOPLE_AGAIN // sum(sizes))]
    models = _resample(fit, weights, points, rng=rng, n_boot=n_boot)
    drawn = [
        measure_pair_consistency(again, each, matrix, sizes=sizes, allocations=allocations) for each in models
    ]
    centre = measure_pair_consistency(again, model, matrix, sizes=sizes, allocations=allocations)
    caveat = "; ".join(filter(None, [NORMAL, _say_pattern(allocations), fit.caveat]))
    known = not withholds_interval(fit.parts)
    return [
        {
            **fit.about,
            "quantity": quantity,
            **dict(zip(_ENDS, _interval(found, centre, drawn, name, conf_level, known=known), strict=True)),
            "mc_error": getattr(found, f"{name}_error"),
            "n": fit.components.n,
            "caveat": caveat,
        }
        for quantity, name in (("same_predikat_share", "agreement"), ("predikat_kappa", "kappa"))
    ]


def _matrix(specification: MethodSpecification) -> CategoryMatrix:
    expected = specification.expectation
    cuts = np.array([[expected.meets, expected.above]] * 2, dtype=np.float64)
    table = [
        [PREDIKATS.index(PREDIKAT_MATRIX[result, behaviour]) for behaviour in EXPECTATIONS]
        for result in EXPECTATIONS
    ]
    return CategoryMatrix(cuts=cuts, categories=np.array(table, dtype=np.intp))


def _model(means: NDArray[np.float64], fit: FittedScore, weights: list[NDArray[np.float64]]) -> TwoScores:
    both = np.array(weights)
    return TwoScores(
        means=means,
        universe=both @ fit.components.universe @ both.T,
        error=both @ fit.components.error() @ both.T,
    )


def _resample(
    fit: FittedScore,
    weights: list[NDArray[np.float64]],
    points: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    n_boot: int,
) -> Iterable[TwoScores]:
    """Yield the model under each resample of units or people."""
    pairs = ((0, 0), (0, 1), (1, 1))
    added = [fit.components.contributions(weights[i], weights[j]) for i, j in pairs]
    filled = np.where(np.isnan(points), np.nanmean(points, axis=0), points)
    columns = np.hstack([*added, filled])
    found = bootstrap(weighted_mean, columns, n_boot=n_boot, rng=rng, clusters=clusters_of(fit.parts))
    both = np.array(weights)
    moving = both @ fit.components.shift @ both.T / fit.components.n_occasions
    for row in found.replicates:
        variances = row[:12].reshape(3, 4)
        universe, error = (_square(each) for each in (variances[:, 0], variances[:, 1:].sum(axis=1)))
        yield TwoScores(means=row[12:], universe=_possible(universe), error=_possible(error + moving))


def _square(three: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([[three[0], three[1]], [three[1], three[2]]])


def _possible(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def _interval(
    found: PairConsistency,
    centre: PairConsistency,
    drawn: list[PairConsistency],
    name: str,
    conf_level: float,
    *,
    known: bool,
) -> tuple[float, float, float]:
    """Return a number with its interval: that of the smaller draws, moved to the larger one."""
    estimate = float(getattr(found, name))
    values = np.array([getattr(each, name) for each in drawn])
    if not known or np.isnan(values).any():
        return estimate, float("nan"), float("nan")
    tails = ((1 - conf_level) / 2, (1 + conf_level) / 2)
    low, high = np.quantile(values, tails) + (estimate - float(getattr(centre, name)))
    return estimate, min(float(low), estimate), min(max(float(high), estimate), 1.0)


def _say_pattern(allocations: list[Allocation | None]) -> str:
    n = sum(each is not None for each in allocations)
    return PATTERN.format(n=n, total=len(allocations)) if n else NO_PATTERN
