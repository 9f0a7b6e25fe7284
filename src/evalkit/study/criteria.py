"""Criteria that scores are held to, as ``study.yaml`` lists them: what each entry must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from evalkit.errors import did_you_mean
from evalkit.vocabulary import SOURCES
from evalkit.yaml_file import Found

_KEYS: Final = ("indicator", "source", "because")


def find_criterion_faults(criteria: Sequence[Any]) -> list[Found]:
    """List what is wrong with the criteria of a study, each with its place in the file.

    Examples
    --------
    >>> find_criterion_faults([{"indicator": "agency_report", "source": "agency_report"}])
    [(('criteria', 0), "the key 'because' is missing")]
    """
    found: list[Found] = []
    seen: list[tuple[str, str]] = []
    for i, one in enumerate(criteria):
        faults = _entry_faults(one, i)
        if not faults:
            pair = (one["indicator"], one["source"])
            if pair in seen:
                faults = [(("criteria", i), f"{pair[0]} from {pair[1]} is listed twice")]
            seen.append(pair)
        found += faults
    return found


def _entry_faults(one: Any, i: int) -> list[Found]:
    if not isinstance(one, Mapping):
        text = f"a criterion must be a mapping with indicator, source and because; found {one!r}"
        return [(("criteria", i), text)]
    found: list[Found] = [
        (("criteria", i, str(key)), f"unknown key {key!r}: {did_you_mean(str(key), _KEYS)}")
        for key in one
        if str(key) not in _KEYS
    ]
    found += [(("criteria", i), f"the key {key!r} is missing") for key in _KEYS if key not in one]
    found += [
        (("criteria", i, key), f"{key} must be a text; found {one[key]!r}")
        for key in _KEYS
        if key in one and not (isinstance(one[key], str) and one[key].strip())
    ]
    if not found and one["source"] not in SOURCES:
        text = f"unknown source {one['source']!r}: {did_you_mean(one['source'], SOURCES)}"
        found = [(("criteria", i, "source"), text)]
    return found
