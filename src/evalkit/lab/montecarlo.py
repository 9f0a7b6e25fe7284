"""Means over replicates with their Monte Carlo errors, paired differences, and how many are enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import ceil, isfinite
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = NDArray[np.float64]

#: What a number of one replicate is of.
KEY: Final = ("corruption", "method", "target", "quantity")
#: The primary quantity, whose errors decide how many replicates there are.
PRIMARY: Final = "decision_loss"
#: Quantities of which every pair of methods is compared.
COMPARED: Final = (PRIMARY, "rank_recovery")
#: Replicates before the errors are first looked at.
FIRST: Final = 8
_GROWTH: Final = 1.25  # at least, so that few rounds are enough


def mean_and_error(values: Values) -> tuple[Values, Values, NDArray[np.int_]]:
    """Return mean, Monte Carlo error and number of replicates of each row; NaN is what has no value.

    The error is the standard deviation over replicates by the square root of their number, for proportions
    too: each replicate draws its own people, so that a proportion within one is a number like any other.
    One replicate has no error (NaN), none has no mean either. Morris, White & Crowther 2019,
    doi:10.1002/sim.8086.

    Parameters
    ----------
    values
        Shape (row, replicate).

    Examples
    --------
    >>> mean, error, n = mean_and_error(np.array([[1.0, 3.0, np.nan]]))
    >>> float(mean[0]), float(error[0]), int(n[0])
    (2.0, 1.0, 2)
    """
    known = ~np.isnan(values)
    n = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0).sum(axis=1) / n
        squares = np.where(known, (values - mean[:, None]) ** 2, 0).sum(axis=1)
        error = np.sqrt(squares / (n - 1) / n)
    return mean, np.where(n > 1, error, np.nan), n


def widen(rows: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return the numbers of one scenario with a row for each `KEY` and a column for each replicate.

    What one replicate has and another has not is NaN there.

    Raises
    ------
    ValueError
        If a replicate has two numbers of one key.
    """
    columns = {replicate: rows[replicate].set_index(list(KEY))["value"] for replicate in sorted(rows)}
    for replicate, column in columns.items():
        if not column.index.is_unique:
            raise ValueError(
                f"replicate {replicate} has two numbers of {column.index[column.index.duplicated()][0]}"
            )
    wide: pd.DataFrame = pd.concat(columns, axis=1, sort=False)
    return wide


def summarise(wide: pd.DataFrame) -> pd.DataFrame:
    """Return each number's mean and error, and those of its difference from clean evidence.

    The difference is paired: both come from the same people and the same draws of everything else.

    Returns
    -------
    DataFrame
        corruption, method, target, quantity, estimate, mc_error, change, change_error, n_replicates; the
        change of clean evidence itself is NaN.
    """
    values = wide.to_numpy(float)
    frame = wide.index.to_frame(index=False)
    frame["estimate"], frame["mc_error"], n = mean_and_error(values)
    spoiled = (frame["corruption"] != "").to_numpy()
    clean = wide.reindex(pd.MultiIndex.from_frame(frame[list(KEY)].assign(corruption="")))
    change, change_error, _ = mean_and_error(values - clean.to_numpy(float))
    frame["change"] = np.where(spoiled, change, np.nan)
    frame["change_error"] = np.where(spoiled, change_error, np.nan)
    return frame.assign(n_replicates=n)


def contrast(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the paired difference of every two methods, first minus second.

    Returns
    -------
    DataFrame
        corruption, method_a, method_b, target, quantity, estimate, mc_error, n_replicates.
    """
    parts = []
    for (corruption, target, quantity), block in _compared(wide):
        methods = list(block.index.get_level_values("method"))
        pairs = list(combinations(range(len(methods)), 2))
        a, b = np.array(pairs, dtype=int).reshape(-1, 2).T
        values = block.to_numpy(float)
        mean, error, n = mean_and_error(values[a] - values[b])
        names = {"method_a": [methods[i] for i in a], "method_b": [methods[i] for i in b]}
        rest = {"target": target, "quantity": quantity, "estimate": mean, "mc_error": error}
        parts.append(pd.DataFrame({"corruption": corruption, **names, **rest, "n_replicates": n}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_CONTRAST))


_CONTRAST: Final = (
    *("corruption", "method_a", "method_b", "target", "quantity"),
    *("estimate", "mc_error", "n_replicates"),
)


def _compared(wide: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame]]:
    chosen = wide[wide.index.get_level_values("quantity").isin(COMPARED)]
    for key, block in chosen.groupby(level=["corruption", "target", "quantity"], sort=False):
        corruption, target, quantity = key
        yield (str(corruption), str(target), str(quantity)), block


def largest_error(wide: pd.DataFrame) -> float:
    """Return the largest error of a decision loss or of a difference of two; NaN if none is known."""
    primary = wide[wide.index.get_level_values("quantity") == PRIMARY]
    errors = np.concatenate(
        [mean_and_error(primary.to_numpy(float))[1], contrast(primary)["mc_error"].to_numpy(float)]
    )
    return float(np.nanmax(errors)) if np.isfinite(errors).any() else float("nan")


def next_size(n: int, error: float, *, target: float, most: int) -> int:
    """Return how many replicates there should be, after n had an error.

    An error falls with the square root of the number. Where it cannot be known yet, the number is doubled.

    Examples
    --------
    >>> next_size(8, 0.02, target=0.01, most=100), next_size(8, 0.02, target=0.01, most=20)
    (32, 20)
    >>> next_size(8, 0.009, target=0.01, most=100)
    8
    """
    if error <= target:
        return n
    wanted = ceil(n * (error / target) ** 2) if isfinite(error) else 2 * n
    return min(max(wanted, ceil(n * _GROWTH)), most)
