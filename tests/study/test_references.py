"""What a text or a figure refers to is there, or the report says so."""

from __future__ import annotations

import pytest

from evalkit.errors import ReportError
from evalkit.study.harvest import harvest
from evalkit.study.html.numbering import Item, link_references, number_items
from evalkit.study.references import find_reference_faults
from evalkit.vocabulary import TABLE_MIME

from .conftest import cell

WORDS = {"figure": "Figure", "table": "Table"}


def executed(*cells: dict) -> dict:
    return {"cells": [*cells]}


def figure(source: str) -> dict:
    return {
        **cell("code", source),
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg/>"}}],
    }


def table(label: str) -> dict:
    data = {TABLE_MIME: {"label": label, "caption": "C.", "columns": ["x"], "rows": [[1]]}}
    return {
        **cell("code", "t"),
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": data}],
    }


def test_a_text_that_names_an_absent_figure_fails_the_report():
    notebook = executed(cell("markdown", "See @fig-lin."), figure("#| label: fig-line\n#| fig-alt: A line."))
    with pytest.raises(ReportError, match=r"The text refers to @fig-lin, which .* did you mean 'fig-line'"):
        harvest(notebook, "first")


def test_a_figure_that_names_an_absent_table_fails_the_report():
    notebook = executed(
        figure("#| label: fig-line\n#| data: tbl-a, tbl-z\n#| fig-alt: A line."), table("tbl-a")
    )
    with pytest.raises(ReportError, match="names tbl-z, which this report does not have"):
        harvest(notebook, "first")


@pytest.mark.parametrize("text", ["`@fig-x` in code", "mail@fig-x.org", "@figure", "an @ alone"])
def test_what_only_looks_like_a_reference_is_none(text):
    assert find_reference_faults(executed(cell("markdown", text)), ["fig-line"]) == []


def test_what_is_not_shown_refers_to_nothing():
    assert find_reference_faults(executed(cell("markdown", "@fig-x", "remove-cell")), []) == []


def test_figures_and_tables_are_counted_apart_and_in_order():
    notebook = executed(figure("#| label: fig-a"), table("tbl-b"), figure("#| label: fig-b"), table("tbl-c"))
    items = number_items(notebook)
    assert {label: item.name(WORDS) for label, item in items.items()} == {
        "fig-a": "Figure 1",
        "tbl-b": "Table 1",
        "fig-b": "Figure 2",
        "tbl-c": "Table 2",
    }
    assert items["fig-b"].data == ("tbl-b",)  # the table of the same name
    assert items["fig-a"].data == ()


def test_references_in_code_and_links_stay():
    items = {"fig-a": Item(kind="figure", number=1)}
    html = "<p><code>@fig-a</code> <a href='x'>@fig-a</a> @fig-a, @fig-b.</p>"
    assert link_references(html, items, WORDS) == (
        "<p><code>@fig-a</code> <a href='x'>@fig-a</a> <a href=\"#fig-a\">Figure 1</a>, @fig-b.</p>"
    )
