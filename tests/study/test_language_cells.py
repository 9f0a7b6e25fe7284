"""Cells tagged by language: a report has its own, and those of none."""

from evalkit.cli import main
from evalkit.study.language_cells import keep_language, language_of, write_language

from .conftest import cell, notebook, standard_cells, write_study

BOTH = (
    cell("markdown", "# In English", "lang-en"),
    cell("markdown", "# Dalam bahasa Indonesia", "lang-id"),
    cell("markdown", "For everyone."),
    cell("code", "1", "lang-en"),
)


def sources(cells):
    return [one["source"] for one in cells]


def test_only_markdown_of_other_languages_is_dropped():
    assert sources(keep_language({"cells": BOTH}, "en")["cells"]) == ["# In English", "For everyone.", "1"]
    assert sources(keep_language({"cells": BOTH}, "id")["cells"]) == [
        "# Dalam bahasa Indonesia",
        "For everyone.",
        "1",
    ]


def test_the_notebook_itself_is_left_as_it_was():
    given = {"cells": list(BOTH), "metadata": {"a": 1}}
    kept = keep_language(given, "id")
    assert given["cells"] == list(BOTH)
    assert kept["metadata"] == {"a": 1}
    assert keep_language(kept, "id") == kept


def test_code_has_no_language():
    assert [language_of(one) for one in BOTH] == ["en", "id", "", ""]


def test_a_notebook_is_written_in_one_language(tmp_path):
    import nbformat

    whole, target = tmp_path / "whole.ipynb", tmp_path / "target.ipynb"
    whole.write_text(notebook(*BOTH), encoding="utf-8")
    assert write_language(whole, target, "id") == target
    assert len(nbformat.read(target, as_version=4).cells) == 3
    assert len(nbformat.read(whole, as_version=4).cells) == 4


def test_each_page_has_its_own_language_and_says_where_a_cell_failed(workbench, capsys):
    first, *rest = standard_cells(cell("code", "1 / 0"))
    title = [
        {**first, "metadata": {"tags": ["lang-en"]}},
        cell("markdown", "# Laporan kecil\nApa yang ditanyakan.", "lang-id"),
    ]
    (workbench / "notebooks/first.ipynb").write_text(notebook(*title, *rest), encoding="utf-8")
    write_study(workbench, "tiny", "notebooks: [first]\nlanguages: [en, id]")
    assert main(["run", "tiny", "--jobs", "1"]) == 1
    assert capsys.readouterr().err.count("notebooks/first.ipynb, cell 5: 1 / 0") == 2
    pages = {
        lang: (workbench / f"reports/tiny/first.{lang}.html").read_text(encoding="utf-8")
        for lang in ("en", "id")
    }
    assert "A tiny report</h1>" in pages["en"]
    assert "Laporan kecil" not in pages["en"]
    assert "Laporan kecil</h1>" in pages["id"]
    assert "What it asks" not in pages["id"]
    for name, title in (("index.html", "A tiny report"), ("index.id.html", "Laporan kecil")):
        assert title in (workbench / "reports/tiny" / name).read_text(encoding="utf-8")
