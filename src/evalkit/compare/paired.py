"""How far apart are two conditions in the same people? Sizes first, then p-values, one row a pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.groups import FEWEST
from evalkit.stats import (
    Contrast,
    assess_equivalence,
    bootstrap,
    estimate_contrast,
    estimate_stratified_mean,
    estimate_superiority,
    standardise_differences,
    wild_cluster_bootstrap,
)

Floats = NDArray[np.float64]

#: Below this many, p-values from turning whole units around stand beside those of t.
FEW: Final = 40
CONSTANT: Final = "everyone has the same difference: no interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the people of a family were sampled, and how sure intervals are to be.

    Attributes
    ----------
    clusters
        Unit of each person; None where people are independent.
    strata
        Place of each person, as a number from 0; None where there is one place.
    n_groups
        Units, or people where these are independent.
    margin
        Largest difference that does not matter; NaN where none was fixed.
    """

    clusters: NDArray[np.generic] | None
    strata: NDArray[np.intp] | None
    n_groups: int
    margin: float
    n_boot: int
    rng: np.random.Generator
    conf_level: float

    def estimate_mean(self, values: Floats) -> Contrast:
        """Estimate the mean over people; over several places, the mean of what is found within each."""
        if self.strata is None:
            return estimate_contrast(values, clusters=self.clusters, conf_level=self.conf_level)
        return estimate_stratified_mean(
            values, strata=self.strata, clusters=self.clusters, conf_level=self.conf_level
        )


def size_pairs(kept: pd.DataFrame, how: Sampling) -> pd.DataFrame:
    """Return the sizes and the unadjusted p-values of all pairs of columns, one row each."""
    order = list(combinations(kept.columns, 2))
    rows = [_pair(kept[a].to_numpy(), kept[b].to_numpy(), how) for a, b in order]
    pairs = pd.DataFrame(order, columns=["first", "second"]).join(pd.DataFrame(rows))
    return pairs.join(_effects(kept.to_numpy(dtype=np.float64), how))


def _pair(first: Floats, second: Floats, how: Sampling) -> dict[str, object]:
    """Return the size of one difference, then its p-values."""
    difference = first - second
    contrast = how.estimate_mean(difference)
    varies = contrast.std_error > 1e-12 * (1 + abs(contrast.estimate))
    above = estimate_superiority(
        first,
        second,
        paired=True,
        clusters=how.clusters,
        strata=how.strata,
        conf_level=how.conf_level,
    )
    return {
        "estimate": contrast.estimate,
        "conf_low": contrast.conf_low if varies else np.nan,
        "conf_high": contrast.conf_high if varies else np.nan,
        "std_error": contrast.std_error,
        "superiority": above.probability,
        "superiority_low": above.probability_low,
        "superiority_high": above.probability_high,
        "p_value": contrast.p_value if varies else np.nan,
        "p_flipped": _flip(difference, how) if varies else np.nan,
        **_equivalence(contrast, how.margin if varies else np.nan, how.conf_level),
        "caveat": "" if varies else CONSTANT,
    }


def _flip(difference: Floats, how: Sampling) -> float:
    """Return the p-value from turning whole units around, where these are few."""
    if how.n_groups >= FEW:
        return float("nan")
    groups = np.arange(len(difference)) if how.clusters is None else how.clusters
    places = None if how.strata is None else np.eye(int(how.strata.max()) + 1)[how.strata]
    shares = None if places is None else places.mean(axis=0)
    found = wild_cluster_bootstrap(
        difference, places, shares, clusters=groups, n_boot=how.n_boot, rng=how.rng, interval=False
    )
    return found.p_value


def _equivalence(contrast: Contrast, margin: float, conf_level: float) -> dict[str, float]:
    names = ("equivalence_p", "equivalence_low", "equivalence_high")
    if np.isnan(margin):
        return dict.fromkeys(names, float("nan"))
    found = assess_equivalence(
        contrast.estimate, contrast.std_error, contrast.df, margin=margin, conf_level=conf_level
    )
    return dict(zip(names, (found.p_value, found.conf_low, found.conf_high), strict=True))


def _effects(x: Floats, how: Sampling) -> pd.DataFrame:
    """Return the differences in standard deviations; with few groups without an interval."""
    names = ["effect_size", "effect_low", "effect_high"]
    standardise = partial(standardise_differences, strata=how.strata)
    if how.n_groups < FEWEST:
        estimate = standardise(np.ones((1, len(x))), x)[0]
        gaps = np.full(len(estimate), np.nan)
        return pd.DataFrame(dict(zip(names, (estimate, gaps, gaps), strict=True)))
    found = bootstrap(
        standardise,
        x,
        n_boot=how.n_boot,
        rng=how.rng,
        clusters=how.clusters,
        conf_level=how.conf_level,
    )
    ends = (found.estimate, found.conf_low, found.conf_high)
    return pd.DataFrame(dict(zip(names, ends, strict=True)))
