"""Do weightings of one instrument agree more than any others would? Pairs against random mappings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.design import method_design, require
from evalkit.compare.instrument import item_points, read_weights
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.shown import show_frame
from evalkit.stats import (
    bootstrap,
    draw_disjoint_subsets,
    draw_random_pairs,
    estimate_association,
    weighted_correlation,
)

Floats = NDArray[np.float64]

REFERENCE_RANGE: Final = "middle 95 % of random mappings, no confidence interval"
_DIGITS: Final = 9  # of points: sums in another order must still tie
_SCORE_TOLERANCE: Final = 1e-6  # points; scores are sums of the same numbers in another order
_QUANTITIES: Final = {
    "correlation": ("estimate", "conf_low", "conf_high"),
    "rank_correlation": ("rank_correlation", "rank_low", "rank_high"),
    "shared_weight": ("shared_weight", None, None),
    "overlap_alone_correlation": ("overlap_alone", None, None),
    "random_mapping_correlation": ("reference", "reference_low", "reference_high"),
    "percentile_among_random_mappings": ("percentile", None, None),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProfileComparison:
    """Agreement of every pair of weightings of one instrument, and what it has to be read against.

    Attributes
    ----------
    pairs
        One row per pair: method_a, method_b, shared_weight, n_shared (indicators), correlation (estimate)
        with its bootstrap interval by employee, rank_correlation (Spearman) with rank_low and rank_high,
        overlap_alone (the correlation if indicators were unrelated), reference (median over random
        mappings of the same weights and overlap) with reference_low and reference_high (their middle 95 %),
        percentile of the observed correlation among them, n.
    disjoint
        Correlations of random pairs of equal-weight subsets that share no indicator, shape (n_draws,).
    subset_size
        Indicators in each such subset.
    items
        Points that are weighted, one row per employee and one column per indicator.
    weights
        Weight of each indicator in each method, one row per method.
    n_draws, n_boot, conf_level
        Random mappings, resamples, level of the intervals.
    """

    pairs: pd.DataFrame
    disjoint: Floats
    subset_size: int
    items: pd.DataFrame
    weights: pd.DataFrame
    n_draws: int
    n_boot: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the pairs to their number and the weights to their sum."""
        k = len(self.weights)
        if len(self.pairs) != k * (k - 1) // 2:
            raise ValueError(f"{k} methods have {k * (k - 1) // 2} pairs; there are {len(self.pairs)}")
        if not np.allclose(self.weights.sum(axis=1), 1):
            raise ValueError("the weights of a method do not add up to 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the pairs, one tidy row each."""
        return self.pairs.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number of every pair, and the disjoint subsets, as rows of ``results.csv``."""
        parts = [self._quantity(name, *columns) for name, columns in _QUANTITIES.items()]
        low, middle, high = np.quantile(self.disjoint, [0.025, 0.5, 0.975]).tolist()
        about = {"quantity": "disjoint_subset_correlation", "item": f"subset_size={self.subset_size}"}
        ends = {"estimate": middle, "conf_low": low, "conf_high": high}
        disjoint = {**about, **ends, "n": len(self.items), "caveat": REFERENCE_RANGE}
        return pd.concat([*parts, pd.DataFrame([disjoint])], ignore_index=True).fillna(
            {"method_a": "", "method_b": "", "item": "", "caveat": ""}
        )

    def _quantity(self, name: str, value: str, low: str | None, high: str | None) -> pd.DataFrame:
        rows = self.pairs[["method_a", "method_b", "n"]].assign(quantity=name, estimate=self.pairs[value])
        error = f"Monte Carlo standard error at most {0.5 / np.sqrt(self.n_draws):.4f}"
        caveats = {"random_mapping_correlation": REFERENCE_RANGE, "percentile_among_random_mappings": error}
        ends = [self.pairs[end] if end else np.nan for end in (low, high)]
        return rows.assign(conf_low=ends[0], conf_high=ends[1], caveat=caveats.get(name, ""))

    def _repr_html_(self) -> str:
        return show_frame(self.pairs)


def compare_profiles(
    scores: MethodScores,
    evidence: Evidence,
    *,
    n_boot: int,
    rng: np.random.Generator,
    n_draws: int = 10_000,
    subset_size: int = 3,
    conf_level: float = 0.95,
) -> ProfileComparison:
    """Compare weightings of one instrument with random weightings that overlap as they do.

    Ratings of one source by the same raters share a common impression, so any two weightings agree. An
    observed correlation says something of two profiles only where it leaves the range of random mappings
    with the same weights and the same overlap.

    Raises
    ------
    DesignError
        If the methods do not read the same raters of one source, or some employee lacks a score.
    """
    design = method_design(scores, evidence)
    require("random_mappings", design)
    read = read_weights(scores, evidence)
    weights = read.pivot_table(
        index="method", columns="indicator", values="weight", aggfunc="sum", fill_value=0
    )
    weights = weights.loc[list(design.methods)]
    items = item_points(evidence, list(weights.columns), read["source"].iloc[0])
    by_method = weights.T
    composites = (items @ by_method).round(_DIGITS)
    _check_scores(composites, scores)
    pairs = [
        {
            "method_a": a,
            "method_b": b,
            **_agreement(composites[a], composites[b], n_boot, rng, conf_level),
            **_reference(items, by_method[a], by_method[b], n_draws, rng),
        }
        for a, b in combinations(design.methods, 2)
    ]
    return ProfileComparison(
        pairs=pd.DataFrame(pairs),
        disjoint=draw_disjoint_subsets(items.to_numpy(), subset_size, n_draws=n_draws, rng=rng),
        subset_size=subset_size,
        items=items,
        weights=weights,
        n_draws=n_draws,
        n_boot=n_boot,
        conf_level=conf_level,
    )


def _check_scores(composites: pd.DataFrame, scores: MethodScores) -> None:
    """Hold the weighted sums to the scores: they must be the same numbers."""
    table = scores.scores[scores.scores["status"] == "scored"]
    scored = table.pivot_table(index="employee", columns="method", values="score")
    gap = float((scored[composites.columns].loc[composites.index] - composites).abs().to_numpy().max())
    if not gap <= _SCORE_TOLERANCE:
        raise ValueError(f"weighted sums of the indicators differ from the scores by up to {gap:.3g} points")


def _agreement(
    a: pd.Series[float], b: pd.Series[float], n_boot: int, rng: np.random.Generator, conf_level: float
) -> dict[str, object]:
    """Return the observed correlations with their intervals."""
    first, second = a.to_numpy(), b.to_numpy()
    linear = bootstrap(weighted_correlation, first, second, n_boot=n_boot, rng=rng, conf_level=conf_level)
    ranks = estimate_association(first, second, coefficient="spearman", conf_level=conf_level)
    return {
        "estimate": float(linear.estimate),
        "conf_low": float(linear.conf_low),
        "conf_high": float(linear.conf_high),
        "rank_correlation": ranks.estimate,
        "rank_low": ranks.conf_low,
        "rank_high": ranks.conf_high,
        "n": ranks.n,
    }


def _reference(
    items: pd.DataFrame,
    a: pd.Series[float],
    b: pd.Series[float],
    n_draws: int,
    rng: np.random.Generator,
) -> dict[str, object]:
    """Return what overlap alone and random mappings would give."""
    drawn = draw_random_pairs(items.to_numpy(), a.to_numpy(), b.to_numpy(), n_draws=n_draws, rng=rng)
    return {
        "shared_weight": drawn.shared_weight,
        "n_shared": int(((a > 0) & (b > 0)).sum()),
        "overlap_alone": drawn.overlap_only,
        "reference": float(np.median(drawn.correlations)),
        "reference_low": drawn.low,
        "reference_high": drawn.high,
        "percentile": drawn.percentile,
    }
