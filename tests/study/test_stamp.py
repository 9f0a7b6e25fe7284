"""Pitfall 22: what is shown of synthetic evidence says so, in every figure and on every table."""

from __future__ import annotations

import json

import pytest

from evalkit.errors import StudyError
from evalkit.lab import PROFILES, as_text, simulate
from evalkit.study import find_study, load_study
from evalkit.study.checks import check_inputs
from evalkit.study.harvest import harvest
from evalkit.study.inputs import load_study_evidence
from evalkit.study.runner import run_studies
from evalkit.study.stamp import stamp_html, stamp_notebook, stamp_svg

from .conftest import FIGURE, OUTPUTS, cell, notebook, standard_cells

SIMULATED = "simulate: {{seed: 3, profile: {profile}, sizes: {{dumai: 20, senapelan: 12}}}}"
PANDAS = "import pandas as pd\npd.DataFrame({'a': [1]})"


@pytest.fixture
def laboratory(workbench):
    """Make the tiny study synthetic, with a figure, a captioned table and a bare one."""
    cells = [cell("code", FIGURE), cell("code", OUTPUTS), cell("code", PANDAS)]
    (workbench / "notebooks/first.ipynb").write_text(notebook(*standard_cells(*cells)))
    make_synthetic(workbench / "data/tiny", "administrative")
    return workbench


def make_synthetic(folder, profile):
    file = folder / "study.yaml"
    text = file.read_text().replace("kind: real", "kind: synthetic")
    file.write_text(text + SIMULATED.format(profile=profile) + "\n")
    package = json.loads((folder / "datapackage.json").read_text())
    package["evalkit"]["kind"] = "synthetic"
    (folder / "datapackage.json").write_text(json.dumps(package))


@pytest.mark.pitfall(22)
def test_every_figure_and_table_of_a_synthetic_study_says_so_and_its_title_too(laboratory):
    run = run_studies(["tiny"], only=["first"], jobs=1)
    assert run.failed == ()
    folder = run.reports / "tiny"
    executed = json.loads((folder / "notebooks/first.ipynb").read_text())
    found = harvest(executed, "first")
    assert len(found.figures) == len(found.tables) == 1
    for figure in found.figures:
        assert "SYNTHETIC</text>" in figure.svg
        assert figure.caption.startswith("SYNTHETIC. ")
        assert figure.alt.startswith("SYNTHETIC. ")
    assert [table.caption for table in found.tables] == ["SYNTHETIC. Numbers."]
    for file in (folder / "figures").glob("*.svg"):
        assert "SYNTHETIC</text>" in file.read_text()
    page = (folder / "first.html").read_text()
    assert page.count("<strong>SYNTHETIC</strong>") == page.count("<table") - 1 == 2  # one is in the prose
    assert "<title>SYNTHETIC: " in page
    assert '<h1><span class="kind-synthetic">SYNTHETIC:</span> ' in page


@pytest.mark.pitfall(22)
def test_nothing_of_a_real_study_says_so(workbench):
    run = run_studies(["tiny"], only=["first"], jobs=1)
    assert run.failed == ()
    for file in (run.reports / "tiny").rglob("*"):
        if file.suffix in {".html", ".svg", ".ipynb", ".csv"}:
            assert "SYNTHETIC" not in file.read_text().replace("SYNTHETIC evidence", "")


def test_the_stamp_is_in_the_language_of_the_report():
    output = {"output_type": "display_data", "data": {"image/svg+xml": "<svg></svg>"}, "metadata": {}}
    cells = [{"cell_type": "code", "source": "#| fig-cap: Titik.\n1", "outputs": [output], "metadata": {}}]
    stamped = stamp_notebook({"cells": cells}, "id")["cells"][0]["outputs"][0]
    assert "SINTETIS</text>" in stamped["data"]["image/svg+xml"]
    assert stamped["metadata"]["evalkit"] == {"fig-cap": "SINTETIS. Titik."}


def test_a_figure_keeps_all_that_it_drew():
    svg = '<svg viewBox="0 0 1 1">\n<path d="M0 0"/>\n</svg>\n'
    assert stamp_svg(svg, "X").startswith(svg.removesuffix("</svg>\n"))
    assert stamp_svg(svg, "X").endswith("</svg>\n")


def test_the_clear_mark_stands_below_all_that_a_figure_drew():
    svg = '<svg width="40.5pt" height="20pt" viewBox="0 0 40.5 20" version="1.1"><path d="M0 20"/></svg>'
    stamped = stamp_svg(svg, "X")
    assert '<svg width="40.5pt" height="31pt" viewBox="0 0 40.5 31" version="1.1"><rect' in stamped
    assert '<path d="M0 20"/>' in stamped
    assert 'y="100%" dy="-2.5"' in stamped  # 9 points high, in the 11 that were added


def test_a_table_without_a_caption_gets_one():
    assert stamp_html("<table border='1'><tr/></table>", "X") == (
        "<table border='1'><caption><strong>X</strong></caption><tr/></table>"
    )


def test_text_without_a_table_is_left_alone():
    assert stamp_html("<p>No table.</p>", "X") == "<p>No table.</p>"


def test_a_study_that_is_simulated_needs_no_files_and_is_the_same_each_time(laboratory):
    study = find_study("tiny")
    evidence = load_study_evidence(study)
    again = as_text(simulate({"dumai": 20, "senapelan": 12}, seed=3, profile=PROFILES["administrative"]))
    assert (evidence.kind, evidence.study) == ("synthetic", "tiny")
    assert evidence.observations.equals(again.observations)
    assert evidence.truth.equals(again.truth)


def test_a_profile_that_does_not_exist_is_refused_before_anything_runs(workbench):
    make_synthetic(workbench / "data/tiny", "administrativ")
    with pytest.raises(
        StudyError, match="Study tiny: The laboratory has no profile 'administrativ': did you"
    ):
        check_inputs([find_study("tiny")])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("simulate: {profile: research}", "simulate must be a mapping with a seed"),
        ("simulate: {seed: 1, sise: 3}", "simulate must be a mapping with a seed"),
        ("simulate: {seed: 1}", "evidence that is simulated is synthetic, and kind says real"),
    ],
)
def test_a_simulation_that_cannot_be_is_refused(workbench, text, message):
    file = workbench / "data/tiny/study.yaml"
    file.write_text(file.read_text() + text + "\n")
    with pytest.raises(StudyError, match=message):
        load_study(workbench / "data/tiny")
