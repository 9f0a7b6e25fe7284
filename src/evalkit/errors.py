"""Every error that evalkit raises on purpose.

Each says the rule, what was found, where, and what to do. Faults in data are collected and raised together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from difflib import get_close_matches

_SHOWN = 20


class EvalkitError(Exception):
    """Base of the errors that a user can mend; the command line prints them without a traceback."""

    exit_code = 2


class UsageError(EvalkitError):
    """A name, option or parameter that does not exist or has the wrong type."""


class FileError(EvalkitError):
    """An error about one file that people write; it may name several faults at once.

    Attributes
    ----------
    found
        Each fault: its line (0 where the whole file is meant), and what is wrong. Empty where the message
        itself is all that there is to say.
    """

    def __init__(self, message: str, *, found: Iterable[tuple[int, str]] = ()) -> None:
        self.found: tuple[tuple[int, str], ...] = tuple(found)
        super().__init__(message)


class StudyError(FileError):
    """A study folder whose ``study.yaml`` or ``datapackage.json`` cannot be used."""


class SpecificationError(FileError):
    """A method specification that breaks its schema or its own arithmetic."""


class DesignError(EvalkitError):
    """A question that the design of the evidence cannot answer."""


class ReportError(EvalkitError):
    """A report that could not be built; the others were."""

    exit_code = 1


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in one place of a file.

    Attributes
    ----------
    file
        Name of the file inside the study folder.
    row
        Row as a spreadsheet numbers it: the header is row 1. 0 where the whole file is meant.
    column
        Column name; empty where the whole row or file is meant.
    rule
        What is required, in words.
    value
        What was found, as text; empty where there is nothing to show.
    """

    file: str
    row: int
    column: str
    rule: str
    value: str = ""


class EvidenceError(EvalkitError):
    """Evidence that breaks its schema: every fault of every file, together.

    Attributes
    ----------
    faults
        All faults, sorted by file, row and column.
    """

    def __init__(
        self, faults: Sequence[Fault], *, remedy: str = "Correct the files, or list the changes"
    ) -> None:
        if not faults:
            raise ValueError("an EvidenceError needs at least one fault")
        self.faults: tuple[Fault, ...] = tuple(sorted(faults))
        self.remedy = remedy
        super().__init__(self._message())

    def _message(self) -> str:
        """Say how many faults there are of each kind, and show the first ones with their places."""
        n = len(self.faults)
        kinds = Counter(map(_kind, self.faults))
        lines = [f"{n:,} fault{'s' if n > 1 else ''} in the evidence:"]
        lines += [
            f"  {count:,} × {file}{': ' + column if column else ''}: {rule}"
            for (file, column, rule), count in kinds.most_common()
        ]
        shown = _choose(self.faults)
        lines += ["", *_table(shown)]
        if n > len(shown):
            lines.append(f"… and {n - len(shown):,} more")
        return "\n".join([*lines, "", self.remedy])


def _kind(fault: Fault) -> tuple[str, str, str]:
    return fault.file, fault.column, fault.rule


def _choose(faults: Sequence[Fault]) -> list[Fault]:
    """Choose the faults to show: the first of every kind before the second of any, sorted by place."""
    seen: Counter[tuple[str, str, str]] = Counter()
    turns = []
    for fault in faults:
        seen[_kind(fault)] += 1
        turns.append((seen[_kind(fault)], fault))
    return sorted(fault for _, fault in sorted(turns)[:_SHOWN])


def _table(faults: Sequence[Fault]) -> list[str]:
    """Lay faults out as an aligned text table; a fault of a whole file has no row."""
    header = tuple(field.name for field in fields(Fault))
    rows = [header, *(tuple(_short(cell or "") for cell in astuple(fault)) for fault in faults)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _short(cell: object, limit: int = 60) -> str:
    text = str(cell)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the nearest known one, or all of them.

    Examples
    --------
    >>> did_you_mean("semarng", ["semarang", "dumai"])
    "did you mean 'semarang'?"
    >>> did_you_mean("jakarta", ["semarang", "dumai"])
    'known are: dumai, semarang'
    """
    names = sorted(known)
    by_small = {str(each).lower(): each for each in reversed(names)}
    near = get_close_matches(str(name).lower(), by_small, n=1)
    if near:
        value = by_small[near[0]]
        return f"did you mean {value!r}?"
    return f"known are: {', '.join(names) or 'none'}"
