"""What two methods say of the same people: ranks, decisions and predikats of one pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.stats import (
    bootstrap,
    category_weights,
    classification_agreement,
    estimate_decision_agreement,
    estimate_rank_agreement,
)
from evalkit.vocabulary import PREDIKATS

ONE_UNIT: Final = "all in one unit: people are resampled, and what a unit has in common is not seen"
FEW_UNITS: Final = "only {n} units: an interval from resampling them is too short"
LEFT_OUT: Final = "scored by one of the two only and left out: {n}"
NO_PREDIKATS: Final = "a method has no points in one of the two parts, so it gives no predikat"
#: Under this number of units, intervals that resample units are doubted.
MANY_UNITS: Final = 10
ONE_PREDIKAT: Final = "both methods give everyone one predikat, so kappa is not defined"
#: How near two predikats count as agreeing, in gwet_ac2 and weighted_kappa.
WEIGHTS: Final = "linear"
_PREDIKAT_QUANTITIES: Final = ("raw_agreement", "gwet_ac2", "weighted_kappa")


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """How intervals are resampled."""

    n_boot: int
    rng: np.random.Generator
    conf_level: float

    def options(self) -> dict[str, Any]:
        """Return the settings as the statistics take them."""
        return {"n_boot": self.n_boot, "rng": self.rng, "conf_level": self.conf_level}


def measure_pair(
    table: pd.DataFrame,
    predikats: pd.DataFrame,
    pair: tuple[str, str],
    selected_share: float,
    sampling: Resampling,
) -> dict[str, Any]:
    """Return the columns of one pair, and under "measures" its rows of decisions and predikats.

    Parameters
    ----------
    table
        Scores, indexed by place, unit and employee, one column a method.
    predikats
        Predikats, laid out as the scores.
    """
    both = table[list(pair)].dropna()
    place, unit = (both.index.get_level_values(name).to_numpy() for name in ("place", "unit"))
    clusters, caveat = choose_clusters(place, unit)
    n_one = len(table[list(pair)].dropna(how="all")) - len(both)
    if n_one:
        caveat = "; ".join(text for text in (LEFT_OUT.format(n=n_one), caveat) if text)
    first, second = both.to_numpy().T
    within = {"strata": place, "clusters": clusters, **sampling.options()}
    ranks = estimate_rank_agreement(first, second, **within)
    named = {"method_a": pair[0], "method_b": pair[1]}
    decisions = [
        {
            **named,
            "quantity": quantity,
            **_ends(
                estimate_decision_agreement(
                    first, second, selected_share=selected_share, lowest=lowest, **within
                )
            ),
            "by_chance": selected_share,
            "n": len(both),
            "caveat": caveat,
        }
        for quantity, lowest in (("recognised_by_both", False), ("trained_by_both", True))
    ]
    rated = predikats.reindex(columns=list(pair)).reindex(both.index).dropna()
    return {
        **_ends(ranks),
        "pooled": ranks.pooled,
        "pooled_low": ranks.pooled_low,
        "pooled_high": ranks.pooled_high,
        "n": ranks.n,
        "n_places": len(set(place)),
        "n_units": len(set(zip(place, unit, strict=True))),
        "caveat": caveat,
        "measures": decisions + [{**named, **row} for row in _compare_predikats(rated, sampling)],
    }


def choose_clusters(place: np.ndarray, unit: np.ndarray) -> tuple[np.ndarray | None, str]:
    """Return what to resample, units or (None) people, and what to say of it."""
    codes, found = pd.factorize(pd.MultiIndex.from_arrays([place, unit]))
    if len(found) == 1:
        return None, ONE_UNIT
    if len(found) == len(codes):
        return None, ""
    return codes, FEW_UNITS.format(n=len(found)) if len(found) < MANY_UNITS else ""


def _ends(found: Any) -> dict[str, float]:
    return {"estimate": found.estimate, "conf_low": found.conf_low, "conf_high": found.conf_high}


def _compare_predikats(rated: pd.DataFrame, sampling: Resampling) -> list[dict[str, object]]:
    """Return raw and chance-corrected agreement of the predikats of one pair."""
    if len(rated) < 2:
        reason = {"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan, "n": len(rated)}
        return [
            {"quantity": name, **reason, "by_chance": np.nan, "caveat": NO_PREDIKATS}
            for name in _PREDIKAT_QUANTITIES
        ]
    place, unit = (rated.index.get_level_values(name).to_numpy() for name in ("place", "unit"))
    clusters, caveat = choose_clusters(place, unit)
    codes = [rated[name].map(PREDIKATS.index).to_numpy(dtype=float) for name in rated]
    closeness = category_weights(WEIGHTS, range(len(PREDIKATS)))
    found = bootstrap(
        lambda weights, a, b: _without_gaps(classification_agreement(weights, a, b, closeness=closeness)),
        *codes,
        clusters=clusters,
        **sampling.options(),
    )
    if len(np.unique(codes)) == 1:
        found.estimate[2] = found.conf_low[2] = found.conf_high[2] = np.nan
        caveat = "; ".join(text for text in (ONE_PREDIKAT, caveat) if text)
    doubts = {"gwet_ac2": f"{WEIGHTS} weights", "weighted_kappa": f"{WEIGHTS} weights"}
    return [
        {
            "quantity": name,
            "estimate": float(found.estimate[i]),
            "conf_low": float(found.conf_low[i]),
            "conf_high": float(found.conf_high[i]),
            "by_chance": np.nan,
            "n": len(rated),
            "caveat": "; ".join(text for text in (doubts.get(name, ""), caveat) if text),
        }
        for i, name in enumerate(_PREDIKAT_QUANTITIES)
    ]


def _without_gaps(values: np.ndarray) -> np.ndarray:
    """Take kappa as 0 in a resample of one predikat only: agreement is then no better than chance."""
    return np.asarray(np.nan_to_num(values, nan=0.0))
