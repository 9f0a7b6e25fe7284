"""The page of an import is for everyone: by axe, by keys, in the dark and on a phone, in both languages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from intake.sheets import siasn, survey, write_xlsx

from evalkit.intake.importing import Given
from evalkit.study.importing import import_files, render_import

from .pages import Browser
from .whole_page import find_faults_on_screens

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_of_an_import_is_for_everyone(browser: Browser, tmp_path, lang):
    draw = np.random.default_rng(1)
    spoiled = survey(draw, 20)
    spoiled[7][3] = 8
    path = write_xlsx(
        tmp_path / "penilaian-kinerja-dan-survei.xlsx",
        ("SKM", survey(draw, 30, weight="0.11")),
        ("Rusak", spoiled),
        ("SKP", siasn(draw, 40)),
        ("Petunjuk", [["isi", "ini"]]),
    )
    study = tmp_path / "study"
    study.mkdir()
    (study / "evidence.csv").write_text("place,indicator\n", encoding="utf-8")
    entry = {"name": "evidence", "path": "evidence.csv", "format": "csv"}
    package = {"name": "study", "evalkit": {"kind": "real"}, "resources": [entry]}
    (study / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    imported = import_files([path], study, Given(place="dumai", unit="{sheet}", period="2024Q4"))
    assert (len(imported.placed), len(imported.refused), len(imported.unread)) == (2, 1, 1)
    assert imported.faults
    page = tmp_path / f"import.{lang}.html"
    page.write_text(render_import(imported, lang), encoding="utf-8")
    with browser.open(page) as opened:
        assert find_faults_on_screens(opened) == {}
