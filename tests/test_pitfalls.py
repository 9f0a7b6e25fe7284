"""An index of the traps of analysis: which tests feed each one, found by their marks.

``pytest -m "pitfall"`` runs them all; ``python tests/test_pitfalls.py`` lists them by number.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
#: What a report about these methods must not fall into.
PITFALLS = {
    1: "a correlation pooled over places that differ",
    2: "raters nested in units taken for crossed columns",
    3: "the form of an intraclass correlation left unnamed",
    4: "a word for a reliability from its estimate, not from both ends of its interval",
    5: "a proportional bias found by regressing the difference on the mean",
    6: "limits of agreement without an interval, or replicates counted as persons",
    7: "agreement across different scales",
    8: "kappa alone",
    9: "p without size and interval, and a test chosen by another test",
    10: "many pairs, none adjusted",
    11: "ordinal ratings taken for an interval scale, and a ceiling ignored",
    12: "not told apart read as equal",
    13: "clusters ignored",
    14: "regression to the mean read as an effect",
    15: "attenuation read as invalidity",
    16: "the same source for a score and its criterion",
    17: "uniform weights divided by their sum",
    18: "a Monte Carlo figure without its error",
    19: "a difference of group means called unfair without conditioning",
    20: "a solver that stopped early and says nothing",
    21: "what holds of units read of the people in them",
    22: "synthetic results read as findings about a real city",
    23: "weightings of one instrument read as methods that agree",
}


def find_marks() -> Iterator[tuple[int, str]]:
    """Yield the number of a trap and the test that feeds it."""
    for file in sorted(HERE.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for mark in map(_number, node.decorator_list):
                    if mark:
                        yield mark, f"{file.relative_to(HERE)}::{node.name}"


def _number(decorator: ast.expr) -> int:
    """Return n of ``@pytest.mark.pitfall(n)``, 0 for any other decorator."""
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.pitfall":
        return int(ast.literal_eval(decorator.args[0]))
    return 0


def test_each_pitfall_is_fed_by_a_test_and_each_mark_names_a_pitfall():
    assert {number for number, _ in find_marks()} == set(PITFALLS)


def test_the_name_of_a_test_that_begins_with_a_number_is_its_pitfall():
    named = [(number, test.split("::test_")[1].split("_")[0]) for number, test in find_marks()]
    assert [(number, text) for number, text in named if text.isdigit() and int(text) != number] == []


if __name__ == "__main__":
    for number, title in PITFALLS.items():
        print(f"{number:>2} {title}")
        for marked, test in find_marks():
            if marked == number:
                print(f"     {test}")
