"""Codes are shown by their labels, in the language of the reader; files keep the codes."""

import ast
import json
from pathlib import Path

import pandas as pd
import pytest

from evalkit.present import make_table, name_places, row_labels
from evalkit.present.catalogue import read_catalogue
from evalkit.present.labels import CODES, COLUMNS, cell_label, use_labels
from evalkit.present.language import translator
from evalkit.present.tables import TABLE_MIME
from evalkit.vocabulary import LABELS

SAME = {
    "A",
    "B",
    "CFI",
    "Delta",
    "Eρ²",
    "IKM",
    "Log odds",
    "Margin",
    "Median",
    "Predikat",
    "SAKIP",
    "SD",
    "n",
    "Φ",
} | {
    "Bengkulu",
    "Dumai",
    "Semarang",
    "Senapelan",
    "Surakarta",
    "p (Holm)",
    "p (margin)",
    "p, Conover (Holm)",
    "p, Nemenyi",
    "κ",
    "τ",
}
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LECTURERS = {"insteval": {"en": "ratings of lecturers", "id": "penilaian dosen"}}
FRAME = pd.DataFrame({"place": ["insteval", "elsewhere"], "n": [3, 4]})


def headings_in(path):
    """Return the headings that a notebook gives to columns of its tables."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    keywords = [
        node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword)
    ]
    given = [node.value for node in keywords if node.arg == "columns" and isinstance(node.value, ast.Dict)]
    pairs = [pair for each in given for pair in zip(each.keys, each.values, strict=True)]
    texts = {value.value for _, value in pairs if isinstance(value, ast.Constant)}
    return texts - {""}


def test_labels_of_a_study_are_shown_in_sentences_tables_and_figures():
    use_labels(LECTURERS)
    assert translator("id").label("insteval") == "penilaian dosen"
    assert row_labels(FRAME, "place", lang="id") == ["penilaian dosen", "elsewhere"]
    assert name_places(FRAME) == {"insteval": "ratings of lecturers", "elsewhere": "elsewhere"}
    table = make_table(FRAME, label="tbl-x", caption="n.", lang="id")
    assert table.shown()["place"].tolist() == ["penilaian dosen", "elsewhere"]
    assert "<th" in table.to_html()
    assert "Tempat" in table.to_html()


def test_the_data_of_a_table_keep_their_codes():
    use_labels(LECTURERS)
    bundle = make_table(FRAME, label="tbl-x", caption="n.")._repr_mimebundle_()
    assert bundle[TABLE_MIME]["rows"][0][0] == "insteval"


def test_the_labels_of_the_next_study_replace_those_before():
    use_labels(LECTURERS)
    use_labels({"us_judges": {"id": "hakim"}})
    assert cell_label("insteval") == "insteval"
    assert cell_label("us_judges", "en") == "hakim"  # the only language there is


def test_several_codes_are_labelled_only_where_each_has_a_label():
    assert cell_label("supervisor, peer", "id") == "atasan, rekan kerja"
    assert cell_label("supervisor, someone_else", "id") == "supervisor, someone else"


def test_every_label_and_heading_is_there_in_both_languages():
    for known in (LABELS, CODES, COLUMNS):
        assert [code for code, names in known.items() if not (names.get("en") and names.get("id"))] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_heading_of_a_notebook_has_its_indonesian(path):
    known = read_catalogue("id").translations
    told = {text: known.gettext(text) for text in headings_in(path)}
    assert [text for text, other in told.items() if other == text and text not in SAME] == []


def test_a_heading_that_is_given_is_translated():
    given = {"place": "Data set", "n": "Ratings"}
    html = make_table(FRAME, label="tbl-x", caption="n.", columns=given, lang="id").to_html()
    assert "Himpunan data" in html
    assert "Penilaian" in html
