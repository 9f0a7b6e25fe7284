"""Notebooks are pages with calls in them: thin, stripped, alike in their parameters, findings first."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from evalkit.study import read_parameters
from evalkit.study.language_cells import keep_language
from evalkit.study.options import read_options
from evalkit.study.references import RESULTS, data_of
from evalkit.vocabulary import Language

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMMON = {
    "study": "str",
    "lang": "str",
    "methods": "list[str]",
    "places": "list[str]",
    "periods": "list[str]",
    "conf_level": "float",
    "n_boot": "int",
    "seed": "int",
}
MOST_STATEMENTS = 15
WORK = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.Try, ast.With, ast.If),
)
FORMATTING = {"format", "round", "to_string", "strftime"}
PATHS = {"os", "pathlib", "shutil", "glob", "sys", "subprocess", "io"}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read_cells(path: Path) -> list[dict]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def code_of(path: Path) -> list[dict]:
    return [cell for cell in read_cells(path) if cell["cell_type"] == "code"]


def headings(path: Path, lang: Language = "en") -> list[str]:
    cells = keep_language({"cells": read_cells(path)}, lang)["cells"]
    sources = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    return [line for source in sources for line in source.splitlines() if re.match("#+ ", line)]


def calls_in(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def find_work(source: str) -> list[str]:
    """List what belongs in the package: control flow, definitions, formatting of numbers, paths."""
    found = []
    for node in ast.walk(ast.parse(source)):
        line = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, WORK):
            found.append(f"{line}: {type(node).__name__}")
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Call) and name_of(node) in FORMATTING):
            found.append(f"{line}: formats a number")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Div):
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                found.append(f"{line}: formats a number")
            elif isinstance(node.op, ast.Div):
                found.append(f"{line}: computes")
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            found += [f"{line}: handles paths with {name}" for name in names if name.split(".")[0] in PATHS]
        if isinstance(node, ast.Call) and name_of(node) in {"open", "Path", "read_csv", "to_csv"}:
            found.append(f"{line}: reads or writes files")
    return found


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass",
        "for x in y: pass",
        "[x for x in y]",
        "f'{x:.2f}'",
        "'%.2f' % x",
        "round(x, 2)",
        "import os",
        "from pathlib import Path",
        "open('x')",
        "f = lambda x: x",
        "a / b",
    ],
)
def test_the_search_for_work_finds_it(source):
    assert find_work(source)


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 5


@every_notebook
def test_code_cells_only_call_the_package(path):
    assert {
        number: found for number, cell in enumerate(code_of(path)) if (found := find_work(cell["source"]))
    } == {}


@every_notebook
def test_cells_are_short(path):
    for cell in code_of(path)[1:]:
        statements = ast.parse(cell["source"]).body
        work = [item for item in statements if not isinstance(item, ast.Import | ast.ImportFrom)]
        assert len(work) <= MOST_STATEMENTS, cell["source"]


@every_notebook
def test_a_notebook_is_stripped(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["metadata"] == {}
    assert all(cell["id"] for cell in notebook["cells"])
    for cell in code_of(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert set(cell["metadata"]) <= {"tags"}


@every_notebook
def test_the_parameters_cell_is_the_first_code_cell_and_the_only_one(path):
    tagged = [i for i, cell in enumerate(code_of(path)) if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == [0]


@every_notebook
def test_the_common_parameters_are_there_with_equal_types(path):
    parameters = read_parameters(path)
    assert {name: parameters[name].type for name in COMMON if name in parameters} == COMMON
    assert list(parameters)[: len(COMMON)] == list(COMMON)


@every_notebook
def test_every_parameter_is_used_and_none_is_overwritten(path):
    parameters = set(read_parameters(path))
    names = [
        node
        for cell in code_of(path)[1:]
        for node in ast.walk(ast.parse(cell["source"]))
        if isinstance(node, ast.Name)
    ]
    assert parameters <= {name.id for name in names if isinstance(name.ctx, ast.Load)}
    assert not parameters & {name.id for name in names if isinstance(name.ctx, ast.Store)}


@every_notebook
def test_every_figure_has_a_label_a_caption_and_words_for_those_who_cannot_see_it(path):
    labels = []
    for cell in code_of(path):
        options, code = read_options(cell["source"])
        if not any(name_of(call).startswith("plot_") for call in calls_in(code)):
            continue
        assert re.fullmatch(r"fig-[a-z-]+", options["label"])
        assert options["fig-cap"].endswith(".")
        assert len(options["fig-alt"]) > 40
        assert options["fig-alt"] != options["fig-cap"]
        tables = set(re.findall(r'label="(tbl-[\w-]+)"', "\n".join(cell["source"] for cell in code_of(path))))
        assert set(data_of(cell["source"], options["label"])) <= tables | {RESULTS}, options["label"]
        labels.append(options["label"])
    assert labels, "a report has a figure"
    assert len(set(labels)) == len(labels)


@every_notebook
def test_every_table_has_a_label_of_its_own_and_a_caption(path):
    calls = [
        call for cell in code_of(path) for call in calls_in(cell["source"]) if name_of(call) == "make_table"
    ]
    words = [{item.arg: item.value for item in call.keywords} for call in calls]
    assert words, "a report has a table"
    labels = [item["label"].value for item in words]
    assert all(re.fullmatch(r"tbl-[a-z-]+", label) for label in labels)
    assert len(set(labels)) == len(labels)
    assert all(item["caption"].value.endswith(".") for item in words)


@every_notebook
def test_findings_come_before_any_figure_or_table(path):
    kinds = []
    for cell in read_cells(path):
        if cell["cell_type"] == "markdown":
            kinds += ["heading"] * ("## Findings" in cell["source"].splitlines())
            continue
        names = [name_of(call) for call in calls_in(cell["source"])]
        kinds += ["findings"] * any(name.startswith("say_") for name in names)
        kinds += ["shown"] * any(name.startswith("plot_") or name == "make_table" for name in names)
    assert kinds[:3] == ["heading", "findings", "shown"]


@every_notebook
def test_numbers_are_published(path):
    names = {name_of(call) for cell in code_of(path) for call in calls_in(cell["source"])}
    assert "publish" in names


@every_notebook
@pytest.mark.parametrize(
    ("lang", "method", "exercises"),
    [("en", "method|limits", "## Exercises"), ("id", "metode|keterbatasan", "## Latihan")],
)
def test_a_notebook_has_one_title_and_ends_with_its_method_or_limits_and_exercises(
    path, lang, method, exercises
):
    found = headings(path, lang)
    assert [line for line in found if line.startswith("# ")] == found[:1]
    assert found[-1] == exercises
    assert re.search(rf"\b({method})\b", found[-2], re.IGNORECASE)
    *_, limits, last = keep_language({"cells": read_cells(path)}, lang)["cells"]
    assert limits["cell_type"] == last["cell_type"] == "markdown"
    assert len(limits["source"]) > 200


@every_notebook
def test_a_note_before_the_parameters_says_how_to_change_them_and_is_not_in_the_report(path):
    cells = read_cells(path)
    (place,) = [i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
    for note in cells[place - 2 : place]:
        assert "remove-cell" in note["metadata"]["tags"]
        assert f"--only {path.stem} -p " in note["source"]
        assert f"evalkit run {read_parameters(path)['study'].default} " in note["source"]
        assert "study.yaml" in note["source"]


def test_every_notebook_is_a_report_of_some_study():
    studies = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "data").glob("*/study.yaml")
    ]
    assert {name for study in studies for name in study["notebooks"]} == {path.stem for path in NOTEBOOKS}
