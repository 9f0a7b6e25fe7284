"""Reports in Indonesian: no English is left in their findings, tables and figures."""

import ast
import json
import re

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

from evalkit.present import Findings, Table
from evalkit.present.labels import heading
from evalkit.present.language import translator
from evalkit.study.harvest import read_options
from evalkit.study.plan import plan_study
from evalkit.study.reports import list_reports
from evalkit.study.study_file import find_root, find_study

from .numbers_said import numbers_in

#: Words that no Indonesian sentence has.
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|was|were|from|with|by|to|not|no|nor|be|than|each|which|that|people|between|within"
    r"|without|has|have|only|there|raters?|ratings?|scores?|points|weights?|needs|shown|found|occasions?)\b",
    re.IGNORECASE,
)
#: A number with a decimal point, such as 0.5; and no version, name or thousand.
POINT = re.compile(r"(?<![\w.,])\d+\.\d{1,2}(?![\w.])")
#: Columns of names and citations, which stand as they are.
NAMES = {"file", "citation", "matrix"}
TASKS = [
    task
    for name in ("five-places", "judges", "principles")
    for task in plan_study(
        find_study(name), find_root(), list_reports(find_study(name), find_root()), languages=["id"]
    )
]
QUICK = {"judges/02_evidence", "judges/03_scores"}


def show_all(task, **settings):
    """Yield the options of each code cell of a report, and what it shows, run in this process."""
    cells = json.loads(task.notebook.read_text(encoding="utf-8"))["cells"]
    space = {}
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        source = "".join(cell["source"])
        body = ast.parse(source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), task.stem, "exec"), space)
        if "session" not in space:
            space.update(task.parameters, **settings)
        shown = eval(compile(ast.Expression(last.value), task.stem, "eval"), space) if last else None
        yield read_options(source)[0], shown


def texts_of(options, shown):
    """Yield what a reader sees of one cell: where it stands, and the text."""
    tr = translator("id")
    for name in ("fig-cap", "fig-alt"):
        yield name, tr(str(options.get(name, "")))
    if isinstance(shown, Findings):
        yield from (("finding", text) for text in (*shown.sentences, *shown.limits))
    if isinstance(shown, Table):
        yield from ((shown.label, text) for text in (shown.caption, shown.note, shown.empty))
        for column, cells in shown.shown().items():
            given = shown.headings.get(column, "")
            yield f"{shown.label}, heading", tr(given) if given else heading(str(column), "id")
            if column not in NAMES:
                yield from ((f"{shown.label}, {column}", text) for text in cells.unique())
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.draw_without_rendering()
        yield from ((str(options["label"]), text.get_text()) for text in figure.findobj(Text))
    plt.close("all")


@pytest.mark.parametrize(
    "task",
    [
        pytest.param(task, marks=[] if f"{task.study}/{task.report}" in QUICK else [pytest.mark.slow])
        for task in TASKS
    ],
    ids=lambda task: f"{task.study}/{task.report}",
)
def test_no_english_is_left_in_a_report(task):
    texts = [pair for cell in show_all(task, n_boot=200) for pair in texts_of(*cell)]
    assert len(texts) > 20
    assert [pair for pair in texts if ENGLISH.search(pair[1])] == []
    assert [pair for pair in texts if POINT.search(pair[1])] == []


def test_findings_name_places_and_numbers_as_indonesian_readers_do():
    task = next(task for task in TASKS if (task.study, task.report) == ("judges", "02_evidence"))
    shown = [each for _, each in show_all(task, n_boot=200)]
    plt.close("all")
    (findings,) = (each for each in shown if isinstance(each, Findings))
    text = " ".join((*findings.sentences, *findings.limits))
    assert "sampai" in text
    assert "penilaian hakim oleh advokat" in text.lower()
    assert numbers_in(text, "id")
    tables = [each.shown() for each in shown if isinstance(each, Table)]
    places = {place for cells in tables if "place" in cells for place in cells["place"]}
    assert places == {find_study("judges").places["us_judges"]["id"]}
