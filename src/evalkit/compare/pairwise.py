"""How far apart are the means of several conditions over the same people? All pairs of one family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.groups import group_people
from evalkit.compare.paired import Sampling, size_pairs
from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats import (
    Friedman,
    RankContrasts,
    adjust_p_values,
    compare_rank_pairs,
    compare_ranks,
)

Floats = NDArray[np.float64]

LEFT_OUT: Final = "{n} of {total} people lack a score and were left out"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanComparison(Shown):
    """All pairs of conditions over the same people, sizes first.

    Attributes
    ----------
    pairs
        One row per pair: first (the higher mean), second, difference of means (estimate) with its interval,
        std_error, effect_size (the difference over the root mean square of the two standard deviations) with
        effect_low and effect_high, superiority (how often the first is above the second in the same person)
        with its ends, p_value, p_adjusted (Holm over the family), p_flipped (turning whole units around;
        under 40 units only), equivalence_low and equivalence_high (level 1 - 2α), equivalence_p_adjusted,
        nemenyi_p, conover_p_adjusted, verdict, lowest and highest (difference within a single place), n,
        n_groups, caveat.
    means
        One row per condition, the highest first: mean (estimate) with its interval, mean_rank, n, caveat.
    friedman, critical_difference
        Friedman's test over people, and Nemenyi's critical difference of mean ranks.
    margin
        Largest difference that does not matter, fixed beforehand; NaN where none was.
    n, n_groups, n_places
        People, what was sampled on its own (units, or people where no units are recorded), and places.
    group_kind
        What was sampled on its own: "units", "people" or "units and people".
    n_boot, conf_level
        Resamples behind effect sizes, and level of the intervals; p-values are read at 1 - conf_level.
    """

    pairs: pd.DataFrame
    means: pd.DataFrame
    friedman: Friedman
    critical_difference: float
    margin: float
    n: int
    n_groups: int
    n_places: int
    group_kind: str
    n_boot: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold pairs to their number, sizes to their intervals, and differences to the means."""
        k = len(self.means)
        if len(self.pairs) != k * (k - 1) // 2:
            raise ValueError(f"{k} conditions have {k * (k - 1) // 2} pairs; there are {len(self.pairs)}")
        means = self.means.set_index("condition")["estimate"]
        gap = self.pairs["first"].map(means) - self.pairs["second"].map(means) - self.pairs["estimate"]
        if (gap.abs() > 1e-9 * (1 + means.abs().max())).any():
            raise ValueError("a difference is not the difference of the two means")
        if not self.pairs[["lowest", "estimate", "highest"]].T.apply(_ascends).all():
            raise ValueError("a difference over places lies outside those within places")
        if (self.pairs["p_adjusted"] < self.pairs["p_value"] - 1e-12).any():
            raise ValueError("an adjusted p-value lies below the one that was adjusted")


def compare_means(
    values: pd.DataFrame,
    units: pd.Series,
    *,
    places: pd.Series | None = None,
    margin: float,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
    caveat: str = "",
) -> MeanComparison:
    """Compare the means of all pairs of conditions over the same people.

    Each pair has its own paired contrast, so no equality of variances or correlations between conditions is
    assumed; over complete rows its estimate is that of a mixed model with a random intercept for each person.
    Where several units are recorded the standard error leaves out one unit at a time: CR3, t(units - 1). Over
    several places it is the mean of the contrasts within them, every person counting alike; what sets places
    apart enters neither estimate nor error. No test chooses another test.

    Parameters
    ----------
    values
        One row per person and one column per condition, in one unit of measurement.
    units
        Unit of each person, in the order of the rows; one unit for all, or none, means independent people.
    places
        Place of each person; one place by default.
    margin
        Largest difference that does not matter; NaN where none was fixed beforehand.
    caveat
        Doubt about all of it, which every pair then carries.

    Raises
    ------
    DesignError
        If there are fewer than two conditions, or fewer than three people with every condition.
    """
    complete = values.notna().all(axis=1).to_numpy()
    kept = values[complete]
    if kept.shape[1] < 2 or len(kept) < 3:
        raise DesignError(
            "A difference of means needs two conditions and three people with both at least; there are "
            f"{kept.shape[1]} conditions and {len(kept)} people with all of them."
        )
    kept = kept[kept.mean().sort_values(ascending=False, kind="stable").index]
    groups = group_people(units[complete], None if places is None else places[complete])
    how = Sampling(
        clusters=groups.clusters,
        strata=groups.strata,
        n_groups=groups.n_groups,
        margin=margin,
        n_boot=n_boot,
        rng=rng,
        conf_level=conf_level,
    )
    friedman = compare_ranks(kept.to_numpy())
    ranks = compare_rank_pairs(friedman, conf_level=conf_level)
    left_out = LEFT_OUT.format(n=len(values) - len(kept), total=len(values))
    about = "; ".join(filter(None, (groups.caveat, caveat, left_out if len(kept) < len(values) else "")))
    sizes = size_pairs(kept, how)
    return MeanComparison(
        pairs=_finish(sizes, friedman, ranks, about, how).assign(**_spread(kept, sizes, how), n=len(kept)),
        means=_means(kept, friedman, how).assign(caveat=groups.caveat),
        friedman=friedman,
        critical_difference=ranks.critical_difference,
        margin=margin,
        n=len(kept),
        n_groups=how.n_groups,
        n_places=1 if how.strata is None else int(how.strata.max()) + 1,
        group_kind=groups.kind,
        n_boot=n_boot,
        conf_level=conf_level,
    )


def _finish(
    pairs: pd.DataFrame, friedman: Friedman, ranks: RankContrasts, about: str, how: Sampling
) -> pd.DataFrame:
    """Add what only the whole family gives: adjusted p-values, ranks, verdicts."""
    conover = compare_rank_pairs(friedman, procedure="conover", conf_level=how.conf_level)
    adjusted = pairs.assign(
        p_adjusted=adjust_p_values(pairs["p_value"].to_numpy()),
        equivalence_p_adjusted=adjust_p_values(pairs["equivalence_p"].to_numpy()),
        nemenyi_p=ranks.p_value,
        conover_p_adjusted=adjust_p_values(conover.p_value),
        n_groups=how.n_groups,
        caveat=["; ".join(filter(None, [about, text])) for text in pairs["caveat"]],
    )
    return adjusted.assign(verdict=_verdicts(adjusted, 1 - how.conf_level))


def _means(kept: pd.DataFrame, friedman: Friedman, how: Sampling) -> pd.DataFrame:
    found = [how.estimate_mean(kept[name].to_numpy()) for name in kept]
    rows = [(one.estimate, one.conf_low, one.conf_high) for one in found]
    means = pd.DataFrame(rows, columns=["estimate", "conf_low", "conf_high"])
    means.insert(0, "condition", list(kept.columns))
    return means.assign(mean_rank=friedman.mean_ranks, n=len(kept))


def _spread(kept: pd.DataFrame, pairs: pd.DataFrame, how: Sampling) -> dict[str, Floats]:
    """Return the lowest and the highest difference within a place, of each pair."""
    strata = np.zeros(len(kept)) if how.strata is None else how.strata
    means = kept.groupby(strata).mean()
    gaps = means[pairs["first"]].to_numpy() - means[pairs["second"]].to_numpy()
    return {"lowest": gaps.min(axis=0), "highest": gaps.max(axis=0)}


def _ascends(three: pd.Series) -> bool:
    return bool((np.diff(three) >= -1e-9 * (1 + np.abs(three).max())).all())


def _verdicts(pairs: pd.DataFrame, alpha: float) -> list[str]:
    """Name what was shown of each pair: a difference, its smallness, both, or neither."""
    differs, small = pairs["p_adjusted"] < alpha, pairs["equivalence_p_adjusted"] < alpha
    names = {
        (True, True): "differs_slightly",
        (True, False): "differs",
        (False, True): "equivalent",
        (False, False): "undecided",
    }
    return [names[bool(a), bool(b)] for a, b in zip(differs, small, strict=True)]
