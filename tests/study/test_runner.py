"""The whole line on a tiny study: notebooks in, reports out."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import re

import psutil
import pytest

from evalkit.errors import StudyError, UsageError
from evalkit.study.runner import run_studies

from .conftest import FIGURE, PLACE_PARAMETER, cell, make_workbench, write_notebook, write_places, write_study

FAILING = 'x = 1\nraise ValueError("no <good>")'


def run(**options):
    return run_studies(stream=io.StringIO(), **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A study of three reports, one of which fails, built once."""
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("built") / "bench")
        write_study(root, "tiny", "notebooks: [first, broken, worded]")
        write_notebook(root, "broken", cell("code", "#| label: x\n" + FAILING), title="Broken")
        write_notebook(root, "worded", cell("code", FIGURE.replace("fig-", "no-")), title="Without words")
        patch.chdir(root)
        stream = io.StringIO()
        return root, run_studies(stream=stream, jobs=2), stream.getvalue()


def test_a_study_folder_holds_pages_notebooks_figures_tables_and_numbers(built):
    root, _, _ = built
    folder = root / "reports/tiny"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert names == [
        "broken.html",
        "figures/first-fig-line.svg",
        "first.html",
        "index.html",
        "index.json",
        "notebooks/broken.ipynb",
        "notebooks/first.ipynb",
        "notebooks/worded.ipynb",
        "provenance.json",
        "results.csv",
        "ro-crate-metadata.json",
        "tables/first-datapackage.json",
        "tables/first-tbl-numbers.csv",
        "worded.html",
    ]


def test_results_are_sorted_by_key_with_every_digit(built):
    text = (built[0] / "reports/tiny/results.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["report"], row["quantity"], row["item"], row["estimate"], row["n"]) for row in rows] == [
        ("first", "mean", "a", "", ""),
        ("first", "mean", "b", "0.1", "3"),
    ]
    assert rows[0]["caveat"] == "nothing was observed"


def test_a_failing_cell_is_reported_with_notebook_cell_cause_and_remedy(built):
    failures = {outcome.task.report: outcome.failure for outcome in built[1].failed}
    assert failures["broken"].message() == (
        "notebooks/broken.ipynb, cell 4: x = 1\n"
        "  ValueError: no <good>\n"
        "  Open notebooks/broken.ipynb in JupyterLab, mend the cell, and run again."
    )


def test_a_figure_without_words_fails_its_report_alone(built):
    failures = {outcome.task.report: outcome.failure for outcome in built[1].failed}
    assert set(failures) == {"broken", "worded"}
    assert "has no words for those who cannot see it" in failures["worded"].cause


def test_the_page_of_a_failed_report_shows_the_failure_and_the_traceback(built):
    page = (built[0] / "reports/tiny/broken.html").read_text(encoding="utf-8")
    assert "This report is not whole" in page
    assert "ValueError: no &lt;good&gt;" in page
    assert 'class="traceback"' in page
    assert "papermill" not in page


def test_indexes_show_findings_and_which_report_is_not_whole(built):
    for file in ("reports/index.html", "reports/tiny/index.html"):
        page = (built[0] / file).read_text(encoding="utf-8")
        assert "The mean is &lt; 1." in page
        assert page.count("not whole</strong>") == 2
    assert 'href="tiny/first.html"' in (built[0] / "reports/index.html").read_text(encoding="utf-8")


def test_progress_is_plain_lines_where_there_is_no_terminal(built):
    lines = built[2].splitlines()
    assert lines[0] == "Building 3 reports"
    assert re.fullmatch(r"\[3/3\] (built|FAILED) tiny/\w+ \(\d+\.\d s\)", lines[-1])
    assert "\x1b" not in built[2]


def test_executed_notebooks_hold_no_clock_path_or_kernel_name(built):
    for path in (built[0] / "reports/tiny/notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        assert "kernelspec" not in notebook["metadata"]
        assert "papermill" not in text
        assert "iopub" not in text
        assert str(built[0]) not in text


def test_provenance_says_what_went_in_and_nothing_personal(built):
    text = (built[0] / "reports/tiny/provenance.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert set(content["files"]) == {"datapackage.json", "evidence.csv", "study.yaml"}
    assert all(len(content[name]) == 64 for name in ("evidence_sha256", "package_sha256"))
    assert content["packages"]["numpy"]
    assert [report["failed"] for report in content["reports"]] == [False, True, True]
    assert str(built[0]) not in text


def test_a_page_is_one_file_with_words_for_its_figure(built):
    page = (built[0] / "reports/tiny/first.html").read_text(encoding="utf-8")
    assert "<title>A tiny report – Tiny study</title>" in page
    assert (
        '<figure id="fig-line"><div class="figure-box" tabindex="0" role="region" aria-label="Figure 1">'
        in page
    )
    assert '<img decoding="async" src="data:image/svg+xml;base64,' in page
    assert 'alt="One straight line from the lower left to the upper right."' in page
    assert '<figcaption><span class="number-of">Figure 1.</span> A line that rises.</figcaption>' in page
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert page.count("<script") == 1  # its own, which the policy of the page names by its hash
    assert "fig-cap" not in page


def test_nothing_is_left_beside_the_reports(built):
    assert sorted(path.name for path in (built[0] / "reports").iterdir()) == [".lock", "index.html", "tiny"]


def test_two_runs_give_the_same_bytes(workbench):
    run()
    before = {path: path.read_bytes() for path in (workbench / "reports").rglob("*") if path.is_file()}
    run(jobs=1, force=True)
    assert {
        path: path.read_bytes() for path in (workbench / "reports").rglob("*") if path.is_file()
    } == before


def test_a_parameter_reaches_the_notebook(workbench):
    run(settings=["note=from the command line"])
    page = (workbench / "reports/tiny/first.html").read_text(encoding="utf-8")
    assert "note is from the command line" in page


def test_building_one_report_keeps_the_others_with_their_numbers(workbench):
    write_notebook(workbench, "second", title="Second")
    write_study(workbench, "tiny", "notebooks: [first, second]")
    run()
    page = (workbench / "reports/tiny/first.html").read_bytes()
    done = run(only=["second"], force=True)
    assert [outcome.task.report for outcome in done.outcomes] == ["second"]
    assert (workbench / "reports/tiny/first.html").read_bytes() == page
    assert "first,mean" in (workbench / "reports/tiny/results.csv").read_text(encoding="utf-8")
    assert (workbench / "reports/tiny/tables/first-tbl-numbers.csv").is_file()
    assert "A tiny report" in (workbench / "reports/tiny/index.html").read_text(encoding="utf-8")


ROW = "rows = [{'quantity': 'people', 'place': place, 'estimate': 1.0}]"
SHOW = (
    "from IPython.display import display\ndisplay({'application/vnd.evalkit.results+json': rows}, raw=True)"
)


def test_a_report_of_each_place_has_its_page_title_numbers_and_line_in_the_index(workbench):
    cells = [cell("code", FIGURE), cell("code", f"{ROW}\n{SHOW}")]
    write_notebook(workbench, "office", *cells, title="An office", parameters=PLACE_PARAMETER)
    names = "places: {there: {en: the harbour}}"
    write_places(write_study(workbench, "tiny", f"notebooks: [office]\n{names}"), ["there", "yonder"])
    assert [outcome.failure for outcome in run().outcomes] == [None, None]
    folder = workbench / "reports/tiny"
    page = (folder / "office_there.html").read_text(encoding="utf-8")
    assert "<h1>An office: the harbour</h1>" in page
    assert "report office_there.</p>" in page
    assert (folder / "figures/office_yonder-fig-line.svg").is_file()
    rows = list(csv.DictReader(io.StringIO((folder / "results.csv").read_text(encoding="utf-8"))))
    assert [(row["report"], row["place"]) for row in rows] == [
        ("office_there", "there"),
        ("office_yonder", "yonder"),
    ]
    for index, base in ((folder / "index.html", ""), (workbench / "reports/index.html", "tiny/")):
        text = index.read_text(encoding="utf-8")
        assert f'<a href="{base}office_there.html">An office: the harbour</a>' in text
        assert f'<a href="{base}office_yonder.html">An office: yonder</a>' in text


def test_one_place_is_built_anew_and_the_others_are_kept(workbench):
    write_notebook(workbench, "office", cell("code", f"{ROW}\n{SHOW}"), parameters=PLACE_PARAMETER)
    write_places(write_study(workbench, "tiny", "notebooks: [office]"), ["there", "yonder"])
    run()
    done = run(only=["office_yonder"], force=True)
    assert [outcome.task.report for outcome in done.outcomes] == ["office_yonder"]
    folder = workbench / "reports/tiny"
    assert {path.name for path in folder.glob("office*.html")} == {"office_there.html", "office_yonder.html"}
    assert "office_there" in (folder / "results.csv").read_text(encoding="utf-8")
    write_places(write_study(workbench, "tiny", "notebooks: [office]"), ["yonder"])
    run()
    assert {path.name for path in folder.glob("office*.html")} == {"office_yonder.html"}


def test_a_misspelt_place_is_refused_before_anything_is_written(workbench):
    write_notebook(workbench, "office", parameters=PLACE_PARAMETER)
    write_places(write_study(workbench, "tiny", "notebooks: [office]"), ["there", "yonder"])
    with pytest.raises(StudyError, match=r"the study has no place 'thera': did you mean 'there'"):
        run(settings=["places=thera"])
    assert not (workbench / "reports").exists()


def test_a_report_that_the_study_no_longer_has_is_dropped(workbench):
    write_notebook(workbench, "second")
    write_study(workbench, "tiny", "notebooks: [first, second]")
    run()
    write_study(workbench, "tiny", "notebooks: [second]")
    run(only=["second"])
    assert not (workbench / "reports/tiny/first.html").exists()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"names": ["tinny"]}, UsageError),
        ({"only": ["frist"]}, UsageError),
        ({"settings": ["n_bot=1"]}, UsageError),
        ({"jobs": 0}, UsageError),
    ],
)
def test_a_wrong_request_writes_nothing(workbench, options, error):
    with pytest.raises(error):
        run(**options)
    assert not (workbench / "reports").exists()


def test_faulty_evidence_writes_nothing(workbench):
    (workbench / "data/tiny/evidence.csv").unlink()
    with pytest.raises(StudyError, match=r"evidence\.csv"):
        run()
    assert not (workbench / "reports").exists()


def test_a_second_run_at_the_same_time_is_refused(workbench):
    (workbench / "reports").mkdir()
    with (workbench / "reports/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="Another run is writing reports/"):
            run()


def test_a_kernel_that_dies_fails_its_report_alone(workbench):
    write_notebook(workbench, "dies", cell("code", "import os\nos._exit(9)"))
    write_study(workbench, "tiny", "notebooks: [dies, first]")
    done = run()
    assert [outcome.task.report for outcome in done.failed] == ["dies"]
    assert "The kernel died" in done.failed[0].failure.cause
    assert (workbench / "reports/tiny/dies.html").is_file()


def test_a_worker_that_dies_fails_its_report_alone(workbench):
    kill = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)"
    write_notebook(workbench, "dies", cell("code", kill))
    write_study(workbench, "tiny", "notebooks: [dies, first]")
    done = run(jobs=1)
    assert [outcome.task.report for outcome in done.failed] == ["dies"]
    assert "The worker process ended without an answer" in done.failed[0].failure.cause
    assert "not whole" in (workbench / "reports/tiny/index.html").read_text(encoding="utf-8")


def test_a_study_outside_data_can_be_run_by_its_path(workbench, tmp_path):
    folder = write_study(tmp_path / "elsewhere", "mine", "notebooks: [finds]")
    source = "from evalkit.study import find_study\nprint(find_study(study).name, 'was found')"
    write_notebook(workbench, "finds", cell("code", source))
    assert not run(names=[folder]).failed
    assert "mine was found" in (workbench / "reports/mine/finds.html").read_text(encoding="utf-8")


def test_two_studies_of_one_name_are_refused(workbench, tmp_path):
    folder = write_study(tmp_path / "elsewhere", "tiny", "notebooks: [first]")
    with pytest.raises(UsageError, match="Two studies have the name 'tiny'"):
        run(names=["tiny", folder])


def test_another_language_is_built_when_asked_for_and_stays(workbench):
    run(languages=["id"])
    run()
    folder = workbench / "reports/tiny"
    assert '<html lang="id">' in (folder / "first.id.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in (folder / "first.html").read_text(encoding="utf-8")
    built = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["reports"]
    assert [item["page"] for item in built] == ["first.html", "first.id.html"]


def test_two_languages_give_two_pages(workbench):
    write_study(workbench, "tiny", "notebooks: [first]\nlanguages: [id, en]")
    run()
    page = (workbench / "reports/tiny/first.id.html").read_text(encoding="utf-8")
    assert '<html lang="id">' in page
    assert "Studi kecil" in page
    assert (workbench / "reports/tiny/first.en.html").is_file()
    rows = (workbench / "reports/tiny/results.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3


def test_a_report_that_shows_what_no_notebook_holds_fails_with_its_page(workbench):
    shown = 'from IPython.display import display\ndisplay({"text/plain": 5}, raw=True)'
    write_notebook(workbench, "first", cell("code", "print('before')"), cell("code", shown))
    (outcome,) = run_studies(stream=io.StringIO()).outcomes
    assert "5 is not valid" in outcome.failure.cause
    page = (workbench / "reports/tiny/first.html").read_text(encoding="utf-8")
    assert "before" in page
    assert "5 is not valid" in page


@pytest.mark.parametrize("is_faulty", [False, True])
def test_inputs_of_many_notebooks_are_checked_beside_the_server_with_the_same_findings(workbench, is_faulty):
    names = [f"report_{i}" for i in range(8)]
    for name in names:
        write_notebook(workbench, name)
    folder = write_study(workbench, "tiny", f"notebooks: [{', '.join(names)}]")
    there_before = psutil.Process().children()
    if is_faulty:
        rows = (folder / "evidence.csv").read_text(encoding="utf-8").replace(",4,recorded", ",four,recorded")
        (folder / "evidence.csv").write_text(rows, encoding="utf-8")
        with pytest.raises(StudyError, match="four"):
            run_studies(stream=io.StringIO())
        assert not (workbench / "reports/tiny").exists()
    else:
        done = run_studies(stream=io.StringIO())
        assert sorted(one.task.report for one in done.outcomes if not one.failure) == names
    assert set(psutil.Process().children()) <= set(there_before)
