"""Write docs/coverage.md: where each thing that the five texts name is answered, from the built reports.

``python docs/write_coverage.py`` reads docs/coverage.yaml and what ``make reports`` wrote to
reports/five-places/results.csv. It says which features have no row there, and writes nothing then.
``--check`` only compares.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
FEATURES = ROOT / "docs" / "coverage.yaml"
PAGE = ROOT / "docs" / "coverage.md"
RESULTS = ROOT / "reports" / "five-places" / "results.csv"
ROWS = ("principle", "evidence", "unit of evaluation", "cadence", "follow-up", "problems named", "aims named")
#: Columns of results.csv that an answer may name, beside its quantity.
FILTERS = ("unit", "period", "method_a", "method_b", "group", "item")
#: Notebooks that make one report a place.
OF_A_PLACE = ("place", "public")
HEAD = """# What the five texts name, and where it is answered

`python docs/write_coverage.py` writes this page from `docs/coverage.yaml` and the reports on `five-places`
(`make reports`, then `make features`); a test holds it to them. Each thing that a text names is a line or
more: the quantity of `reports/five-places/results.csv` that answers it for that place, whether it is a number
or a refusal with its reason, and the report and section where it stands. The evidence is synthetic: no line
says anything about a real place.
"""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer to a thing that the text of a place names.

    Attributes
    ----------
    quantity, where
        The quantity of results.csv, and what else its row must hold; ``*`` stands for anything.
    notebook, section
        Where it is shown.
    """

    place: str
    row: str
    feature: str
    quantity: str
    where: Mapping[str, str]
    notebook: str
    section: str

    @property
    def report(self) -> str:
        """Name of the report that shows it for this place."""
        return f"{self.notebook}_{self.place}" if self.notebook in OF_A_PLACE else self.notebook

    @property
    def tag(self) -> str:
        """What it looks for, in words."""
        return " ".join([self.quantity, *(f"{name}={value}" for name, value in self.where.items())])

    def find(self, results: Iterable[Row]) -> list[Row]:
        """Return the rows of results.csv that answer it."""
        about = (self.report, self.place, self.quantity)
        return [
            row
            for row in results
            if (row["report"], row["place"], row["quantity"]) == about
            and all(fnmatchcase(row[name], value) for name, value in self.where.items())
        ]


def read_answers(file: Path = FEATURES) -> list[Answer]:
    """Read the list, and refuse a row, a quantity or a column that does not exist."""
    listed: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        _read_answer(place, row, str(name), answer, listed["shown"])
        for place, rows in listed["features"].items()
        for row, features in rows.items()
        for feature in features
        for name, answers in feature.items()
        for answer in ([answers] if isinstance(answers, str) else answers)
    ]


def _read_answer(place: str, row: str, feature: str, text: str, shown: Mapping[str, Sequence[str]]) -> Answer:
    quantity, *pairs = text.split()
    where = dict(pair.split("=", 1) for pair in pairs)
    if row not in ROWS or quantity not in shown or not set(where) <= set(FILTERS):
        raise ValueError(
            f"{place}, {row}, {feature}: {text!r} names a row, a quantity or a column that is unknown."
        )
    notebook, section = shown[quantity]
    about = {"place": place, "row": row, "feature": feature}
    return Answer(**about, quantity=quantity, where=where, notebook=notebook, section=section)


def read_results(file: Path = RESULTS) -> list[Row]:
    """Read the numbers of the built reports."""
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def read_sections(notebook: str, folder: Path = ROOT / "notebooks") -> set[str]:
    """Return the headings of a notebook."""
    cells = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return {line.lstrip("#").strip() for text in texts for line in text.split("\n") if line.startswith("#")}


def find_faults(answers: Sequence[Answer], results: Sequence[Row]) -> list[str]:
    """Say which answers have no row in the results, or only rows with neither a number nor a reason."""
    return list(_faults(answers, _sort(results)))


def write_page(answers: Sequence[Answer], results: Sequence[Row]) -> str:
    """Return the page, one table a place."""
    sorted_results = _sort(results)
    places = dict.fromkeys(answer.place for answer in answers)
    lines = (line for place in places for line in _table(place, answers, sorted_results))
    return "\n".join([HEAD, *lines]).rstrip() + "\n"


def _sort(results: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return the rows by place and quantity."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in results:
        found.setdefault((row["place"], row["quantity"]), []).append(row)
    return found


def _faults(answers: Sequence[Answer], results: Mapping[tuple[str, str], list[Row]]) -> Iterator[str]:
    for answer in answers:
        rows = answer.find(results.get((answer.place, answer.quantity), []))
        name = f"{answer.place}, {answer.row}, {answer.feature}: {answer.tag}"
        if not rows:
            yield f"{name} is not in results.csv for {answer.report}"
        elif not any(row["estimate"] or row["caveat"] for row in rows):
            yield f"{name} has neither a number nor a reason"


def _table(
    place: str, answers: Sequence[Answer], results: Mapping[tuple[str, str], list[Row]]
) -> Iterator[str]:
    yield f"## {place.capitalize()}\n"
    yield "| row | what the text names | quantity | answered | report → section |"
    yield "|---|---|---|---|---|"
    for answer in answers:
        if answer.place == place:
            found = _answered(answer.find(results[place, answer.quantity]))
            shown = f"{answer.report} → {answer.section}"
            cells = (answer.row, answer.feature, f"`{answer.tag}`", found, shown)
            yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
    yield ""


def _answered(rows: Sequence[Row]) -> str:
    """Say whether there is a number, or why there is none."""
    if any(row["estimate"] for row in rows):
        return "a number" if len(rows) == 1 else "numbers"
    reason = rows[0]["caveat"]
    return reason if reason.startswith("not measured") else f"refused: {reason}"


def main() -> int:
    """Write the page or compare it, and say what is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    chosen = parser.parse_args()
    if not RESULTS.exists():
        print(f"There is no {RESULTS.relative_to(ROOT)}: build it first (make reports).", file=sys.stderr)
        return 2
    answers, results = read_answers(), read_results()
    faults = find_faults(answers, results)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    page = write_page(answers, results)
    if not chosen.check:
        PAGE.write_text(page, encoding="utf-8")
        print(f"docs/coverage.md: {len(answers)} answers")
        return 0
    same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
    print(
        "docs/coverage.md is as the reports say" if same else "docs/coverage.md is out of date: make features"
    )
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
