"""A page about single people, and the one without them, for everyone: on screens, in the dark, on paper."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from protected_maker import write_protected_study
from study.conftest import cell, make_workbench, write_notebook

from evalkit.study.runner import run_studies

from .pages import Browser
from .paper import find_cut_text, find_faults_of_layout, find_lost_columns, print_page
from .whole_page import find_faults_on_screens

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PEOPLE = """\
#| label: fig-people
#| fig-cap: Scores of people.
#| fig-alt: Scores of people, one point each.
import matplotlib.pyplot as plt
from evalkit.present import make_table
from evalkit.study import start
session = start(study=study, lang=lang)
people = session.evidence.employees
display(people.head())
display(make_table(people[["employee", "unit"]], label="tbl-people", caption="People.", lang=lang))
figure, ax = plt.subplots()
ax.plot(people["birth_year"], "o");
"""
MARKS = {"en": "PERSON-LEVEL", "id": "DATA PERORANGAN"}


@pytest.fixture(scope="module", params=["listed", pytest.param("03_scores", marks=pytest.mark.slow)])
def page(request, tmp_path_factory) -> str:
    """A report on protected people in both languages, without them and with them: where its pages are."""
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("people") / "bench")
        shutil.copy(ROOT / "notebooks/03_scores.ipynb", root / "notebooks")
        write_notebook(root, "listed", cell("code", PEOPLE))
        write_protected_study(root / "data/office", notebooks=f"[{request.param}]")
        study = root / "data/office/study.yaml"
        text = study.read_text(encoding="utf-8")
        assert "languages: [en]" in text
        study.write_text(text.replace("languages: [en]", "languages: [en, id]"), encoding="utf-8")
        patch.chdir(root)
        patch.setenv("EVALKIT_COLD", "0")
        for people in (False, True):
            run_studies(["office"], people=people, stream=io.StringIO())
        return f"{root}/reports/{{folder}}/{request.param}.{{lang}}.html"


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("folder", ["office", "office.people"])
def test_the_page_is_for_everyone_and_says_whom_it_is_about(browser: Browser, page, tmp_path, folder, lang):
    with browser.open(Path(page.format(folder=folder, lang=lang)), width=1200, height=900) as opened:
        is_apart = folder.endswith(".people")
        assert (MARKS[lang] in opened.page.locator("h1").inner_text()) == is_apart
        captions = opened.page.locator("main table caption").all_inner_texts()
        assert captions or not is_apart  # of whom nothing is told, no row is left
        assert all((MARKS[lang] in text) == is_apart for text in captions)
        paper = print_page(opened.page, tmp_path / "page.pdf")
        assert not find_cut_text(paper)
        assert not find_lost_columns(opened.page, paper)
        assert not find_faults_of_layout(opened.page)
        opened.page.set_viewport_size({"width": 1200, "height": 900})
        assert find_faults_on_screens(opened) == {}
