"""What leaves a notebook is collected and checked."""

from __future__ import annotations

import pytest

from evalkit.errors import ReportError
from evalkit.study.harvest import figures_of, format_cell, harvest, page_title
from evalkit.study.options import read_options
from evalkit.vocabulary import FINDINGS_MIME, RESULTS_MIME, TABLE_MIME

from .conftest import cell


def output(**data) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def shown(source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    return {**cell("code", source, *tags), "id": "abc", "outputs": list(outputs)}


def numbers(*rows: dict) -> dict:
    return {"cells": [shown("", output(**{RESULTS_MIME: list(rows)}))]}


def svg(**metadata) -> dict:
    return {**output(**{"image/svg+xml": "<svg/>"}), "metadata": metadata}


def test_options_stand_in_the_first_lines_only():
    options, code = read_options("#| label: fig-a\n#| fig-cap: 'A: b'\n\nplot()\n#| label: fig-b")
    assert options == {"label": "fig-a", "fig-cap": "A: b"}
    assert code == "plot()\n#| label: fig-b"


def test_a_caption_with_a_bare_colon_is_read_all_the_same():
    assert read_options("#| fig-cap: One: two.\nplot()")[0] == {"fig-cap": "One: two."}


def test_code_without_options_is_left_alone():
    assert read_options("# a comment\nplot()") == ({}, "# a comment\nplot()")


def test_two_figures_of_a_cell_get_labels_of_their_own():
    figures = figures_of(shown("#| label: fig-a\n#| fig-alt: Alt.", svg(), svg()))
    assert [figure.label for figure in figures] == ["fig-a-1", "fig-a-2"]


def test_words_of_an_output_come_before_those_of_its_cell():
    figure = figures_of(shown("#| fig-cap: Cell.", svg(evalkit={"label": "fig-b", "caption": "Own."})))[0]
    assert (figure.label, figure.alt) == ("fig-b", "Cell.")


def test_findings_results_and_tables_are_collected():
    table = {"label": "tbl-a", "caption": "C.", "columns": ["x"], "rows": [[1]]}
    found = {"findings": ["One.", "Two."], "limits": ["L."]}
    notebook = {
        "cells": [
            cell("markdown", "# Title\n"),
            shown("", output(**{FINDINGS_MIME: found}), output(**{TABLE_MIME: table})),
            shown("", output(**{RESULTS_MIME: [{"quantity": "mean", "estimate": 1.0}]})),
        ]
    }
    result = harvest(notebook, "first")
    assert (result.title, result.findings) == ("Title", ("One.", "Two."))
    assert result.results == ({"report": "first", "quantity": "mean", "estimate": 1.0},)
    assert result.tables[0].rows == ((1,),)


def test_a_removed_cell_hands_nothing_over():
    row = {"quantity": "mean", "estimate": 1.0}
    notebook = {"cells": [shown("", output(**{RESULTS_MIME: [row]}), tags=("remove-cell",))]}
    assert harvest(notebook, "first").results == ()


def test_a_figure_without_words_is_refused():
    with pytest.raises(ReportError, match="The figure 'fig-abc' has no words for those who cannot see it"):
        harvest({"cells": [shown("plot()", svg())]}, "first")


def test_a_label_used_twice_or_unfit_for_a_file_name_is_refused():
    cells = [shown(f"#| label: {name}\n#| fig-alt: A.", svg()) for name in ("a", "a", "../b")]
    with pytest.raises(ReportError, match=r"'\.\./b' is not letters(.|\n)*'a' is used twice"):
        harvest({"cells": cells}, "first")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"quantity": "mean", "estimate": 1.0, "methd_a": "x"}], "unknown column 'methd_a': did you mean"),
        ([{"quantity": "mean", "estimate": 1.0}] * 2, "two numbers have the same key: quantity=mean"),
        ([{"item": "a", "estimate": 1.0}], "item=a has no quantity"),
        ([{"quantity": "mean", "estimate": None}], "no estimate, and no caveat that says why"),
        ([{"quantity": "mean", "estimate": float("nan")}], "no estimate, and no caveat that says why"),
    ],
)
def test_a_number_that_breaks_the_rules_of_results_csv_is_refused(rows, message):
    with pytest.raises(ReportError, match=message):
        harvest(numbers(*rows), "first")


def test_an_absent_key_and_an_empty_one_are_the_same_key():
    with pytest.raises(ReportError, match="the same key"):
        harvest(numbers({"quantity": "a", "estimate": 1}, {"quantity": "a", "unit": "", "estimate": 1}), "r")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.30000000000000004"), (43.0, "43"), (7, "7"), (None, ""), (float("nan"), ""), ("a", "a")],
)
def test_cells_keep_every_digit(value, text):
    assert format_cell(value) == text


def test_a_second_level_heading_is_no_title():
    assert page_title({"cells": [cell("markdown", "## Part\nText # not this")]}) == ""
