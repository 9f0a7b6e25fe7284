"""How is the scale used? Shares of each category, and of the best one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence, code_texts
from evalkit.shown import show_frame
from evalkit.stats import estimate_share

_GROUP: Final = ["place", "source", "indicator"]
_READ: Final = [*_GROUP, "unit", "employee", "value"]
_MOST_CATEGORIES: Final = 11
FINE: Final = "values are finely graded (averages, percentages or points), so the exact top is seldom given"
REPEATED: Final = "ratings of one person are not independent; the interval treats them as if they were"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ceiling:
    """Use of the scale, for each place, source and indicator whose scale is closed at its good end.

    Attributes
    ----------
    shares
        One row per place, source and indicator: the share of values at the best end (estimate), its exact
        interval, n and a caveat; and where the values lie on the scale, from 0 (worst) to 1 (best): the
        median and the ends of the middle 80 % (position, position_low, position_high; NaN on a scale that is
        open at its worst end).
    categories
        Where values are whole numbers: place, source, indicator, category, n_values, share.
    conf_level
        Level of the intervals.
    """

    shares: pd.DataFrame
    categories: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the categories of an indicator to their sum."""
        sums = self.categories.groupby(_GROUP)["share"].sum()
        if not ((sums - 1).abs() < 1e-9).all():
            raise ValueError("the shares of the categories of an indicator do not add up to 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the shares at the best end."""
        return self.shares.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the shares at the best end as rows of ``results.csv``."""
        rows = self.shares.rename(columns={"source": "group", "indicator": "item"})
        columns = ["quantity", "place", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return rows.assign(quantity="ceiling_share")[columns]

    def _repr_html_(self) -> str:
        return show_frame(self.shares)


def measure_ceiling(evidence: Evidence, *, conf_level: float = 0.95) -> Ceiling:
    """Count how often the best value of the scale was given, and how often each other one.

    A ceiling hides differences between those who reach it. An indicator that is open at its good end has none
    and is left out.

    Raises
    ------
    DesignError
        If no indicator has a scale that is closed at its good end.
    """
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    ends = _ends(evidence.indicators)
    ends_of = {str(name): recorded["indicator"].map(ends[name]) for name in ends}
    rows = code_texts(recorded[_READ].assign(**ends_of).dropna(subset=["best"]))
    if rows.empty:
        raise DesignError(
            "No recorded indicator has a scale that is closed at its good end, so none has a ceiling."
        )
    groups = list(rows.groupby(_GROUP, sort=True))
    categories = [_categories(key, group) for key, group in groups]
    return Ceiling(
        shares=pd.DataFrame([_share(key, group, conf_level) for key, group in groups]),
        categories=pd.concat(categories, ignore_index=True),
        conf_level=conf_level,
    )


def _ends(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the best and the worst value of each indicator's scale."""
    named = indicators.set_index("indicator")
    high_is_best = ~named["lower_is_better"].astype(bool)
    best = named["high"].where(high_is_best, named["low"])
    worst = named["low"].where(high_is_best, named["high"])
    return pd.DataFrame({"best": best, "worst": worst})


def _share(key: Sequence[Hashable], rows: pd.DataFrame, conf_level: float) -> dict[str, object]:
    share = estimate_share(int((rows["value"] == rows["best"]).sum()), len(rows), conf_level=conf_level)
    ends = {"estimate": share.estimate, "conf_low": share.conf_low, "conf_high": share.conf_high}
    return {
        **dict(zip(_GROUP, key, strict=True)),
        **ends,
        "n": len(rows),
        "caveat": _caveat(rows),
        **_positions(rows),
    }


def _positions(rows: pd.DataFrame) -> dict[str, float]:
    """Return where the values lie between the worst (0) and the best (1): median and middle 80 %."""
    position = (rows["value"] - rows["worst"]) / (rows["best"] - rows["worst"])
    low, middle, high = position.quantile([0.1, 0.5, 0.9])
    return {"position": middle, "position_low": low, "position_high": high}


def _caveat(rows: pd.DataFrame) -> str:
    """Say what the exact interval leaves out."""
    if not _whole(rows):
        return FINE
    return REPEATED if rows[["unit", "employee"]].duplicated().any() else ""


def _whole(rows: pd.DataFrame) -> bool:
    return bool((rows["value"] % 1 == 0).all()) and rows["value"].nunique() <= _MOST_CATEGORIES


def _categories(key: Sequence[Hashable], rows: pd.DataFrame) -> pd.DataFrame:
    """Count each value where they are whole numbers; no row otherwise."""
    counts = rows["value"].value_counts().sort_index() if _whole(rows) else pd.Series(dtype="int64")
    frame = pd.DataFrame({"category": counts.index.astype(float), "n_values": counts.to_numpy()})
    frame = frame.assign(share=frame["n_values"] / len(rows))
    return frame.assign(**dict(zip(_GROUP, map(str, key), strict=True)))[
        [*_GROUP, "category", "n_values", "share"]
    ]
