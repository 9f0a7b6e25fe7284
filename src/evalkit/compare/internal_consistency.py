"""Do the parts of a measure go together? Alpha and omega over indicators, and over the items of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.facet_study import Rows
from evalkit.errors import DesignError
from evalkit.stats import Alpha, Omega, estimate_alpha, estimate_omega

PARTS_ONLY: Final = "over parts only: it says nothing about raters"
GAPS: Final = "rows with a gap were left out: {n}"
SCALES: Final = "the indicators stand on different scales, so their sum has no meaning: {names}"
_SCALE: Final = ["unit", "low", "high", "lower_is_better"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """The parts of one measure: a row per person or unit, a column per part."""

    place: str
    source: str
    indicator: str
    facet: str
    table: pd.DataFrame

    @property
    def about(self) -> dict[str, str]:
        """What the parts belong to."""
        names = ("place", "source", "indicator", "facet")
        return {name: getattr(self, name) for name in names}


def find_parts(rows: pd.DataFrame) -> Iterator[Parts]:
    """Yield the indicators of each place and source, where there are two or more."""
    for (place, source), group in rows.groupby(["place", "source"], sort=True):
        if group["indicator"].nunique() > 1:
            table = tabulate_parts(group, "indicator")
            yield Parts(place=str(place), source=str(source), indicator="", facet="indicators", table=table)


def tabulate_parts(rows: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return one row per person (or unit) and one column per part, averaged over everything else."""
    return rows.pivot_table(index=["unit", "employee"], columns=part, values="value", aggfunc="mean")


def measure_parts(
    parts: Parts, indicators: pd.DataFrame, *, n_boot: int, rng: np.random.Generator, conf_level: float
) -> tuple[Rows, Rows]:
    """Return rows of coefficients (alpha, omega), and rows of refusals."""
    x = parts.table.dropna().to_numpy(dtype=np.float64)
    estimates: dict[str, Callable[[], Alpha | Omega]] = {
        "cronbach_alpha": lambda: estimate_alpha(x, conf_level=conf_level),
        "omega_total": lambda: estimate_omega(x, n_boot=n_boot, rng=rng, conf_level=conf_level),
    }
    reason = _different_scales(parts, indicators)
    found: Rows = []
    refused: Rows = []
    for quantity, estimate in estimates.items():
        about = {**parts.about, "quantity": quantity}
        try:
            if reason:
                raise DesignError(reason)
            found.append({**about, **_row(parts, estimate())})
        except DesignError as error:
            refused.append({**about, "reason": str(error)})
    return found, refused


def _row(parts: Parts, found: Alpha | Omega) -> dict[str, Any]:
    gaps = len(parts.table) - found.n
    caveats = [PARTS_ONLY, GAPS.format(n=gaps) if gaps else "", getattr(found, "caveat", "")]
    return {
        "n_averaged": float(found.n_items),
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "n": found.n,
        "n_conditions": found.n_items,
        "caveat": "; ".join(filter(None, caveats)),
    }


def _different_scales(parts: Parts, indicators: pd.DataFrame) -> str:
    """Say why indicators cannot be added up; nothing where they can."""
    if parts.facet != "indicators":
        return ""
    scales = indicators.set_index("indicator").reindex(parts.table.columns)[_SCALE]
    return "" if len(scales.drop_duplicates()) == 1 else SCALES.format(names=", ".join(parts.table.columns))
