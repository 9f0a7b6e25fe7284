"""Ranks of people of whom whole clusters are resampled.

A mid-rank is a sum over clusters: how many of a cluster stand below, and half of those who stand level, times
how often it was drawn. So the ranks of many resamples are one matrix product. All numbers are halves of
whole ones, which sums of any order leave exact, in single precision too while they are below four million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from evalkit.stats.crossed_factors import Floats

_CELLS = 262_144  # ranks held at once: two megabytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusteredRanks:
    """What each of c clusters adds to the ranks of n people under k scores.

    Attributes
    ----------
    below
        Added to each person's sum of mid-ranks, shape (c, n), people in the order of their clusters.
    level
        People of the cluster in each group of two or more with equal scores, sparse (groups × c).
    alone
        Times that a person of the cluster stands level with nobody, shape (c,).
    sizes
        People of the cluster, shape (c,).
    n_rankings
        Scores, k.
    """

    below: NDArray[np.float32]
    level: Any
    alone: Floats
    sizes: Floats
    n_rankings: int

    @classmethod
    def of(cls, scores: Floats, clusters: NDArray[np.intp]) -> ClusteredRanks:
        """Count people by cluster and score.

        Parameters
        ----------
        scores
            Shape (n, k).
        clusters
            Cluster of each person, from 0 on, shape (n,).
        """
        order = np.argsort(clusters, kind="stable")
        codes, sizes = clusters[order], np.bincount(clusters).astype(np.float64)
        below, alone, level = np.zeros((len(sizes), len(codes))), np.zeros(len(sizes)), []
        for column in scores[order].T:
            values, places, counts = np.unique(column, return_inverse=True, return_counts=True)
            cells = np.bincount(codes * len(values) + places, minlength=len(sizes) * len(values))
            table = cells.reshape(len(sizes), len(values)).astype(np.float64)
            below += (np.cumsum(table, axis=1) - table / 2)[:, places]
            alone += table[:, counts == 1].sum(axis=1)
            level.append(table[:, counts > 1])
        return cls(
            below=below.astype(np.float32),
            level=sparse.csr_array(np.hstack(level).T),
            alone=alone,
            sizes=sizes,
            n_rankings=scores.shape[1],
        )

    def concordance(self, drawn: Floats) -> Floats:
        """Return Kendall's W where clusters were drawn so often, shape (b, c) to (b,).

        NaN where all rankings are of equal scores.
        """
        parts = np.array_split(drawn, max(1, len(drawn) * self.below.shape[1] // _CELLS))
        return np.concatenate([self._concordance(part) for part in parts])

    def _concordance(self, drawn: Floats) -> Floats:
        n, k = drawn @ self.sizes, self.n_rankings
        away = drawn.astype(np.float32) @ self.below - (k * n / 2)[:, None]
        starts = np.cumsum(self.sizes).astype(np.intp) - self.sizes.astype(np.intp)
        spread = np.sum(drawn * np.add.reduceat(away**2, starts, axis=1), axis=1)
        groups = self.level @ np.ascontiguousarray(drawn.T)
        ties = (drawn**3 - drawn) @ self.alone + np.sum(groups * (groups**2 - 1), axis=0)
        most = k**2 * (n**3 - n) - k * ties
        varied = most > 0.5
        return np.asarray(np.where(varied, 12 * spread / np.where(varied, most, 1.0), np.nan))
