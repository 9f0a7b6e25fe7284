"""Diagnosing a study: what is refused, what is shown, what is written, and what an interruption leaves."""

from __future__ import annotations

import functools
import importlib
import io
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import replicate_maker as maker

from evalkit import cli
from evalkit.errors import StudyError, UsageError
from evalkit.lab import read_diagnosis
from evalkit.lab.workers import run_unit
from evalkit.study import diagnose as command
from evalkit.study import load_study
from evalkit.study.diagnose import diagnose_study, plan_of

from .family import assert_gone, ended_after, wait_for

engine = importlib.import_module("evalkit.lab.diagnose")  # the module, not the function
STUDY = """\
title: {en: Tiny}
kind: synthetic
notebooks: [first]
methods: [dumai, surakarta]
simulate: {seed: 7, sizes: {here: 30}}
diagnose:
  target_error: 0.05
  corruptions: [refusal]
  study: {doses: [0.5], n_replicates: 12}
  self_leniency: {doses: [], n_replicates: 2}
"""
NAMES = ["administrative", "administrative self-leniency -0.3", "administrative self-leniency 0.6"]
PATIENCE = 60  # seconds that a loaded machine may need to start workers
#: The command line, with replicates that cost nothing in place of the laboratory's.
COMMAND = """\
import functools, sys
import replicate_maker
from evalkit import cli
from evalkit.study import diagnose
run = getattr(replicate_maker, sys.argv[1])
diagnose.diagnose_study = functools.partial(diagnose.diagnose_study, run=run)
if __name__ == "__main__":
    sys.exit(cli.main(["diagnose", *sys.argv[2:]]))
"""


class Inline:
    """Runs replicates where it is."""

    def run(self, order, units):
        for unit in units:
            yield unit, run_unit(order, unit)

    def close(self):
        pass


@pytest.fixture
def bench(tmp_path, monkeypatch) -> Path:
    """A workbench whose study is simulated, and a command that starts nothing."""
    root = tmp_path / "bench"
    (root / "notebooks").mkdir(parents=True)
    write(root, STUDY)
    monkeypatch.chdir(root)
    monkeypatch.setenv(maker.FOLDER, str(tmp_path))
    return root


@pytest.fixture
def inline(monkeypatch):
    monkeypatch.setattr(engine, "open_workers", lambda *_: closing(Inline()))


def write(root: Path, text: str) -> Path:
    folder = root / "data/tiny"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def run(**settings):
    return diagnose_study("tiny", **{"run": maker.draw, "stream": io.StringIO(), **settings})


@pytest.mark.usefixtures("inline")
def test_the_numbers_stand_in_the_study_folder_at_the_end(bench):
    done = run()
    assert done.folder == bench / "data/tiny/diagnosis"
    found = read_diagnosis(done.folder)
    assert found.plan.names == NAMES
    assert found.plan.methods == ("dumai", "surakarta", "overall_rating", "all_evidence")
    assert set(found.summary["corruption"]) == {"", "refusal=0.5"}
    assert [path.name for path in (bench / "data/tiny").iterdir() if path.name.startswith(".")] == []
    first = contents(done.folder)
    assert contents(run().folder) == first


@pytest.mark.usefixtures("inline")
def test_the_command_says_what_was_run_and_where_it_is(bench, monkeypatch, capsys):
    monkeypatch.setattr(command, "diagnose_study", functools.partial(diagnose_study, run=maker.draw))
    assert cli.main(["diagnose", "tiny", "--replicates", "2"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "3 scenarios, 6 replicates, 0 failed: data/tiny/diagnosis"
    assert "Monte Carlo errors above the target of 0.05, or of its group, are left in" in said.out
    assert "[6/6] administrative self-leniency" in said.err


@pytest.mark.usefixtures("inline")
def test_failed_replicates_make_the_exit_code_1_and_are_said(bench, monkeypatch, capsys):
    failing = functools.partial(diagnose_study, run=maker.fail_sometimes)
    monkeypatch.setattr(command, "diagnose_study", failing)
    assert cli.main(["diagnose", "tiny"]) == 1
    said = capsys.readouterr()
    assert "administrative, replicate 1 FAILED: ValueError: nobody was drawn in administrative" in said.err
    assert "1 of 2 replicates failed: 1 × ValueError: nobody was drawn in" in said.out
    assert (bench / "data/tiny/diagnosis/summary.parquet").is_file()


@pytest.mark.usefixtures("inline")
def test_one_scenario_is_run_anew_and_the_others_stay(bench):
    run(n_replicates=2)
    run(only=[NAMES[0]], n_replicates=5)
    scenarios = read_diagnosis(bench / "data/tiny/diagnosis").scenarios
    assert scenarios["scenario"].tolist() == NAMES
    assert scenarios["n_replicates"].tolist() == [5, 2, 2]
    write(bench, STUDY.replace("seed: 7", "seed: 8"))
    before = contents(bench / "data/tiny/diagnosis")
    with pytest.raises(UsageError, match="has other seed; run all scenarios, without --only"):
        run(only=[NAMES[0]])
    assert contents(bench / "data/tiny/diagnosis") == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tin"], "There is no study 'tin': did you mean 'tiny'?"),
        (["tiny", "--jobs", "0"], "--jobs must be at least 1; found 0"),
        (["tiny", "--replicates", "0"], "There must be at least 1 replicate; found 0"),
        (["tiny", "--only", "administrativ"], "did you mean 'administrative'?"),
    ],
)
def test_what_does_not_exist_is_refused_and_nothing_is_written(bench, arguments, message, capsys):
    assert cli.main(["diagnose", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in (bench / "data/tiny").iterdir()] == ["study.yaml"]


def test_real_evidence_is_refused_since_no_truth_is_known(bench, capsys):
    write(bench, "title: {en: Tiny}\nkind: real\nnotebooks: [first]\nmethods: [dumai]\n")
    assert cli.main(["diagnose", "tiny"]) == 2
    assert "Study tiny holds real evidence, and no truth is known" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["diagnose", "methods"])
def test_a_study_that_asks_for_nothing_is_refused(bench, key):
    text = (
        STUDY[: STUDY.index("diagnose:")]
        if key == "diagnose"
        else STUDY.replace("methods: [", "languages: [en] # ")
    )
    folder = write(bench, text)
    with pytest.raises(UsageError, match=f"tiny/study.yaml has no '{key}', so nothing can be diagnosed"):
        plan_of(load_study(folder))


@pytest.mark.parametrize(
    "wrong",
    [
        "diagnose: {study: {doses: [0.5], n_replicates: 3}}",
        "diagnose: {target_error: 0, study: {doses: [0.5], n_replicates: 3}}",
        "diagnose: {target_error: 0.01}",
        "diagnose: {target_error: 0.01, study: {doses: [50], n_replicates: 3}}",
        "diagnose: {target_error: 0.01, study: {doses: [0.5], n_replicates: 0}}",
        "diagnose: {target_error: 0.01, study: {doses: [0.5]}}",
        "diagnose: {target_error: 0.01, study: [0.5]}",
        "diagnose: {target_error: 0.01, seed: x, study: {doses: [0.5], n_replicates: 3}}",
    ],
)
def test_a_faulty_key_of_the_study_file_is_named_with_its_line(bench, wrong):
    kept = STUDY[: STUDY.index("diagnose:")]
    with pytest.raises(StudyError, match="line 6: diagnose must be a mapping with a target_error"):
        load_study(write(bench, kept + wrong))


def test_only_simulated_evidence_can_be_diagnosed(bench):
    with pytest.raises(StudyError, match="only evidence that is simulated has a truth"):
        load_study(write(bench, "\n".join(line for line in STUDY.splitlines() if "simulate" not in line)))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.usefixtures("inline")
def test_a_terminal_shows_one_line_that_moves_with_the_time_left(bench):
    stream = Terminal()
    run(stream=stream)
    lines = stream.getvalue().split("\r\x1b[K")
    assert lines[1].startswith("[1/12] administrative; about ")
    assert lines[1].endswith(" left")
    assert lines[-1] == ""
    assert "\n" not in stream.getvalue()


@pytest.mark.usefixtures("inline")
def test_elsewhere_there_are_plain_lines_and_not_one_for_each_replicate(bench):
    write(bench, STUDY.replace("0.05", "0.0001").replace("12}", "40}"))
    stream = io.StringIO()
    run(stream=stream)
    lines = stream.getvalue().splitlines()
    assert 10 < len(lines) < 36  # of 44 replicates
    assert all(line.startswith("[") and "\x1b" not in line for line in lines)


@pytest.fixture
def running(bench):
    """A run with two workers that hang after four replicates of each scenario, with its processes."""
    (bench / "command.py").write_text(COMMAND, encoding="utf-8")
    arguments = [sys.executable, "command.py", "take_long", "tiny", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    runner = subprocess.Popen(
        arguments,
        cwd=bench,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with ended_after(runner) as family:
        wait_for(lambda: (bench.parent / "reached").exists() and n_kept(bench) >= 4, PATIENCE)
        family.extend(psutil.Process(runner.pid).children(recursive=True))
        yield runner, family


def n_kept(bench: Path) -> int:
    return len(list((bench / ".evalkit").rglob("*-0*.parquet")))


def assert_resumes(bench, monkeypatch) -> None:
    """Go on with what is kept, and compare with a run that was never interrupted."""
    kept = n_kept(bench)
    assert kept >= 4
    monkeypatch.setattr(engine, "open_workers", lambda *_: closing(Inline()))
    (bench.parent / "go").touch()
    steps = io.StringIO()
    resumed = contents(run(run=maker.take_long, stream=steps).folder)
    assert steps.getvalue()
    for file in (bench / ".evalkit").rglob("*.parquet"):
        file.unlink()
    assert contents(run().folder) == resumed


def test_ctrl_c_ends_every_process_with_130_and_says_how_to_go_on(running, bench, monkeypatch):
    runner, family = running
    assert len(family) >= 2
    os.killpg(runner.pid, signal.SIGINT)  # as a terminal does: the whole group
    _, errors = runner.communicate(timeout=PATIENCE)
    assert runner.returncode == 130
    assert "Run the same command again to go on from there." in errors
    assert "Traceback" not in errors, errors
    assert_gone(family)
    assert not (bench / "data/tiny/diagnosis").exists()
    assert_resumes(bench, monkeypatch)


def test_killing_the_command_ends_every_process_and_the_next_run_goes_on(running, bench, monkeypatch):
    runner, family = running
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait(PATIENCE)
    assert_gone(family)
    assert not (bench / "data/tiny/diagnosis").exists()
    assert_resumes(bench, monkeypatch)
