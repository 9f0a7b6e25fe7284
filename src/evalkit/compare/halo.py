"""Do several ratings say one thing? First component, mean correlation and alpha of a set of ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.traits import GROUP, cross_traits
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_alpha, estimate_common_share

INCOMPLETE: Final = "rows with a gap were left out: {n}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Halo:
    """How much of several ratings of the same people is one common impression.

    Attributes
    ----------
    shares
        One row per place, source and quantity (first_component_share, mean_correlation, cronbach_alpha):
        estimate, conf_low, conf_high, n (people or units rated), n_items, caveat.
    left_out
        Indicators that were asked to be left out.
    conf_level, n_boot
        Level of the intervals; resamples behind those of share and correlation (alpha's is Feldt's).
    """

    shares: pd.DataFrame
    left_out: tuple[str, ...]
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold the share of one component to its bounds."""
        first = self.shares[self.shares["quantity"] == "first_component_share"]
        if not ((first["estimate"] >= 1 / first["n_items"] - 1e-9) & (first["estimate"] <= 1 + 1e-9)).all():
            raise ValueError("the share of a first component lies between 1/k and 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the quantities, one tidy row each."""
        return self.shares.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the quantities as rows of ``results.csv``."""
        return self.shares.rename(columns={"source": "group"}).drop(columns="n_items")

    def _repr_html_(self) -> str:
        return show_frame(self.shares)


def measure_halo(
    evidence: Evidence,
    *,
    n_boot: int,
    rng: np.random.Generator,
    without: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Halo:
    """Measure how alike several ratings of the same people are, for each place and source.

    Ratings are averaged over raters, items and periods first, so a row is one person, or one unit;
    indicators where low is good are turned round. Likeness is no proof of halo: people who are good at one
    thing may be good at another. Intervals resample people.

    Parameters
    ----------
    without
        Indicators to leave out, such as an overall verdict.

    Raises
    ------
    DesignError
        If no place has three indicators from one source.
    """
    tables = cross_traits(evidence, without=without, measured="Halo")
    rows = [_measure(key, table, n_boot, rng, conf_level) for key, table in tables.items()]
    return Halo(
        shares=pd.concat(rows, ignore_index=True),
        left_out=tuple(without),
        conf_level=conf_level,
        n_boot=n_boot,
    )


def _measure(
    key: tuple[str, str], table: pd.DataFrame, n_boot: int, rng: np.random.Generator, conf_level: float
) -> pd.DataFrame:
    """Return the three quantities of one place and source."""
    items = table.dropna()
    common = estimate_common_share(items.to_numpy(), n_boot=n_boot, rng=rng, conf_level=conf_level)
    alpha = estimate_alpha(items.to_numpy(), conf_level=conf_level)
    rows = [
        ("first_component_share", common.share, common.share_low, common.share_high),
        ("mean_correlation", common.mean_r, common.mean_r_low, common.mean_r_high),
        ("cronbach_alpha", alpha.estimate, alpha.conf_low, alpha.conf_high),
    ]
    gaps = len(table) - len(items)
    return pd.DataFrame(rows, columns=["quantity", "estimate", "conf_low", "conf_high"]).assign(
        **dict(zip(GROUP, key, strict=True)),
        n=len(items),
        n_items=items.shape[1],
        caveat=INCOMPLETE.format(n=gaps) if gaps else "",
    )
