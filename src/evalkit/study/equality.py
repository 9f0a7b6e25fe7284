"""The numbers of a report in two languages: they must be the same, as a language changes none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from evalkit.study.built import Built
from evalkit.study.harvest import Harvest, format_cell
from evalkit.vocabulary import RESULT_COLUMNS, RESULT_KEY

_VALUES: Final = tuple(column for column in RESULT_COLUMNS if column not in RESULT_KEY)
_Numbers = Mapping[tuple[str, ...], tuple[str, ...]]


def find_unequal(built: Sequence[Built], harvests: Mapping[str, Harvest]) -> dict[str, str]:
    """Return, by page, how the numbers of a report differ between its languages; nothing where they agree.

    Only reports with the same parameters are compared, and only whole ones.
    """
    whole = [item for item in built if not item.failed and item.page in harvests]
    faults: dict[str, str] = {}
    for _, items in groupby(sorted(whole, key=_place), key=_place):
        first, *others = items
        for other in others:
            difference = compare_numbers(
                *((item.lang, harvests[item.page].results) for item in (first, other))
            )
            if difference and _settings(first) == _settings(other):
                faults |= {first.page: difference, other.page: difference}
    return faults


def compare_numbers(
    one: tuple[str, Sequence[Mapping[str, Any]]], other: tuple[str, Sequence[Mapping[str, Any]]]
) -> str:
    """Say how the numbers of two languages differ, each given with its name; empty where they do not.

    Examples
    --------
    >>> compare_numbers(("en", [{"quantity": "mean", "estimate": 1.0}]), ("id", []))
    'The languages publish different numbers: mean: en estimate=1, id has no such number.'
    """
    a, b = _index(one[1]), _index(other[1])
    keys = [key for key in dict.fromkeys((*a, *b)) if a.get(key) != b.get(key)]
    if not keys:
        return ""
    first, more = keys[0], f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
    found = ", ".join(
        _describe(lang, numbers, others, first)
        for lang, numbers, others in ((one[0], a, b), (other[0], b, a))
    )
    return f"The languages publish different numbers: {', '.join(filter(None, first))}: {found}{more}."


def _describe(lang: str, numbers: _Numbers, others: _Numbers, key: tuple[str, ...]) -> str:
    if key not in numbers:
        return f"{lang} has no such number"
    values = zip(_VALUES, numbers[key], others.get(key, ("",) * len(_VALUES)), strict=True)
    differing = [f"{column}={value or 'empty'}" for column, value, other in values if value != other]
    return f"{lang} {' '.join(differing)}"


def _index(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {
        tuple(str(row.get(column) or "") for column in RESULT_KEY if column != "report"): tuple(
            format_cell(row.get(column)) for column in _VALUES
        )
        for row in rows
    }


def _place(item: Built) -> str:
    return item.report


def _settings(item: Built) -> dict[str, Any]:
    return {name: value for name, value in item.parameters.items() if name != "lang"}
