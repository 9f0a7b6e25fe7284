"""Differences of means in standard deviations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.stats.crossed_factors import Floats

_TINY = 1e-12


def standardise_differences(weights: Floats, values: Floats, *, strata: ArrayLike | None = None) -> Floats:
    """Return the standardised difference of every pair of columns under each row of weights.

    The difference of two means over the root mean square of the two standard deviations, so that the size
    does not depend on how closely the two columns go together (unlike the mean over the standard deviation
    of differences). A statistic for :func:`evalkit.stats.bootstrap`.

    Parameters
    ----------
    weights
        Shape (b, n), how often each row counts.
    values
        Shape (n, k), in one unit of measurement.
    strata
        Stratum of each row, such as the place: standard deviations are those within strata.

    Returns
    -------
    Shape (b, k(k-1)/2), pairs in the order (0, 1), (0, 2), …; NaN where neither column varies.

    References
    ----------
    Bonett (2008), Psychol Methods 13:99–109, doi:10.1037/1082-989X.13.2.99.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([[1.0, 3.0], [2.0, 4.0], [3.0, 5.0]])
    >>> standardise_differences(np.ones((1, 3)), values).tolist()
    [[-2.0]]
    """
    centre = values.mean(axis=0)
    centred = values - centre
    means = weights @ centred / weights.sum(axis=1)[:, None]
    variances = _variances(weights, centred, np.zeros(len(values)) if strata is None else np.asarray(strata))
    a, b = np.array(list(combinations(range(values.shape[1]), 2))).T
    gap = (means + centre)[:, a] - (means + centre)[:, b]
    spread = np.sqrt(np.maximum((variances[:, a] + variances[:, b]) / 2, 0.0))
    scale = _TINY * (1 + np.abs(centre).max())
    return np.asarray(np.divide(gap, spread, out=np.full(gap.shape, np.nan), where=spread > scale))


def _variances(weights: Floats, values: Floats, strata: ArrayLike) -> Floats:
    """Return the variance of each column within strata under each row of weights, shape (b, k)."""
    codes = np.unique(np.asarray(strata), return_inverse=True)[1]
    squares = np.zeros((len(weights), values.shape[1]))
    n_drawn = np.zeros((len(weights), 1))
    for code in range(int(codes.max()) + 1):
        w, x = weights[:, codes == code], values[codes == code]
        total = w.sum(axis=1)[:, None]
        sums = w @ x
        squares += w @ x**2 - np.divide(sums**2, total, out=np.zeros(sums.shape), where=total > 0)
        n_drawn += total > 0
    freedom = weights.sum(axis=1)[:, None] - n_drawn
    return np.asarray(np.divide(squares, freedom, out=np.full(squares.shape, np.nan), where=freedom > 0))
