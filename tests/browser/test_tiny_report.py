"""A tiny study's pages as readers see them: wide, on a phone, in the dark, printed, and not whole."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from study.conftest import FIGURE, OUTPUTS, cell, make_workbench, write_notebook, write_study

from evalkit.study.runner import run_studies

from .pages import CONTRAST, Browser
from .whole_page import find_faults_on_screens

pytestmark = pytest.mark.browser

PAGES = ("index.html", "tiny/index.html", "tiny/first.html", "tiny/broken.html")
WIDE = """\
import pandas as pd
pd.DataFrame({f"a long column name {i}": ["a value"] * 2 for i in range(20)})
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("pages") / "bench")
        write_study(root, "tiny", "notebooks: [first, broken]")
        write_notebook(root, "first", cell("code", FIGURE), cell("code", OUTPUTS), cell("code", WIDE))
        write_notebook(root, "broken", cell("code", "raise ValueError('x' * 300)"), title="Broken")
        patch.chdir(root)
        run_studies(stream=io.StringIO())
        return root / "reports"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone_offline_with_its_code_in_the_dark_and_on_a_phone(
    browser: Browser, reports, name
):
    with browser.open(reports / name) as opened:
        opened.assert_figures_shown(at_least=1 if name == "tiny/first.html" else 0)
        assert find_faults_on_screens(opened) == {}


def test_a_table_wider_than_a_phone_scrolls_in_its_box(browser: Browser, reports):
    with browser.open(reports / "tiny/first.html", width=320, height=640) as opened:
        widths = opened.page.eval_on_selector_all(
            ".table-box", "boxes => boxes.map(box => [box.scrollWidth, box.clientWidth])"
        )
        assert max(inside - outside for inside, outside in widths) > 100


def test_code_is_hidden_until_the_switch_is_used_with_the_keyboard(browser: Browser, reports):
    with browser.open(reports / "tiny/first.html") as opened:
        code = opened.page.locator(".code").first
        assert not code.is_visible()
        opened.page.focus("#show-code")
        opened.page.keyboard.press("Space")
        assert code.is_visible()


def test_the_first_tab_stop_leads_past_the_head(browser: Browser, reports):
    with browser.open(reports / "tiny/first.html") as opened:
        opened.page.keyboard.press("Tab")
        assert opened.page.evaluate("document.activeElement.getAttribute('href')") == "#content"
        assert opened.page.locator(".skip").is_visible()


def test_entries_of_the_contents_lead_to_headings(browser: Browser, reports):
    with browser.open(reports / "tiny/first.html") as opened:
        targets = opened.page.eval_on_selector_all(
            "nav.contents li[class] a",
            "links => links.map(link => document.querySelector(link.hash)?.tagName)",
        )
        assert targets == ["H2", "H2"]


def test_contrast_is_measured_and_not_assumed(browser: Browser, tmp_path):
    page = tmp_path / "faint.html"
    page.write_text("<body style='background: #fff; color: #999'><p>faint</p></body>", encoding="utf-8")
    with browser.open(page) as opened:
        faint = opened.page.evaluate(CONTRAST)
    assert [entry["text"] for entry in faint] == ["faint"]


def test_a_page_that_asks_for_something_is_caught(browser: Browser, tmp_path):
    page = tmp_path / "asking.html"
    page.write_text("<img src='https://example.org/a.png' alt='a picture from afar'>", encoding="utf-8")
    with browser.open(page) as opened, pytest.raises(AssertionError):
        opened.assert_quiet()


def test_paper_shows_the_figures_and_not_the_code(browser: Browser, reports):
    with browser.open(reports / "tiny/first.html") as opened:
        opened.page.emulate_media(media="print")
        assert not opened.page.locator("nav.contents").is_visible()
        assert not opened.page.locator(".code").first.is_visible()
        opened.assert_figures_shown(at_least=1)
