"""Numbers as people type them: 3,50 and 3.50, 1.234,5 and 97%; two readings are never guessed between."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from evalkit.intake.files import Value

#: Words that stand for no answer.
MISSING: Final = frozenset(
    (
        "",
        "-",
        "–",
        "—",
        "n/a",
        "na",
        "null",
        "none",
        "kosong",
        "tidakada",
        "tidakmenjawab",
        "tidakmengisi",
        "tdkmengisi",
    )
)
_WHOLE: Final = re.compile(r"[+-]?\d+")
_ONE_SIGN: Final = re.compile(r"([+-]?)(\d+)([.,])(\d+)")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_BOTH: Final = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers of one column.

    Attributes
    ----------
    found
        The numbers; NaN where there is none.
    faults
        By position, why a cell is no number: "word", "date", "off_scale" or "ambiguous".
    """

    found: list[float]
    faults: dict[int, str]


def read_numbers(values: Sequence[Value], *, low: float = -math.inf, high: float = math.inf) -> Numbers:
    """Read a column of numbers between two bounds; the bounds and the other cells settle what a comma means.

    Examples
    --------
    >>> read_numbers(["3,50", "97%", "1.234,5", 4.0]).found
    [3.5, 97.0, 1234.5, 4.0]
    >>> read_numbers(["1,234"]).faults, read_numbers(["1,234", "2,5"]).found
    ({0: 'ambiguous'}, [1.234, 2.5])
    >>> read_numbers(["3,125"], high=4).found
    [3.125]
    """
    readings: dict[Value, dict[str, float] | str] = {}
    for value in values:
        if value not in readings:
            readings[value] = _within(_candidates(value), low, high)
    signs = {
        next(iter(found))
        for found in readings.values()
        if isinstance(found, dict) and len(found) == 1 and "" not in found
    }
    settled = {value: _settle(found, signs) for value, found in readings.items()}
    faults = {at: reason for at, value in enumerate(values) if isinstance(reason := settled[value], str)}
    numbers = [math.nan if isinstance(number := settled[value], str) else number for value in values]
    return Numbers(found=numbers, faults=faults)


def _candidates(value: Value) -> dict[str, float] | str:
    """Return what a value may mean by the decimal sign that it supposes, or why it is no number."""
    if isinstance(value, bool):
        return "word"
    if isinstance(value, int | float):
        return {"": float(value)} if math.isfinite(value) else "word"
    if isinstance(value, date | time | timedelta):
        return "date"
    if not isinstance(value, str):
        return "word"
    text = "".join(value.split()).removesuffix("%")
    if text.lower() in MISSING:
        return {"": math.nan}
    return _candidates_of_text(text.replace("−", "-"))


def _candidates_of_text(text: str) -> dict[str, float] | str:
    if len(text) > 40 or not text.isascii():
        return "word"
    if _WHOLE.fullmatch(text):
        return {"": float(text)}
    if one := _ONE_SIGN.fullmatch(text):
        sign, before, mark, after = one.groups()
        found = {mark: float(f"{sign}{before}.{after}")}
        if len(after) == 3 and len(before) <= 3 and not before.startswith("0"):
            found["," if mark == "." else "."] = float(sign + before + after)
        return found
    if grouped := _GROUPED.fullmatch(text):
        mark = grouped[1]
        return {"," if mark == "." else ".": float(text.replace(mark, ""))}
    if both := _BOTH.fullmatch(text):
        mark = "," if both[1] == "." else "."
        return {mark: float(text.replace(both[1], "").replace(",", "."))}
    return "word"


def _within(found: dict[str, float] | str, low: float, high: float) -> dict[str, float] | str:
    if isinstance(found, str):
        return found
    inside = {mark: number for mark, number in found.items() if math.isnan(number) or low <= number <= high}
    return inside or "off_scale"


def _settle(found: dict[str, float] | str, signs: set[str]) -> float | str:
    """Choose what a value means: its only reading, or that of the decimal sign that the column uses."""
    if isinstance(found, str):
        return found
    if len(found) == 1:
        return next(iter(found.values()))
    if len(signs) == 1:
        return found[next(iter(signs))]
    return "ambiguous"
