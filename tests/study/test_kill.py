"""A run that is killed at any moment leaves whole reports and no process, and the next one completes them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from evalkit.processes import COLD_VARIABLE
from evalkit.study.built import is_as_recorded, read_built, read_provenance

from .conftest import FIGURE, cell, make_workbench, write_notebook, write_study

MARK = "EVALKIT_TEST_RUN"  # in the environment of a run and of every process that it starts
GRACE = 30  # seconds within which a loaded machine must have ended every process
REPORTS = ("first", "second")


def start_run(root: Path, mark: str) -> subprocess.Popen[bytes]:
    """Start a run in the background; its kernels are warm or plain as the environment says."""
    command = [sys.executable, "-m", "evalkit", "run", "--jobs", "2"]
    environment = {**os.environ, MARK: mark}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=root, env=environment, stdout=quiet, stderr=quiet)


def list_family(mark: str) -> list[psutil.Process]:
    """List the processes of a run by what stands in their environment, whoever their parent is by now."""
    family = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                family.append(process)
        except psutil.Error:
            continue
    return family


def wait_until_gone(mark: str) -> None:
    end = time.monotonic() + GRACE
    while family := list_family(mark):
        if time.monotonic() > end:
            for process in family:
                process.kill()
            pytest.fail(f"{len(family)} processes outlive their run")
        time.sleep(0.05)


def write_number(root: Path, number: int) -> None:
    """Change what every report shows, so that the next run builds them all."""
    for name in REPORTS:
        write_notebook(root, name, cell("code", FIGURE), cell("code", f"print('number {number}')"))


def read_number(root: Path) -> set[str]:
    """Return the numbers that the pages show, once every file was found to be as it was recorded."""
    folder = root / "reports/tiny"
    built = read_built(folder)
    assert [item.report for item in built] == list(REPORTS)
    assert is_as_recorded(folder, read_provenance(folder)["outputs"])
    assert all(is_as_recorded(folder, item.outputs) for item in built)
    pages = [(folder / item.page).read_text(encoding="utf-8") for item in built]
    return {page.partition(">number ")[2].split("\n")[0] for page in pages}


@pytest.fixture
def bench(tmp_path, monkeypatch, cold_variable) -> tuple[Path, float]:
    """A workbench whose two reports are built, and the seconds that this took."""
    monkeypatch.setenv(COLD_VARIABLE, cold_variable)
    root = make_workbench(tmp_path / "bench")
    write_study(root, "tiny", f"notebooks: [{', '.join(REPORTS)}]")
    write_number(root, 0)
    began = time.monotonic()
    assert start_run(root, "first").wait() == 0
    assert read_number(root) == {"0"}
    return root, time.monotonic() - began


def kill_and_go_on(root: Path, number: int, after: float) -> None:
    """Kill a run after some seconds, and let another one complete what it began."""
    write_number(root, number)
    mark = uuid4().hex
    runner = start_run(root, mark)
    time.sleep(after)
    assert len(list_family(mark)) or runner.poll() is not None
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    wait_until_gone(mark)
    assert len(read_number(root)) == 1  # the reports of one run or of the other, never of both
    assert start_run(root, mark).wait() == 0
    assert read_number(root) == {str(number)}
    assert sorted(path.name for path in (root / "reports").iterdir()) == [".lock", "index.html", "tiny"]
    wait_until_gone(mark)


@pytest.mark.parametrize(
    ("n_kills", "cold_variable"),
    [
        pytest.param(2, "1", id="2 plain runs"),
        pytest.param(50, "0", id="50 warm runs", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_killed_leaves_whole_reports_and_the_next_completes_them(bench, n_kills):
    root, seconds = bench
    moments = random.Random(n_kills)
    for number in range(1, n_kills + 1):
        kill_and_go_on(root, number, moments.uniform(0, seconds))
