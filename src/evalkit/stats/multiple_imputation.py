"""Values that are missing, drawn many times from what is known of the same people, and then shifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

_FEWEST = 20  # observed values of a column from which others are drawn
_DONORS = 5
_MOST_GAPS = 4_000_000  # between predictions that are all looked at: 32 MB
_BURN_IN, _SKIP = 10, 3

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imputations(Shown):
    """Complete tables in which what was missing is filled in.

    Attributes
    ----------
    tables
        Shape (n_deltas, n_imputations, n, k).
    deltas
        By how many SD of the observed values what is filled in was shifted, shape (n_deltas,).
    missing
        What was missing, shape (n, k).
    """

    tables: Floats
    deltas: Floats
    missing: NDArray[np.bool_]


def impute_with_shifts(
    values: ArrayLike, *, deltas: Sequence[float], n_imputations: int = 20, rng: np.random.Generator
) -> Imputations:
    """Fill in missing values by chained equations, and shift what is filled in by so many SD of its column.

    A shift of 0 supposes that a value is missing at random, given the other columns: whoever is like you
    stands for you. A shift of -0.5 supposes that what is missing was half an SD worse than that. No data tell
    which shift is right, so conclusions are read over a range of them. Each missing value is that of one of
    the five people predicted nearest to it (predictive mean matching); each prediction is fitted to a
    bootstrap sample, so that its own error is in the draws. Shifts are added at the end, not in the chain.

    Parameters
    ----------
    tables
        Shape (n, k), NaN where missing; two columns or more, each with 20 observed values that vary.

    Raises
    ------
    DesignError
        If nothing is missing, or there is too little to draw from.

    References
    ----------
    van Buuren, Boshuizen & Knook (1999), Statistics in Medicine 18:681–694,
    doi:10.1002/(SICI)1097-0258(19990330)18:6<681::AID-SIM71>3.0.CO;2-R (chained equations, shifts).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(60, 1)) + 0.5 * rng.normal(size=(60, 2))
    >>> x[:6, 0] = np.nan
    >>> found = impute_with_shifts(x, deltas=[0, 1], n_imputations=3, rng=rng)
    >>> found.tables.shape, bool((found.tables[1] - found.tables[0])[0, 0, 0] > 0)
    ((2, 3, 60, 2), True)
    """
    x = np.asarray(values, dtype=np.float64)
    _refuse(x, deltas, n_imputations)
    missing = np.isnan(x)
    drawn = np.array(_draw_tables(x, n_imputations, rng))
    shift = np.where(missing, np.nanstd(x, axis=0, ddof=1), 0.0)
    amounts = np.asarray(deltas, dtype=np.float64)
    return Imputations(
        tables=drawn[None] + amounts[:, None, None, None] * shift, deltas=amounts, missing=missing
    )


def _draw_tables(x: Floats, n_imputations: int, rng: np.random.Generator) -> list[Floats]:
    """Run one chain and keep every third table after the first ten; it starts from values drawn at random."""
    missing = np.isnan(x)
    order = [j for j in np.argsort(missing.sum(axis=0), kind="stable") if missing[:, j].any()]
    table = x.copy()
    for j in order:
        table[missing[:, j], j] = rng.choice(x[~missing[:, j], j], int(missing[:, j].sum()))
    tables = []
    for step in range(1, _BURN_IN + _SKIP * n_imputations + 1):
        for j in order:
            table[missing[:, j], j] = _draw_column(table, j, missing[:, j], rng)
        if step > _BURN_IN and (step - _BURN_IN) % _SKIP == 0:
            tables.append(table.copy())
    return tables


def _draw_column(table: Floats, j: int, missing: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Draw the missing values of one column from the people predicted nearest to each of them."""
    predictors = np.column_stack([np.ones(len(table)), np.delete(table, j, axis=1)])
    known = np.flatnonzero(~missing)
    sample = rng.choice(known, len(known))
    line = np.linalg.lstsq(predictors[sample], table[sample, j])[0]
    predicted = predictors @ line
    is_large = len(known) * int(missing.sum()) > _MOST_GAPS
    donors = (find_near if is_large else find_nearest)(predicted[missing], predicted[known], _DONORS)
    chosen = rng.integers(_DONORS, size=len(donors))
    return np.asarray(table[known[donors[np.arange(len(donors)), chosen]], j])


def find_nearest(targets: Floats, values: Floats, k: int) -> Places:
    """Return the places of the k values nearest to each target, in any order, by looking at all gaps."""
    gaps = np.abs(targets[:, None] - values[None, :])
    return np.argpartition(gaps, k - 1, axis=1)[:, :k]


def find_near(targets: Floats, values: Floats, k: int) -> Places:
    """Return the same in another order: the nearest lie beside the target, among 2 k values or more."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.clip(np.searchsorted(ordered, targets) - k, 0, len(values) - 2 * k)
    window = begins[:, None] + np.arange(2 * k)
    nearest = np.argpartition(np.abs(ordered[window] - targets[:, None]), k - 1, axis=1)[:, :k]
    return np.asarray(order[np.take_along_axis(window, nearest, axis=1)])


def _refuse(x: Floats, deltas: Sequence[float], n_imputations: int) -> None:
    if x.ndim != 2 or x.shape[1] < 2:
        raise DesignError("What is missing is drawn from other columns of the same people; there is none.")
    observed = np.isfinite(x)
    if observed.all():
        raise DesignError("Nothing is missing in this evidence.")
    if not observed.any(axis=1).all():
        raise DesignError("Someone has no value at all, so nothing is known to draw from; drop such rows.")
    fewest = int(observed.sum(axis=0).min())
    if fewest < _FEWEST:
        raise DesignError(
            f"Values are drawn from at least {_FEWEST} observed ones; a column has {fewest}. "
            "Leave it out, or gather more."
        )
    if (np.nanmax(x, axis=0) == np.nanmin(x, axis=0)).any():
        raise DesignError("A column does not vary, so nothing can be drawn from it; leave it out.")
    if n_imputations < 2 or not len(deltas):
        raise DesignError("Multiple imputation needs two imputations or more, and a shift or more.")
