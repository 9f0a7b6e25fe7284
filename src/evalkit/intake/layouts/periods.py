"""Days, months, quarters and years as offices write them: TW II 2025, Mei 2025, 03/04/2025, 2025Q1."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from evalkit.intake.files import Value, is_empty
from evalkit.intake.layouts.numbers import MISSING

#: What a period or a date cannot be, beside "word": a semester is two quarters, 03/04 is April or March.
TWO_QUARTERS: Final = "two_quarters"
DAY_OR_MONTH: Final = "day_or_month"
_MONTHS: Final = (
    "jan|january|januari", "feb|febr|peb|february|februari|pebruari", "mar|mrt|march|maret", "apr|april",
    "may|mei", "jun|june|juni", "jul|july|juli", "aug|agu|ags|agt|agust|august|agustus",
    "sep|sept|september", "oct|okt|october|oktober", "nov|nop|november|nopember", "dec|des|december|desember",
)  # fmt: skip
_MONTH: Final = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names.split("|")}
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER: Final = re.compile(
    r"\b(?:q|tw|trw|triw|triwulan|kuartal|kwartal|quarter)\s*[.-]?\s*(iv|i{1,3}|[1-4])\b"
)
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d|19[6-9]\d)(?!\d)")
_SEMESTER: Final = re.compile(r"\bs(?:e?m(?:e?ster)?)\b")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?:[ T].*)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_IN_WORDS: Final = re.compile(r"(?:[a-z']+\s*,\s*)?(\d{1,2})[ \-]+([a-z]+)[ \-,]+(\d{4})")


def read_periods(cells: Sequence[Value], heading: str = "") -> tuple[list[str], dict[int, str]]:
    """Read a column of periods as quarters such as 2025Q1, years, or quarters without a year (Q1).

    Parameters
    ----------
    heading
        What stands over the column: below "Bulan" a 4 is April, below "Triwulan" the fourth quarter.

    Returns
    -------
    periods
        Empty where nothing stands or nothing can be read.
    faults
        By position, why a cell cannot be read: "word", "two_quarters" or "day_or_month".

    Examples
    --------
    >>> read_periods(["TW I 2025", "2025Q2", "Agustus 2025", 2024, "Triwulan IV"])[0]
    ['2025Q1', '2025Q2', '2025Q3', '2024', 'Q4']
    >>> read_periods([4], "Bulan")[0], read_periods([4], "Triwulan")[0], read_periods(["Semester 1"])[1]
    (['Q2'], ['Q4'], {0: 'two_quarters'})
    """
    words = set(re.findall(r"[a-z]+", heading.lower()))
    read = _reader(words)
    return _read_each(cells, read)


def read_dates(cells: Sequence[Value], order: str = "") -> tuple[list[str], dict[int, str]]:
    """Read a column of dates as YYYY-MM-DD.

    A day above 12 anywhere in the column tells which number is the day; where none does, 03/04/2025 is a
    fault, unless both numbers are the same.

    Parameters
    ----------
    order
        day_first or month_first, where it is known.

    Examples
    --------
    >>> read_dates(["03/04/2025", "28/02/2025", "5 Mei 2025"])[0]
    ['2025-04-03', '2025-02-28', '2025-05-05']
    >>> read_dates(["03/04/2025"])[1], read_dates(["03/04/2025"], "day_first")[0]
    ({0: 'day_or_month'}, ['2025-04-03'])
    """
    order = order or _find_order(cells)
    return _read_each(cells, lambda value: _read_date(value, order))


def join_years(periods: Sequence[str], years: Iterable[float]) -> list[str]:
    """Return periods with the year of another column where they name none.

    Examples
    --------
    >>> join_years(["Q1", "2024Q2", ""], [2025, 2025, 2025])
    ['2025Q1', '2024Q2', '2025']
    """
    return [
        period if math.isnan(year) or len(period) >= 4 else f"{year:.0f}{period}"
        for period, year in zip(periods, years, strict=True)
    ]


def _read_each(cells: Sequence[Value], read: Callable[[Value], str]) -> tuple[list[str], dict[int, str]]:
    known: dict[Value, tuple[str, str]] = {}
    for cell in cells:
        if cell not in known:
            known[cell] = ("", "") if _is_missing(cell) else _try(read, cell)
    faults = {at: why for at, cell in enumerate(cells) if (why := known[cell][1])}
    return [known[cell][0] for cell in cells], faults


def _try(read: Callable[[Value], str], cell: Value) -> tuple[str, str]:
    try:
        return read(cell), ""
    except ValueError as why:
        return "", str(why)


def _is_missing(cell: Value) -> bool:
    return is_empty(cell) or (isinstance(cell, str) and "".join(cell.split()).lower() in MISSING)


def _reader(words: set[str]) -> Callable[[Value], str]:
    """Return what reads a cell below a heading; bare small numbers mean what the heading says."""
    alone: Callable[[int], str] | None = None
    if words & {"bulan", "month"}:
        alone = _quarter_of_month
    elif words & {"triwulan", "tw", "trw", "kuartal", "kwartal", "quarter"}:
        alone = _quarter
    elif words & {"semester", "smt"}:
        alone = _refuse_semester
    return lambda value: _read_period(value, alone)


def _read_period(value: Value, alone: Callable[[int], str] | None) -> str:
    if isinstance(value, date):
        return f"{value.year}{_quarter_of_month(value.month)}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("word")
    text = f"{value:g}" if isinstance(value, int | float) else " ".join(value.lower().split())
    if found := re.fullmatch(r"(\d{4})\s*[-/ ]?\s*q\s*([1-4])", text):
        return f"{found[1]}Q{found[2]}"
    if text in _ROMAN or (text.isascii() and text.isdecimal() and len(text) < 3):
        if alone is None:
            raise ValueError("word")
        return alone(_ROMAN.get(text) or int(text))
    if (
        text.isascii()
        and text[:1].isdecimal()
        and (_DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text))
    ):
        day = date.fromisoformat(_read_date(text, ""))
        return f"{day.year}{_quarter_of_month(day.month)}"
    return _read_words(text)


def _read_words(text: str) -> str:
    if _SEMESTER.search(text):
        raise ValueError(TWO_QUARTERS)
    years = set(_YEAR.findall(text))
    quarters = {_ROMAN.get(name) or int(name) for name in _QUARTER.findall(text)}
    months = {_MONTH[name] for name in re.findall(r"[a-z]+", text) if name in _MONTH}
    quarters |= {(month + 2) // 3 for month in months}
    if len(quarters) > 1 or len(years) > 1:
        raise ValueError(TWO_QUARTERS)
    if not quarters and text not in years and text.removeprefix("tahun").strip(" :") not in years:
        raise ValueError("word")
    return "".join(years) + "".join(f"Q{quarter}" for quarter in quarters)


def _quarter_of_month(month: int) -> str:
    if not 1 <= month <= 12:
        raise ValueError("off_scale")
    return f"Q{(month + 2) // 3}"


def _quarter(number: int) -> str:
    if not 1 <= number <= 4:
        raise ValueError("off_scale")
    return f"Q{number}"


def _refuse_semester(number: int) -> str:
    raise ValueError(TWO_QUARTERS if number in (1, 2) else "off_scale")


def _find_order(cells: Sequence[Value]) -> str:
    """Return which number is the day, where some cell tells and none tells the other."""
    orders = set()
    for text in {cell.strip() for cell in cells if isinstance(cell, str)}:
        if found := _DAY_FIRST.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            orders |= (
                {"day_first"} if first > 12 >= second else {"month_first"} if second > 12 >= first else set()
            )
    return orders.pop() if len(orders) == 1 else ""


def _read_date(value: Value, order: str) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or not value.isascii() or len(value) > 60:
        raise ValueError("word")
    text = " ".join(value.lower().split())
    if found := _YEAR_FIRST.fullmatch(text):
        return _make_date(found[1], found[2], found[3])
    if found := _IN_WORDS.fullmatch(text):
        return _make_date(found[3], str(_MONTH.get(found[2], 0)), found[1])
    if found := _DAY_FIRST.fullmatch(text):
        return _order_date(int(found[1]), int(found[2]), found[3], order)
    raise ValueError("word")


def _order_date(first: int, second: int, year: str, order: str) -> str:
    orders = {"day_first", "month_first"}
    orders -= {"month_first"} if first > 12 else {"day_first"} if second > 12 else set()
    order = order or (min(orders) if len(orders) == 1 or first == second else "")
    if not order:
        raise ValueError(DAY_OR_MONTH)
    day, month = (first, second) if order == "day_first" else (second, first)
    return _make_date(year, str(month), str(day))


def _make_date(year: str, month: str, day: str) -> str:
    with suppress(ValueError):
        return date(int(year), int(month), int(day)).isoformat()
    raise ValueError("word")
