"""Every page of the shipped studies, built from the real evidence, as readers see it without a network."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
from pathlib import Path

import pytest

from evalkit.study import load_study
from evalkit.study.reports import list_reports, page_name
from evalkit.study.runner import run_studies

from .first_screen import COUNT, INTERVAL, WITHOUT_INTERVAL, first_screen_faults
from .pages import Browser
from .whole_page import find_faults

pytestmark = pytest.mark.browser

#: Environment variable: "1" where `make reports` ran just before, so that its pages are looked at.
JUST_BUILT = "EVALKIT_JUST_BUILT"

ROOT = Path(__file__).parents[2]
STUDIES = {path.parent.name: load_study(path.parent) for path in sorted((ROOT / "data").glob("*/study.yaml"))}
INDEXES = ("index.html", "index.id.html")
#: The smallest study is held to everything on each run of the tests, the others where there is time.
SMALLEST = "judges"
#: Milliseconds to the first paint of a page from disk; the best of some tries, as others use the machine too.
FIRST_PAINT = 1000
N_TRIES = 5
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def list_pages(study: str) -> list[str]:
    """Return the file names of the pages that a study should have, from its folder."""
    described = STUDIES[study]
    reports = list_reports(described, ROOT)
    pages = [page_name(described, report.name, lang) for report in reports for lang in described.languages]
    return [*pages, *INDEXES]


def hold(study: str, *more: str) -> object:
    """Return a case of a test, slow but for the smallest study."""
    marks = () if study == SMALLEST else pytest.mark.slow
    return pytest.param(study, *more, marks=marks, id="/".join((study, *more)))


HELD = [hold(study) for study in STUDIES]
PAGES = [hold(study, page) for study in STUDIES for page in list_pages(study)]


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory):
    """Give the folder with the pages of a study by its name, built at most once by all who test at a time."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def find(study: str) -> Path:
        return find_built(study) or build_once(study, shared / f"built-{study}")

    return find


@pytest.mark.parametrize(("study", "page"), PAGES)
def test_a_page_is_for_everyone_on_screen_in_the_dark_on_a_phone_by_keys_and_on_paper(
    browser: Browser, folder_of, tmp_path, study, page
):
    is_synthetic = STUDIES[study].kind == "synthetic"
    assert find_faults(browser, folder_of(study) / page, tmp_path, synthetic=is_synthetic) == {}


@pytest.mark.parametrize("page", INDEXES)
def test_an_index_of_all_studies_is_for_everyone(browser: Browser, folder_of, tmp_path, page):
    assert find_faults(browser, folder_of(SMALLEST).parent / page, tmp_path, synthetic=False) == {}


@pytest.mark.parametrize("study", HELD)
def test_a_study_has_the_pages_that_its_folder_asks_for(folder_of, study):
    assert sorted(path.name for path in folder_of(study).glob("*.html")) == sorted(list_pages(study))


@pytest.mark.parametrize("study", HELD)
def test_the_largest_page_of_a_study_is_soon_there(browser: Browser, folder_of, study):
    largest = max(folder_of(study).glob("*.html"), key=lambda page: page.stat().st_size)
    times = []
    for _ in range(N_TRIES):
        with browser.open(largest) as opened:
            opened.page.wait_for_function(_PAINTED)
            times.append(opened.page.evaluate(_PAINTED))
    assert min(times) < FIRST_PAINT, times


def find_built(study: str) -> Path | None:
    """Return the pages of a study that were built just before, where the environment says so."""
    return ROOT / "reports" / study if os.environ.get(JUST_BUILT) == "1" else None


def build_once(study: str, bench: Path) -> Path:
    """Build the pages of a study in a workbench, unless another worker of the tests has done so."""
    bench.mkdir(exist_ok=True)
    with (bench / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (bench / "built").exists():
            build(study, bench)
            (bench / "built").touch()
    return bench / "reports" / study


def build(study: str, bench: Path) -> None:
    """Build the pages of a study in a workbench of its own."""
    shutil.copytree(ROOT / "data" / study, bench / "data" / study, dirs_exist_ok=True)
    shutil.copytree(ROOT / "notebooks", bench / "notebooks", dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(bench)
        done = run_studies(settings=["n_boot=100"], stream=io.StringIO())
    assert [outcome.failure.message() for outcome in done.failed] == []


def test_reports_without_an_interval_on_their_first_screen_exist():
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {name.rpartition("/")[2] for name in WITHOUT_INTERVAL} <= notebooks


@pytest.mark.parametrize(
    "html", ["<p class='kind'>Real.</p>", "<ul class='findings'><li>0.5 is high.</li></ul>"]
)
def test_a_first_screen_that_lacks_something_is_found(browser: Browser, tmp_path, html):
    page = tmp_path / "x.html"
    page.write_text(f"<!doctype html><link rel='icon' href='data:,'>{html}", encoding="utf-8")
    with browser.open(page) as opened:
        faults = first_screen_faults(opened.page, "x")
    assert faults == (["no finding"] if "kind" in html else ["no kind of evidence", "no n", "no interval"])


def test_what_is_below_the_first_screen_does_not_count(browser: Browser, tmp_path):
    whole = "<p class='kind'>Real.</p><ul class='findings'><li>0.5 (0.4 to 0.6, n = 43)</li></ul>"
    page = tmp_path / "x.html"
    page.write_text(f"<!doctype html><link rel='icon' href='data:,'>{whole}", encoding="utf-8")
    with browser.open(page) as opened:
        assert first_screen_faults(opened.page, "x") == []
    page.write_text(f"<!doctype html><div style='height: 900px'></div>{whole}", encoding="utf-8")
    with browser.open(page) as opened:
        assert first_screen_faults(opened.page, "x") == ["no kind of evidence", "no finding"]


@pytest.mark.parametrize(
    ("text", "has_count", "has_interval"),
    [
        ("0.91 (0.84 to 0.95) for 10 traits of 43 judges", True, True),
        ("15 % (14 % to 17 %)", False, True),
        ("0,91 (0,84 sampai 0,95; n = 43)", True, True),
        ("-2.1 (-22.0 to 17.8)", False, True),
        ("13.92 points or 3.26 SD", False, False),
        ("it loses 26 % ± 0.4 %", False, True),
        ("74,975 observations", True, False),
    ],
)
def test_counts_and_intervals_are_told_apart(text, has_count, has_interval):
    assert (bool(COUNT.search(text)), bool(INTERVAL.search(text))) == (has_count, has_interval)
