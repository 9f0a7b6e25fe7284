"""Pages, in small pieces."""

from __future__ import annotations

import nbformat
import pytest

from evalkit.study.html.exporter import Contents, add_scopes, render_report
from evalkit.vocabulary import TABLE_MIME

from .conftest import cell

PAGE = {"title": "T & U", "study": "S", "kind": "real", "failure": "", "facts": [("seed", "1")], "cite": "C."}


def page(*cells: dict, lang: str = "en", **more: str) -> str:
    for number, item in enumerate(cells):
        item["id"] = f"c{number}"
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    return render_report(notebook, {**PAGE, **more}, lang=lang)


def code(source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    return {**cell("code", source, *tags), "outputs": list(outputs)}


def shown(**data) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def test_the_title_is_said_once_and_escaped():
    html = page(cell("markdown", "# T & U\n\nBelow."))
    assert html.count("<h1>T &amp; U</h1>") == 1
    assert html.count("<h1") == 1
    assert "<p>Below.</p>" in html


def test_every_heading_has_an_id_of_its_own():
    contents = Contents()
    assert [contents.add(text, 2) for text in ("A b", "A b", "<em>A</em> b", "Ü", "???")] == [
        "a-b",
        "a-b-2",
        "a-b-3",
        "ü",
        "section",
    ]


def test_the_contents_list_second_and_third_level_headings():
    html = page(cell("markdown", "## One\n### Two\n#### Three"))
    assert '<li class="level-2"><a href="#one">One</a></li>' in html
    assert '<li class="level-3"><a href="#two">Two</a></li>' in html
    assert 'href="#three"' not in html


@pytest.mark.parametrize(
    ("tag", "source_seen", "output_seen"),
    [("remove-cell", False, False), ("remove-input", False, True), ("hide-input", True, True)],
)
def test_tags_decide_what_readers_see(tag, source_seen, output_seen):
    html = page(code("secret_name", shown(**{"text/plain": "the output"}), tags=(tag,)))
    assert ("secret_name" in html) == source_seen
    assert ("the output" in html) == output_seen


def test_what_speaks_to_the_runner_alone_is_not_shown():
    rows = {"application/vnd.evalkit.results+json": [], "text/plain": "2 numbers"}
    assert "2 numbers" not in page(code("x", shown(**rows)))


def test_code_is_folded_behind_one_switch():
    html = page(code("x = 1"), code("y = 2"))
    assert html.count('type="checkbox"') == 1
    assert html.count('<div class="code"') == 2


def test_printed_text_is_escaped():
    stream = {"output_type": "stream", "name": "stdout", "text": "<b>1 < 2"}
    assert "&lt;b&gt;1 &lt; 2" in page(code("x", stream))


def test_a_result_and_a_display_look_alike():
    result = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
    html = page(code("x", {**result, "data": {"text/plain": "42"}}))
    assert '<pre class="printed" tabindex="0">42</pre>' in html


def test_what_a_plotting_call_returns_is_not_shown_beside_its_figure():
    result = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
    figure = shown(**{"image/svg+xml": "<svg/>", "text/plain": "<Figure>"})
    html = page(code("#| fig-alt: A.\nplot()", {**result, "data": {"text/plain": "<Axes: >"}}, figure))
    assert "Axes" not in html
    assert "<img" in html


def test_scripts_and_widgets_never_come_before_html():
    html = page(code("x", shown(**{"application/javascript": "alert(1)", "text/html": "<p>hello</p>"})))
    assert "<p>hello</p>" in html
    assert "alert" not in html


def test_headers_of_bare_tables_get_scopes_and_a_box_and_empty_corners_are_none():
    html = add_scopes(
        '<table border="1"><thead><tr><th></th><th>a</th></tr></thead>'
        "<tbody><tr><th>r</th></tr></tbody></table>"
    )
    assert html.startswith('<div class="table-box"')
    assert "<thead><tr><td></td>" in html
    assert html.count('scope="col"') == 1
    assert html.count('scope="row"') == 1
    assert "border" not in html


def test_a_table_that_has_its_box_and_scopes_is_left_alone():
    html = '<div class="table-box"><table><thead><tr><th scope="col">a</th></tr></thead></table></div>'
    assert add_scopes(html) == html


def test_the_page_speaks_the_language_of_its_report():
    html = page(cell("markdown", "## A"), lang="id")
    assert '<html lang="id">' in html
    assert "Daftar isi" in html
    assert "Contents" not in html


def test_synthetic_evidence_is_named_under_the_title():
    assert "SYNTHETIC evidence" in page(kind="synthetic")


def test_no_request_may_leave_the_page():
    html = page()
    assert "default-src 'none'" in html
    assert "http://" not in html
    assert "https://" not in html


def test_no_line_ends_between_a_number_and_its_sign_for_per_cent():
    html = page(cell("markdown", "Of **91 %**, `7 % 2` and 20 %."))
    assert "<strong>91\u00a0%</strong>" in html
    assert "20\u00a0%." in html


@pytest.mark.parametrize(
    ("option", "said"), [("data", "Data behind this figure"), ("summary", "Summed up in")]
)
def test_a_caption_says_where_the_numbers_stand_and_whether_they_are_summed_up(option, said):
    table = {"label": "tbl-y", "caption": "C.", "columns": ["x"], "rows": [[1]]}
    html = page(
        code(f"#| label: fig-x\n#| {option}: tbl-y\n#| fig-alt: A.", shown(**{"image/svg+xml": "<svg/>"})),
        code("y", shown(**{"text/html": "<table></table>", TABLE_MIME: table})),
    )
    assert f'{said}: <a href="#tbl-y">Table 1</a>' in html
