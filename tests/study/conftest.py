"""Tiny workbenches: a folder with data/ and notebooks/, real enough to run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

PARAMETERS = """\
study: str = "tiny"  # folder in data/
lang: str = "en"  # language of the report
methods: list[str] = []  # methods to compare; empty means all
places: list[str] = []  # places to keep; empty means all
periods: list[str] = []  # periods to keep; empty means all
conf_level: float = 0.95  # level of intervals
n_boot: int = 10  # bootstrap replicates
seed: int = 1  # seed of all randomness
note: str = "none"  # shown on the page
"""
PLACE_PARAMETER = 'place: str = "here"  # the place that the report is about\n'
FIGURE = """\
#| label: fig-line
#| fig-cap: A line that rises.
#| fig-alt: One straight line from the lower left to the upper right.
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
    '<path d="M0 60 90 0" stroke="black"/></svg>')
"""
OUTPUTS = """\
#| label: tbl-numbers
from IPython.display import display
rows = [{"quantity": "mean", "item": "b", "estimate": 0.1, "n": 3.0}, {"quantity": "mean", "item": "a",
        "estimate": None, "caveat": "nothing was observed"}]
display({"application/vnd.evalkit.results+json": rows, "text/plain": "2 numbers"}, raw=True)
display({"application/vnd.evalkit.findings+json": {"findings": ["The mean is < 1."], "limits": []},
         "text/html": "<ul><li>The mean is &lt; 1.</li></ul>"}, raw=True)
display({"application/vnd.evalkit.table+json": {"label": "tbl-numbers", "caption": "Numbers.",
         "columns": ["name", "value"], "rows": [["a", 0.1], ["b", None]]},
         "text/html": "<table><caption>Numbers.</caption><thead><tr><th>name</th><th>value</th></tr></thead>"
         "<tbody><tr><th>a</th><td>0.1</td></tr></tbody></table>"}, raw=True)
print("note is", note)
"""


def cell(kind: str, source: str, *tags: str) -> dict:
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"tags": list(tags)} if tags else {}, "source": source, **code}


def notebook(*cells: dict) -> str:
    for number, item in enumerate(cells):
        item["id"] = f"cell-{number}"
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def standard_cells(*more: dict, title: str = "A tiny report", parameters: str = "") -> list[dict]:
    return [
        cell("markdown", f"# {title}\nWhat it asks."),
        cell("code", PARAMETERS + parameters, "parameters"),
        cell(
            "markdown", "## Same heading\nText.\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n## Same heading\nMore."
        ),
        *more,
    ]


@pytest.fixture(scope="module", autouse=True)
def cold():
    """Start kernels plainly: tiny notebooks use nothing of what a warm one has imported beforehand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALKIT_COLD", "1")
        yield


@pytest.fixture
def workbench(tmp_path, monkeypatch) -> Path:
    """A workbench with one study, ``tiny``, and one notebook, ``first``; the current folder stands in it."""
    root = make_workbench(tmp_path / "bench")
    monkeypatch.chdir(root)
    return root


def make_workbench(root: Path) -> Path:
    (root / "notebooks").mkdir(parents=True)
    write_study(root, "tiny", "notebooks: [first]")
    write_notebook(root, "first", cell("code", FIGURE), cell("code", OUTPUTS))
    return root


def write_study(root: Path, name: str, more: str) -> Path:
    folder = root / "data" / name
    folder.mkdir(parents=True, exist_ok=True)
    text = f"title: {{en: Tiny study, id: Studi kecil}}\nkind: real\n{dedent(more)}\n"
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    write_evidence(folder)
    return folder


def write_evidence(folder: Path) -> None:
    (folder / "evidence.csv").write_text(
        "place,unit,employee,period,indicator,source,rater,item,value,status\n"
        "here,u1,e1,,service_quality,citizen,r1,,4,recorded\n"
        "here,u1,e2,,service_quality,citizen,r1,,3,recorded\n",
        encoding="utf-8",
    )
    kinds = dict.fromkeys(("value",), "number")
    names = ["place", "unit", "employee", "period", "indicator", "source", "rater", "item", "value", "status"]
    fields = [{"name": name, "type": kinds.get(name, "string")} for name in names]
    resource = {
        "name": "evidence",
        "path": "evidence.csv",
        "format": "csv",
        "schema": {"fields": fields},
    }
    package = {
        "name": folder.name,
        "title": "Tiny",
        "evalkit": {"kind": "real", "persons": "published"},
        "licenses": [{"name": "CC0-1.0"}],
        "sources": [{"title": "made up for a test"}],
        "resources": [resource],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def write_places(folder: Path, places: Sequence[str]) -> None:
    """Let the evidence of a study come from some places, alike in each."""
    path = folder / "evidence.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    everywhere = [
        row.replace("here", place, 1).replace("u1,e", f"u{i},e{i}")
        for i, place in enumerate(places)
        for row in rows
    ]
    path.write_text("\n".join([header, *everywhere, ""]), encoding="utf-8")


def write_notebook(
    root: Path, name: str, *cells: dict, title: str = "A tiny report", parameters: str = ""
) -> Path:
    path = root / "notebooks" / f"{name}.ipynb"
    written = notebook(*standard_cells(*cells, title=title, parameters=parameters))
    path.write_text(written, encoding="utf-8")
    return path


def enter_copy(bench: Path, place: Path, monkeypatch: pytest.MonkeyPatch, *without: str) -> Path:
    """Copy a workbench that several tests share to a place, and stand in the copy."""
    shutil.copytree(bench, place, ignore=shutil.ignore_patterns(*without))
    monkeypatch.chdir(place)
    return place
