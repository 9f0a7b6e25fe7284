"""Tables, figures and numbers of built reports, read back from the files that offices use."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from math import inf
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
import pypdfium2
import pytest
import time_machine
from docx.enum.section import WD_ORIENT
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evalkit import cli
from evalkit.errors import UsageError
from evalkit.present import make_table
from evalkit.study.built import Built
from evalkit.study.export import FORMATS, export_study, workbook
from evalkit.study.export.content import Column, Content, Table
from evalkit.study.export.document import write_document
from evalkit.study.export.locales import write_csv
from evalkit.study.export.pictures import draw
from evalkit.study.export.workbook import name_sheets, write_workbook
from evalkit.study.harvest import Harvest, harvest
from evalkit.study.provenance import describe_environment, describe_study
from evalkit.study.publish import complete_study
from evalkit.study.runner import run_studies
from evalkit.study.stamp import stamp_svg
from evalkit.study.study_file import load_study
from evalkit.vocabulary import RESULTS_MIME, TABLE_MIME

from .conftest import cell, enter_copy, make_workbench, write_notebook, write_study

FORMULA = "=cmd|' /C calc'!A0"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="720pt" height="{height}pt" viewBox="0 0 720 {height}">'
    "{}</svg>"
)
BAR = '<path d="M0 0H720V20H0z" style="fill: #123456"/>'
FRAME = pd.DataFrame(
    {
        "source": ["citizen", "system", "citizen"],
        "unit": [FORMULA, "-5", "naïve, “quoted”; and\ttabbed"],
        "estimate": [0.123456789012345, -0.5, None],
        "conf_low": [0.1, -0.75, None],
        "conf_high": [0.2, -0.25, None],
        "share": [0.705, 1.0, 0.0],
        "p_value": [1e-9, 0.04, 0.5],
        "n": [1234, 2, 3],
        "estimable": [True, False, True],
        "caveat": ["few people", "", "few people"],
    }
)


def a_table(lang: str, frame: pd.DataFrame = FRAME, label: str = "tbl-first", **more) -> dict:
    mark = {"en": "SYNTHETIC", "id": "SINTETIS"}[lang]
    table = make_table(
        frame, label=label, caption=f"{mark}. Caption.", lang=lang, shares=("share",), note="A note.", **more
    )
    return {TABLE_MIME: table._repr_mimebundle_()[TABLE_MIME]}


def a_harvest(lang: str, svg: str) -> Harvest:
    """Return what a notebook hands over that shows four tables, a figure and a number."""
    wide = pd.DataFrame({f"considerable_{i}": ["considerable words here"] for i in range(14)})
    row = {"quantity": "mean", "item": FORMULA, "estimate": -0.25, "caveat": ""}
    shown = [
        a_table(lang),
        a_table(lang, wide, "tbl-wide"),
        a_table(lang, FRAME.head(0), "tbl-none", empty="Nothing was observed."),
        a_table(lang, pd.DataFrame({"n": range(60)}), "tbl-long"),
        {RESULTS_MIME: [row]},
        {"image/svg+xml": svg},
    ]
    source = "#| label: fig-bar\n#| fig-cap: A bar.\n#| fig-alt: One bar.\ndraw()"
    outputs = [{"output_type": "display_data", "metadata": {}, "data": data} for data in shown]
    cells = [cell("markdown", "# Title"), {**cell("code", source), "outputs": outputs}]
    return harvest({"cells": cells}, "first")


def build(root: Path) -> None:
    """Write the reports of a synthetic study in both languages as a run does once its cells have run."""
    folder = write_study(root, "made", "notebooks: [first]\nlanguages: [en, id]")
    file = folder / "study.yaml"
    file.write_text(file.read_text().replace("kind: real", "kind: synthetic"), encoding="utf-8")
    place = root / "reports/made"
    place.mkdir(parents=True)
    built = [
        Built(
            report="first",
            lang=lang,
            page=f"first.{lang}.html",
            notebook_sha256="",
            parameters={},
            failed=False,
        )
        for lang in ("en", "id")
    ]
    svg = SVG.format(BAR, height=200)
    harvests = {item.page: a_harvest(item.lang, svg) for item in built}
    study = load_study(folder)
    provenance = {**describe_environment(root), **describe_study(study), "commit": "", "keep_valid": False}
    complete_study(study, place, built, harvests, provenance)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("export") / "bench")
        patch.chdir(root)
        build(root)
        return root


@pytest.fixture(scope="module")
def exported(made, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        return export_study("made", formats=FORMATS, folder=tmp_path_factory.mktemp("out") / "new").folder


@pytest.fixture(scope="module")
def book(exported):
    return openpyxl.load_workbook(exported / "first.id.xlsx")


@pytest.fixture(scope="module")
def document(exported):
    return docx.Document(exported / "first.id.docx")


@pytest.fixture
def bench(made, tmp_path, monkeypatch):
    return enter_copy(made, tmp_path / "bench", monkeypatch)


class TestWorkbook:
    def test_the_first_sheet_says_what_it_is_about_and_lists_the_tables(self, book):
        sheet = book["tabel"]
        assert [sheet["A1"].value, sheet["A2"].value] == ["Title", "Studi kecil"]
        assert sheet["A3"].value.startswith("Bukti SINTETIS")
        assert [sheet["A5"].value, sheet["B5"].value] == ["Tabel 1", "SINTETIS. Caption."]
        assert sheet["A5"].hyperlink.location == "'first'!A1"
        assert book.sheetnames == ["tabel", "first", "wide", "none", "long"]

    def test_numbers_stay_numbers_with_all_their_digits(self, book):
        rows = [[one.value for one in row] for row in book["first"].iter_rows(min_row=4, max_row=6)]
        assert [row[2:6] for row in rows] == [
            [0.123456789012345, 0.1, 0.2, 0.705],
            [-0.5, -0.75, -0.25, 1],
            [None, None, None, 0],
        ]
        assert [row[7] for row in rows] == [1234, 2, 3]

    def test_numbers_are_shown_as_on_the_page(self, book):
        formats = [one.number_format for one in book["first"][4]]
        assert formats[2:8] == [*["#,##0.00"] * 3, "0%", "[<0.001]0.0E+00;0.000", "#,##0"]

    def test_texts_are_those_that_readers_know_and_none_is_a_formula(self, book, exported):
        sheet = book["first"]
        assert [sheet["A4"].value, sheet["B4"].value, sheet["B5"].value] == ["masyarakat", FORMULA, "-5"]
        assert [sheet["I4"].value, sheet["I5"].value] == ["ya", "tidak"]
        assert {one.data_type for row in sheet.iter_rows() for one in row} <= {"s", "n"}
        with zipfile.ZipFile(exported / "first.id.xlsx") as parts:
            assert not any(b"<f>" in parts.read(name) for name in parts.namelist())

    def test_caption_note_and_mark_go_along(self, book):
        sheet = book["first"]
        assert sheet["A1"].value == "Tabel 1. SINTETIS. Caption."
        assert sheet["A8"].value == "A note."
        assert sheet.freeze_panes == "B4"
        assert book["none"]["A5"].value == "Nothing was observed."

    def test_every_row_is_there_though_a_page_shows_some(self, book):
        assert [row[0].value for row in book["long"].iter_rows(min_row=4, max_row=63)] == list(range(60))

    @given(st.lists(st.from_regex(r"(tbl-)?[A-Za-z][A-Za-z0-9_-]{0,60}", fullmatch=True), max_size=30))
    def test_names_of_sheets_are_short_and_none_comes_twice(self, labels):
        names = name_sheets(labels)
        assert all(0 < len(name) <= 31 for name in names)
        assert len({name.casefold() for name in names} | {"history", "tabel", "tables"}) == len(labels) + 3


class TestCsv:
    def test_a_spreadsheet_in_indonesia_opens_it(self, exported):
        file = exported / "tables/first.id-tbl-first.csv"
        assert file.read_bytes().startswith(b"\xef\xbb\xbfSumber;")
        frame = pd.read_csv(file, sep=";", decimal=",", encoding="utf-8-sig")
        assert frame["Taksiran"].tolist()[:2] == FRAME["estimate"].tolist()[:2]
        assert frame["Sumber"].tolist() == ["masyarakat", "sistem", "masyarakat"]

    def test_an_english_one_has_points_and_commas(self, exported):
        frame = pd.read_csv(exported / "tables/first.en-tbl-first.csv", encoding="utf-8-sig")
        assert frame["Interval to"].tolist()[:2] == [0.2, -0.25]

    def test_text_that_looks_like_a_formula_is_neutral_and_negative_numbers_are_numbers(self, exported):
        text = (exported / "tables/first.id-tbl-first.csv").read_text(encoding="utf-8-sig")
        assert [row[1][:5] for row in csv.reader(text.splitlines(), delimiter=";")][1:] == [
            "'=cmd",
            "-5",
            "naïve",
        ]
        assert ";-0,5;-0,75;-0,25;" in text

    @given(
        st.lists(st.tuples(st.text(alphabet=st.characters(codec="utf-8")), st.floats(allow_nan=False))),
        st.sampled_from(["id", "en"]),
    )
    def test_what_goes_in_comes_out(self, rows, locale):
        text = write_csv(["a", "b"], rows, locale=locale, words="en").decode("utf-8-sig")
        back = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if locale == "id" else ","))[1:]
        values = [float(b.replace(",", ".") if locale == "id" else b) for _, b in back]
        assert values == [number for _, number in rows]
        assert all(got in (text, f"'{text}") for (got, _), (text, _) in zip(back, rows, strict=True))
        begin = [got for got, _ in back if got.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert all(map(is_number, begin))


def is_number(text):
    try:
        return isinstance(float(text), float)
    except ValueError:
        return False


class TestDocument:
    def test_captions_are_captions_and_the_kind_of_evidence_is_said(self, document):
        captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
        assert captions[0] == "Tabel 1. SINTETIS. Caption."
        assert len(captions) == 4
        assert document.paragraphs[2].text.startswith("Bukti SINTETIS")
        assert "Nothing was observed." in [one.text for one in document.paragraphs]

    def test_a_table_is_as_its_page_shows_it(self, document):
        rows = [[one.text for one in row.cells] for row in document.tables[0].rows]
        assert rows[0][:4] == ["Sumber", "Unit", "Taksiran", "Selang"]
        assert rows[1] == [
            *("masyarakat", FORMULA, "0,12", "0,10 sampai 0,20", "70 %", "< 0,001", "1.234", "ya", "a"),
        ]
        assert rows[3][2:4] == ["–", "–"]
        assert "a: few people." in [one.text for one in document.paragraphs]

    def test_the_heading_stands_on_every_page_and_no_row_is_broken(self, document):
        xml = [row._tr.xml for row in document.tables[0].rows]
        assert ["w:tblHeader" in row for row in xml] == [True, False, False, False]
        assert all("w:cantSplit" in row for row in xml)

    def test_the_page_is_turned_for_a_wide_table_and_turned_back(self, document):
        turned = [section.orientation for section in document.sections]
        assert turned == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
        assert [round(section.page_width.cm) for section in document.sections] == [21, 30, 21]

    def test_a_long_table_is_cut_as_on_the_page_which_is_said(self, document):
        assert len(document.tables[-1].rows) == 17
        assert any("CSV tbl-long" in one.text for one in document.paragraphs)


class TestHostileText:
    """Whatever a study's tables hold can be written, and opened again."""

    TEXTS = ("\x00\x0b\x1f\ufffe", "<b>&amp;</b>", "a" * 40_000, "{=1+1}", "https://example.org", "  ")

    def content(self) -> Content:
        columns = (Column(name="a", title="=A"), Column(name="b", title="B", kind="number"))
        rows = tuple(
            (text, value) for text, value in zip(self.TEXTS, [inf, -inf, None, 1e300, 0.0, -0.0], strict=True)
        )
        table = Table(label="tbl-x", number=1, caption="=1+1", columns=columns, rows=rows)
        return Content(stem="x", title="\x01", study="", kind="real", lang="en", tables=(table,), figures=())

    def test_in_a_workbook(self):
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(self.content())))["x"]
        texts = [sheet.cell(row, 1).value for row in range(4, 10)]
        assert texts[1] == "<b>&amp;</b>"
        assert (len(texts[2]), texts[2][-1]) == (32_767, "…")
        assert texts[3:] == list(self.TEXTS[3:])
        assert [sheet.cell(row, 2).value for row in range(4, 10)] == ["inf", "-inf", None, 1e300, 0, 0]
        assert {one.data_type for row in sheet.iter_rows() for one in row} <= {"s", "n"}

    def test_in_a_document(self):
        table = docx.Document(io.BytesIO(write_document(self.content(), locale="id"))).tables[0]
        texts = [row.cells[0].text for row in table.rows]
        assert texts == ["=A", "\ufffd" * 4, *self.TEXTS[1:]]

    def test_a_table_that_no_sheet_can_hold_is_refused_with_what_to_do(self, monkeypatch):
        monkeypatch.setattr(workbook, "_ROWS", 8)
        with pytest.raises(
            UsageError, match=r"6 rows is larger than a sheet of Excel\. Export it with --format csv"
        ):
            write_workbook(self.content())


class TestPictures:
    def test_an_svg_is_what_the_report_has(self, exported, made):
        name = "figures/first.id-fig-bar.svg"
        assert (exported / name).read_bytes() == (made / "reports/made" / name).read_bytes()

    def test_a_pdf_is_one_page_as_wide_as_print(self, exported):
        document = pypdfium2.PdfDocument(exported / "figures/first.id-fig-bar.pdf")
        width, height = document[0].get_size()
        assert len(document) == 1
        assert (width / 72 * 25.4, height / width) == (
            pytest.approx(170, abs=0.1),
            pytest.approx(200 / 720, 1e-3),
        )
        assert document.get_metadata_dict()["CreationDate"] == ""

    def test_a_png_has_300_dots_an_inch(self, exported):
        with Image.open(exported / "figures/first.id-fig-bar.png") as picture:
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            assert picture.size[0] == pytest.approx(170 / 25.4 * 300, abs=2)
            assert picture.getpixel((picture.size[0] // 4, 5)) == (0x12, 0x34, 0x56)

    def test_a_tall_figure_fits_on_paper(self):
        pdf = draw(SVG.format(BAR, height=3000), "pdf", name="x")
        width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
        assert height / 72 * 25.4 == pytest.approx(247, abs=0.1)
        assert width / height == pytest.approx(720 / 3000, rel=1e-3)

    def test_the_mark_of_synthetic_evidence_is_drawn(self):
        plain = SVG.format(BAR, height=200)
        pictures = [draw(svg, "png", name="x") for svg in (plain, stamp_svg(plain, "SYNTHETIC"))]
        one, other = (np.asarray(Image.open(io.BytesIO(picture)).convert("L")) for picture in pictures)
        assert other.shape[0] > one.shape[0]
        assert (other[len(one) :] < 255).sum() > 500  # below what is drawn, nothing else stands

    def test_what_is_no_picture_is_refused_and_nothing_is_written(self, bench, capsys):
        (bench / "reports/made/figures/first.id-fig-bar.svg").write_text("<svg", encoding="utf-8")
        assert cli.main(["export", "made", "--format", "pdf"]) == 2
        assert (
            "figures/first.id-fig-bar.svg holds no picture that can be drawn as PDF"
            in capsys.readouterr().err
        )
        assert not list((bench / "exports").iterdir())


class TestNumbers:
    def test_every_published_number_is_exported_under_its_keys(self, exported):
        frame = pd.read_csv(exported / "results.id.csv", sep=";", decimal=",", encoding="utf-8-sig")
        assert frame.loc[0, ["report", "quantity", "estimate"]].tolist() == ["first", "mean", -0.25]
        assert frame.loc[0, "item"] == f"'{FORMULA}"
        sheet = openpyxl.load_workbook(exported / "results.xlsx")["results"]
        assert sheet["A1"].value == "SYNTHETIC. Tiny study: results.csv"
        assert [sheet["A4"].value, sheet["I4"].value, sheet["J4"].value] == ["first", FORMULA, -0.25]

    def test_only_those_of_the_reports_that_are_asked_for(self, bench):
        file = bench / "reports/made/results.csv"
        file.write_text(file.read_text() + "other,mean,,,,,,,,1,,,,\n", encoding="utf-8")
        folder = export_study("made", only=["first"], formats=["csv"], locale="en").folder
        assert pd.read_csv(folder / "results.csv", encoding="utf-8-sig")["report"].tolist() == ["first"]
        assert not (folder / "results.id.csv").exists()


class TestCommand:
    def test_files_are_the_same_bytes_each_time(self, bench, exported):
        with time_machine.travel("2031-05-06 07:08:09"):
            again = export_study("made", formats=FORMATS, folder=bench / "again").folder
        names = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
        assert len(names) == 23
        assert [name for name in names if (again / name).read_bytes() != (exported / name).read_bytes()] == []

    def test_captions_stand_in_a_text_beside_the_files(self, exported):
        text = (exported / "first.id.txt").read_text(encoding="utf-8-sig")
        assert "Gambar 1 (first.id-fig-bar)\n    A bar.\n    One bar.\n" in text
        assert "Tabel 1 (first.id-tbl-first)\n    SINTETIS. Caption.\n    A note.\n" in text

    def test_a_second_export_replaces_its_files_and_leaves_others(self, bench, capsys):
        folder = bench / "exports/made"
        export_study("made", languages=["en"], formats=["csv"])
        (folder / "own.txt").write_text("mine")
        (folder / "first.en.txt").write_text("old")
        assert cli.main(["export", "made", "--lang", "en", "--format", "docx"]) == 0
        assert capsys.readouterr().out == f"2 files: {folder}\n"
        assert (folder / "own.txt").read_text() == "mine"
        assert (folder / "first.en.txt").read_text(encoding="utf-8-sig").startswith("Title")
        assert (folder / "results.csv").exists()
        assert [path.name for path in folder.parent.iterdir()] == ["made"]

    def test_a_full_disk_leaves_what_there_was(self, bench, monkeypatch, capsys):
        folder = export_study("made", formats=["csv"]).folder
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

        def fail(*_):
            raise OSError(28, "No space left on device", "x")

        monkeypatch.setattr(Path, "write_bytes", fail)
        assert cli.main(["export", "made"]) == 2
        assert "No space left" in capsys.readouterr().err
        monkeypatch.undo()
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
        assert [path.name for path in folder.parent.iterdir()] == ["made"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["tiny"], "Study tiny has no reports yet. Run 'evalkit run tiny' first."),
            (["mad"], "did you mean 'made'?"),
            (["made", "--only", "frist"], "There is no report 'frist' in made: did you mean 'first'?"),
            (["made", "--to", "reports/x"], "--to reports/x lies inside reports/, which is evalkit's own"),
            (["made", "--to", "data/made"], "--to data/made is the study itself"),
            (["made", "--to", "data/made/files"], "lies inside data/"),
            (["made", "--to", "notebooks/first.ipynb"], "is a file; --to must name a folder"),
        ],
    )
    def test_what_cannot_be_exported_is_refused_with_what_to_do(self, bench, capsys, arguments, message):
        assert cli.main(["export", *arguments]) == 2
        assert message in capsys.readouterr().err
        assert not (bench / "exports").exists()

    @pytest.mark.parametrize(
        ("spoil", "message"),
        [
            (lambda place: (place / "tables/first.id-tbl-first.csv").unlink(), "--force"),
            (lambda place: (place / "tables/first.id-tbl-first.csv").write_text("a,b\n1,2\n"), "--force"),
            (lambda place: (place / "tables/first.id-datapackage.json").write_text("{"), "--force"),
            (lambda place: (place / "tables/first.id-datapackage.json").unlink(), "an older evalkit"),
            (lambda place: (place / "results.csv").write_text("a\n1\n"), "results.csv cannot be read"),
        ],
    )
    def test_files_that_were_spoiled_are_refused(self, bench, capsys, spoil, message):
        spoil(bench / "reports/made")
        assert cli.main(["export", "made", "--format", "xlsx"]) == 2
        assert message in capsys.readouterr().err
        assert not (bench / "exports/made").exists()

    def test_of_a_run_all_is_exported_what_is_whole_and_warnings_come_only_where_due(self, bench, capsys):
        write_study(bench, "tiny", "notebooks: [first, second]")
        write_notebook(bench, "second", cell("code", "raise ValueError"))
        run_studies(["tiny"], only=["first"], stream=io.StringIO())
        assert cli.main(["export", "tiny", "--only", "second"]) == 2
        assert "is not built yet. Run 'evalkit run tiny --only second' first" in capsys.readouterr().err
        assert cli.main(["export", "tiny", "--lang", "id"]) == 2
        assert "not built in the language 'id'. Run 'evalkit run tiny --lang id'" in capsys.readouterr().err
        assert cli.main(["export", "tiny", "--format", *FORMATS]) == 0
        assert capsys.readouterr().err == ""
        sheet = openpyxl.load_workbook(bench / "exports/tiny/first.xlsx")["numbers"]
        assert [[one.value for one in row] for row in sheet.iter_rows(min_row=3)] == [
            ["name", "value"],
            ["a", 0.1],
            ["b", None],
        ]
        run_studies(["tiny"], only=["second"], stream=io.StringIO())
        file = bench / "data/tiny/evidence.csv"
        file.write_text(file.read_text().replace(",4,", ",5,"))
        assert cli.main(["export", "tiny"]) == 1
        said = capsys.readouterr().err
        assert re.search(r"changed since: .*evidence\.csv", said)
        assert "left out, as it is not whole: second.html" in said
