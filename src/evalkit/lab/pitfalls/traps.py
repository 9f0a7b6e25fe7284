"""The traps: how each draws one sample, and how the sample may be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evalkit.stats import (
    adjust_p_values,
    estimate_contrast,
    estimate_criterion_correlation,
    estimate_deming,
    estimate_intraclass_correlation,
    estimate_rank_agreement,
    expected_regression,
    fit_variance_components,
)

Floats = NDArray[np.float64]
Readings = Mapping[str, float]

_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A trap of analysis.

    Attributes
    ----------
    draw
        Draws one sample and returns what each reading makes of it: a number, or 1 where it claims something.
    truth
        What a reading should come to on average.
    sound
        Readings that reports use; the others are the trap.
    at_most
        Whether less than the truth is well, too, as it is with false alarms.
    n_replicates
        Samples that are drawn by default.
    """

    draw: Callable[[np.random.Generator], Readings]
    truth: float
    sound: tuple[str, ...]
    at_most: bool = False
    n_replicates: int


def pool_places(rng: np.random.Generator) -> Readings:
    """Five places of 40 people; two methods share the level of the place and nothing of the person."""
    place = np.repeat(np.arange(5), 40)
    x, y = rng.normal(size=5)[place] + rng.normal(size=(2, 200))
    found = estimate_rank_agreement(x, y, strata=place, n_boot=1, rng=rng)
    return {"all_places_together": found.pooled, "within_places": found.estimate}


def cross_nested_raters(rng: np.random.Generator) -> Readings:
    """Ten units of eight people and three raters of their own: people 1, raters .5 and the rest .5.

    How well two raters order the people of their unit alike is 1 / 1.5.
    """
    people, raters = rng.normal(size=(10, 8, 1)), 0.5**0.5 * rng.normal(size=(10, 1, 3))
    values = people + raters + 0.5**0.5 * rng.normal(size=(10, 8, 3))
    unit, person, rater = np.indices(values.shape).reshape(3, -1)
    fit = fit_variance_components(values.ravel(), {"rated": 8 * unit + person, "rater": 3 * unit + rater})
    rated, rest = fit.components["rated"], fit.components["residual"]
    columns = estimate_intraclass_correlation(values.reshape(80, 3), form="consistency")
    return {"raters_as_columns": columns.estimate, "raters_in_units": rated / (rated + rest)}


def regress_on_mean(rng: np.random.Generator) -> Readings:
    """100 people rated twice on one scale, with errors of .3 and .9; is one scale found to be wider."""
    x, y = rng.normal(size=100) + np.array([[0.3], [0.9]]) * rng.normal(size=(2, 100))
    line = estimate_deming(x, y, error_ratio=9)
    return {
        "difference_on_mean": float(stats.linregress((x + y) / 2, y - x).pvalue < _LEVEL),
        "deming": float(not line.slope_low <= 1 <= line.slope_high),
    }


def compare_all_pairs(rng: np.random.Generator) -> Readings:
    """Five methods that are alike, 60 people, ten pairs; is any difference found."""
    first, second = np.triu_indices(5, 1)
    scores = rng.normal(size=(60, 1)) + rng.normal(size=(60, 5))
    p_values = stats.ttest_1samp(scores[:, first] - scores[:, second], 0).pvalue
    return {
        "each_pair_alone": float(np.any(p_values < _LEVEL)),
        "holm": float(np.any(adjust_p_values(p_values) < _LEVEL)),
    }


def ignore_clusters(rng: np.random.Generator) -> Readings:
    """Three of twelve units of 20 people differ in nothing; units make .2 of the variance."""
    units = np.repeat(np.arange(12), 20)
    design = np.column_stack([np.ones(240), units < 3]).astype(float)
    y = 0.5 * rng.normal(size=12)[units] + rng.normal(size=240)
    fits = {
        "people_as_independent": estimate_contrast(y, design),
        "cr1": estimate_contrast(y, design, clusters=units, correction="CR1"),
        "cr3": estimate_contrast(y, design, clusters=units, correction="CR3"),
    }
    return {name: float(fit.p_value < _LEVEL) for name, fit in fits.items()}


def train_the_lowest(rng: np.random.Generator) -> Readings:
    """400 people rated twice (r = .7); the lowest quarter is trained in between, which changes nothing."""
    before, noise = rng.normal(size=(2, 400))
    after = 0.7 * before + 0.51**0.5 * noise
    gain, cut = after - before, np.quantile(before, 0.25)
    lowest = before < cut
    r = float(np.corrcoef(before, after)[0, 1])
    return {
        "gain_of_the_trained": float(gain[lowest].mean()),
        "gain_beyond_the_rest": float(gain[lowest].mean() - gain[~lowest].mean()),
        "gain_beyond_regression": float(gain[lowest].mean()) - expected_regression(r, share=0.25),
        "jump_at_the_cut": _jump(before - cut, after),
    }


def _jump(away: Floats, after: Floats) -> float:
    """Return the jump between two lines that meet at the cut, fitted to those within one SD of it."""
    near = np.abs(away) < 1
    x, below = away[near], (away[near] < 0).astype(float)
    design = np.column_stack([np.ones(len(x)), below, x, x * below])
    return estimate_contrast(after[near], design, np.array([0.0, 1.0, 0.0, 0.0])).estimate


def draw_weights(rng: np.random.Generator) -> Readings:
    """Five weights about which nothing is known; does one exceed all others together."""
    flat = rng.random(5)
    return {
        "uniform_then_normalised": float((flat / flat.sum()).max() > 0.5),
        "dirichlet": float(rng.dirichlet(np.ones(5)).max() > 0.5),
    }


def read_units_of_people(rng: np.random.Generator) -> Readings:
    """40 units of ten; satisfaction and performance share a fifth of their variance, all of it between units.

    Within units they are unrelated, so a unit's satisfaction tells nobody of it from a colleague.
    """
    units = np.repeat(np.arange(40), 10)
    level, own = rng.normal(size=40)[units], rng.normal(size=(2, 400))
    satisfaction, performance = 0.2**0.5 * level + 0.8**0.5 * own
    found = estimate_criterion_correlation(satisfaction, performance, clusters=units, n_boot=2, rng=rng)
    given = (np.bincount(units, satisfaction) / 10)[units]
    return {
        "units_compared": found.between_clusters,
        "given_to_people": float(np.corrcoef(given, performance)[0, 1]),
        "within_units": found.within_clusters,
    }


#: By the number of the trap in the index of ``tests/test_pitfalls.py``. Truths follow from the designs.
TRAPS: Final[Mapping[int, Trap]] = MappingProxyType({
    1: Trap(draw=pool_places, truth=0.0, sound=("within_places",), n_replicates=200),
    2: Trap(draw=cross_nested_raters, truth=1 / 1.5, sound=("raters_in_units",), n_replicates=200),
    5: Trap(draw=regress_on_mean, truth=_LEVEL, sound=("deming",), at_most=True, n_replicates=1000),
    10: Trap(draw=compare_all_pairs, truth=_LEVEL, sound=("holm",), at_most=True, n_replicates=1000),
    13: Trap(draw=ignore_clusters, truth=_LEVEL, sound=("cr3",), at_most=True, n_replicates=1000),
    14: Trap(
        draw=train_the_lowest, truth=0.0, n_replicates=1000,
        sound=("gain_beyond_regression", "jump_at_the_cut"),
    ),
    17: Trap(draw=draw_weights, truth=5 / 16, sound=("dirichlet",), n_replicates=10_000),
    21: Trap(draw=read_units_of_people, truth=0.0, sound=("within_units",), n_replicates=200),
})  # fmt: skip
