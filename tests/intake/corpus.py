"""Files as offices send them: each layout clean and with each thing that goes wrong, and what it must give.

``python -m intake.corpus FOLDER`` (with ``tests`` on the path) writes all of them. What a file must give is
taken from the rows that it was made from, and never from what reads it.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

from .sheets import ANSWERS, MAKERS, SPOILED, write_csv, write_ods, write_sav, write_xls, write_xlsx

N = 12
#: By layout: the first row of values, and the columns of the fields with numbers.
NUMBERS: Mapping[str, tuple[int, Mapping[str, int]]] = {
    "skm": (5, {f"U{i}": i for i in range(1, 10)}),
    "skm-recap": (3, {f"U{i}": i + 1 for i in range(1, 10)} | {"sum_weighted": 15, "ikm": 16}),
    "siasn": (1, {"work_result_code": 2, "behaviour_code": 4, "predikat_code": 6, "skp": 8, "score": 10}),
    "raters": (1, {"supervisor": 1, "peer": 2, "self": 3, "mean": 4}),
    "sakip": (1, {"planning": 2, "measurement": 3, "reporting": 4, "evaluation": 5, "score": 6}),
    "rater-items": (
        2,
        {
            f"{source}.{name}": at
            for at, (source, name) in enumerate(
                (
                    (source, name)
                    for source in ("supervisor", "peer")
                    for name in ("discipline", "integrity", "collaboration")
                ),
                start=1,
            )
        },
    ),
}
CODES = {
    "work_result_code": "hasilKinerjaNilai",
    "behaviour_code": "PerilakuKerjaNilai",
    "predikat_code": "KuadranKinerjaNilai",
}
#: A column that is there once and would be claimed twice.
CLAIMED = {"skm": 3, "skm-recap": 3, "siasn": 8, "raters": 1, "sakip": 2, "rater-items": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file, and what must become of it.

    Attributes
    ----------
    path, layout, spoil
        The file, what it is, and what is wrong with it.
    tables
        What each table of it holds: by field, its numbers in order, None where nothing stands.
    refusal
        What the refusal must say, as a pattern; empty for a file that is read.
    defect
        The defect that an audit must find; empty for none.
    """

    path: Path
    layout: str
    spoil: str
    tables: tuple[Mapping[str, list[float | None]], ...] = ()
    refusal: str = ""
    defect: str = ""


def numbers(layout: str, rows: list[list[Any]], n: int = N) -> dict[str, list[float | None]]:
    """Return the numbers that rows of cells hold, as they were put there."""
    first, columns = NUMBERS[layout]
    return {
        field: [row[at] if at < len(row) and row[at] != "" else None for row in rows[first : first + n]]
        for field, at in columns.items()
    }


def make(layout: str, seed: int = 1) -> list[list[Any]]:
    """Return a clean sheet."""
    return MAKERS[layout](np.random.default_rng(seed), N)


def write_corpus(folder: Path) -> list[Case]:
    """Write every layout in every kind of file and with every spoil."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = [case for layout in MAKERS for case in (*_kinds(folder, layout), *_spoils(folder, layout))]
    return [*cases, *_of_spss(folder), *_in_words(folder), *_of_several(folder), *_with_defects(folder)]


def _kinds(folder: Path, layout: str) -> Iterator[Case]:
    """Yield a clean sheet in each kind of file."""
    rows = make(layout)
    writers: Mapping[str, Callable[[Path], Path]] = {
        "clean.xlsx": lambda path: write_xlsx(path, ("Data", rows)),
        "clean.xls": lambda path: write_xls(path, rows),
        "clean.ods": lambda path: write_ods(path, rows),
        "comma.csv": lambda path: write_csv(path, rows, delimiter=",", decimal="."),
        "semicolon-decimal_comma.csv": lambda path: write_csv(path, rows),
        "utf-16.txt": lambda path: write_csv(path, rows, delimiter="\t", encoding="utf-16"),
        "windows-1252.csv": lambda path: write_csv(path, [["Café – data"], *rows], encoding="cp1252"),
    }
    for name, write in writers.items():
        path = write(folder / f"{layout}-{name}")
        yield Case(path=path, layout=layout, spoil=path.stem, tables=(numbers(layout, rows),))


def _spoils(folder: Path, layout: str) -> Iterator[Case]:
    """Yield a workbook for each thing that goes wrong."""
    first, columns = NUMBERS[layout]
    last, column = first + N, next(iter(columns.values()))
    truth = numbers(layout, make(layout))
    cell = f"{chr(ord('A') + column)}{first + 3}"

    def case(
        spoil: str, *sheets: tuple[str, list[list[Any]]], hidden: tuple[str, ...] = (), **told: Any
    ) -> Case:
        path = write_xlsx(folder / f"{layout}-{spoil}.xlsx", *sheets, hidden=hidden)
        return Case(path=path, layout=layout, spoil=spoil, **({"tables": (truth,)} | told))

    rows = make(layout)
    total = ["Jumlah", *rows[first][1:]]
    yield case("footer", ("Data", [*rows[:last], total, ["Keterangan: sementara"], *rows[last:]]))
    yield case("empty_rows", ("Data", [*rows[: first + 4], [], ["  "], *rows[first + 4 :]]))
    yield case("hidden_sheet", ("lama", make(layout, 9)), ("Data", rows), hidden=("lama",))
    yield case(
        "two_sheets", ("A", rows), ("B", make(layout, 2)), tables=(truth, numbers(layout, make(layout, 2)))
    )
    two = [*rows[:last], [], ["TABEL KEDUA"], *make(layout, 2)]
    yield case("two_tables", ("Data", two), tables=(truth, numbers(layout, make(layout, 2))))
    yield case("dates", ("Data", _with_dates(rows, first)))
    yield _merge(case("merged_title", ("Data", [["DATA PENILAIAN", *[""] * 8], *rows])), "A1:I1")
    refused: dict[str, Any] = {"tables": ()}
    sums = [*rows[: first + 4], total, *rows[first + 4 :]]
    yield case(
        "sums_between", ("Data", sums), **refused, refusal=r"sheet 'Data', cell .*: the row holds values like"
    )
    twice = [[*row, row[CLAIMED[layout]]] if len(row) > 3 else row for row in rows]
    yield case(
        "claimed_twice",
        ("Data", twice),
        **refused,
        refusal=r"sheet 'Data', cell .* both head .*\. (?:Rename|Number)",
    )
    formula = [list(row) for row in rows]
    formula[first + 2][column] = "=1+1"
    not_computed = rf"sheet 'Data': {cell} holds a formula without a stored value\. Open the file"
    yield case("not_computed", ("Data", formula), **refused, refusal=not_computed)
    headless = [["x"] * 3, *rows[first:last]]
    yield case(
        "no_heading", ("Data", headless), **refused, refusal=r"has no table that is known in 'Data'\. A table"
    )


def _with_dates(rows: list[list[Any]], first: int) -> list[list[Any]]:
    """Return rows with a column of dates as text and as dates, to the right of a gap."""
    width = max(map(len, rows)) + 1
    days = ["28/02/2025", "03/04/2025", datetime.date(2025, 5, 3)] * 4
    told = [row + [""] * (width - len(row)) for row in rows]
    for at, day in enumerate(days):
        told[first + at].append(day)
    told[first - 1].append("Tanggal")
    return told


def _merge(case: Case, cells: str) -> Case:
    book = openpyxl.load_workbook(case.path)
    book.active.merge_cells(cells)
    book.save(case.path)
    return case


def _of_spss(folder: Path) -> Iterator[Case]:
    for layout, head, first in (("skm", 3, 5), ("siasn", 0, 1)):
        rows = make(layout)
        path = write_sav(folder / f"{layout}-clean.sav", rows, head=head, first=first)
        yield Case(path=path, layout=layout, spoil="spss", tables=(numbers(layout, rows),))


def _in_words(folder: Path) -> Iterator[Case]:
    """Yield answers in the words of the questionnaire, and words that contradict their columns."""
    rows = make("skm")
    truth = numbers("skm", rows)
    first, last = NUMBERS["skm"][0], NUMBERS["skm"][0] + N
    worded = [
        [row[0], *(words[value - 1] if value else "" for words, value in zip(ANSWERS, row[1:], strict=True))]
        for row in rows[first:last]
    ]
    path = write_xlsx(folder / "skm-words.xlsx", ("Data", [*rows[:first], *worded, *rows[last:]]))
    yield Case(path=path, layout="skm", spoil="words", tables=(truth,))
    path = write_csv(folder / "skm-words.csv", [*rows[:first], *worded])
    yield Case(path=path, layout="skm", spoil="words", tables=(truth,))
    asked_otherwise = [[*row[:8], row[9], row[8]] for row in worded]
    path = write_xlsx(folder / "skm-words_exchanged.xlsx", ("Data", [*rows[:first], *asked_otherwise]))
    yield Case(
        path=path, layout="skm", spoil="words_exchanged", refusal=r"column is that of U9, .* are those to U8"
    )
    unclear = [[row[0], *["Setuju"] * 8, "Tidak setuju"] for row in worded]
    path = write_xlsx(folder / "skm-words_unclear.xlsx", ("Data", [*rows[:first], *unclear]))
    yield Case(path=path, layout="skm", spoil="words_unclear", refusal=r"'Tidak setuju' may be 1 / 2")


def _of_several(folder: Path) -> Iterator[Case]:
    """Yield ratings by several raters of a kind: with numbers in their headings, and without."""
    rows = make("raters")
    several = [[*row[:3], row[2], *row[3:]] for row in rows[1:]]
    truth = numbers("raters", rows)
    truth = {
        "supervisor": truth["supervisor"],
        "peer_1": truth["peer"],
        "peer_2": truth["peer"],
        "self": truth["self"],
    }
    for name, heads in {"numbered": ("Rekan 1", "Rekan Kerja 2"), "roman": ("Rekan I", "Rekan II")}.items():
        path = write_xlsx(
            folder / f"raters-several_{name}.xlsx", ("Data", [[*rows[0][:2], *heads, *rows[0][3:]], *several])
        )
        yield Case(path=path, layout="raters", spoil=f"several_{name}", tables=(truth,))
    path = write_xlsx(
        folder / "raters-several_alike.xlsx", ("Data", [[*rows[0][:3], rows[0][2], *rows[0][3:]], *several])
    )
    yield Case(
        path=path, layout="raters", spoil="several_alike", refusal=r"such as Rekan 1 and Rekan 2, or delete"
    )


def _with_defects(folder: Path) -> Iterator[Case]:
    """Yield a workbook for each defect of an audit: its numbers are read as they are, and it is named."""
    for number, (layout, options, defect) in enumerate(SPOILED, start=1):
        rows = MAKERS[layout](np.random.default_rng(1), 40, **options)
        path = write_xlsx(folder / f"{layout}-{number:02}-{defect}.xlsx", ("Data", rows))
        truth = numbers(layout, rows, 40)
        if not options.get("words", True):  # its columns stand elsewhere: by the heading over each
            truth = {field: [row[rows[0].index(CODES[field])] for row in rows[1:41]] for field in CODES}
        if defect == "elements_exchanged":  # which of the two columns is U8, nobody can tell
            truth = {field: cells for field, cells in truth.items() if field not in ("U8", "U9")}
        yield Case(path=path, layout=layout, spoil=defect, tables=(truth,), defect=defect)


if __name__ == "__main__":
    print(
        *(
            f"{case.path.name}\t{case.refusal or case.defect or 'read'}"
            for case in write_corpus(Path(sys.argv[1]))
        ),
        sep="\n",
    )
