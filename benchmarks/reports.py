"""Build reports in a fresh workbench, against a plain loop of the papermill and nbconvert commands.

Both get the same notebooks and parameters. Cells count their own processor time, by a cell put before the
others; what is beyond is start-up, imports that were not ahead, rendering and publishing.

python benchmarks/reports.py [--sample 4] [--jobs 2]
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evalkit.processes import ONE_THREAD
from evalkit.study import find_root, shipped_studies
from evalkit.study.plan import Task, plan_study
from evalkit.study.reports import list_reports
from evalkit.vocabulary import LANGUAGES

GOAL_BEYOND, GOAL_ALL, GOAL_SAME = 6.0, 90.0, 0.5  # times as little; seconds; seconds
COPIED: Final = ("data", "notebooks")
LOG: Final = "cells.log"
_ADOPT_ORPHANS: Final = 36  # PR_SET_CHILD_SUBREAPER
COUNTER: Final = """\
def _count(log=__import__("os").path.abspath("../cells.log"), clock=__import__("time").process_time):
    began = [clock()]
    def before(*_):
        began[0] = clock()
    def after(*_):
        with open(log, "a") as stream:
            stream.write(f"{clock() - began[0]}\\n")
    get_ipython().events.register("pre_run_cell", before)
    get_ipython().events.register("post_run_cell", after)
_count()
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Seconds of some commands: by the clock, of the processors, and of these in cells."""

    wall: float
    cpu: float
    cells: float

    @property
    def beyond(self) -> float:
        """Processor seconds that no cell spent."""
        return self.cpu - self.cells

    def describe(self, name: str) -> str:
        """Write one line."""
        return f"{name:<34} {self.wall:8.1f} {self.cpu:8.1f} {self.cells:8.1f} {self.beyond:8.1f}"


def make_bench(root: Path, folder: Path) -> Path:
    """Copy a workbench without its reports; every notebook begins with a cell that counts seconds."""
    bench = folder / "bench"
    for name in COPIED:
        shutil.copytree(root / name, bench / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copyfile(root / "requirements.lock", bench / "requirements.lock")
    counter = {"cell_type": "code", "execution_count": None, "id": "counter", "outputs": []}
    counter |= {"metadata": {"tags": ["remove-cell"]}, "source": COUNTER}
    for path in (bench / "notebooks").glob("*.ipynb"):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["cells"].insert(0, counter)
        path.write_text(json.dumps(content), encoding="utf-8")
    return bench


def list_tasks(bench: Path, sample: int | None) -> list[Task]:
    """Return the reports of all studies in both languages, or those of the first notebooks of one study."""
    studies = shipped_studies(bench)
    if sample:
        studies = tuple(study for study in studies if study.name == "judges")
    tasks: list[Task] = []
    for study in studies:
        reports = list_reports(study, bench)
        only = [report.name for report in reports[:sample]]
        tasks += plan_study(study, bench, reports, only=only, languages=LANGUAGES)
    return tasks


def measure(commands: Sequence[Sequence[str]], bench: Path) -> Cost:
    """Run commands one after the other; count every process that they start, orphans too."""
    log = bench / LOG
    log.unlink(missing_ok=True)
    used, began = _children(), time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=bench, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    wall = time.perf_counter() - began
    _reap()
    cells = sum(map(float, log.read_text().split())) if log.is_file() else 0.0
    return Cost(wall=wall, cpu=_children() - used, cells=cells)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap() -> None:
    """Wait for processes whose parent was killed, so that their seconds count too."""
    try:
        while os.waitpid(-1, 0)[0]:
            pass
    except ChildProcessError:
        return


def ours(tasks: Sequence[Task], jobs: int) -> list[str]:
    """Return the command that builds these reports."""
    studies, only = ({getattr(task, name): None for task in tasks} for name in ("study", "report"))
    languages = [word for lang in LANGUAGES for word in ("--lang", lang)]
    chosen = [*studies, "--only", *only, *languages, "--jobs", str(jobs)]
    return [sys.executable, "-m", "evalkit", "run", *chosen]


def plain(tasks: Sequence[Task], bench: Path) -> list[list[str]]:
    """Return the commands of the plain loop: papermill, then nbconvert, for each report."""
    commands: list[list[str]] = []
    (bench / "plain").mkdir()
    for task in tasks:
        target = f"plain/{task.study}-{task.stem}.ipynb"
        values: dict[str, Any] = dict(task.parameters)
        run = ["papermill", str(task.notebook), target, "-y", json.dumps(values), "--no-progress-bar"]
        commands.append(
            [sys.executable, "-m", *run, "-k", "python3", "--language", "python", "--cwd", "notebooks"]
        )
        commands.append([sys.executable, "-m", "nbconvert", "--to", "html", target])
    return commands


def edit(notebook: Path, kind: str, more: str) -> None:
    """Add a line to the last cell of a kind."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cell = [cell for cell in content["cells"] if cell["cell_type"] == kind][-1]
    cell["source"] = "".join(cell["source"]) + f"\n{more}"
    notebook.write_text(json.dumps(content), encoding="utf-8")


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="the first N reports of one study only")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    os.environ.update(ONE_THREAD)
    with tempfile.TemporaryDirectory() as folder:
        bench = make_bench(find_root(), Path(folder))
        tasks = list_tasks(bench, chosen.sample)
        command = ours(tasks, chosen.jobs)
        print(f"{len(tasks)} reports{'':<23}  seconds  of CPU  in cells  beyond", flush=True)
        first = _show("evalkit run", [command], bench)
        again = _show("again, nothing changed", [command], bench)
        edit(tasks[-1].notebook, "code", "# another comment")
        _show("one notebook changed", [command], bench)
        edit(tasks[-1].notebook, "markdown", "One more sentence.")
        _show("its prose changed", [command], bench)
        loop = _show("papermill and nbconvert in a loop", plain(tasks, bench), bench)
    print(f"beyond the cells: {loop.beyond / first.beyond:.1f} times as little (goal: {GOAL_BEYOND:.0f})")
    print(
        f"in all: {loop.wall / first.wall:.1f} times as fast, {loop.cpu / first.cpu:.1f} times as little CPU"
    )
    print(f"first run: {first.wall:.0f} s (goal for all reports: {GOAL_ALL:.0f} s on two idle cores)")
    print(f"nothing changed: {again.wall:.2f} s (goal: {GOAL_SAME} s)")


def _show(name: str, commands: Sequence[Sequence[str]], bench: Path) -> Cost:
    cost = measure(commands, bench)
    print(cost.describe(name), flush=True)
    return cost


if __name__ == "__main__":
    main()
