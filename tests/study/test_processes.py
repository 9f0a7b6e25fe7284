"""No worker and no kernel outlives a run, however it ends, and earlier reports stay whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from evalkit.processes import heeding_every_interrupt

from .conftest import cell, write_notebook, write_study
from .family import assert_gone, ended_after, wait_for

PATIENCE = 30  # seconds that a loaded machine may need to start a kernel


@pytest.fixture(params=["warm", "cold"])
def running(request, workbench, monkeypatch):
    """A run in the middle of a cell, after an earlier run that succeeded, with its processes.

    The runner's child is the server, its children are the workers, and theirs the kernels.
    """
    monkeypatch.setenv("EVALKIT_COLD", str(int(request.param == "cold")))
    (workbench / "reports/tiny").mkdir(parents=True)
    (workbench / "reports/tiny/first.html").write_text("earlier")
    (workbench / "reports/tiny/provenance.json").write_text("{}")
    wait = (
        "from pathlib import Path\nimport time\n"
        f"Path({str(workbench)!r}, 'reached').touch()\n"
        f"while not Path({str(workbench)!r}, 'go').exists():\n    time.sleep(0.05)"
    )
    write_notebook(workbench, "first", cell("code", wait))
    write_notebook(workbench, "second", cell("code", wait))
    write_study(workbench, "tiny", "notebooks: [first, second]")
    command = [sys.executable, "-m", "evalkit", "run", "--jobs", "2"]
    runner = subprocess.Popen(
        command, cwd=workbench, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with ended_after(runner) as family:
        wait_for(lambda: (workbench / "reached").exists() and len(kernels(runner.pid)) == 2, PATIENCE)
        family.extend(children(runner.pid))
        yield runner, family


def descend(pid: int, generations: int) -> list[psutil.Process]:
    """Return the children of a process, or theirs, or theirs."""
    try:
        found = psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []
    return (
        found if generations == 1 else [one for each in found for one in descend(each.pid, generations - 1)]
    )


def kernels(pid: int) -> list[psutil.Process]:
    return descend(pid, 3)


def children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def assert_untouched(workbench: Path) -> None:
    assert (workbench / "reports/tiny/first.html").read_text() == "earlier"
    kept = sorted(path.name for path in (workbench / "reports/tiny").iterdir())
    assert kept == ["first.html", "provenance.json"]


def test_ctrl_c_ends_every_process_with_130_and_leaves_the_reports(running, workbench):
    runner, family = running
    os.kill(runner.pid, signal.SIGINT)
    _, errors = runner.communicate(timeout=PATIENCE)
    assert runner.returncode == 130
    assert "evalkit: interrupted" in errors
    assert "Traceback" not in errors
    assert_gone(family)
    assert_untouched(workbench)
    assert not (workbench / "reports/.building").exists()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_killing_the_runner_ends_every_process_and_leaves_the_reports(running, workbench, sign):
    runner, family = running
    assert len(family) == 5  # a server, two workers, two kernels
    os.kill(runner.pid, sign)
    runner.wait(PATIENCE)
    assert_gone(family)
    assert_untouched(workbench)


def test_the_next_run_after_a_kill_clears_away_what_was_left_and_completes(running, workbench):
    runner, family = running
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait(PATIENCE)
    assert_gone(family)
    for name in ("first", "second"):
        write_notebook(workbench, name)
    done = subprocess.run(
        [sys.executable, "-m", "evalkit", "run"], cwd=workbench, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (workbench / "reports").iterdir()) == [".lock", "index.html", "tiny"]
    assert "earlier" not in (workbench / "reports/tiny/first.html").read_text(encoding="utf-8")


def finish(runner, workbench) -> str:
    (workbench / "go").touch()
    _, errors = runner.communicate(timeout=2 * PATIENCE)
    return errors


def test_killing_a_worker_ends_its_kernel_and_costs_its_report_alone(running, workbench):
    runner, family = running
    worker = descend(runner.pid, 2)[0]
    its_own = worker.children()
    worker.kill()
    assert_gone(its_own)
    errors = finish(runner, workbench)
    assert runner.returncode == 1
    assert "exit code -9; most often the machine ran out of memory" in errors
    states = sorted(line.split()[1] for line in errors.splitlines() if line.startswith("["))
    assert states == ["FAILED", "built"]
    assert_gone(family)


def test_killing_the_server_ends_what_it_forked_and_costs_the_reports_in_work_alone(running, workbench):
    runner, family = running
    descend(runner.pid, 1)[0].kill()
    assert_gone(family)
    errors = finish(runner, workbench)
    assert runner.returncode == 1
    assert errors.count("] FAILED tiny/") == 2


@pytest.mark.parametrize("is_cold", [False, True])
def test_there_are_never_more_kernels_than_jobs_and_none_after_success_and_failure(
    workbench, monkeypatch, is_cold
):
    monkeypatch.setenv("EVALKIT_COLD", str(int(is_cold)))
    write_notebook(workbench, "broken", cell("code", "1 / 0"))
    write_notebook(workbench, "dead", cell("code", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    write_study(workbench, "tiny", "notebooks: [first, broken, dead]")
    runner = subprocess.Popen(
        [sys.executable, "-m", "evalkit", "run", "--jobs", "1"],
        cwd=workbench,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen: dict[int, psutil.Process] = {}
    most = 0
    while runner.poll() is None:
        seen |= {child.pid: child for child in children(runner.pid)}
        most = max(most, len(kernels(runner.pid)))
        time.sleep(0.02)
    _, errors = runner.communicate()
    assert runner.returncode == 1
    assert "notebooks/broken.ipynb, cell 4: 1 / 0\n  ZeroDivisionError" in errors
    assert "notebooks/dead.ipynb, cell 4: import os, signal\n  The kernel died" in errors
    assert most == 1
    assert len(seen) >= 7  # a server, three workers, three kernels
    assert_gone(list(seen.values()))


DROPPED = """
import os, signal, sys, time
from evalkit.processes import heeding_every_interrupt

class Destroyed:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)  # Python raises KeyboardInterrupt here, where nobody can catch it

with heeding_every_interrupt():
    try:
        Destroyed()
        time.sleep(30)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def test_ctrl_c_that_python_drops_is_sent_again():
    command = [sys.executable, "-c", DROPPED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_other_errors_that_nobody_can_catch_are_shown_as_ever(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)
    with heeding_every_interrupt():
        sys.unraisablehook(SimpleNamespace(exc_type=ValueError))
    assert [one.exc_type for one in seen] == [ValueError]
    assert sys.unraisablehook == seen.append
