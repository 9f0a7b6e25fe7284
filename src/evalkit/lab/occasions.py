"""What everyone and every unit got on each occasion, in points: the first half of scoring many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.methods.reading import Key
from evalkit.methods.specification import CAP, Level, Transform

Values = NDArray[np.float64]
Codes = NDArray[np.intp]
Scale = tuple[float, float, bool]

_WHO: Final = ("place", "unit", "employee")
_CODED: Final = (*_WHO, "period", "indicator", "source", "rater", "item", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """What one source gave for one component, shape (period, employee) or (period, unit).

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Observed:
    """Observations as numbers, with the rows of what was recorded in the order of indicators and sources.

    Attributes
    ----------
    people
        place, unit and employee of everyone about whom there is an observation.
    office
        Number of everyone's unit among the units that were observed as a whole; -1 for none.
    sizes
        How many periods occur, and how many employees and units were observed.
    value, occasion, rater, item
        Of each observation. The occasion numbers the period (in the order of the calendar) and whom the
        observation is about, among the employees or among the units.
    rows, cells
        Rows of what was recorded, and where among them those of an indicator, source and level stand.
    items
        Name of each item.
    scales
        Low and high end of each indicator's scale, and whether lower is better.
    """

    people: pd.DataFrame
    office: Codes
    sizes: tuple[int, dict[Level, int]]
    value: Values
    occasion: Codes
    rater: Codes
    item: Codes
    rows: Codes
    cells: dict[tuple[str, str, Level], slice]
    items: pd.Index[str]
    scales: dict[str, Scale]


def arrange(evidence: Evidence) -> Observed:
    """Turn observations into numbers, and find the rows of each indicator, source and level."""
    table = evidence.observations
    coded = {name: _code(table[name]) for name in _CODED}
    code = {name: codes for name, (codes, _) in coded.items()}
    names = {name: known for name, (_, known) in coded.items()}
    owner, keys = _number(*(coded[name] for name in _WHO))
    is_person = (names["employee"] != "")[keys["employee"]]
    n_owners: dict[Level, int] = {"employee": int(is_person.sum()), "unit": int((~is_person).sum())}
    period, n_periods = _number_periods(*coded["period"])
    number = np.where(is_person, np.cumsum(is_person), np.cumsum(~is_person)) - 1
    step = np.where(is_person, n_owners["employee"], n_owners["unit"])
    value = table["value"].to_numpy(dtype=np.float64)
    read = (names["status"] == "recorded")[code["status"]] & ~np.isnan(value)
    rows, cells = _sort_cells(code, is_person[owner], read, names)
    return Observed(
        people=pd.DataFrame({name: _take(table[name], names[name], keys[name][is_person]) for name in _WHO}),
        office=_find_offices(keys, is_person),
        sizes=(n_periods, n_owners),
        value=value,
        occasion=period * step[owner] + number[owner],
        rater=code["rater"],
        item=code["item"],
        rows=rows,
        cells=cells,
        items=names["item"],
        scales=_list_scales(evidence.indicators),
    )


def _code(column: pd.Series) -> tuple[Codes, pd.Index[str]]:
    """Return a column of text or of categories as numbers, as narrow as they are, with their names."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes: Codes = np.asarray(column.cat.codes)
        return codes, column.cat.categories
    numbers, names = pd.factorize(column)
    return numbers, pd.Index(names)


def _take(column: pd.Series, names: pd.Index[str], codes: Codes) -> object:
    """Return names by their numbers, in the type of the column."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical.from_codes(codes, dtype=column.dtype)
    return names.array.take(codes)


def _number(*columns: tuple[Codes, pd.Index[str]]) -> tuple[Codes, dict[str, Codes]]:
    """Return the number of each row's place, unit and employee together, and the three codes of a number."""
    (place, _), (unit, units), (employee, employees) = columns
    combined = (place.astype(np.int64) * len(units) + unit) * len(employees) + employee
    owner, keys = pd.factorize(combined)
    of_unit, of_employee = np.divmod(keys, max(len(employees), 1))
    of_place, of_unit = np.divmod(of_unit, max(len(units), 1))
    return owner, {"place": of_place, "unit": of_unit, "employee": of_employee}


def _number_periods(codes: Codes, names: pd.Index[str]) -> tuple[Codes, int]:
    """Return the number of each row's period among those that occur, in the order of the calendar."""
    occur = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    number = np.zeros(len(names), dtype=np.intp)
    number[occur[np.argsort(names[occur].to_numpy(dtype=object))]] = np.arange(len(occur))
    return number[codes], len(occur)


def _sort_cells(
    code: dict[str, Codes],
    is_person: NDArray[np.bool_],
    read: NDArray[np.bool_],
    names: dict[str, pd.Index[str]],
) -> tuple[Codes, dict[tuple[str, str, Level], slice]]:
    """Return the rows of what was recorded, those of a cell together, and where each cell begins and ends."""
    n_indicators = len(names["indicator"])
    n_cells = 2 * len(names["source"]) * n_indicators
    narrow = np.min_scalar_type(n_cells)  # narrow numbers are sorted in linear time
    first = (2 * n_indicators * np.arange(len(names["source"]))).astype(narrow)
    cell = first[code["source"]] + (2 * np.arange(n_indicators)).astype(narrow)[code["indicator"]]
    cell += is_person
    cell[~read] = n_cells
    ends = np.cumsum(np.bincount(cell, minlength=n_cells + 1))
    cells: dict[tuple[str, str, Level], slice] = {}
    for number in np.flatnonzero(np.diff(ends[:n_cells], prepend=0)):
        source, indicator = divmod(int(number) // 2, n_indicators)
        level: Level = "employee" if number % 2 else "unit"
        where = slice(int(ends[number - 1]) if number else 0, int(ends[number]))
        cells[names["indicator"][indicator], names["source"][source], level] = where
    return np.argsort(cell, kind="stable"), cells


def _find_offices(keys: dict[str, Codes], is_person: NDArray[np.bool_]) -> Codes:
    """Return the number of each person's unit among the owners that are units; -1 where it is none."""
    unit = keys["place"] * (int(keys["unit"].max(initial=0)) + 1) + keys["unit"]
    offices: Codes = pd.Index(unit[~is_person]).get_indexer(pd.Index(unit[is_person]))
    return offices


def _list_scales(indicators: pd.DataFrame) -> dict[str, Scale]:
    columns = (indicators[name].tolist() for name in ("indicator", "low", "high", "lower_is_better"))
    return {name: (low, high, lower) for name, low, high, lower in zip(*columns, strict=True)}


def average_occasions(observed: Observed, key: Key) -> Occasions | None:
    """Return what a source gave for a component on every occasion; None where nothing was recorded.

    The mean is over a rater's items and indicators first, then over raters; in a satisfaction survey over
    the respondents of a question first, then over questions.
    """
    points, rows, question = _select(observed, key)
    if not len(rows):
        return None
    n_periods, n_owners = observed.sizes
    shape = n_periods, n_owners[key[3]]
    n_occasions, occasion = shape[0] * shape[1], observed.occasion[rows]
    n = raters = averaged = np.bincount(occasion, minlength=n_occasions)
    if (question != question[0]).any():
        is_survey = key[4].kind == "skm"
        within = question if is_survey else observed.rater[rows]
        n_within = int(within.max()) + 1
        inner, keys = pd.factorize(occasion * n_within + within)
        counts = np.bincount(inner)
        points, occasion = np.bincount(inner, points) / counts, keys // n_within
        raters = averaged = np.bincount(occasion, minlength=n_occasions)
        if is_survey:
            raters = np.zeros_like(n)
            np.maximum.at(raters, occasion, counts)
    with np.errstate(invalid="ignore"):
        means = np.bincount(occasion, points, minlength=n_occasions) / averaged
    return Occasions(points=means.reshape(shape), n=n.reshape(shape), raters=raters.reshape(shape))


def _select(observed: Observed, key: Key) -> tuple[Values, Codes, Codes]:
    """Return points, row and question (a number for indicator and item) of what is read."""
    indicators, source, items, level, transform = key
    chosen = observed.items.isin(items)
    points, found, questions = [], [], []
    for i, indicator in enumerate(indicators):
        rows = observed.rows[observed.cells.get((indicator, source, level), slice(0, 0))]
        item = observed.item[rows].astype(np.intp)
        if items:
            rows, item = rows[chosen[item]], item[chosen[item]]
        points.append(to_points(observed.value[rows], transform, observed.scales[indicator]))
        found.append(rows)
        questions.append(i * len(observed.items) + item)
    return np.concatenate(points), np.concatenate(found), np.concatenate(questions)


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
