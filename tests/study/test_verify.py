"""Numbers that are computed again: the same are the same, and an altered seed, datum or weight is named."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evalkit import cli
from evalkit.errors import EvalkitError, UsageError
from evalkit.processes import COLD_VARIABLE
from evalkit.study import shipped_studies
from evalkit.study.expected import expected_file, read_numbers
from evalkit.study.verify import cold, verify_studies

from .conftest import cell, enter_copy, write_notebook, write_study

ROOT = Path(__file__).parents[2]
NUMBERS = """\
from IPython.display import display
from evalkit.study import start
session = start(study=study, lang=lang, methods=methods, places=places, periods=periods,
                conf_level=conf_level, n_boot=n_boot, seed=seed)
means = session.profile_scores.scores.groupby("method")["score"].mean()
rows = [{"quantity": "mean_score", "method_a": name, "estimate": mean} for name, mean in means.items()]
rows += [{"quantity": "draw", "estimate": session.rng("draw").random(), "n": 1}]
display({"application/vnd.evalkit.results+json": rows}, raw=True)
"""
DATUM = (",judge_01,,familiarity,citizen,lawyers,,8.1,", ",judge_01,,familiarity,citizen,lawyers,,7.1,")
OTHER_WEIGHTS = (("weight: 0.40", "weight: 0.39"), ("weight: 0.35", "weight: 0.36"))


def verify(**options):
    return verify_studies(["judges"], stream=io.StringIO(), jobs=1, **options)


@pytest.fixture(scope="module")
def declared(tmp_path_factory):
    """A workbench with the shipped judges and one small notebook, its numbers declared to be right."""
    root = tmp_path_factory.mktemp("declared") / "bench"
    shutil.copytree(ROOT / "data/judges", root / "data/judges")
    (root / "notebooks").mkdir()
    study = root / "data/judges/study.yaml"
    lines = study.read_text(encoding="utf-8").splitlines()
    lines = [
        "notebooks: [numbers]" if line.startswith("notebooks:") else line
        for line in lines
        if "without:" not in line and line != "parameters:"
    ]
    study.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_notebook(root, "numbers", cell("code", NUMBERS))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        verify(update=True)
    return root


@pytest.fixture
def bench(declared, tmp_path, monkeypatch):
    """A copy of it, to be altered."""
    return enter_copy(declared, tmp_path / "bench", monkeypatch)


def alter(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def test_unaltered_numbers_are_as_expected_in_another_folder_and_the_reports_stay_unread(bench):
    (bench / "reports/judges").mkdir()
    (bench / "reports/judges/results.csv").write_text("nonsense")
    verification = verify()
    assert verification.holds
    assert verification.studies[0].describe() == "judges: 6 numbers, all as expected"
    assert (bench / "reports/judges/results.csv").read_text() == "nonsense"
    assert sorted(path.name for path in (bench / "reports").iterdir()) == ["expected", "judges"]
    assert list((bench / ".evalkit").glob("verify-*")) == []


def test_an_altered_seed_a_datum_and_a_weight_are_named_with_expected_and_found_value(bench):
    before = read_numbers(expected_file(bench, "judges"))
    folder = bench / "data/judges"
    alter(folder / "study.yaml", ("seed: 20260101", "seed: 20260102"))
    alter(folder / "profiles/management.yaml", *OTHER_WEIGHTS)
    alter(folder / "evidence.csv", DATUM)
    with pytest.raises(EvalkitError, match=r"evidence\.csv"):  # its hash is not that of the descriptor
        verify()
    digest = hashlib.sha256((folder / "evidence.csv").read_bytes()).hexdigest()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"][0]["hash"] = f"sha256:{digest}"
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    verification = verify()
    text = verification.studies[0].describe()
    assert not verification.holds
    draw = before["numbers", "draw", *[""] * 7][0]
    assert f"numbers draw, estimate: expected {draw}, found 0." in text
    craft = before["numbers", "mean_score", "", "", "", "craft", "", "", ""][0]
    assert f"numbers mean_score (method_a=craft), estimate: expected {craft}, found " in text
    assert text.endswith(
        "Changed since judges.csv was written: datapackage.json, evidence.csv, profiles/management.yaml, "
        "study.yaml"
    )


@pytest.mark.slow  # the test above alters a weight too
def test_an_altered_weight_is_named_alone(bench):
    alter(bench / "data/judges/profiles/management.yaml", *OTHER_WEIGHTS)
    differences = verify().studies[0].differences
    assert [(one.key[1], one.key[5], one.column) for one in differences] == [
        ("mean_score", "management", "estimate")
    ]


def test_a_study_without_expected_numbers_is_refused_with_the_command_that_writes_them(workbench, capsys):
    assert cli.main(["verify", "tiny"]) == 2
    assert capsys.readouterr().err == (
        "evalkit: There are no expected numbers of tiny in reports/expected/. 'evalkit verify tiny --update' "
        "computes and writes them.\n"
    )
    assert not (workbench / "reports").exists()


def test_a_report_that_fails_is_said_and_its_numbers_are_not_called_missing(workbench, capsys):
    write_notebook(workbench, "second", cell("code", "raise ValueError('no')"))
    assert cli.main(["verify", "tiny", "--update"]) == 0
    write_study(workbench, "tiny", "notebooks: [first, second]")
    assert cli.main(["verify", "tiny"]) == 1
    said = capsys.readouterr()
    assert (
        "tiny: 2 numbers, all as expected (numbers of reports that failed are not compared: 1)\n" in said.out
    )
    assert "ValueError: no" in said.err


def test_numbers_of_a_study_with_a_failing_report_are_not_written(workbench):
    write_notebook(workbench, "first", cell("code", "raise ValueError('no')"))
    verification = verify_studies(["tiny"], update=True, stream=io.StringIO())
    assert not verification.holds
    assert verification.studies[0].describe() == "tiny: nothing was written, as a report failed"
    assert not expected_file(workbench, "tiny").exists()


@pytest.mark.slow  # five kernels, each from nothing
def test_numbers_of_one_report_are_compared_and_written_alone(workbench):
    rows = "[{'quantity': 'count', 'estimate': 4.0}]"
    mime = "application/vnd.evalkit.results+json"
    show = f"from IPython.display import display\ndisplay({{{mime!r}: {rows}}}, raw=True)"
    write_notebook(workbench, "second", cell("code", show))
    write_study(workbench, "tiny", "notebooks: [first, second]")
    file = expected_file(workbench, "tiny")
    verify_studies(["tiny"], update=True, stream=io.StringIO())
    whole = file.read_text(encoding="utf-8")
    assert "second,count,,,,,,,,4,,,\n" in whole
    file.write_text(whole.replace(",0.1,", ",0.2,").replace(",4,", ",5,"), encoding="utf-8")
    part = verify_studies(["tiny"], only=["second"], stream=io.StringIO())
    assert [one.found for one in part.studies[0].differences] == ["4"]
    done = verify_studies(["tiny"], only=["second"], update=True, stream=io.StringIO())
    assert done.studies[0].describe().startswith("tiny: 1 numbers written, 1 differences from before")
    assert file.read_text(encoding="utf-8") == whole.replace(",0.1,", ",0.2,")


def test_kernels_are_cold_while_numbers_are_verified_and_only_then(monkeypatch):
    monkeypatch.delenv(COLD_VARIABLE, raising=False)
    with cold():
        assert os.environ[COLD_VARIABLE] == "1"
    assert COLD_VARIABLE not in os.environ


def test_an_interrupted_verification_exits_with_130_and_leaves_nothing(workbench):
    mark = workbench / "reached"
    sleep = f"from pathlib import Path\nPath({str(mark)!r}).touch()\nimport time\ntime.sleep(300)"
    expected_file(workbench, "tiny").parent.mkdir(parents=True)
    expected_file(workbench, "tiny").write_text("report\n")
    write_notebook(workbench, "first", cell("code", sleep))
    command = [sys.executable, "-m", "evalkit", "verify", "tiny"]
    with subprocess.Popen(command, cwd=workbench, stderr=subprocess.PIPE, text=True) as running:
        while not mark.exists() and running.poll() is None:
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in said
    assert list((workbench / ".evalkit").glob("verify-*")) == []


def test_every_shipped_study_has_expected_numbers_that_can_be_read():
    for study in shipped_studies(ROOT):
        assert len(read_numbers(expected_file(ROOT, study.name))) > 100


@pytest.mark.slow
@pytest.mark.parametrize("study", [path.parent.name for path in sorted(ROOT.glob("data/*/study.yaml"))])
def test_the_numbers_of_a_shipped_study_are_as_expected(study, monkeypatch):
    monkeypatch.chdir(ROOT)
    verification = verify_studies([study], stream=io.StringIO())
    assert [outcome.failure.message() for outcome in verification.run.failed] == []
    assert verification.studies[0].describe().endswith("all as expected")


def test_more_kernels_than_none_are_asked_for(workbench):
    expected_file(workbench, "tiny").parent.mkdir(parents=True)
    expected_file(workbench, "tiny").write_text("report\n")
    with pytest.raises(UsageError, match="--jobs must be at least 1"):
        verify_studies(["tiny"], jobs=0)
