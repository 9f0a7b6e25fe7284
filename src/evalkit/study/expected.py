"""Expected numbers: what ``results.csv`` held when the numbers of a study were last declared right.

``reports/expected/STUDY.csv`` holds every published number of a study, rounded to more digits than
tolerances ask for, and no words. ``STUDY.json`` beside it says what they were computed from.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evalkit.errors import StudyError
from evalkit.study.shipped import is_shipped, shipped_folder
from evalkit.study.study_file import Study
from evalkit.vocabulary import RESULT_KEY
from evalkit.whole_file import replacing, write_whole

#: What is compared of each number.
VALUES: Final = ("estimate", "conf_low", "conf_high", "n")
COLUMNS: Final = (*RESULT_KEY, *VALUES)

#: One published number by its key, each value as text; empty where there is none.
Numbers = dict[tuple[str, ...], tuple[str, ...]]

_DIGITS: Final = 9
_MADE_FROM: Final = ("files", "methods", "templates", "packages")
_ALSO_MADE_FROM: Final = ("lock_sha256", "package_sha256", "python")


def expected_file(root: Path, study: str) -> Path:
    """Return where the expected numbers of a study are written."""
    return root / "reports" / "expected" / f"{study}.csv"


def find_expected(root: Path, study: Study) -> Path:
    """Return the expected numbers of a study: its own, or those that came with it; they may be missing."""
    own = expected_file(root, study.name)
    return (
        expected_file(shipped_folder(), study.name) if not own.is_file() and is_shipped(study.folder) else own
    )


def read_numbers(file: Path) -> Numbers:
    """Read numbers from ``results.csv`` or from a file of expected ones, by their key.

    Raises
    ------
    StudyError
        If a column is missing, a key stands twice, or a value is no number.
    """
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise StudyError(f"{file.name} lacks the columns {', '.join(missing)}: {_remedy(file)}")
        numbers: Numbers = {}
        for row in reader:
            key = tuple(row[name] or "" for name in RESULT_KEY)
            values = tuple(row[name] or "" for name in VALUES)
            _check_row(file, reader.line_num, key, values, numbers)
            numbers[key] = values
    return numbers


def _check_row(file: Path, line: int, key: tuple[str, ...], values: Sequence[str], seen: Numbers) -> None:
    if key in seen:
        raise StudyError(f"{file.name}, line {line}: {name_number(key)} stands there twice: {_remedy(file)}")
    for column, value in zip(VALUES, values, strict=True):
        if value and not _is_number(value):
            name = name_number(key)
            raise StudyError(
                f"{file.name}, line {line}: {column} of {name} is no number: {value!r}. {_remedy(file)}"
            )


def _remedy(file: Path) -> str:
    return f"write it anew with 'evalkit verify {file.stem} --update'"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_expected(file: Path, numbers: Numbers, made_from: Mapping[str, Any]) -> None:
    """Write expected numbers, and what they were computed from; each file is whole or as it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [(*key, *map(round_number, numbers[key])) for key in sorted(numbers)]
    _write_rows(file, [COLUMNS, *rows])
    content = json.dumps(made_from, indent=2, ensure_ascii=False) + "\n"
    write_whole(file.with_suffix(".json"), content)


def _write_rows(file: Path, rows: Iterable[Sequence[str]]) -> None:
    with replacing(file) as new, new.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def round_number(text: str) -> str:
    """Write a number with nine digits: three more than what is compared, and no noise of a processor.

    Examples
    --------
    >>> round_number("0.12345678949"), round_number("73421"), round_number("")
    ('0.123456789', '73421', '')
    """
    return f"{float(text):.{_DIGITS}g}" if text and not text.isdigit() else text


def name_number(key: Sequence[str]) -> str:
    """Write the key of a number for people.

    Examples
    --------
    >>> name_number(("05_agreement", "kappa", "dumai", "", "", "dumai", "semarang", "", ""))
    '05_agreement kappa (place=dumai, method_a=dumai, method_b=semarang)'
    """
    report, quantity, *rest = key
    parts = [f"{name}={value}" for name, value in zip(RESULT_KEY[2:], rest, strict=True) if value]
    return f"{report} {quantity}" + (f" ({', '.join(parts)})" if parts else "")


def describe_inputs(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Choose from the provenance of a build what its numbers depend on."""
    return {name: provenance.get(name) for name in (*_MADE_FROM, *_ALSO_MADE_FROM)}


def find_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name the inputs that are not what the expected numbers were computed from.

    Examples
    --------
    >>> before = {"files": {"study.yaml": "aa", "old.csv": "bb"}, "python": "3.11.7"}
    >>> find_changes(before, {"files": {"study.yaml": "cc"}, "python": "3.12.1"})
    ['old.csv', 'study.yaml', 'Python 3.11.7 → 3.12.1']
    """
    changes = []
    for part in _MADE_FROM:
        old, new = before.get(part) or {}, now.get(part) or {}
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        versions = part == "packages"
        changes += [f"{name} {old.get(name)} → {new.get(name)}" if versions else name for name in names]
    changed = {name for name in _ALSO_MADE_FROM if before.get(name) != now.get(name)}
    if "lock_sha256" in changed:
        changes.append("requirements.lock")
    if "package_sha256" in changed:
        changes.append("evalkit's own code")
    if "python" in changed:
        changes.append(f"Python {before.get('python')} → {now.get('python')}")
    return changes
