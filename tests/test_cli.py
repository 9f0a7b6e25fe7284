"""The command line: exit codes, messages, and no traceback for a user's mistake."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evalkit import __version__, cli
from evalkit.errors import ReportError
from evalkit.evidence import load_evidence
from evalkit.lab import SIZES
from evalkit.study import runner

ROOT = Path(__file__).parents[1]


def test_help_comes_at_once_and_without_numerical_packages():
    code = "import sys, evalkit.cli; print([m for m in ('numpy', 'pandas', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    times = []
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "evalkit", "--help"], capture_output=True, check=True)
        times.append(time.monotonic() - began)
    assert min(times) < 0.3


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"evalkit {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rn"],
        ["run", "--forc"],
        ["run", "--job", "3"],
        ["run", "--jobs", "two"],
        ["run", "--lang", "de"],
    ],
)
def test_bad_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: evalkit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "judgs"], "There is no study 'judgs': did you mean 'judges'?"),
        (["run", "judges", "--jobs", "0"], "--jobs must be at least 1; found 0"),
        (["run", "judges", "-p", "seed"], "-p 'seed' is not name=value"),
        (["parameters", "no_such"], "There is no report 'no_such'"),
        (["methods", "--sql"], "--sql needs the name of a method"),
        (["simulate", "data"], "data exists already, and is not empty. Name a new folder."),
        (["simulate", "new", "--people", "49"], "Five places need at least 50 people, 10 each; found 49."),
        (["simulate", "new", "--seed", "-1"], "The seed must be a whole number of at least 0; found -1."),
        (["simulate", "new", "--profile", "x"], "The laboratory has no profile 'x'"),
        (["methods", "semarng"], "There is no method 'semarng': did you mean 'semarang'?"),
    ],
)
def test_a_mistake_exits_with_2_and_one_message(arguments, message, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(arguments) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("evalkit: ")
    assert message in errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ReportError("one report failed"), 1),
        (KeyboardInterrupt(), 130),
        (RuntimeError("Query interrupted"), 130),  # what DuckDB makes of Ctrl-C
    ],
)
def test_what_stops_a_command_becomes_its_exit_code(error, code, monkeypatch, capsys):
    def stop(*_, **__):
        raise error

    monkeypatch.setattr(runner, "run_studies", stop)
    assert cli.main(["run"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_may_not_be_written_is_named(monkeypatch, capsys):
    def stop(*_, **__):
        raise PermissionError(13, "Permission denied", "reports")

    monkeypatch.setattr(runner, "run_studies", stop)
    assert cli.main(["run"]) == 2
    assert "may not write or read reports" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_fault():
    command = f"{sys.executable} -m evalkit parameters | head -c 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""


def test_a_fault_of_the_program_itself_is_not_hidden(monkeypatch):
    def stop(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(runner, "run_studies", stop)
    with pytest.raises(ZeroDivisionError):
        cli.main(["run"])


@pytest.mark.parametrize("method", ["semarang", "dumai", "bengkulu", "surakarta", "senapelan"])
def test_a_method_and_its_sql_can_be_shown(method, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["methods", method]) == 0
    assert capsys.readouterr().out.startswith(f"{method}: ")
    assert cli.main(["methods", method, "--sql"]) == 0
    assert "select" in capsys.readouterr().out.lower()


def test_the_methods_are_listed(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["methods"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in ("semarang", "dumai", "bengkulu", "surakarta", "senapelan"))


def test_a_study_can_be_simulated_and_holds_what_its_message_says(tmp_path, capsys):
    folder = tmp_path / "mine"
    assert cli.main(["simulate", str(folder), "--people", "60", "--seed", "3"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    evidence = load_evidence(folder)
    n = f"{len(evidence.observations):,} observations"
    assert first == f"[1/1] {', '.join(SIZES)}: 60 people, {n}"
    assert last == f"{n} of 60 people: {folder}"
    assert len(evidence.employees) == 60


def test_ctrl_c_leaves_nothing_of_a_study_that_is_being_simulated(tmp_path):
    command = [sys.executable, "-m", "evalkit", "simulate", str(tmp_path / "mine"), "--people", "50100"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + 30
        while not (tmp_path / ".mine.part").exists():
            assert time.monotonic() < end, "it did not begin"
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    assert errors == f"evalkit: interrupted; nothing was written to {tmp_path / 'mine'}.\n"
    assert running.returncode == 130
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lang", "stamp", "budget"), [("en", "SYNTHETIC", "60 minutes"), ("id", "SINTETIS", "60 menit")]
)
def test_advice_says_what_it_is_about_and_what_a_budget_buys(lang, stamp, budget, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["advise", "--minutes", "60", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert stamp in lines[0]
    assert budget in lines[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["five-places", "--minutes", "0"], "A budget is a number of minutes above 0; found 0.0."),
        (["judges"], "Study judges has no diagnosis"),
    ],
)
def test_advice_that_cannot_be_given_is_refused(arguments, message, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["advise", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_methods_of_a_study_include_its_own(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["methods", "--study", "judges"]) == 0
    listed = capsys.readouterr().out
    names = [path.stem for path in (ROOT / "data/judges/profiles").glob("*.yaml")]
    assert names
    assert all(name in listed for name in names)
    assert cli.main(["methods", "dumai", "--study", "judges", "--sql"]) == 0
    assert "case_flow" in capsys.readouterr().out


def test_parameters_of_every_notebook_are_listed(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["parameters"]) == 0
    listed = capsys.readouterr().out
    assert all(path.stem in listed for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_windows_is_told_where_evalkit_runs(monkeypatch, capsys):
    monkeypatch.setattr("sys.platform", "win32")
    assert cli.main(["methods"]) == 2
    assert "run 'wsl --install' once" in capsys.readouterr().err


def test_the_parameters_of_a_notebook_of_one_s_own_are_listed(tmp_path, capsys):
    own = shutil.copy(ROOT / "notebooks/profiles.ipynb", tmp_path / "mine.ipynb")
    assert cli.main(["parameters", str(own)]) == 0
    assert capsys.readouterr().out.startswith(f"{own}\n")
