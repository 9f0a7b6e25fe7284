"""A report in Indonesian: findings, headings and labels of its tables, and texts in its figures."""

import ast
import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from evalkit.present import Findings, Table
from evalkit.present.headings import HEADINGS
from evalkit.present.labels import COLUMNS
from evalkit.study import find_study

from .numbers_said import numbers_in

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HEADING = re.compile(r'<th scope="col"[^>]*>([^<]*)</th>')
ENGLISH = re.compile(r"\b(?:the|of|and|is|are|from|people|between)\b")


def show_all(name, **settings):
    """Return what the cells of a notebook show, run in this process with some parameters."""
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    space, shown = {}, []
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), name, "exec"), space)
        space.update({key: value for key, value in settings.items() if "session" not in space})
        shown += [eval(compile(ast.Expression(last.value), name, "eval"), space)] if last else []
    return shown


@pytest.fixture(scope="module", params=["02_evidence", "03_scores"])
def page(request):
    """Findings and tables as the page shows them: the label, the HTML and the cells of each table."""
    shown = show_all(request.param, study="judges", lang="id", n_boot=200)
    plt.close("all")
    (findings,) = (each for each in shown if isinstance(each, Findings))
    return findings, [(each.label, each.to_html(), each.shown()) for each in shown if isinstance(each, Table)]


def test_findings_are_indonesian(page):
    findings, _ = page
    text = " ".join((*findings.sentences, *findings.limits))
    assert not ENGLISH.search(text)
    assert "sampai" in text
    assert "penilaian hakim oleh advokat" in text.lower()
    assert numbers_in(text, "id")


def test_headings_of_tables_are_indonesian(page):
    known = {*HEADINGS.values(), *(names["id"] for names in COLUMNS.values())}
    _, tables = page
    assert len(tables) >= 4
    for label, html, _ in tables:
        assert set(HEADING.findall(html)) <= known, label


def test_places_and_indicators_are_shown_by_their_labels(page):
    _, tables = page
    places = {place for _, _, cells in tables if "place" in cells for place in cells["place"]}
    indicators = {text for _, _, cells in tables if "indicator" in cells for text in cells["indicator"]}
    assert places == {find_study("judges").places["us_judges"]["id"]}
    assert not indicators & {"case flow", "case_flow"}
