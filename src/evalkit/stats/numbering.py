"""Clusters and strata as numbers, whatever their labels are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def number_clusters(clusters: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """Return the cluster of each row from 0 on, in the order of labels; each row its own without any.

    Examples
    --------
    >>> number_clusters(["b", "a", "b"], 3).tolist(), number_clusters(None, 3).tolist()
    ([1, 0, 1], [0, 1, 2])
    """
    return np.arange(n) if clusters is None else _number(clusters)


def number_strata(strata: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """Return the stratum of each row from 0 on, in the order of labels; all rows in one without any.

    Examples
    --------
    >>> number_strata(["b", "a", "b"], 3).tolist(), number_strata(None, 3).tolist()
    ([1, 0, 1], [0, 0, 0])
    """
    return np.zeros(n, dtype=np.intp) if strata is None else _number(strata)


def _number(labels: ArrayLike) -> NDArray[np.intp]:
    return np.unique(np.asarray(labels), return_inverse=True)[1]
