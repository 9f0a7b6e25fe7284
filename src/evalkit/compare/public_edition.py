"""What may the public see of a place? Numbers of many people together, and no way back to any one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.compare.public_cells import (
    CELL_COLUMNS,
    TEXTS,
    TOO_FEW,
    Cell,
    cell,
    frame_of,
    read_workplace,
)
from evalkit.compare.public_counts import list_completeness, list_people, list_predikats
from evalkit.compare.public_means import list_satisfaction, list_scores
from evalkit.compare.public_service import list_service
from evalkit.errors import UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.methods import MethodSpecification, score_periods
from evalkit.methods.mappings import Mappings
from evalkit.shown import show_frame

#: Table of a study that holds what it has published before, in the columns of ``results.csv``.
PUBLISHED: Final = "published"
#: Level of every interval: one that could be chosen would make several editions of one.
CONF_LEVEL: Final = 0.95
WHOSE_METHOD: Final = "which of several methods is the one of this place is not known"
NO_METHOD: Final = "the study has no method"
_TABLE: Final = ["quantity", "period"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublicEdition:
    """What the public may see of one place.

    Attributes
    ----------
    cells
        One row per number: quantity, unit (several joined by "+"; empty: the whole place), period, method_a,
        group, item, estimate, conf_low, conf_high, n (rounded down to a multiple of five), caveat. A number
        that is not shown has an empty estimate and the reason in ``caveat``.
    place
        The place.
    method
        The method that its people are scored by; empty where it is not known.
    n
        People of the place, rounded down to a multiple of five.
    """

    cells: pd.DataFrame
    place: str
    method: str
    n: int

    def __post_init__(self) -> None:
        """Hold every cell to what no edition may break."""
        known = self.cells[self.cells["estimate"].notna()]
        if (known["n"] % LEAST != 0).any() or (known["n"] < LEAST).any():
            raise ValueError("a public number is about fewer than five, or its n is not rounded")
        if self.cells.duplicated(list(CELL_COLUMNS[:6])).any():
            raise ValueError("a public number has two values")

    def to_frame(self) -> pd.DataFrame:
        """Return the cells, one tidy row each."""
        return self.cells.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the cells as rows of ``results.csv``."""
        return self.cells.assign(place=self.place)

    def pick(self, quantity: str, *, period: str = "", units: bool | None = None) -> pd.DataFrame:
        """Return the cells of a quantity: of one period, and of units or the place alone, if asked for."""
        rows = self.cells[self.cells["quantity"] == quantity]
        rows = rows[rows["period"] == period] if period else rows
        return rows if units is None else rows[(rows["unit"] != "") == units]

    @property
    def periods(self) -> list[str]:
        """The quarters of the edition, in order."""
        return sorted(self.cells["period"].unique())

    def _repr_html_(self) -> str:
        return show_frame(self.cells)


def make_public_edition(
    evidence: Evidence,
    place: str,
    methods: Mapping[str, MethodSpecification],
    *,
    declared: Sequence[str] = (),
    mappings: Mappings | None = None,
) -> PublicEdition:
    """Make the public edition of a place: fixed tables, each quarter by itself.

    The edition leaves nothing to choose. Which units stand alone follows from the numbers of people and
    answers, never from a value; each cell comes from one quarter alone, so that leaving quarters, places or
    methods out leaves cells out and changes none. What stands in a table ``published`` of the study is taken
    from there, whatever the evidence says by now: a corrected edition beside the first would tell what was
    corrected.

    Parameters
    ----------
    methods
        Those that are kept. People are scored by the one whose specification names this place.
    declared
        Names of all methods of the study, by default those that are kept. Where none names the place, people
        are scored by the only one, if there is only one.

    Raises
    ------
    UsageError
        If the evidence does not hold the place.
    """
    known = sorted(evidence.observations["place"].unique())
    if place not in known:
        raise UsageError(f"The evidence has no place {place!r}: {did_you_mean(place, known)}")
    own = evidence.select(places=(place,))
    people = read_workplace(own, place)
    method = _own_method(place, methods, declared or tuple(methods))
    periods = sorted(own.observations["period"].unique())
    scores = score_periods(own, [method], mappings=mappings) if method else {}
    cells: list[Cell] = []
    for period in periods:
        quarter = own.select(periods=(period,))
        if method:
            cells += list_scores(scores[period], people, period, CONF_LEVEL)
        else:
            reason = WHOSE_METHOD if methods else NO_METHOD
            cells.append(cell("public_mean_score", period=period, caveat=reason))
        cells += list_predikats(quarter, people, period)
        cells += list_satisfaction(quarter, people, period, CONF_LEVEL)
        cells += list_completeness(quarter, people, period)
        cells += list_people(people, period)
    cells += list_service(own, people, periods, CONF_LEVEL)
    return PublicEdition(
        cells=_keep_published(frame_of(_drop_small_place(cells, people.n)), own),
        place=place,
        method=method.name if method else "",
        n=people.n // LEAST * LEAST,
    )


def _own_method(
    place: str, methods: Mapping[str, MethodSpecification], declared: Sequence[str]
) -> MethodSpecification | None:
    """Return the method of a place; a choice among the study's methods never makes it another one."""
    own = [one for one in methods.values() if one.place == place]
    if len(own) == 1:
        return own[0]
    return methods.get(declared[0]) if len(declared) == 1 else None


def _drop_small_place(cells: list[Cell], n: int) -> list[Cell]:
    """Return the cells; of a place of fewer than five people none has a number."""
    if n >= LEAST:
        return cells
    return [
        cell(one["quantity"], **{name: one[name] for name in CELL_COLUMNS[1:6]}, caveat=TOO_FEW)
        for one in cells
        if not one["unit"]
    ]


def _keep_published(cells: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """Put every table that was published before in the place of the one that the evidence gives now."""
    before = evidence.extras.get(PUBLISHED, pd.DataFrame())
    if before.empty:
        return cells
    kept = before.reindex(columns=list(CELL_COLUMNS)).fillna(dict.fromkeys(TEXTS, ""))
    periods = set(cells["period"])
    kept = kept[kept["period"].isin(periods) & kept["quantity"].isin(set(cells["quantity"]))]
    old = set(map(tuple, kept[_TABLE].to_numpy().tolist()))
    new = [tuple(key) not in old for key in cells[_TABLE].to_numpy().tolist()]
    return pd.concat([kept, cells[new]], ignore_index=True)
