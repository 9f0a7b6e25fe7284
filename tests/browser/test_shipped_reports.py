"""Every page of the shipped studies, built from the real evidence, as readers see it without a network."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest

from evalkit.study import load_study
from evalkit.study.reports import list_reports
from evalkit.study.runner import run_studies

from .accessibility import find_violations
from .first_screen import COUNT, INTERVAL, WITHOUT_INTERVAL, first_screen_faults
from .keyboard import tab_through
from .pages import CONTRAST, Browser
from .paper import find_cut_text, find_faults_of_layout, find_lost_columns, print_page

pytestmark = pytest.mark.browser

#: Environment variable: "1" where `make reports` ran just before, so that its pages are looked at.
JUST_BUILT = "EVALKIT_JUST_BUILT"

ROOT = Path(__file__).parents[2]
STUDIES = sorted(path.parent.name for path in (ROOT / "data").glob("*/study.yaml"))


#: The smallest study is held to everything on each run of the tests, the others where there is time.
SMALLEST = "judges"
HELD = [
    pytest.param(study, marks=() if study == SMALLEST else pytest.mark.slow, id=study) for study in STUDIES
]
MOST_BYTES = 3_000_000
#: Milliseconds to the first paint of a page from disk; the best of some tries, as others use the machine too.
FIRST_PAINT = 1000
N_TRIES = 5
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@pytest.fixture(scope="module")
def pages_of(tmp_path_factory):
    """Give the pages of a study by its name, built at most once."""
    folders: dict[str, Path] = {}

    def find(study: str) -> list[Path]:
        if study not in folders:
            folders[study] = find_built(study) or build(study, tmp_path_factory.mktemp(study))
        return [*sorted(folders[study].glob("*.html")), folders[study].parent / "index.html"]

    return find


@pytest.mark.parametrize("study", HELD)
def test_every_page_of_a_study_can_be_read(browser: Browser, pages_of, study):
    pages = pages_of(study)
    described = load_study(ROOT / "data" / study)
    n_languages = len(described.languages)
    assert len(pages) == (len(list_reports(described, ROOT)) + 1) * n_languages + 1
    for page in pages:
        check_page(browser, page)
    told = [page for page in pages if not page.name.startswith("index.")]
    assert {page.stem: faults for page in told if (faults := check_first_screen(browser, page))} == {}
    is_synthetic = study == "five-places"
    stamps = {page.stem: count_stamps(browser, page) for page in told}
    assert {name: (n, most) for name, (n, most) in stamps.items() if n != (most if is_synthetic else 0)} == {}
    assert sum(most for _, most in stamps.values()) > len(told)


@pytest.mark.parametrize("study", HELD)
def test_every_page_of_a_study_meets_wcag_and_keys_reach_everything(browser: Browser, pages_of, study):
    for page in pages_of(study):
        for scheme in ("light", "dark"):
            with browser.open(page, scheme=scheme) as opened:
                assert (page.name, scheme, find_violations(opened.page)) == (page.name, scheme, [])
                if scheme == "light":
                    assert (page.name, *tab_through(opened.page)) == (page.name, [], [])


@pytest.mark.parametrize("study", HELD)
def test_every_page_of_a_study_is_whole_on_paper(browser: Browser, pages_of, tmp_path, study):
    for page in pages_of(study):
        with browser.open(page) as opened:
            document = print_page(opened.page, tmp_path / "x.pdf")
            assert (page.name, find_cut_text(document)) == (page.name, [])
            assert (page.name, find_lost_columns(opened.page, document)) == (page.name, {})
            assert (page.name, find_faults_of_layout(opened.page)) == (page.name, [])


@pytest.mark.parametrize("study", HELD)
def test_pages_of_a_study_are_light_and_soon_there(browser: Browser, pages_of, study):
    sizes = {page: page.stat().st_size for page in pages_of(study)}
    assert {page.name: size for page, size in sizes.items() if size > MOST_BYTES} == {}
    largest = max(sizes, key=lambda page: sizes[page])
    times = []
    for _ in range(N_TRIES):
        with browser.open(largest) as opened:
            opened.page.wait_for_function(_PAINTED)
            times.append(opened.page.evaluate(_PAINTED))
    assert min(times) < FIRST_PAINT, times


def find_built(study: str) -> Path | None:
    """Return the pages of a study that were built just before, where the environment says so."""
    return ROOT / "reports" / study if os.environ.get(JUST_BUILT) == "1" else None


def build(study: str, folder: Path) -> Path:
    """Build the pages of a study in a workbench of its own."""
    shutil.copytree(ROOT / "data" / study, folder / "data" / study)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = run_studies(settings=["n_boot=100"], stream=io.StringIO())
    assert [outcome.failure.message() for outcome in done.failed] == []
    return folder / "reports" / study


def count_stamps(browser: Browser, page: Path) -> tuple[int, int]:
    """Count the figures and captions of tables that say SYNTHETIC, and all of them."""
    with browser.open(page, width=1200, height=900) as opened:
        said = [figure["alt"] for figure in opened.figures()]
        said += opened.page.evaluate(
            "() => [...document.querySelectorAll('main table')].map(table => table.caption?.innerText ?? '')"
        )
    return sum("SYNTHETIC" in text or "SINTETIS" in text for text in said), len(said)


def check_first_screen(browser: Browser, page: Path) -> list[str]:
    """Kind of evidence, a finding, a count and an interval are there before anyone scrolls."""
    with browser.open(page, width=1200, height=900) as opened:
        return first_screen_faults(opened.page, page.name.partition(".")[0], study=page.parent.name)


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


def check_page(browser: Browser, page: Path) -> None:
    for scheme in ("light", "dark"):
        with browser.open(page, scheme=scheme) as opened:
            opened.assert_quiet()
            opened.assert_figures_shown(at_least=page.read_text(encoding="utf-8").count("<figure"))
            assert opened.page.evaluate(CONTRAST) == [], page.name
    with browser.open(page, width=320, height=640) as opened:
        assert opened.sideways_scroll() <= 0, page.name
