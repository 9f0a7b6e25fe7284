"""Every page of the shipped studies, built from the real evidence, as readers see it without a network."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
import yaml

from evalkit.study.runner import run_studies

from .pages import CONTRAST, Browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
STUDIES = sorted(path.parent.name for path in (ROOT / "data").glob("*/study.yaml"))


@pytest.mark.parametrize("study", STUDIES)
def test_every_page_of_a_study_can_be_read(browser: Browser, tmp_path, monkeypatch, study):
    shutil.copytree(ROOT / "data" / study, tmp_path / "data" / study)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    done = run_studies(settings=["n_boot=100"], stream=io.StringIO())
    assert [outcome.failure.message() for outcome in done.failed] == []
    notebooks = yaml.safe_load((ROOT / "data" / study / "study.yaml").read_text(encoding="utf-8"))[
        "notebooks"
    ]
    pages = sorted((tmp_path / "reports").rglob("*.html"))
    assert len(pages) == len(notebooks) + 2
    for page in pages:
        check_page(browser, page)


def check_page(browser: Browser, page: Path) -> None:
    for scheme in ("light", "dark"):
        with browser.open(page, scheme=scheme) as opened:
            opened.assert_quiet()
            opened.assert_figures_shown(at_least=page.read_text(encoding="utf-8").count("<figure"))
            assert opened.page.evaluate(CONTRAST) == [], page.name
    with browser.open(page, width=320, height=640) as opened:
        assert opened.sideways_scroll() <= 0, page.name
