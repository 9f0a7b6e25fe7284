"""What is told of a sheet that does not stand in it: place, unit, quarter, source, indicator, scale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from evalkit.errors import UsageError, did_you_mean
from evalkit.intake.importing.texts import tidy_text
from evalkit.intake.mapping import count_steps
from evalkit.rules import holds_nip
from evalkit.vocabulary import SOURCES

_PERIOD: Final = re.compile(r"(?:\d{4})?Q[1-4]", re.ASCII)
_SCALE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|:)\s*(\d+(?:\.\d+)?)", re.ASCII)
_SHEET, _FILE = "{sheet}", "{file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is told of all tables of an import.

    Attributes
    ----------
    place, unit
        Where; ``{sheet}`` and ``{file}`` in the unit stand for the name of the sheet or of the file.
    period
        A quarter such as 2025Q1; or Q1 to Q4, for that quarter of the year that the sheet names.
    source
        Who rated, where the sheet does not say.
    indicator
        What was rated, where the sheet does not say.
    scale
        What the lowest and the highest value of the sheet mean, where that is not the indicator's scale; the
        first is above the second where a low number is the good one.
    mapping
        Field by heading.
    dates
        day_first or month_first: what 03/04/2025 means.
    words
        What an answer in words is worth.
    keep_valid
        Whether rows with a fault are left out instead of refusing their table.
    keep_text
        Whether free text is taken, without numbers of people and without names that are known.
    """

    place: str = ""
    unit: str = ""
    period: str = ""
    source: str = ""
    indicator: str = ""
    scale: tuple[float, float] | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    words: Mapping[str, float] = field(default_factory=dict)
    keep_valid: bool = False
    keep_text: bool = False

    @property
    def steps(self) -> int:
        """How many answers there were to choose from, where the scale tells: 1 to 4 are four; 0 where not."""
        return count_steps(self.scale)

    def of(self, file: str, sheet: str) -> Given:
        """Return the same for one sheet, with its names filled in."""
        stem = file.rpartition(".")[0] or file
        unit = self.unit.replace(_SHEET, sheet).replace(_FILE, stem)
        return replace(self, unit=tidy_text(unit)[0])


def check_given(given: Given) -> Given:
    """Refuse what cannot be meant, before a file is read.

    Raises
    ------
    UsageError
        If a place is missing, or an option holds what no study may hold.
    """
    if not given.place:
        raise UsageError("Say which place the files are about, such as --place dumai.")
    for option in ("place", "unit"):
        if holds_nip(getattr(given, option)):
            raise UsageError(
                f"--{option} holds a number that looks like a NIP, which must not enter a study."
            )
    if given.period and not _PERIOD.fullmatch(given.period):
        raise UsageError(
            f"--period {given.period} must be a quarter such as 2025Q1, or Q4 for the fourth quarter of "
            "the year "
            "that the sheet names."
        )
    if given.source and given.source not in SOURCES:
        raise UsageError(f"--source {given.source} is unknown; {did_you_mean(given.source, SOURCES)}")
    return replace(given, place=tidy_text(given.place)[0])


def read_scale(text: str | None) -> tuple[float, float] | None:
    """Read a scale such as 0-100; 5-1 is one on which a low number is the good one.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> read_scale("0-100"), read_scale("5-1"), read_scale(None)
    ((0.0, 100.0), (5.0, 1.0), None)
    """
    if text is None:
        return None
    found = _SCALE.fullmatch(text.strip())
    if found is None or float(found[1]) == float(found[2]):
        raise UsageError(
            f"--scale {text} must be two different numbers such as 0-100, or 5-1 where 1 is the best."
        )
    return float(found[1]), float(found[2])
