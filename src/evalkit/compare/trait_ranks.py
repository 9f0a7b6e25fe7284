"""Do the ratings of several traits rank the same people alike? Kendall's W, for each place and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.traits import GROUP, cross_traits
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_concordance

ONE_SOURCE: Final = "one source rated all of it, so this is no agreement between methods"
INCOMPLETE: Final = "left out for a gap: {n}"
_ENDS: Final = ("estimate", "conf_low", "conf_high")
_COLUMNS: Final = [*GROUP, *_ENDS, "mean_rank_correlation", "n", "n_traits", "caveat"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TraitRanks:
    """Agreement of the rankings that several traits, rated by one source, give the same people.

    Attributes
    ----------
    concordance
        One row per place and source: Kendall's W (estimate) with its bootstrap interval,
        mean_rank_correlation, n (people or units rated), n_traits, caveat. NaN with the reason as caveat
        where it cannot be estimated.
    refused
        Why there is no row at all; empty where there is one.
    left_out
        Indicators that were asked to be left out.
    conf_level, n_boot
        Level of the intervals, resamples.
    """

    concordance: pd.DataFrame
    refused: str
    left_out: tuple[str, ...]
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold W to its bounds, and a result to a reason where there is none."""
        if not self.estimated["estimate"].between(-1e-9, 1 + 1e-9).all():
            raise ValueError("Kendall's W lies between 0 and 1")
        if self.concordance.empty != bool(self.refused):
            raise ValueError("either there are rows, or there is a reason why there are none")

    @property
    def estimated(self) -> pd.DataFrame:
        """Rows that have an estimate."""
        return self.concordance[self.concordance["estimate"].notna()]

    def to_frame(self) -> pd.DataFrame:
        """Return Kendall's W, one tidy row per place and source."""
        return self.concordance.copy()

    def to_results(self) -> pd.DataFrame:
        """Return Kendall's W, or why there is none, as rows of ``results.csv``."""
        if self.refused:
            return pd.DataFrame([{"quantity": "kendall_w_of_traits", "caveat": self.refused}])
        rows = self.concordance.rename(columns={"source": "group"}).assign(
            quantity="kendall_w_of_traits", item=[f"n_traits={k}" for k in self.concordance["n_traits"]]
        )
        return rows.drop(columns=["mean_rank_correlation", "n_traits"])

    def _repr_html_(self) -> str:
        return show_frame(self.concordance)


def measure_trait_ranks(
    evidence: Evidence,
    *,
    without: Sequence[str] = (),
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> TraitRanks:
    """Measure whether several traits, rated by one source, put the same people first.

    Ratings are averaged over raters, items and periods first. Indicators where low is good are turned round.
    People are resampled. What cannot be measured has its reason in place of a number.

    Parameters
    ----------
    without
        Indicators to leave out, such as an overall verdict.
    """
    options = {"n_boot": n_boot, "rng": rng, "conf_level": conf_level}
    refused, tables = "", {}
    try:
        tables = cross_traits(evidence, without=without, measured="Kendall's W")
    except DesignError as error:
        refused = str(error)
    found = [_measure(key, table, options) for key, table in tables.items()]
    return TraitRanks(
        concordance=pd.DataFrame(found, columns=_COLUMNS),
        refused=refused,
        left_out=tuple(without),
        conf_level=conf_level,
        n_boot=n_boot,
    )


def _measure(key: tuple[str, str], table: pd.DataFrame, options: dict[str, Any]) -> dict[str, object]:
    """Return the row of one place and source, or why it has no number."""
    items = table.dropna()
    about = dict(zip(GROUP, key, strict=True))
    try:
        found = estimate_concordance(items.to_numpy(), **options)
    except DesignError as error:
        return {**about, "n": len(items), "n_traits": items.shape[1], "caveat": str(error)}
    n_gaps = len(table) - len(items)
    return {
        **about,
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "mean_rank_correlation": found.mean_rank_correlation,
        "n": found.n,
        "n_traits": found.n_rankings,
        "caveat": ONE_SOURCE + (f"; {INCOMPLETE.format(n=n_gaps)}" if n_gaps else ""),
    }
