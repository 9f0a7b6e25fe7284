"""A result that stands alone at the end of a cell shows itself as a table."""

import dataclasses
import importlib
import inspect
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from evalkit.shown import Shown, show, show_frame
from evalkit.stats import estimate_intraclass_correlation

CLASSES = [
    getattr(module, name)
    for module in (importlib.import_module(f"evalkit.{layer}") for layer in ("stats", "compare", "lab"))
    for name in module.__all__
    if inspect.isclass(getattr(module, name)) and dataclasses.is_dataclass(getattr(module, name))
]
PEOPLE = pd.DataFrame({"employee": ["e1", "e2"], "score": [1.0, 2.0]})
VALUES = (0.123456789, np.arange(3.0), "a < b", np.eye(2), None, ("x", 1), {"k": np.nan}, np.zeros((40, 3)))


def read(html):
    return ElementTree.fromstring(f"<div>{html.replace('<br>', '<br/>').replace('&nbsp;', ' ')}</div>")


def words(html):
    return " ".join("".join(read(html).itertext()).split())


@dataclass(frozen=True, slots=True)
class Inner(Shown):
    """What is within."""

    estimate: float


@dataclass(frozen=True, slots=True)
class Outer(Shown):
    """What is around & about.

    More of it.
    """

    inner: Inner
    many: tuple[Inner, ...]
    table: pd.DataFrame


def test_there_are_results():
    assert len(CLASSES) > 150


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_public_result_shows_a_table(kind):
    """Classes with the mixin are filled with values of every sort; others name the frame that they show."""
    if kind._repr_html_ is not Shown._repr_html_:
        assert "show_frame(" in inspect.getsource(kind._repr_html_)
        return
    result = object.__new__(kind)
    for number, field in enumerate(dataclasses.fields(kind)):
        object.__setattr__(result, field.name, VALUES[number % len(VALUES)])
    rows = read(result._repr_html_()).findall("./table/tr")
    assert [row.find("th").text for row in rows] == [field.name for field in dataclasses.fields(kind)]
    assert all("".join(row.find("td").itertext()) for row in rows)


def test_a_result_of_numbers_is_short_and_rounded():
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    result = estimate_intraclass_correlation(ratings, form="agreement")
    html = result._repr_html_()
    assert f"{result.estimate:.6g}" in words(html)
    assert repr(float(result.estimate)) not in html
    assert len(words(html)) < 600


def test_what_is_within_is_shown_within():
    frame = pd.DataFrame({"place": ["a"] * 30, "estimate": [0.5] * 30})
    html = Outer(Inner(0.25), (Inner(1.0), Inner(float("nan"))), frame)._repr_html_()
    assert words(html).startswith("Outer: What is around & about.inner")
    assert "More of it" not in html
    assert html.count("What is within.") == 3
    assert "–" in html
    assert "The first 10 of 30 rows." in html


def test_people_are_counted_and_not_listed():
    assert show_frame(PEOPLE) == "2 rows: employee, score"
    assert "e1" not in show(Outer(Inner(1.0), (), PEOPLE))


def test_letters_that_html_reserves_are_written_as_such():
    @dataclass
    class Result(Shown):
        """Is a < b?"""

        text: str

    html = Result("<script>" + "x" * 500)._repr_html_()
    assert "<script>" not in html
    assert "…" in html
    assert len(html) < 400
