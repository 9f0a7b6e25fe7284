"""The page of a check, for everyone: by axe, by keys, in the dark, on a phone, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalkit.study.check import check_study

from .pages import Browser
from .whole_page import find_faults_on_screens

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """A study with a fault in every kind of file, one of them in very many rows."""
    folder = Path(shutil.copytree(ROOT / "data/judges", tmp_path_factory.mktemp("check") / "office"))
    for name, old, new in (
        ("study.yaml", "n_boot: 2000", "n_boot: many"),
        ("evidence.csv", ",citizen,", ",citizn,"),
        ("profiles/craft.yaml", "weight: 0", "weight: 1"),
    ):
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    (folder / "survey.xlsx").write_bytes(b"PK\3\4")
    return folder


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("sound", [True, False])
def test_the_page_of_a_check_is_for_everyone(browser: Browser, study, tmp_path, lang, sound):
    page = tmp_path / "check.html"
    page.write_text(check_study(ROOT / "data/judges" if sound else study).to_html(lang), encoding="utf-8")
    with browser.open(page) as opened:
        assert opened.page.locator("h1").inner_text().endswith("judges" if sound else "office")
        assert opened.page.locator("tbody tr").count() > (10 if sound else 3)
        assert find_faults_on_screens(opened) == {}
