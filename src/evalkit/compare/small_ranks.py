"""Do two methods order the people of a unit alike? By permutation, for few people."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError
from evalkit.stats import adjust_p_values, estimate_exact_rank_agreement

#: Random orders of people where scores tie, in a small place and in a larger one.
ORDERS: Final = 9999
FEWER_ORDERS: Final = 999
_WITHIN: Final = "people are permuted within their unit, so what a unit has in common counts for nothing"
_UNIT_ONLY: Final = "not compared: {why}"
RANKS: Final = [
    *["method_a", "method_b", "estimate", "conf_low", "conf_high", "p_value", "p_adjusted", "exact", "n"],
    "caveat",
]


def compare_small_ranks(
    scored: pd.DataFrame, *, rng: np.random.Generator, n_permutations: int, conf_level: float
) -> pd.DataFrame:
    """Return tau within units of every pair of methods, with its permutation test, one row a pair.

    Parameters
    ----------
    scored
        Scores of one place: method, unit, employee, score.
    """
    wide = scored.pivot_table(index=["unit", "employee"], columns="method", values="score", sort=False)
    names = scored["method"].unique().tolist()
    options = {"rng": rng, "conf_level": conf_level, "n_permutations": n_permutations}
    rows = [_compare_pair(wide[[a, b]].dropna(), options) for a, b in combinations(names, 2)]
    ranks = pd.DataFrame(rows, columns=RANKS)
    known = ranks["p_value"].notna()
    if known.any():
        ranks.loc[known, "p_adjusted"] = adjust_p_values(ranks.loc[known, "p_value"].to_numpy(dtype=float))
    return ranks


def _compare_pair(both: pd.DataFrame, options: dict[str, Any]) -> dict[str, Any]:
    named = {"method_a": both.columns[0], "method_b": both.columns[1], "n": len(both)}
    first, second = both.to_numpy(dtype=float).T
    units = both.index.get_level_values("unit").to_numpy()
    try:
        found = estimate_exact_rank_agreement(first, second, strata=units, **options)
    except DesignError as refusal:
        return {**named, "caveat": _UNIT_ONLY.format(why=str(refusal))}
    return {
        **named,
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
        "exact": found.exact,
        "n": found.n,
        "caveat": _WITHIN,
    }
