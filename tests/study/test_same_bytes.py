"""The same inputs give the same bytes: at another time and place, in another locale, with other jobs.

One of two builds has warm kernels and shares heavy results, the other has plain ones that compute all anew.

Kernels, workers and the runner are given another clock by a ``sitecustomize`` that ``time-machine`` moves.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import evalkit
from evalkit.processes import COLD_VARIABLE

from .conftest import cell, make_workbench, write_notebook, write_study

ROOT = Path(__file__).parents[2]
STUDIES = sorted(path.parent.name for path in ROOT.glob("data/*/study.yaml"))
CLOCK = """\
import os
if day := os.environ.get("EVALKIT_TEST_DAY"):
    import datetime
    import time_machine
    moment = datetime.datetime.fromisoformat(day + "T23:30:00+00:00")
    time_machine.travel(moment.timestamp(), tick=True).start()  # a number leaves the time zone alone
"""
HERE = {
    "EVALKIT_TEST_DAY": "2019-12-31",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "1",
    COLD_VARIABLE: "0",
}
ELSEWHERE = {
    "EVALKIT_TEST_DAY": "2031-06-30",
    "TZ": "America/Anchorage",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "2",
    "USER": "somebody-else",
    COLD_VARIABLE: "1",
}


def build(bench: Path, variables: dict[str, str], *arguments: str) -> dict[str, bytes]:
    """Build the reports of a workbench in processes of their own; return every file but the lock."""
    shim = bench.parent / "shim"
    shim.mkdir(exist_ok=True)
    (shim / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    paths = [str(shim), str(Path(evalkit.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    home = {"HOME": str(bench.parent), "PYTHONPATH": os.pathsep.join(paths)}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-m", "evalkit", "run", *arguments],
        cwd=bench,
        env={**inherited, **home, **variables},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return read_files(bench / "reports")


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file; of the provenance without the commit, which alone may differ."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock" and "expected" not in path.parts
    }
    for name in [name for name in files if name.endswith("/provenance.json")]:
        content = json.loads(files[name])
        assert content.pop("commit") is not None
        files[name] = json.dumps(content).encode()
    return files


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Name the files that only one side has, or that differ, with the place of the first difference."""
    faults = sorted(set(one) ^ set(other))
    for name in sorted(set(one) & set(other)):
        if one[name] != other[name]:
            pairs = zip(one[name], other[name], strict=False)
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one[name]), len(other[name])))
            near = slice(max(0, at - 60), at + 60)
            faults.append(f"{name} at {at}: {one[name][near]!r} … {other[name][near]!r}")
    return faults


def copy_bench(place: Path, *studies: str) -> Path:
    """Copy shipped studies to a workbench at a place."""
    for study in studies:
        shutil.copytree(ROOT / "data" / study, place / "data" / study)
    for name in ("data/templates", "notebooks"):
        shutil.copytree(ROOT / name, place / name)
    shutil.copyfile(ROOT / "requirements.lock", place / "requirements.lock")
    return place


@pytest.fixture
def places(tmp_path):
    """Two folders, one with a name that trips what does not quote."""
    return tmp_path / "a" / "bench", tmp_path / "di kota lama, ü" / "bench"


def test_a_leak_of_the_clock_or_the_place_is_found(places):
    here, there = map(make_workbench, places)
    for bench in (here, there):
        write_notebook(bench, "clock", cell("code", "import time\nprint(time.strftime('%Y'))"))
        write_notebook(bench, "place", cell("code", "import os\nprint(os.getcwd())"))
        write_study(bench, "tiny", "notebooks: [clock, place]")
    faults = differing(build(here, HERE), build(there, ELSEWHERE))
    assert {fault.split(" at ")[0] for fault in faults} >= {"tiny/clock.html", "tiny/place.html"}
    assert any("2020" in fault and "2031" in fault for fault in faults)  # past midnight in Kiritimati


def test_reports_of_the_smallest_study_have_the_same_bytes_everywhere(places):
    here, there = (copy_bench(place, "judges") for place in places)
    chosen = ("judges", "--only", "profiles", "--jobs")
    assert differing(build(here, HERE, *chosen, "1"), build(there, ELSEWHERE, *chosen, "2")) == []


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_every_file_of_a_shipped_study_has_the_same_bytes_everywhere(places, study):
    here, there = (copy_bench(place, study) for place in places)
    one = build(here, HERE, "--lang", "en", "--lang", "id", "--jobs", "1")
    other = build(there, ELSEWHERE, "--lang", "en", "--lang", "id", "--jobs", "2")
    assert len(one) > 50
    assert differing(one, other) == []
