"""The parts of a page: formulas, findings, terms, tables, citations."""

from __future__ import annotations

import base64
import re

import pytest

from evalkit.errors import ReportError
from evalkit.study.html.around import bibtex, neighbours
from evalkit.study.html.findings import MOST_WHOLE, fold_findings
from evalkit.study.html.formulas import write_formula
from evalkit.study.html.glossary import Glossary, all_entries, load_terms
from evalkit.study.html.markdown import check_formulas
from evalkit.study.html.script import policy, read_script
from evalkit.study.html.tables import csv_address, dress_table, paper_of
from evalkit.study.html.words import words
from evalkit.vocabulary import LANGUAGES

from .conftest import cell

PAYLOAD = {
    "label": "tbl-a",
    "caption": "C.",
    "columns": ["x", "y"],
    "rows": [[0.1 + 0.2, 'a "b", c'], [None, 7.0]],
}


def listed(n: int) -> str:
    return '<ul class="findings">' + "".join(f"<li>{i}</li>" for i in range(n)) + "</ul>"


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\foo{x}", r"has the command \\foo, which is not known"),
        (r"\frac{a", "braces of the formula .* do not match"),
        ("a}", "do not match"),
    ],
)
def test_a_formula_that_would_be_shown_wrongly_is_refused(latex, message):
    with pytest.raises(ReportError, match=message):
        write_formula(latex)
    with pytest.raises(ReportError, match=message):
        check_formulas({"cells": [cell("markdown", f"Text ${latex}$.")]})


def test_text_with_prices_and_known_formulas_is_accepted():
    check_formulas({"cells": [cell("markdown", "It costs $5, or $6. $x^2$\n\n$$\\frac{a}{b}$$")]})


def test_a_short_list_of_findings_is_left_whole():
    assert fold_findings(listed(MOST_WHOLE), words("en")) == listed(MOST_WHOLE)
    folded = fold_findings(listed(MOST_WHOLE + 1), words("en"))
    assert re.findall(r"<li>(\d+)</li>", folded) == [str(i) for i in range(MOST_WHOLE + 1)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_has_a_name_and_a_meaning(lang):
    for code, entry in all_entries().items():
        assert set(entry) == {"written", "source", "en", "id"}, code
        assert entry[lang]["name"], code
        assert len(entry[lang]["meaning"]) > 40, code
        assert re.fullmatch(r"[a-z0-9_]+", code)
    written = [
        text for entry in all_entries().values() for text in entry[lang].get("written", entry["written"])
    ]
    assert len(written) == len(set(written)) == len(load_terms(lang))


def test_a_term_is_marked_once_a_section_and_explained_once_a_page():
    glossary = Glossary("en")
    first = glossary.mark("<p>Φ and Φ, κ</p>")
    assert first.count("<button") == 2
    assert glossary.mark("<p>Φ</p>") == "<p>Φ</p>"
    glossary.begin_section()
    assert glossary.mark("<p>Φ</p>").count("<button") == 1
    assert glossary.to_html("Terms").count("popover id=") == 2


@pytest.mark.parametrize(
    "html",
    ["<h2>Φ</h2>", "<code>Φ</code>", '<a href="x">Φ</a>', '<i title="Φ">x</i>', "ASNs", "predikat-x", "@ASN"],
)
def test_terms_elsewhere_than_in_running_text_stay(html):
    assert Glossary("en").mark(html) == html


def test_the_longer_of_two_terms_is_marked():
    assert "term-kendall_w" in Glossary("en").mark("Kendall's W of these")


def test_a_table_gets_its_number_and_its_unrounded_data():
    table = '<div class="table-box" id="tbl-a"><table><caption>C.</caption></table></div>'
    html = f'{table}<p class="table-note">n</p>'
    dressed = dress_table(html, PAYLOAD, name="Table 2", words=words("en"), file="x.csv")
    assert '<caption><span class="number-of">Table 2.</span> C.</caption>' in dressed
    assert dressed.index("x.csv") < dressed.index("table-note")
    data = base64.b64decode(csv_address(PAYLOAD).partition("base64,")[2]).decode()
    assert data == 'x,y\n0.30000000000000004,"a ""b"", c"\n,7\n'


def test_what_stands_in_place_of_an_empty_table_has_its_number_and_no_data():
    html = '<p class="table-note" id="tbl-a">Nothing.</p>'
    dressed = dress_table(html, PAYLOAD, name="Table 1", words=words("en"), file="x.csv")
    assert dressed == '<p class="table-note" id="tbl-a"><span class="number-of">Table 1.</span> Nothing.</p>'


def test_a_table_without_rows_offers_no_file():
    html = '<div class="table-box"><table><caption>C.</caption></table></div><p class="table-note">None.</p>'
    dressed = dress_table(html, {**PAYLOAD, "rows": []}, name="Table 1", words=words("en"), file="x.csv")
    assert "Table 1." in dressed
    assert "download" not in dressed


@pytest.mark.parametrize(
    ("n_columns", "text", "kind"),
    [
        (9, "word", ""),
        (9, "considerable", "small"),
        (11, "considerable", "wide"),
        (17, "considerable", "wide-small"),
    ],
)
def test_paper_gives_a_table_the_room_that_its_longest_words_need(n_columns, text, kind):
    assert paper_of(f"<table><tr>{f'<td>{text} and {text}</td>' * n_columns}</tr></table>") == kind


def test_numbers_stay_on_one_line_and_words_may_part():
    row = "<td class='number'>0.12 (0.10 to 0.14)</td>" * 7
    assert paper_of(f"<table><tr>{row}</tr></table>") == "wide"
    assert (
        paper_of(f"<table><tr>{row.replace(' class=' + chr(39) + 'number' + chr(39), '')}</tr></table>") == ""
    )


def test_the_code_of_a_unit_stays_on_one_line_on_paper():
    row = "<td>surakarta-unit-081</td>" * 7
    assert paper_of(f"<table><tr>{row}</tr></table>") == ""
    assert paper_of(f"<table><tr>{row.replace('>s', '><span class=whole>s')}</tr></table>") == "wide"


def test_neighbours_are_those_in_reading_order():
    reports = [{"title": name, "page": f"{name}.html"} for name in "abc"]
    around = neighbours({"stem": "b", "reports": reports})
    assert (around["before"]["title"], around["after"]["title"]) == ("a", "c")
    assert neighbours({"stem": "c", "reports": reports})["after"] is None
    assert neighbours({"stem": "z", "reports": reports}) == {"before": None, "after": None}


def test_a_citation_says_nothing_that_bibtex_takes_for_a_command():
    entry = bibtex({"title": "A & B_C 5 %", "study": "S", "stem": "a-b.id"})
    assert r"title = {A \& B\_C 5 \%}" in entry
    assert entry.startswith("@techreport{evalkit_a_b_id,")
    assert "note" not in entry


def test_the_policy_names_the_script_and_nothing_else_may_run():
    assert policy("report.js") != policy("index.js")
    for name in ("report.js", "index.js"):
        assert "unsafe" not in policy(name).partition("style-src")[0]
        assert "</script" not in read_script(name)
        assert not re.search(
            r"\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|eval|localStorage|cookie)\b", read_script(name)
        )
