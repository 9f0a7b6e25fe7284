"""Balanced designs, whose restricted likelihood needs mean squares only.

Where every level of a factor has as many rows, and every two levels of two factors meet equally often, the
variances act on sums of squares that are independent (Nelder 1965, doi:10.1098/rspa.1965.0012): one for each
factor, with the expected mean square sigma² + (rows per level) sigma_k², and what is left of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NOTHING: Final = 1e-15  # of a sum of squares, where nothing is left but rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrthogonalStrata:
    """Sums of squares of a balanced design with an intercept, the rest of the rows last.

    Attributes
    ----------
    n_rows
        Rows of each level of a factor, shape (k,).
    df, squares
        Degrees of freedom and sum of squares of each stratum, shape (k + 1,).
    n
        Rows.
    """

    n_rows: Floats
    df: Floats
    squares: Floats
    n: int


def is_balanced(codes: Sequence[NDArray[np.intp]]) -> bool:
    """Tell whether levels of a factor have equally many rows, and so do pairs of levels of two factors.

    Examples
    --------
    >>> is_balanced([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])])
    True
    >>> is_balanced([np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])])
    False
    """
    sizes = [int(code.max()) + 1 for code in codes]
    if any(np.ptp(np.bincount(code)) for code in codes):
        return False
    return all(
        sizes[i] * sizes[j] <= len(codes[i])
        and not np.ptp(np.bincount(codes[i] * sizes[j] + codes[j], minlength=sizes[i] * sizes[j]))
        for i, j in combinations(range(len(codes)), 2)
    )


def sum_squares(n_levels: Sequence[int], sums: Floats, total: float, n: int) -> OrthogonalStrata:
    """Split the sum of squares of a balanced design.

    Parameters
    ----------
    n_levels
        Levels of each factor, shape (k,).
    sums
        Sums of the centred values over each level, factor after factor.
    total
        Sum of squares of the centred values.
    """
    levels = np.array(n_levels)
    rows = n / levels
    between = np.add.reduceat(sums**2, np.cumsum([0, *n_levels[:-1]])) / rows
    df = levels - 1.0
    return OrthogonalStrata(
        n_rows=rows,
        df=np.append(df, n - 1 - df.sum()),
        squares=np.append(between, max(total - between.sum(), _NOTHING * total)),
        n=n,
    )
