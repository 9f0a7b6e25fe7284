"""A run builds what has changed: by a kernel what cells read, by a new page what only the page shows."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from evalkit.study import provenance, runner
from evalkit.study.built import read_built, write_record
from evalkit.study.runner import run_studies
from evalkit.study.worker import Outcome
from evalkit.study.workspace import only_run

from .conftest import FIGURE, OUTPUTS, cell, enter_copy, make_workbench, write_notebook, write_study

PACKAGE = provenance._PACKAGE_FOLDER
KERNEL, PAGE = "kernel", "page"


def run(**options):
    return run_studies(stream=io.StringIO(), **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A study of two reports, built once by kernels."""
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("built") / "bench")
        (root / "data/templates").mkdir()
        (root / "data/templates/trainings.csv").write_bytes(
            (PACKAGE.parents[1] / "data/templates/trainings.csv").read_bytes()
        )
        write_study(root, "tiny", "notebooks: [first, second]")
        write_notebook(root, "second", cell("code", "print(1)"), title="Second")
        patch.chdir(root)
        assert not run().failed
        return root


@pytest.fixture
def bench(built, tmp_path, monkeypatch) -> Path:
    """A copy of it in another folder, to be changed."""
    return enter_copy(built, tmp_path / "copy", monkeypatch, ".evalkit")


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A copy of the package's files, to be changed."""
    copy = tmp_path / "evalkit"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "_PACKAGE_FOLDER", copy)
    return copy


@pytest.fixture
def orders(built, monkeypatch) -> dict[str, str]:
    """What workers were asked for, by page: a kernel, or a page alone; they only copy what was built once."""
    asked: dict[str, str] = {}
    previous = built / "reports/tiny"

    def _copy(orders, **_):
        for order in orders:
            asked[order.task.page] = PAGE if order.executed else KERNEL
            for name in (order.task.page, f"notebooks/{order.task.stem}.ipynb"):
                (order.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(previous / name, order.folder / name)
            yield Outcome(task=order.task, seconds=1.0, failure=None)

    monkeypatch.setattr(runner, "run_orders", _copy)
    monkeypatch.setattr(runner, "Server", _Nobody)
    return asked


class _Nobody(nullcontext):
    """In place of the server that starts processes: calls are made here."""

    is_warm = False
    cold = True

    def __init__(self, **_: object) -> None:
        super().__init__(self)

    def call(self, function, *arguments, **named):
        return function(*arguments, **named)

    def submit_aside(self, then, function, *arguments):
        then(function(*arguments))

    def settle(self) -> None:
        """Nothing runs aside."""

    def close(self) -> None:
        """Nothing is open."""


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def append(file: Path) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write("\n")


def test_nothing_is_built_or_written_where_nothing_has_changed(bench, orders):
    before = {path: path.stat().st_ino for path in (bench / "reports/tiny").rglob("*")}
    done = run()
    assert (orders, done.outcomes, done.n_same) == ({}, (), 2)
    assert {path: path.stat().st_ino for path in (bench / "reports/tiny").rglob("*")} == before
    assert sorted(path.name for path in (bench / "reports").iterdir()) == [".lock", "index.html", "tiny"]


def test_what_a_run_left_that_was_killed_at_its_very_end_is_cleared(bench, orders):
    building = bench / "reports/.building"
    (building / "tiny").mkdir(parents=True)
    with only_run(bench / "reports"):
        assert run().outcomes == ()
        assert building.exists()  # another run is at it
    (building / "tiny").mkdir(parents=True)
    assert run().outcomes == ()
    assert not building.exists()


@pytest.mark.parametrize("n_recorded", [1, 2])
@pytest.mark.parametrize("is_swapped", [True, False])
@pytest.mark.parametrize("is_indexed", [True, False])
def test_what_a_run_left_that_had_just_put_a_study_in_place_is_cleared(
    bench, orders, n_recorded, is_swapped, is_indexed
):
    reports = bench / "reports"
    if is_swapped:  # what was in place before lies where the study was built
        shutil.copytree(reports / "tiny", reports / ".building/tiny")
        append(reports / ".building/tiny/first.html")
    for item in read_built(reports / "tiny")[:n_recorded]:
        write_record(reports / ".building/.finished/tiny", item)
    if not is_indexed:
        (reports / "index.html").unlink()
    assert run().outcomes == ()
    assert orders == {}
    assert sorted(path.name for path in reports.iterdir()) == [".lock", "index.html", "tiny"]


def test_evidence_is_not_read_where_nothing_has_changed(bench, orders, monkeypatch):
    checked = []
    monkeypatch.setattr(
        runner, "check_shared_inputs", lambda studies, *_, **__: checked.extend(studies) or []
    )
    run()
    assert checked == []
    run(force=True)
    assert [study.name for study in checked] == ["tiny"]


BOTH_KERNELS = {"first.html": KERNEL, "second.html": KERNEL}
BOTH_PAGES = {"first.html": PAGE, "second.html": PAGE}
CHANGES = {
    "prose": ("notebooks/first.ipynb", "What it asks.", "What it answers.", {"first.html": PAGE}),
    "code": ("notebooks/first.ipynb", "A line that rises.", "A line that falls.", {"first.html": KERNEL}),
    "a default": ("notebooks/first.ipynb", "n_boot: int = 10 ", "n_boot: int = 11 ", {"first.html": KERNEL}),
    "a tag of a code cell": (
        "notebooks/second.ipynb",
        '"parameters"',
        '"parameters", "x"',
        {"second.html": KERNEL},
    ),
    "evidence": ("data/tiny/evidence.csv", ",4,recorded", ",5,recorded", BOTH_KERNELS),
    "a description of it": ("data/tiny/datapackage.json", "made up", "invented", BOTH_KERNELS),
    "the seed": ("data/tiny/study.yaml", "kind: real", "kind: real\nseed: 2", BOTH_KERNELS),
    "the title": ("data/tiny/study.yaml", "Tiny study", "Small study", BOTH_KERNELS),
    "a place's name": (
        "data/tiny/study.yaml",
        "kind: real",
        "kind: real\nplaces: {here: {en: H}}",
        BOTH_KERNELS,
    ),
    "a comment": ("data/tiny/study.yaml", "kind: real", "kind: real  # observed", BOTH_PAGES),
    "the order of reports": ("data/tiny/study.yaml", "[first, second]", "[second, first]", BOTH_PAGES),
}


@pytest.mark.parametrize("row", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_decides_what_is_built(bench, orders, row):
    file, old, new, expected = row
    change(bench / file, old, new)
    run()
    assert orders == expected


def test_a_changed_template_of_a_study_is_evidence(bench, orders):
    append(bench / "data/templates/trainings.csv")
    run()
    assert orders == BOTH_KERNELS


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("study/html/templates/evalkit/style.css", BOTH_PAGES),
        ("study/html/exporter.py", BOTH_PAGES),
        ("stats/__init__.py", BOTH_KERNELS),
        ("methods/dumai.yaml", BOTH_KERNELS),
        ("study/html/words.py", BOTH_KERNELS),
    ],
)
def test_the_package_counts_and_what_only_pages_are_made_of_starts_no_kernel(orders, package, file, expected):
    append(package / file)
    run()
    assert orders == expected


def test_another_version_of_a_package_counts(bench, orders, monkeypatch):
    monkeypatch.setattr(provenance, "list_installed", lambda lock: {"numpy": "0.1"})
    run()
    assert orders == BOTH_KERNELS


@pytest.mark.parametrize("options", [{"force": True}, {"keep_valid": True}, {"settings": ["note=x"]}])
def test_options_count(bench, orders, options):
    run(**options)
    assert orders == BOTH_KERNELS


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("first.html", {"first.html": PAGE}),
        ("notebooks/first.ipynb", {"first.html": KERNEL}),
        ("figures/first-fig-line.svg", {}),
        ("results.csv", {}),
        ("index.html", {}),
    ],
)
@pytest.mark.parametrize("becomes", [append, Path.unlink])
def test_what_was_edited_or_is_missing_is_made_again(bench, orders, file, expected, becomes):
    before = contents(bench / "reports/tiny")
    becomes(bench / "reports/tiny" / file)
    run()
    assert orders == expected
    assert contents(bench / "reports/tiny") == before


def test_the_index_of_the_workbench_is_written_again(bench, orders):
    before = (bench / "reports/index.html").read_bytes()
    (bench / "reports/index.html").write_text("edited")
    run()
    assert (bench / "reports/index.html").read_bytes() == before


def test_a_page_that_was_edited_and_not_asked_for_is_still_known_to_be_edited(bench, orders):
    append(bench / "reports/tiny/first.html")
    run(only=["second"], force=True)
    assert orders == {"second.html": KERNEL}
    orders.clear()
    run()
    assert orders == {"first.html": PAGE}


def test_a_failed_report_is_always_built_again(bench, orders):
    file = bench / "reports/tiny/provenance.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["reports"][1]["failed"] = True
    file.write_text(json.dumps(content), encoding="utf-8")
    run()
    assert orders == {"second.html": KERNEL}


def test_records_of_an_earlier_version_are_no_reason_to_keep_or_to_fail(bench, orders):
    file = bench / "reports/tiny/provenance.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    for report in content["reports"]:
        for name in ("code_key", "page_key", "outputs"):
            del report[name]
    del content["outputs"]
    file.write_text(json.dumps(content), encoding="utf-8")
    run()
    assert orders == BOTH_KERNELS


@pytest.fixture
def interrupted(bench, orders):
    """The same after a run that was interrupted when it had finished one of two reports."""

    def _interrupt(some, **options):
        yield next(iter(whole(some, **options)))
        raise KeyboardInterrupt

    whole = runner.run_orders
    change(bench / "data/tiny/evidence.csv", ",4,recorded", ",5,recorded")
    before = contents(bench / "reports/tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "run_orders", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert contents(bench / "reports/tiny") == before
    assert orders == {"first.html": KERNEL}
    orders.clear()
    return bench / "reports"


def test_an_interrupted_run_goes_on_where_it_was(interrupted, orders):
    done = run()
    assert orders == {"second.html": KERNEL}
    assert done.n_same == 1
    assert {item.page for item in read_built(interrupted / "tiny")} == {"first.html", "second.html"}
    assert not (interrupted / ".building").exists()
    orders.clear()
    assert run().n_same == 2
    assert orders == {}


def test_what_an_interrupted_run_finished_is_held_to_its_hash(interrupted, orders):
    building = interrupted / ".building/tiny"
    append(building / "first.html")
    (building / "half-written.html").touch()
    run()
    assert orders == {"first.html": PAGE, "second.html": KERNEL}
    assert not (interrupted / "tiny/half-written.html").exists()


def test_force_builds_what_an_interrupted_run_finished_too(interrupted, orders):
    run(force=True)
    assert orders == BOTH_KERNELS
    assert not (interrupted / ".building").exists()


def test_what_an_interrupted_run_finished_waits_for_the_run_that_asks_for_it(interrupted, orders):
    older = (interrupted / "tiny/first.html").read_bytes()
    run(only=["second"])
    assert orders == {"second.html": KERNEL}
    assert (interrupted / "tiny/first.html").read_bytes() == older
    assert sorted(contents(interrupted / ".building")) == [
        ".finished/tiny/first.json",
        "tiny/first.html",
        "tiny/notebooks/first.ipynb",
    ]
    orders.clear()
    done = run()
    assert (orders, done.n_same) == ({}, 2)
    assert not (interrupted / ".building").exists()


def test_it_waits_though_the_run_that_asks_for_others_is_interrupted_too(interrupted, orders):
    def _interrupt(*_, **__):
        raise KeyboardInterrupt
        yield

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "run_orders", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(only=["second"])
    run()
    assert orders == {"second.html": KERNEL}


def test_what_nobody_can_ask_for_any_more_is_cleared_away(interrupted, orders):
    change(interrupted.parent / "data/tiny/study.yaml", "[first, second]", "[second]")
    run()
    assert orders == {"second.html": KERNEL}
    assert not (interrupted / ".building").exists()


def test_prose_that_was_changed_gives_the_page_that_a_kernel_would(bench):
    write_notebook(
        bench, "first", cell("code", FIGURE), cell("markdown", "## New *prose*"), cell("code", OUTPUTS)
    )
    done = run(only=["first"])
    assert [outcome.failure for outcome in done.outcomes] == [None]
    joined = contents(bench / "reports/tiny")
    assert b"New <em>prose</em>" in joined["first.html"]
    run(only=["first"], force=True)
    assert contents(bench / "reports/tiny") == joined
