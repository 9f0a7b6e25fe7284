"""Who leads when nothing is known about the weights? Rank acceptability over all weightings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.shown import show_frame
from evalkit.stats import estimate_rank_acceptability

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankAcceptability:
    """How often each employee holds each rank when weights are drawn evenly from all that are possible.

    Attributes
    ----------
    shares
        Shape (n, n): share of weightings in which the employee of a row holds a rank; rank 1 is the best.
        Rows go from the lowest mean rank to the highest and carry no names.
    n_draws
        Weightings that were drawn.
    """

    shares: Floats
    n_draws: int

    def __post_init__(self) -> None:
        """Hold rows and columns to their sum: everyone has one rank, and every rank one holder."""
        if not (np.allclose(self.shares.sum(axis=0), 1) and np.allclose(self.shares.sum(axis=1), 1)):
            raise ValueError("rank acceptability does not add up to 1 over employees or ranks")

    @property
    def n(self) -> int:
        """Number of employees."""
        return len(self.shares)

    def in_bands(self) -> Floats:
        """Return the shares of weightings in top quarter, middle and bottom quarter, shape (n, 3)."""
        quarter = max(1, round(self.n / 4))
        ends = [0, quarter, self.n - quarter]
        return np.add.reduceat(self.shares, ends, axis=1)

    def rank_widths(self, level: float = 0.9) -> NDArray[np.int64]:
        """Return over how many ranks the middle share of weightings moves each employee, shape (n,)."""
        cumulated = np.cumsum(self.shares, axis=1)
        low = (cumulated < (1 - level) / 2 - 1e-12).sum(axis=1)
        high = (cumulated < (1 + level) / 2 - 1e-12).sum(axis=1)
        return np.asarray(high - low + 1, dtype=np.int64)

    def to_frame(self) -> pd.DataFrame:
        """Return a summary that singles nobody out: one row per quantity."""
        widths, bands = self.rank_widths(), self.in_bands()
        leaders = int((self.shares[:, 0] >= 0.01).sum())
        rows = [
            ("n_employees_who_can_lead", float(leaders)),
            ("highest_first_rank_acceptability", float(self.shares[:, 0].max())),
            ("median_rank_width", float(np.median(widths))),
            ("widest_rank_width", float(widths.max())),
            ("share_settled_in_one_band", float((bands.max(axis=1) >= 0.95).mean())),
        ]
        return pd.DataFrame(rows, columns=["quantity", "estimate"]).assign(n=self.n)

    def to_results(self) -> pd.DataFrame:
        """Return the summary as rows of ``results.csv``."""
        error = f"Monte Carlo standard error of a share: at most {0.5 / np.sqrt(self.n_draws):.4f}"
        return self.to_frame().assign(caveat=error)

    def _repr_html_(self) -> str:
        return show_frame(self.to_frame())


def rank_acceptability(
    items: pd.DataFrame, *, rng: np.random.Generator, n_draws: int = 10_000
) -> RankAcceptability:
    """Draw weights of the indicators evenly and count who holds which rank.

    Parameters
    ----------
    items
        Points, one row per employee and one column per indicator (``ProfileComparison.items``).

    Raises
    ------
    DesignError
        If there are fewer than two employees or indicators.
    """
    if min(items.shape) < 2:
        raise DesignError(
            "Ranks under all weightings need two employees and two indicators; "
            f"there are {items.shape[0]} and {items.shape[1]}."
        )
    shares = estimate_rank_acceptability(items.to_numpy(), n_draws=n_draws, rng=rng)
    mean_rank = shares @ np.arange(1, len(shares) + 1)
    return RankAcceptability(shares=shares[np.argsort(mean_rank, kind="stable")], n_draws=n_draws)
