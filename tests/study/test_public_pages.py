"""A public edition in every format and language: no person in any of them, and nothing but the edition."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evalkit.compare import make_public_edition
from evalkit.methods import load_methods, score_methods
from evalkit.study import load_study
from evalkit.study.inputs import load_study_evidence
from evalkit.vocabulary import RESULTS_MIME, TABLE_MIME

ROOT = Path(__file__).parents[2]
STUDY = """\
title: {en: A small place, id: Tempat kecil}
kind: synthetic
languages: [en, id]
methods: [semarang, dumai]
simulate: {seed: 5, sizes: {dumai: 60}}
notebooks: [public]
n_boot: 10
"""
PAGES = ("public_dumai.en", "public_dumai.id")

SAME_SHAPE = 0.001  # of the length of a line; figures round their points


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The reports of a study of one place, built as anybody builds them."""
    root = tmp_path_factory.mktemp("public")
    folder = root / "data" / "small"
    folder.mkdir(parents=True)
    shutil.copyfile(ROOT / "data" / "five-places" / "datapackage.json", folder / "datapackage.json")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    (root / "notebooks").mkdir()
    shutil.copyfile(ROOT / "notebooks" / "public.ipynb", root / "notebooks" / "public.ipynb")
    command = [sys.executable, "-m", "evalkit", "run", "small"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return root / "reports" / "small"


@pytest.fixture(scope="module")
def evidence(built):
    return load_study_evidence(load_study(built.parents[1] / "data" / "small"))


@pytest.fixture(scope="module")
def edition(evidence):
    return make_public_edition(evidence, "dumai", load_methods(["semarang", "dumai"]))


def texts_of(built):
    return {
        path.relative_to(built).as_posix(): path.read_text(encoding="utf-8")
        for path in built.rglob("*")
        if path.is_file()
    }


def test_no_file_names_a_person_or_a_rater(built, evidence):
    """Whole names only: dumai-00001, and not the unit dumai-unit-001."""
    names = {*evidence.employees["employee"], *evidence.observations["rater"]} - {""}
    assert len(names) > 60
    shape = re.compile(r"[\w-]+")
    texts = texts_of(built)
    assert {"results.csv", *(f"{page}.html" for page in PAGES), "notebooks/public_dumai.en.ipynb"} <= set(
        texts
    )
    for file, text in texts.items():
        assert not names & set(shape.findall(text)), file


def test_no_file_has_a_mean_that_is_not_rounded(built, evidence):
    """Exact means of units and of the place, as any program would print them."""
    pictures = r'(?s)<svg.*?</svg>|"image/svg\+xml": \[.*?\]'
    texts = {file: re.sub(pictures, "", text) for file, text in texts_of(built).items()}
    for period in evidence.observations["period"].unique():
        scores = score_methods(evidence.select(periods=(period,)), load_methods(["dumai"])).scores
        exact = [scores["score"].mean(), *scores.groupby("unit")["score"].mean()]
        marks = {f"{value:.4f}"[:-1] for value in exact if abs(value - round(value, 2)) > 1e-4}
        assert marks
        for file, text in texts.items():
            assert not {mark for mark in marks if mark in text or mark.replace(".", ",") in text}, file


def numbers_of(rows):
    """Return each row's key and numbers, whatever the format wrote blanks as."""
    key = ["quantity", "unit", "period", "method_a", "group", "item"]
    numbers = ["estimate", "conf_low", "conf_high", "n"]
    return {
        tuple(row[name] or "" for name in key): tuple(
            None if row[name] in ("", None) else float(row[name]) for name in numbers
        )
        for row in rows
    }


def rows_of_notebook(built, page, mime):
    cells = json.loads((built / "notebooks" / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output["data"] for cell in cells for output in cell.get("outputs", []) if "data" in output]
    return [data[mime] for data in outputs if mime in data]


def test_every_format_and_language_holds_the_same_numbers(built, edition):
    expected = numbers_of(edition.cells.replace({np.nan: None}).to_dict("records"))
    with (built / "results.csv").open(encoding="utf-8", newline="") as file:
        assert numbers_of(csv.DictReader(file)) == expected
    for page in PAGES:
        with (built / "tables" / f"{page}-tbl-edition.csv").open(encoding="utf-8", newline="") as file:
            assert numbers_of(csv.DictReader(file)) == expected
        (rows,) = rows_of_notebook(built, page, RESULTS_MIME)
        assert numbers_of(rows) == expected


def test_no_table_holds_a_number_that_the_edition_does_not(built, edition):
    known = edition.cells.select_dtypes("number").to_numpy().ravel()
    counts = edition.cells["estimate"].isna().groupby(edition.cells["quantity"]).agg(["sum", "size"])
    known = np.concatenate([known, counts["sum"], counts["size"] - counts["sum"]])
    for page in PAGES:
        tables = rows_of_notebook(built, page, TABLE_MIME)
        assert len(tables) == 9
        for table in tables:
            found = {value for row in table["rows"] for value in row if isinstance(value, int | float)}
            assert all(np.isclose(known, value, equal_nan=True).any() for value in found), table["label"]


def test_figures_draw_the_same_points_in_both_languages(built):
    """Words of another length move the axes, so points are told by where they stand in their line."""
    english, indonesian = (
        (built / "figures" / f"{page}-fig-quarters.svg").read_text(encoding="utf-8") for page in PAGES
    )
    line = re.compile(r'<g id="line2d_\d+">\s*<path d="(M [^"]+)" clip-path')
    ours, theirs = ([shape_of(path) for path in line.findall(text)] for text in (english, indonesian))
    assert len(ours) > 10
    assert len(ours) == len(theirs)
    assert all(np.allclose(one, other, atol=SAME_SHAPE) for one, other in zip(ours, theirs, strict=True))


def shape_of(path: str) -> np.ndarray:
    """Return the points of a line on the way from its least to its largest, in both directions."""
    steps = [re.findall(r"-?[\d.]+", step) for step in path.splitlines()]
    points = np.array([step for step in steps if step], dtype=float)
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - low) / np.where(high > low, high - low, 1)
