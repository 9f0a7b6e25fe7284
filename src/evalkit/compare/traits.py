"""Ratings of several traits by one source, laid out side by side with the good end of each on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence, code_texts

#: What the traits of one table share.
GROUP: Final = ["place", "source"]
_RATEE: Final = ["unit", "employee"]
_FEWEST: Final = 3


def cross_traits(
    evidence: Evidence, *, without: Sequence[str], measured: str
) -> dict[tuple[str, str], pd.DataFrame]:
    """Return one table per place and source: a row per person or unit, a column per indicator.

    Where a source speaks of persons and of units, those of which it has more indicators are laid out.
    Ratings are averaged over raters, items and periods first, so that nobody counts twice. Indicators where
    low is good are turned round (their sign is changed), so that a high value is the good one in every
    column; only correlations, ranks and spreads of such a table mean anything.

    Parameters
    ----------
    without
        Indicators to leave out, such as an overall verdict.
    measured
        What is measured over the traits, for the message.

    Raises
    ------
    DesignError
        If no place has three indicators from one source.
    """
    observations = evidence.observations
    kept = (observations["status"] == "recorded") & ~observations["indicator"].isin(list(without))
    rows = code_texts(turn_round(observations[kept], evidence.indicators))
    tables = {
        (str(place), str(source)): _one_level(part).pivot_table(
            index=_RATEE, columns="indicator", values="value", aggfunc="mean"
        )
        for (place, source), part in rows.groupby(GROUP, sort=True)
    }
    tables = {key: table for key, table in tables.items() if table.shape[1] >= _FEWEST}
    if not tables:
        raise DesignError(
            f"{measured} is measured over three indicators or more from one source in one place; "
            "no place has them."
        )
    return tables


def _one_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what was observed of persons or of whole units, whichever has more indicators.

    No row would hold both.
    """
    of_persons = rows["employee"] != ""
    persons, units = rows[of_persons], rows[~of_persons]
    return units if units["indicator"].nunique() > persons["indicator"].nunique() else persons


def turn_round(rows: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return observations whose values have the other sign where low is good."""
    low_is_good = indicators.loc[indicators["lower_is_better"].astype(bool), "indicator"]
    turned = rows["indicator"].isin(low_is_good)
    return rows.assign(value=rows["value"].where(~turned, -rows["value"]))
