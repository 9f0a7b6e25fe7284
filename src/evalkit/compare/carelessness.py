"""Was the evidence given with care? One answer for everything, and columns that are copies."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import Evidence, code_texts
from evalkit.shown import show_frame
from evalkit.stats import estimate_share

_SHEET: Final = ["place", "unit", "employee", "period", "source", "rater"]
_FEWEST_ANSWERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carelessness:
    """Signs of ratings given without care, for each place and source.

    Attributes
    ----------
    straight_lines
        One row per place and source: the share (estimate) of rating sheets with three or more answers
        that are all the same, its exact interval, and n, the number of such sheets. A sheet is what one rater
        said of one ratee in one period. No row where no sheet has three answers.
    copies
        Pairs of indicators with the same value on every sheet that has both: place, source, indicator_a,
        indicator_b, n.
    conf_level
        Level of the intervals.
    """

    straight_lines: pd.DataFrame
    copies: pd.DataFrame
    conf_level: float

    def to_frame(self) -> pd.DataFrame:
        """Return the straight lines, one tidy row per place and source."""
        return self.straight_lines.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the shares as rows of ``results.csv``."""
        return self.straight_lines.rename(columns={"source": "group"}).assign(quantity="straight_line_share")

    def _repr_html_(self) -> str:
        return show_frame(self.straight_lines)


def find_carelessness(evidence: Evidence, *, conf_level: float = 0.95) -> Carelessness:
    """Look for straight lines and copied columns.

    Neither proves carelessness: at a ceiling, honest answers are all the same, and short columns are
    alike by chance. Indicators on different scales are not compared with one another.
    """
    recorded = evidence.observations.query("status == 'recorded'")
    scales = evidence.indicators.set_index("indicator")[["low", "high"]].apply(tuple, axis=1)
    recorded = code_texts(recorded.assign(scale=recorded["indicator"].map(scales).astype(str)))
    groups = list(recorded.groupby(["place", "source"], sort=True))
    lines = [_straight_lines(key, rows, conf_level) for key, rows in groups]
    copies = [copy for key, rows in groups for copy in _copies(key, rows)]
    return Carelessness(
        straight_lines=pd.DataFrame(
            [line for line in lines if line],
            columns=["place", "source", "estimate", "conf_low", "conf_high", "n"],
        ),
        copies=pd.DataFrame(copies, columns=["place", "source", "indicator_a", "indicator_b", "n"]),
        conf_level=conf_level,
    )


def _straight_lines(key: tuple[Hashable, ...], rows: pd.DataFrame, conf_level: float) -> dict[str, object]:
    """Return the share of sheets whose answers are all the same; nothing where no sheet has three answers."""
    sheets = rows.groupby([*_SHEET, "scale"], sort=False)["value"].agg(["count", "nunique"])
    sheets = sheets[sheets["count"] >= _FEWEST_ANSWERS]
    if sheets.empty:
        return {}
    share = estimate_share(int((sheets["nunique"] == 1).sum()), len(sheets), conf_level=conf_level)
    ends = {"estimate": share.estimate, "conf_low": share.conf_low, "conf_high": share.conf_high}
    return {"place": key[0], "source": key[1], **ends, "n": len(sheets)}


def _copies(key: tuple[Hashable, ...], rows: pd.DataFrame) -> list[tuple[object, ...]]:
    """Return the pairs of indicators on one scale that never differ, on at least three sheets."""
    found = []
    for _, same_scale in rows.groupby("scale", sort=True):
        wide = same_scale.pivot_table(index=[*_SHEET, "item"], columns="indicator", values="value")
        columns = wide.to_numpy().T
        for (a, first), (b, second) in combinations(zip(wide.columns, columns, strict=True), 2):
            n = int((~np.isnan(first) & ~np.isnan(second)).sum())
            if n >= _FEWEST_ANSWERS and int((first == second).sum()) == n:
                found.append((*key, a, b, n))
    return found
