"""What a page does for those who read it: contents, tables, terms, languages, keys, paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from .accessibility import find_violations
from .keyboard import tab_through
from .pages import Browser
from .paper import find_cut_text, find_faults_of_layout, find_lost_columns, print_page
from .reading_page import write_pages
from .whole_page import find_faults_on_screens

pytestmark = pytest.mark.browser

PAGES = (
    "reading.en.html",
    "reading.id.html",
    "index.html",
    "index.id.html",
    "all.index.html",
    "all.index.id.html",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    return write_pages(tmp_path_factory.mktemp("reading"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone_by_keys_in_the_dark_and_on_a_phone(browser: Browser, pages, name):
    with browser.open(pages[name]) as opened:
        assert find_faults_on_screens(opened) == {}


def test_axe_finds_what_is_wrong(browser: Browser, tmp_path):
    page = tmp_path / "x.html"
    page.write_text("<link rel='icon' href='data:,'><img src='data:,'><p style='color:#bbb'>faint</p>")
    with browser.open(page) as opened:
        rules = {rule for rule, _, _ in find_violations(opened.page)}
    assert {"image-alt", "color-contrast", "html-has-lang", "document-title"} <= rules


def test_what_keys_cannot_reach_is_found(browser: Browser, tmp_path):
    page = tmp_path / "x.html"
    page.write_text("<link rel='icon' href='data:,'><a href='#a'>a</a><button tabindex='-1'>b</button>")
    with browser.open(page) as opened:
        missed, _ = tab_through(opened.page)
    assert [html[:7] for html in missed] == ["<button"]


@pytest.mark.parametrize("name", ["reading.en.html", "reading.id.html"])
def test_paper_cuts_nothing(browser: Browser, pages, name, tmp_path):
    with browser.open(pages[name]) as opened:
        document = print_page(opened.page, tmp_path / "x.pdf")
        assert find_cut_text(document) == []
        assert find_lost_columns(opened.page, document) == {}
        assert find_faults_of_layout(opened.page) == []
        text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
    assert {sheet.get_size()[0] > sheet.get_size()[1] for sheet in document} == {True, False}
    assert f"{len(document)} / {len(document)}" in text
    assert "Finding 9" in text  # what is folded on a screen
    assert "print(" in text  # part of the text
    assert "make_table" not in text  # code


def test_what_leads_to_a_table_and_its_notes_are_on_its_sheet(browser: Browser, pages, tmp_path):
    with browser.open(pages["reading.en.html"]) as opened:
        opened.page.evaluate("""() => {
          const output = document.querySelector('#tbl-wide').closest('.output');
          const lead = '<section class="prose"><h2>Heading above</h2>Lead.</section>';
          output.insertAdjacentHTML('beforebegin', lead);
          output.insertAdjacentHTML('beforeend', '<p class="table-note">Note below.</p>'); }""")
        document = print_page(opened.page, tmp_path / "x.pdf")
        texts = [sheet.get_textpage().get_text_range() for sheet in document]
    (sheet,) = [text for text in texts if "A table wider than a sheet." in text]
    assert "Heading above" in sheet
    assert "Note below." in sheet


def test_a_table_that_paper_would_cut_is_found(browser: Browser, tmp_path):
    page = tmp_path / "x.html"
    cells = "".join(f"<td>considerable{i}</td>" for i in range(20))
    page.write_text(f"<link rel='icon' href='data:,'><main><table><tr>{cells}</tr></table></main>")
    with browser.open(page) as opened:
        assert find_faults_of_layout(opened.page)[0].startswith("too wide")


def test_the_contents_mark_the_section_that_is_read_and_the_language_link_keeps_it(browser: Browser, pages):
    with browser.open(pages["reading.en.html"]) as opened:
        opened.page.evaluate("document.getElementById('further-down').scrollIntoView()")
        opened.page.wait_for_selector("nav.contents a[aria-current]:has-text('Further down')")
        assert opened.page.locator("nav.contents a[aria-current]").count() == 1
        opened.page.click("a.language")
        opened.page.wait_for_load_state()
        assert opened.page.url.endswith("reading.id.html#part-3")
        assert opened.page.evaluate("scrollY") > 0
        assert opened.page.evaluate("document.querySelector('#part-3').parentElement.id") == "further-down"


def test_a_table_sorts_by_numbers_and_gaps_stay_last(browser: Browser, pages):
    with browser.open(pages["reading.en.html"]) as opened:
        table = opened.page.locator("#tbl-scores")

        def names() -> list[str]:
            return table.locator("tbody th").all_inner_texts()

        button = table.get_by_role("button", name="score")
        assert names() == ["b", "a", "c"]
        button.focus()
        opened.page.keyboard.press("Enter")
        assert names() == ["a", "b", "c"]
        assert table.locator("thead th").nth(1).get_attribute("aria-sort") == "ascending"
        button.click()
        assert names() == ["b", "a", "c"]


def test_numbers_of_both_languages_sort_alike(browser: Browser, pages):
    with browser.open(pages["reading.id.html"]) as opened:
        opened.page.evaluate("""() => document.querySelectorAll('#tbl-scores tbody tr').forEach((row, i) => {
          row.cells[2].textContent = ['1.200', '30,5', '4'][i]; })""")
        opened.page.locator("#tbl-scores thead button").nth(2).click()
        assert opened.page.locator("#tbl-scores tbody th").all_inner_texts() == ["c", "a", "b"]


def test_numbers_with_their_intervals_sort_by_size(browser: Browser, pages):
    with browser.open(pages["reading.en.html"]) as opened:
        opened.page.evaluate("""() => {
          document.querySelectorAll('#tbl-scores tr').forEach((row, i) => {
            row.cells[1].className = 'measured';
            if (i) row.cells[1].textContent = ['−0.20 (−0.30 to 0.10)', '–', '−0.36 (−0.60 to −0.11)'][i - 1];
          }); }""")
        opened.page.locator("#tbl-scores thead button").nth(1).click()
        assert opened.page.locator("#tbl-scores tbody th").all_inner_texts() == ["c", "b", "a"]


def test_a_table_is_saved_unrounded(browser: Browser, pages, tmp_path):
    with browser.open(pages["reading.en.html"]) as opened:
        with opened.page.expect_download() as saved:
            opened.page.locator("a[download]").first.click()
        assert saved.value.suggested_filename == "reading.en-tbl-scores.csv"
        saved.value.save_as(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == (
        "name,score,n,caveat\nb,10.5,1200,\na,9.25,30,few\nc,,4,\n"
    )


def test_a_term_is_explained_where_it_stands(browser: Browser, pages):
    with browser.open(pages["reading.en.html"]) as opened:
        term = opened.page.locator("main .prose .term", has_text="Φ").first
        told = opened.page.locator("#term-phi")
        assert not told.is_visible()
        term.focus()
        opened.page.keyboard.press("Enter")
        assert told.is_visible()
        assert "belongs to the person" in told.inner_text()
        opened.page.keyboard.press("Escape")
        assert not told.is_visible()
        assert opened.page.evaluate("document.activeElement.textContent") == "Φ"


def test_references_lead_to_what_they_name(browser: Browser, pages):
    with browser.open(pages["reading.en.html"]) as opened:
        opened.page.click("main .prose a:has-text('Figure 1')")
        assert opened.page.evaluate("document.querySelector(location.hash).tagName") == "FIGURE"
        opened.page.click("figcaption a:has-text('Table 1')")
        assert "Table 1. Scores." in opened.page.inner_text("#tbl-scores caption")


def test_the_rest_of_many_findings_unfolds(browser: Browser, pages):
    with browser.open(pages["reading.en.html"]) as opened:
        assert not opened.page.get_by_text("Finding 9").is_visible()
        opened.page.click("summary:has-text('6 more findings')")
        assert opened.page.get_by_text("Finding 9").is_visible()


def test_an_index_is_searched_and_filtered(browser: Browser, pages):
    with browser.open(pages["all.index.html"]) as opened:
        cards = opened.page.locator(".cards > li:visible")
        assert cards.count() == 3
        opened.page.fill("input[type=search]", "RELIABILITY found")
        assert [text.splitlines()[0] for text in cards.all_inner_texts()] == [
            "Reliability (en) not whole Bahasa Indonesia"
        ]
        assert opened.page.inner_text("output") == "Reports shown: 1"
        opened.page.fill("input[type=search]", "")
        opened.page.select_option("select[name=kind]", "synthetic")
        assert cards.count() == 1
        assert not opened.page.get_by_role("heading", name="One", exact=True).is_visible()
        opened.page.fill("input[type=search]", "nowhere")
        assert opened.page.inner_text("output") == "No report matches."


def test_without_scripts_everything_is_there(pages, browser: Browser):
    with browser.open(pages["all.index.html"], scripts=False) as opened:
        assert opened.page.locator(".cards > li:visible").count() == 3
        assert not opened.page.locator("form").is_visible()
    with browser.open(pages["reading.en.html"], scripts=False) as opened:
        assert opened.page.locator("nav.contents a[href^='#']").count() == 3
        assert opened.page.locator("a[download]").count() == 2
        assert opened.page.locator("math").count() == 1
