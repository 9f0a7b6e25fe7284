"""What is wrong with a study: like faults together, each with its places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from evalkit.errors import EvalkitError, EvidenceError, Fault, FileError
from evalkit.rules import mask_nip

#: Like faults that are told one by one; of more, the number and the first.
MOST_TOLD: Final = 200
_FIRST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a fault is.

    Attributes
    ----------
    row
        Row as a spreadsheet numbers it, or line of a text file; 0 where the whole file is meant.
    value
        What was found there.
    """

    row: int
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault, or like ones: the same rule broken in the same column of the same file.

    Attributes
    ----------
    file
        Name of the file inside the study folder.
    column
        Column of a table; empty where there is none, or the whole row is meant.
    rule
        What is required or wrong, in English words.
    places
        Where: all of them, or the first of more than `MOST_TOLD`.
    n
        How many there are.
    of_table
        Whether the file is a table with rows; else it is a text with lines.
    """

    file: str
    column: str
    rule: str
    places: tuple[Place, ...]
    n: int
    of_table: bool = True


def gather_problems(errors: Iterable[tuple[str, EvalkitError]]) -> tuple[Problem, ...]:
    """Turn errors, each with the file that it is about, into problems; what is said twice counts once."""
    problems: dict[tuple[str, str, str], Problem] = {}
    for file, error in errors:
        for one in _read(file, error):
            problems.setdefault((one.file, one.column, one.rule), one)
    return tuple(problems.values())


def _read(file: str, error: EvalkitError) -> list[Problem]:
    if isinstance(error, EvidenceError):
        return _join(error.faults)
    found = error.found if isinstance(error, FileError) else ()
    if isinstance(error, FileError) and found:
        return [_tell(file, text, line) for line, text in found]
    lines = str(error).splitlines()
    is_list = all(line.startswith(f"{file}, ") for line in lines)
    return [_tell(file, text) for text in (lines if is_list else [" ".join(map(str.strip, lines))])]


def _tell(file: str, rule: str, line: int = 0) -> Problem:
    return Problem(file=file, column="", rule=mask_nip(rule), places=(Place(row=line),), n=1, of_table=False)


def _join(faults: Sequence[Fault]) -> list[Problem]:
    """Put like faults together, in the order of their files and first rows."""
    like: dict[tuple[str, str, str], list[Place]] = {}
    for fault in sorted(faults):
        place = Place(row=fault.row, value=mask_nip(fault.value))
        like.setdefault((fault.file, fault.column, fault.rule), []).append(place)
    return [
        Problem(
            file=file,
            column=mask_nip(column),
            rule=mask_nip(rule),
            places=tuple(places if len(places) <= MOST_TOLD else places[:_FIRST]),
            n=len(places),
        )
        for (file, column, rule), places in like.items()
    ]
