"""What everyone and every unit got on each occasion, in points: the first half of scoring many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.lab.corruption.rows import code_column
from evalkit.methods.reading import Key
from evalkit.methods.specification import CAP, Transform

Values = NDArray[np.float64]
Codes = NDArray[np.intp]
Scale = tuple[float, float, bool]

_CODED: Final = ("place", "unit", "employee", "period", "indicator", "source", "rater", "item", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """What one source gave for one component, shape (owner, period).

    Attributes
    ----------
    points
        Mean over raters (in a satisfaction survey over questions); NaN where there is nothing.
    n, raters
        How many observations there are, and how many gave them.
    """

    points: Values
    n: Codes
    raters: Codes

    def of(self, owners: Codes) -> Occasions:
        """Return what some owners were given; nothing where an owner is -1."""
        nobody = (owners < 0)[:, None]
        return Occasions(
            points=np.where(nobody, np.nan, self.points[owners]),
            n=np.where(nobody, 0, self.n[owners]),
            raters=np.where(nobody, 0, self.raters[owners]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Observed:
    """Recorded observations as numbers, those of one indicator and source together.

    Whom an observation is about is its owner: an employee of a unit, or the unit where nobody is named.

    Attributes
    ----------
    first
        Row of the first observation of each owner, and with it the owner's names.
    is_person
        Whether an owner is an employee.
    office
        Owner that is the unit of each owner; -1 where nothing was observed of the whole unit.
    n_periods
        Periods that occur, in the order of the calendar.
    value, occasion, rater, item
        Of each recorded observation; the occasion numbers owner and period.
    cells
        Where the observations of an indicator and source stand, of employees (true) or of units.
    items
        Name of each item.
    scales
        Low and high end of each indicator's scale, and whether lower is better.
    """

    first: Codes
    is_person: NDArray[np.bool_]
    office: Codes
    n_periods: int
    value: Values
    occasion: Codes
    rater: Codes
    item: Codes
    cells: dict[tuple[str, str, bool], slice]
    items: pd.Index[str]
    scales: dict[str, Scale]


def arrange(evidence: Evidence) -> Observed:
    """Turn observations into numbers, and bring those of one indicator and source together."""
    rows = evidence.observations
    coded = {name: code_column(rows[name]) for name in _CODED}
    code = {name: codes for name, (codes, _) in coded.items()}
    names = {name: known for name, (_, known) in coded.items()}
    unit = code["place"] * len(names["unit"]) + code["unit"]
    owner, keys = pd.factorize(unit * len(names["employee"]) + code["employee"])
    units, employees = np.divmod(keys, len(names["employee"]))
    is_person = (names["employee"] != "")[employees]
    period, n_periods = _number_periods(code["period"], names["period"])
    value = rows["value"].to_numpy(dtype=np.float64)
    read = (names["status"] == "recorded")[code["status"]] & ~np.isnan(value)
    cell = 2 * (code["source"] * len(names["indicator"]) + code["indicator"]) + is_person[owner]
    order, cells = _sort_cells(cell, read, names)
    return Observed(
        first=_find_first(owner, len(keys)),
        is_person=is_person,
        office=_find_offices(units, is_person),
        n_periods=n_periods,
        value=value[order],
        occasion=(owner * n_periods + period)[order],
        rater=code["rater"][order],
        item=code["item"][order],
        cells=cells,
        items=names["item"],
        scales=_list_scales(evidence.indicators),
    )


def _list_scales(indicators: pd.DataFrame) -> dict[str, Scale]:
    columns = (indicators[name].tolist() for name in ("indicator", "low", "high", "lower_is_better"))
    return {name: (low, high, reversed_) for name, low, high, reversed_ in zip(*columns, strict=True)}


def _number_periods(codes: Codes, names: pd.Index[str]) -> tuple[Codes, int]:
    """Return the number of each row's period among those that occur, in the order of the calendar."""
    occur = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    number = np.zeros(len(names), dtype=np.intp)
    number[occur[np.argsort(names[occur].to_numpy(dtype=object))]] = np.arange(len(occur))
    return number[codes], len(occur)


def _sort_cells(
    cell: Codes, read: NDArray[np.bool_], names: dict[str, pd.Index[str]]
) -> tuple[Codes, dict[tuple[str, str, bool], slice]]:
    n_indicators = len(names["indicator"])
    n_cells = 2 * len(names["source"]) * n_indicators
    narrow = np.where(read, cell, n_cells).astype(np.min_scalar_type(n_cells))  # sorted in linear time
    ends = np.cumsum(np.bincount(narrow, minlength=n_cells + 1)[:n_cells])
    cells = {}
    for number in np.flatnonzero(np.diff(ends, prepend=0)):
        source, indicator = divmod(int(number) // 2, n_indicators)
        where = slice(int(ends[number - 1]) if number else 0, int(ends[number]))
        cells[names["indicator"][indicator], names["source"][source], bool(number % 2)] = where
    return np.argsort(narrow, kind="stable")[: ends[-1] if n_cells else 0], cells


def _find_first(owner: Codes, n_owners: int) -> Codes:
    first = np.empty(n_owners, dtype=np.intp)
    first[owner[::-1]] = np.arange(len(owner))[::-1]  # the last one written is the first row
    return first


def _find_offices(units: Codes, is_person: NDArray[np.bool_]) -> Codes:
    offices = np.flatnonzero(~is_person)
    found: Codes = pd.Index(units[offices]).get_indexer(pd.Index(units))
    return np.where(found >= 0, np.append(offices, -1)[found], -1)


def average_occasions(observed: Observed, key: Key) -> Occasions | None:
    """Return what a source gave for a component on every occasion; None where nothing was recorded.

    The mean is over a rater's items and indicators first, then over raters; in a satisfaction survey over
    the respondents of a question first, then over questions.
    """
    points, positions, question = _select(observed, key)
    if not len(positions):
        return None
    transform, occasion = key[4], observed.occasion[positions]
    n_occasions = len(observed.first) * observed.n_periods
    n = np.bincount(occasion, minlength=n_occasions)
    raters = n
    if (question != question[0]).any():
        within = question if transform.kind == "skm" else observed.rater[positions]
        inner, keys = pd.factorize(occasion * (int(within.max()) + 1) + within)
        counts = np.bincount(inner)
        points = np.bincount(inner, points) / counts
        occasion = keys // (int(within.max()) + 1)
        raters = np.bincount(occasion, minlength=n_occasions)
        if transform.kind == "skm":
            raters = np.zeros_like(n)
            np.maximum.at(raters, occasion, counts)
    averaged = np.bincount(occasion, minlength=n_occasions)
    with np.errstate(invalid="ignore"):
        means = np.bincount(occasion, points, minlength=n_occasions) / averaged
    shape = len(observed.first), observed.n_periods
    return Occasions(points=means.reshape(shape), n=n.reshape(shape), raters=raters.reshape(shape))


def _select(observed: Observed, key: Key) -> tuple[Values, Codes, Codes]:
    """Return points, position and question (a number for indicator and item) of what is read."""
    indicators, source, items, level, transform = key
    chosen = observed.items.isin(items)
    points, positions, questions = [], [], []
    for i, indicator in enumerate(indicators):
        where = observed.cells.get((indicator, source, level == "employee"), slice(0, 0))
        value, item = observed.value[where], observed.item[where]
        position = np.arange(where.start, where.stop)
        if items:
            kept = chosen[item]
            value, item, position = value[kept], item[kept], position[kept]
        points.append(to_points(value, transform, observed.scales[indicator]))
        positions.append(position)
        questions.append(i * len(observed.items) + item)
    return np.concatenate(points), np.concatenate(positions), np.concatenate(questions)


def to_points(value: Values, transform: Transform, scale: Scale) -> Values:
    """Return values in points, as `evalkit.methods.reading.write_points` writes it in SQL."""
    if transform.kind == "skm":
        return 25 * value
    if transform.kind == "share":
        return 100 * value
    if transform.kind == "percent_of_target":
        return np.minimum(value, CAP)
    if transform.kind == "standard_over_actual":
        assert transform.standard is not None
        with np.errstate(divide="ignore"):
            ratio = 100 * transform.standard / value
        return np.where(value == 0, CAP, np.minimum(ratio, CAP))
    low, high, lower_is_better = scale
    low = low if transform.low is None else transform.low
    high = high if transform.high is None else transform.high
    if transform.low is not None or transform.high is not None:
        value = np.clip(value, low, high)
    above = high - value if lower_is_better else value - low
    points: Values = 100 * above / (high - low)
    return points
