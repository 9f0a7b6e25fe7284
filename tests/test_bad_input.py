"""A clumsy user of the command line: one clear message, the right exit code, nothing written.

The study is a copy of the shipped judges; what needs kernels uses a tiny one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from study.conftest import cell, make_workbench, write_notebook, write_study

from evalkit import cli
from evalkit.study import runner

ROOT = Path(__file__).parents[1]
NIP = "198503172010011" + "999"  # in two parts: no file holds a number shaped like a NIP
SLOWEST = 10.0  # seconds of work until a message, imports included; others may keep the machine busy
EVIDENCE, STUDY, PACKAGE, PROFILE = "evidence.csv", "study.yaml", "datapackage.json", "profiles/balanced.yaml"
FIRST = "us_judges,,judge_01,,judicial_integrity,citizen,lawyers,,7.9,,recorded"
ROW_REMEDY = (
    "Correct the files, or list each change with its reason in a table named corrections. "
    "Faulty rows can also be left out, and counted, with --keep-valid.\n"
)
FILE_REMEDY = (
    "Correct the files. Some of these faults concern a whole file or a correction, "
    "so --keep-valid does not help.\n"
)
SCHEMA_REMEDY = (
    "Correct the file; specification.schema.json, beside the shipped methods, says what it may hold.\n"
)
DROP_PRIVILEGES = """\
import ctypes, os, sys
if os.geteuid() == 0:  # root may read everything, by two capabilities that are given up here
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "evalkit", *sys.argv[1:]])
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("clumsy") / "bench"
    shutil.copytree(ROOT / "data/judges", root / "data/judges")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    (root / "reports/judges").mkdir(parents=True)
    for name in ("index.html", "judges/index.html", "judges/provenance.json"):
        (root / "reports" / name).write_text("as it was", encoding="utf-8")
    return root


@pytest.fixture
def folder(bench, monkeypatch) -> Iterator[Path]:
    """The study's folder, which is put right again after each test; no report may be reached."""

    def reached(*_, **__):
        pytest.fail("the faulty input was accepted")

    monkeypatch.setattr(runner, "_build", reached)
    monkeypatch.chdir(bench)
    yield bench / "data/judges"
    shutil.rmtree(bench / "data/judges")
    shutil.copytree(ROOT / "data/judges", bench / "data/judges")


@pytest.fixture
def complain(folder, capsys) -> Callable[..., str]:
    """Run a command that is bound to fail, and return its message."""

    def run(*arguments: str) -> str:
        reports = folder.parents[1] / "reports"
        before, began = contents(reports), time.process_time()
        try:
            code = cli.main(arguments or ("run", "judges"))
        except SystemExit as stop:
            code = stop.code
        shown = capsys.readouterr()
        assert code == 2
        assert time.process_time() - began < SLOWEST
        assert contents(reports) == before
        assert shown.out == ""
        assert "Traceback" not in shown.err
        assert NIP[:8] not in shown.err
        return shown.err

    return run


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def forget_hashes(folder: Path) -> None:
    """Take the hashes out of the descriptor, so that a change of a file is not all that is seen."""
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource.pop("hash")
    (folder / PACKAGE).write_text(json.dumps(package), encoding="utf-8")


def spoil_evidence(folder: Path, old: str, new: str) -> None:
    forget_hashes(folder)
    replace(folder / EVIDENCE, old, new)


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ["-p", "n_bot=5"],
                "-p: there is no parameter 'n_bot': did you mean 'n_boot'?\n"
                "'evalkit parameters REPORT' lists them.",
            ),
            (["-p", "n_boot=many"], "-p: n_boot must be a whole number; found 'many'"),
            (["-p", "n_boot=0"], "-p: n_boot must be 1 to 1,000,000; found 0"),
            (["-p", "n_boot=2000000000"], "-p: n_boot must be 1 to 1,000,000; found 2000000000"),
            (["-p", "seed=1.5"], "-p: seed must be a whole number; found '1.5'"),
            (["-p", "seed=-1"], "-p: seed must be at least 0; found -1"),
            (
                ["-p", "conf_level=0,95"],
                "-p: conf_level must be a number, with a decimal point and not a comma; found '0,95'",
            ),
            (["-p", "conf_level=95"], "-p: conf_level must be between 0 and 1, such as 0.95; found 95.0"),
            (["-p", "seed=1", "-p", "seed=2"], "-p seed is given twice; give it once"),
            (["-p", "seed"], "-p 'seed' is not name=value, for example: -p n_boot=500"),
            (["-p", "=5"], "-p '=5' is not name=value, for example: -p n_boot=500"),
            (["-p", "study=principles"], "-p study cannot be set; name the study: evalkit run STUDY"),
            (["-p", "lang=id"], "-p lang cannot be set; use --lang"),
            (
                ["-p", "methods=semarng"],
                "Study judges: parameter methods: the study has no method 'semarng': "
                "did you mean 'semarang'?",
            ),
            (
                ["-p", "places=usjudges"],
                "Study judges: parameter places: the study has no place 'usjudges': "
                "did you mean 'us_judges'?",
            ),
            (
                ["-p", "periods=2025Q1"],
                "Study judges: parameter periods: the study has no period '2025Q1': known are: none",
            ),
            (["--only", "01_method"], "There is no report '01_method' in judges: did you mean '01_methods'?"),
            (["--jobs", "0"], "--jobs must be at least 1; found 0"),
            (["--jobs", "-1"], "--jobs must be at least 1; found -1"),
            (
                ["-p", f"n_boot={NIP[:14]} {NIP[14:]}"],
                "-p: n_boot must be a whole number; found '•••'",
            ),
        ],
    )
    def test_of_a_run_are_refused(self, complain, arguments, message):
        assert complain("run", "judges", *arguments) == f"evalkit: {message}\n"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("judgs", "There is no study 'judgs': did you mean 'judges'?"),
            ("", "There is no study '': known are: five-places, judges, principles"),
            (
                "data",
                "data has no study.yaml; every study folder needs one. "
                "'evalkit new' makes a folder with one.",
            ),
            ("data/judges/study.yaml", "data/judges/study.yaml is a file; name its folder: data/judges"),
            ("a\0b", "There is no study 'a\\x00b': known are: five-places, judges, principles"),
        ],
    )
    def test_a_study_that_is_not_there_is_refused(self, complain, name, message):
        assert complain("run", name) == f"evalkit: {message}\n"

    def test_a_name_that_no_system_takes_is_refused(self, complain):
        assert complain("run", "x" * 300).endswith("/study.yaml: File name too long\n")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["methods", "semarng"], "There is no method 'semarng': did you mean 'semarang'?"),
            (["methods", "dumai", "--study", "judgs"], "There is no study 'judgs': did you mean 'judges'?"),
            (["parameters", "1_methods"], "There is no report '1_methods': did you mean '01_methods'?"),
        ],
    )
    def test_of_other_commands_are_refused(self, complain, arguments, message):
        assert complain(*arguments) == f"evalkit: {message}\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["run", "judges", "--lang", "de"], "argument --lang: invalid choice: 'de'"),
            (["run", "judges", "--jobs", "two"], "argument --jobs: invalid int value: 'two'"),
            (["run", "judges", "-p"], "argument -p: expected one argument"),
            (["rum"], "argument COMMAND: invalid choice: 'rum'"),
        ],
    )
    def test_that_the_parser_refuses_show_the_usage(self, complain, arguments, message):
        shown = complain(*arguments)
        assert shown.startswith("usage: evalkit")
        assert message in shown

    def test_a_folder_that_was_deleted_is_no_place_to_run(self, complain, tmp_path, monkeypatch):
        (tmp_path / "gone").mkdir()
        monkeypatch.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
        assert complain() == (
            "evalkit: The current folder no longer exists. "
            "Change into another one and run the command again.\n"
        )


class TestStudyFile:
    @pytest.mark.parametrize(
        ("old", "new", "faults"),
        [
            (
                "notebooks:",
                "notebook:",
                [
                    "line 55: unknown key 'notebook': did you mean 'notebooks'?",
                    "the key 'notebooks' is missing",
                ],
            ),
            (
                "languages: [en, id]",
                "languages: [eng]",
                ["line 6: languages must be a list of languages (en, id), each once; found ['eng']"],
            ),
            ("kind: real", "kind: reel", ["line 5: kind must be real or synthetic; found 'reel'"]),
            ("kind: real", f"kind: '{NIP}'", ["line 5: kind must be real or synthetic; found '•••'"]),
            ("seed: 20260101", "seed: 1\nseed: 2", ["line 91: key 'seed' stands twice"]),
            ("    integrity:", "    work_result:", ["line 24: key 'work_result' stands twice"]),
            (
                "conf_level: 0.95",
                "conf_level: 0,95",
                ["line 88: conf_level must be a number between 0 and 1, such as 0.95; found '0,95'"],
            ),
            (
                "n_boot: 2000",
                "n_boot: 2e3",
                ["line 89: n_boot must be a whole number of at least 1; found '2e3'"],
            ),
            (
                "profiles/*.yaml",
                "profils/*.yaml",
                ["line 9: method_files: no file matches 'profils/*.yaml'"],
            ),
            ("profiles/*.yaml", "/etc/*.yaml", ["line 9: '/etc/*.yaml' must lie inside the study folder"]),
            ("profiles/*.yaml", "../*.yaml", ["line 9: '../*.yaml' must lie inside the study folder"]),
            (
                "profiles/*.yaml",
                "a**.yaml",
                [
                    "line 9: method_files must be a list of file names, or patterns with *, "
                    "inside the study folder; found ['a**.yaml']"
                ],
            ),
            (
                "seed: 20260101",
                "links:\n  - {method_a: dumai, method_b: semarng, because: Seen.}",
                ["line 91: method_b: methods has no 'semarng': did you mean 'semarang'?"],
            ),
            (
                "seed: 20260101",
                "links:\n  - {method_a: dumai, method_b: semarang}",
                ["line 91: the key 'because' is missing"],
            ),
            (
                "source: citizen, because",
                "source: citizens, because",
                ["line 96: unknown source 'citizens': did you mean 'citizen'?"],
            ),
        ],
    )
    def test_each_fault_has_its_line(self, complain, folder, old, new, faults):
        replace(folder / STUDY, old, new)
        lines = "".join(f"  - {fault}\n" for fault in faults)
        assert complain() == f"evalkit: judges/study.yaml cannot be used:\n{lines}"

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                b"",
                "judges/study.yaml cannot be used:\n"
                "  - it is empty; it needs at least a title, a kind and notebooks",
            ),
            (
                b"- kind\n- title\n",
                "judges/study.yaml cannot be used:\n"
                "  - it holds no keys; it needs at least a title, a kind and notebooks",
            ),
            (
                b"kind: real\nnotebooks: [a\ntitle: {}\n",
                "judges/study.yaml is not YAML: line 3, column 6: a bracket that opens on line 2 is not "
                "closed. Close it.",
            ),
            (
                b"kind: real\ntitle: caf\xe9",
                "judges/study.yaml is not UTF-8 (byte 22, line 2). Save it as UTF-8 in your editor.",
            ),
            (
                "kind: real".encode("utf-16"),
                "judges/study.yaml is not UTF-8 (byte 1, line 1). Save it as UTF-8 in your editor.",
            ),
            (
                b"title: " + b"[" * 5000,
                "judges/study.yaml cannot be read: it is nested too deeply, or refers to itself.",
            ),
            (
                b"title: &title [*title]",
                "judges/study.yaml cannot be read: it is nested too deeply, or refers to itself.",
            ),
        ],
    )
    def test_a_file_that_cannot_be_read_says_where(self, complain, folder, content, message):
        (folder / STUDY).write_bytes(content)
        assert complain() == f"evalkit: {message}\n"

    def test_a_missing_file_is_named(self, complain, folder):
        (folder / STUDY).unlink()
        assert complain() == (
            "evalkit: data/judges has no study.yaml; every study folder needs one. "
            "'evalkit new' makes a folder with one.\n"
        )

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (
                "[semarang, dumai",
                "[semarng, dumai",
                "Study judges: study.yaml, methods: there is no method 'semarng': did you mean 'semarang'?",
            ),
            (
                "02_evidence",
                "2_evidence",
                "judges/study.yaml names the notebook '2_evidence', which is not in notebooks/: "
                "did you mean '02_evidence'?",
            ),
            (
                "without: [retention_worthiness]",
                "n_bot: 5",
                "judges/study.yaml: there is no parameter 'n_bot': did you mean 'n_boot'?\n"
                "'evalkit parameters REPORT' lists them.",
            ),
            (
                "without: [retention_worthiness]",
                "methods: [dumay]",
                "Study judges: parameter methods: the study has no method 'dumay': did you mean 'dumai'?",
            ),
            (
                "kind: real",
                "kind: synthetic",
                "Study judges: The kind of evidence must be the same in both files: study.yaml says "
                "synthetic, datapackage.json real. Correct the one that is wrong.",
            ),
            (
                "  dumai:",
                "  dumay:",
                "Study judges: study.yaml maps evidence to 'dumay': did you mean 'dumai'?",
            ),
            (
                "    integrity:",
                "    integrty:",
                "Study judges: The evidence cannot be mapped to dumai:\n"
                "  mappings.dumai.integrty: unknown component; did you mean 'integrity'?",
            ),
            (
                "sources: [citizen]",
                "sources: [citizens]",
                "Study judges: The evidence cannot be mapped to dumai:\n"
                "  mappings.dumai.work_result.sources: unknown source 'citizens'; did you mean 'citizen'?",
            ),
            (
                "[judicial_integrity]",
                "[judicial_integritty]",
                "Study judges: study.yaml, mappings.dumai.integrity.indicators: there is no indicator "
                "'judicial_integritty': did you mean 'judicial_integrity'?",
            ),
        ],
    )
    def test_names_that_stand_for_nothing_are_refused(self, complain, folder, old, new, message):
        replace(folder / STUDY, old, new)
        assert complain() == f"evalkit: {message}\n"


class TestSpecification:
    @pytest.mark.parametrize(
        ("old", "new", "faults"),
        [
            (
                "weight: 0.10",
                "weight: 0.11",
                ["line 10, components: the weights must sum to 1; they sum to 1.01"],
            ),
            (
                "weight: 0.10",
                "weight: 0,10",
                ["line 16, components[0].weight: must be a number; found '0,10'"],
            ),
            (
                "weight: 0.10",
                "weight: -0.1",
                ["line 16, components[0].weight: must be more than 0; found -0.1"],
            ),
            (
                "weight: 0.10",
                "wieght: 0.10",
                [
                    "line 16, components[0].wieght: unknown key 'wieght'; did you mean 'weight'?",
                    "line 11, components[0]: 'weight' is missing",
                ],
            ),
            (
                "indicators: [case_flow]",
                "indicators: [case_flw]",
                [
                    "line 33, components[3].indicators[0]: there is no indicator 'case_flw'; "
                    "did you mean 'case_flow'?"
                ],
            ),
            (
                "sources: [citizen]",
                "sources: [citizens]",
                ["line 13, components[0].sources[0]: unknown value 'citizens'; did you mean 'citizen'?"],
            ),
            ("name: balanced", "name: balanced\nname: other", ["line 4, name: key 'name' stands twice"]),
            (
                "name: balanced",
                f"name: '{NIP}'",
                [
                    "line 3, name: must be lower-case letters and digits, with single _ or - between; "
                    "found '•••'"
                ],
            ),
            (
                "name: integrity\n    indicators: [judicial_integrity]",
                "name: integrity\n    indicators: []",
                ["line 12, components[0].indicators: must list at least 1; found 0"],
            ),
        ],
    )
    def test_each_fault_has_its_line_and_keys(self, complain, folder, old, new, faults):
        replace(folder / PROFILE, old, new)
        lines = "".join(f"  {fault}\n" for fault in faults)
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        assert complain() == f"evalkit: Study judges: {count} in balanced.yaml:\n{lines}{SCHEMA_REMEDY}"

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                b"",
                "1 fault in balanced.yaml:\n  line 1, the file: is empty; a specification needs name, title, "
                "principle, cadence, summary, components, raters, expectation, pp30, "
                f"minutes_per_observation\n{SCHEMA_REMEDY}",
            ),
            (
                b"- a\n",
                "1 fault in balanced.yaml:\n  line 1, the file: must be a mapping of keys to values; "
                f"found ['a']\n{SCHEMA_REMEDY}",
            ),
            (
                b"name: balanced\n\ttitle: x\n",
                "balanced.yaml is not YAML: line 2, column 1: a tab stands there, where only spaces may "
                "indent. Put spaces instead.\n",
            ),
            (
                b"name: a\n---\nname: b\n",
                "balanced.yaml is not YAML: line 2, column 1: a second document begins. Leave one "
                "in the file.\n",
            ),
            (
                b"name: caf\xe9",
                "balanced.yaml is not UTF-8 (byte 10, line 1). Save it as UTF-8 in your editor.\n",
            ),
        ],
    )
    def test_a_file_that_is_none_says_so(self, complain, folder, content, message):
        (folder / PROFILE).write_bytes(content)
        assert complain() == f"evalkit: Study judges: {message}"

    def test_a_verdict_that_the_study_keeps_out_of_scores_is_refused(self, complain, folder):
        replace(folder / PROFILE, "[judicial_integrity]", "[retention_worthiness]")
        assert complain() == (
            "evalkit: Study judges: A method reads what is never scored:\n"
            "  balanced reads retention_worthiness, which judges keeps out of every score\n"
            "Take it out of the method, or out of never_scored in datapackage.json.\n"
        )

    def test_faults_of_several_files_are_said_together(self, complain, folder):
        for file in sorted((folder / "profiles").glob("*.yaml"))[:2]:
            replace(file, "components:", "component:")
        spoil_evidence(folder, FIRST, FIRST.replace("7.9", "79"))
        shown = complain()
        assert shown.count("unknown key 'component'; did you mean 'components'?") == 2
        assert "must lie on its indicator's scale, 0 to 10" in shown


class TestEvidence:
    @pytest.mark.parametrize(
        "case",
        [
            (
                FIRST.replace("citizen", "citizens"),
                "source",
                "must be one of system, supervisor, peer, self, subordinate, citizen, agency_report",
                "citizens",
            ),
            (FIRST.replace("7.9", "79"), "value", "must lie on its indicator's scale, 0 to 10", "79"),
            (
                FIRST.replace("7.9", '"7,9"'),
                "value",
                "must be a number with a decimal point; this one has a decimal comma",
                "7,9",
            ),
            (FIRST.replace("7.9", "7,9"), "", "must have 11 cells like the header", "12"),
            (
                FIRST.replace("judicial_integrity", "judicial_integritty"),
                "indicator",
                "must be a standard indicator, or one that the study's table of indicators defines; "
                "did you mean 'judicial_integrity'?",
                "judicial_integritty",
            ),
            (
                FIRST.replace("judge_01", NIP),
                "employee",
                "must be no number of a person; this looks like a NIP, which must not enter a study",
                "•••",
            ),
            (
                FIRST.replace("lawyers", f"{NIP[:8]} {NIP[8:14]} {NIP[14]} {NIP[15:]}"),
                "rater",
                "must be no number of a person; this looks like a NIP, which must not enter a study",
                "•••",
            ),
        ],
    )
    def test_a_faulty_cell_has_its_file_row_and_column(self, complain, folder, case):
        new, column, rule, value = case
        spoil_evidence(folder, FIRST, new)
        heading, counted, blank, header, row, _, remedy, *_ = (complain() + "\n").split("\n")
        assert heading == "evalkit: Study judges: 1 fault in the evidence:"
        assert counted == f"  1 × evidence.csv: {column + ': ' if column else ''}{rule}"
        assert (blank, header.split()) == ("", ["file", "row", "column", "rule", "value"])
        shown = rule if len(rule) <= 60 else rule[:59] + "…"
        assert " ".join(row.split()) == " ".join(f"evidence.csv 2 {column} {shown} {value}".split())
        assert remedy + "\n" == ROW_REMEDY

    def test_a_repeated_key_names_both_rows(self, complain, folder):
        spoil_evidence(folder, f"{FIRST}\n", f"{FIRST}\n{FIRST}\n")
        rule = "the key (place, unit, employee, period, indicator, source, rater, item) must be unique"
        shown = complain()
        assert shown.startswith(
            f"evalkit: Study judges: 2 faults in the evidence:\n  2 × evidence.csv: {rule}\n"
        )
        assert [line.split()[1] for line in shown.splitlines() if "rows 2, 3" in line] == ["2", "3"]

    @pytest.mark.parametrize(
        "case",
        [
            (b"", "", "the file is empty; it needs at least its header", ""),
            (b"header", "", "the table of evidence needs at least one valid row", ""),
            (
                "utf-16",
                "",
                'must be UTF-8 text; save it as "CSV UTF-8" from the spreadsheet',
                "byte 1, line 1",
            ),
            ("utf-16-le", "", 'must be UTF-8 text; save it as "CSV UTF-8" from the spreadsheet', "UTF-16"),
            (
                "cp1252",
                "",
                'must be UTF-8 text; save it as "CSV UTF-8" from the spreadsheet',
                "byte 96, line 2",
            ),
            (";", "1", "cells must be separated by commas; here they are separated by semicolons", ""),
            ("\t", "1", "cells must be separated by commas; here they are separated by tabs", ""),
        ],
    )
    def test_a_file_that_is_no_csv_in_utf_8_says_why(self, complain, folder, case):
        content, row, rule, value = case
        forget_hashes(folder)
        text = (folder / EVIDENCE).read_text(encoding="utf-8")
        if content == b"header":
            content = text.splitlines()[0].encode()
        elif content in (";", "\t"):
            content = text.replace(",", content).replace(".", ",").encode()
        elif isinstance(content, str):
            content = text.replace("judge_01", "judgé_01", 1).encode(content)
        (folder / EVIDENCE).write_bytes(content)
        shown = complain()
        assert f"1 fault in the evidence:\n  1 × evidence.csv: {rule}\n" in shown
        cells = f"evidence.csv {row} {rule if len(rule) <= 60 else rule[:59] + '…'} {value}"
        assert " ".join(cells.split()) == " ".join(shown.splitlines()[4].split())
        assert shown.endswith(f"\n{FILE_REMEDY}")

    def test_a_missing_file_is_named(self, complain, folder):
        (folder / EVIDENCE).unlink()
        assert (
            "1 × evidence.csv: the file is missing; add it, or take it out of datapackage.json\n"
            in complain()
        )

    def test_a_file_that_differs_from_its_hash_is_named_with_the_new_hash(self, complain, folder):
        replace(folder / EVIDENCE, FIRST, FIRST.replace("7.9", "7.8"))
        assert re.search(
            r"1 × evidence\.csv: the file has changed since datapackage\.json was written; "
            r'if the change is meant, set its "hash" there to sha256:[0-9a-f]{64}\n',
            complain(),
        )

    def test_a_parquet_file_that_is_none_is_named(self, complain, folder):
        package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        package["resources"][0] |= {"path": "evidence.parquet", "format": "parquet", "hash": ""}
        (folder / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
        (folder / "evidence.parquet").write_text("place,unit", encoding="utf-8")
        assert "1 × evidence.parquet: must be a parquet file, and is none that can be read\n" in complain()

    def test_10_000_faulty_rows_are_counted_by_kind_and_twenty_are_shown(self, complain, folder):
        rows = [FIRST.replace("7.9", "79").replace("lawyers", f"l{i}") for i in range(9_999)]
        spoil_evidence(folder, FIRST, "\n".join([*rows, FIRST.replace("citizen", "citizn")]))
        shown = complain()
        assert shown.startswith("evalkit: Study judges: 10,000 faults in the evidence:\n")
        assert "  9,999 × evidence.csv: value: must lie on its indicator's scale, 0 to 10\n" in shown
        assert re.search(r"\n  evidence\.csv  10001  source .* citizn\n… and 9,980 more\n", shown)
        assert len(shown.splitlines()) < 40

    def test_rows_are_left_out_only_when_that_helps(self, complain, folder):
        forget_hashes(folder)
        text = (folder / EVIDENCE).read_text(encoding="utf-8")
        (folder / EVIDENCE).write_text(text.replace("citizen", "citizn"), encoding="utf-8")
        shown = complain("run", "judges", "--keep-valid")
        assert "1 × evidence.csv: the table of evidence needs at least one valid row\n" in shown

    def test_a_faulty_catalogue_of_trainings_is_refused_with_row_and_column(self, complain, folder):
        header = "training,name_id,name_en,topic,indicators,hours,effect\n"
        (folder / "trainings.csv").write_text(f"{header}it,A,B,it,inovation,8,25\n", encoding="utf-8")
        shown = complain()
        assert shown.startswith("evalkit: Study judges: 2 faults in the evidence:\n")
        assert re.search(r"\n  trainings\.csv  2    effect +must be at most 1 +25\n", shown)
        assert "did you mean 'innovation'?\n" in shown
        assert shown.endswith("\nCorrect the file; what each column must hold stands beside its fault.\n")


class TestDescriptor:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (
                '"resources"',
                '"resource"',
                ' cannot be used:\n  "resources" must list the study\'s tables: '
                '"resources": [{"name": …, "path": …}, …]',
            ),
            (
                '"name": "evidence"',
                '"name": "evidens"',
                ' cannot be used:\n  no resource is named "evidence"; '
                "found: evidens, indicators, judge_contacts",
            ),
            (
                '"evidence.csv"',
                '"../evidence.csv"',
                ' cannot be used:\n  resources[0] (evidence): "path" must name one file inside the study '
                "folder, found '../evidence.csv'",
            ),
            (
                '"sha256:',
                '"md5:',
                ' cannot be used:\n  resources[0] (evidence): "hash" must start with "sha256:", found \'md5:',
            ),
            (
                '"path": "evidence.csv"',
                '"path": "e.csv", "path": "evidence.csv"',
                " has the key 'path' twice in one object. Take one of them out.",
            ),
            (
                "{",
                "{,",
                " is not valid JSON: Expecting property name enclosed in double quotes, line 1, column 2.",
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, complain, folder, old, new, message):
        replace(folder / PACKAGE, old, new)
        assert complain().startswith(f"evalkit: Study judges: {folder / PACKAGE}{message}")

    def test_a_missing_file_is_named(self, complain, folder):
        (folder / PACKAGE).unlink()
        assert complain() == (
            f"evalkit: Study judges: {folder / PACKAGE} is missing. "
            "A study folder needs it: it names the study's tables and their files.\n"
        )

    def test_a_bottomless_file_is_refused(self, complain, folder):
        (folder / PACKAGE).write_text("[" * 100_000, encoding="utf-8")
        assert complain().endswith("datapackage.json is nested too deeply to be read.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "which is JSON in UTF-8: Expecting value: line 1 column 1 (char 0)."),
        ("{}", "its cells are missing or broken."),
        ('{"cells": [5]}', "its cells are missing or broken."),
    ],
)
def test_a_notebook_that_is_none_is_refused(complain, folder, content, message):
    notebook = folder.parents[1] / "notebooks/03_scores.ipynb"
    whole = notebook.read_bytes()
    notebook.write_text(content, encoding="utf-8")
    try:
        shown = complain()
    finally:
        notebook.write_bytes(whole)
    assert re.sub(r"notebook[,:] ", "", shown) == (
        f"evalkit: 03_scores.ipynb is not a readable {message} "
        "Restore it from git, or save it again in JupyterLab.\n"
    )


def start_run(root: Path, *arguments: str, drop: bool = False) -> subprocess.Popen[str]:
    command = ["-c", DROP_PRIVILEGES] if drop else ["-m", "evalkit"]
    return subprocess.Popen(
        [sys.executable, *command, "run", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return process.returncode, out, err


class TestPermissions:
    @pytest.mark.parametrize(
        ("place", "mode", "message"),
        [
            ("data/tiny", 0o000, "may not write or read {root}/data/tiny/study.yaml; check its permissions"),
            (
                "data/tiny/evidence.csv",
                0o000,
                "may not write or read {root}/data/tiny/evidence.csv; check its permissions",
            ),
            ("reports", 0o555, "may not write or read {root}/reports/.building; check its permissions"),
            ("reports/tiny", 0o555, "may not write or read {root}/reports/tiny; check its permissions"),
        ],
    )
    def test_that_are_lacking_are_named_before_anything_runs(self, tmp_path, place, mode, message):
        root = make_workbench(tmp_path / "bench")
        (root / "reports/tiny").mkdir(parents=True)
        (root / "reports/.lock").touch()
        (root / place).chmod(mode)
        try:
            assert finish(start_run(root, drop=True)) == (2, "", f"evalkit: {message.format(root=root)}\n")
        finally:
            (root / place).chmod(0o755)
        assert contents(root / "reports") == {".lock": b""}

    def test_a_file_in_place_of_the_reports_is_named(self, tmp_path, monkeypatch, capsys):
        root = make_workbench(tmp_path / "bench")
        (root / "reports").write_text("mine", encoding="utf-8")
        monkeypatch.chdir(root)
        assert cli.main(["run"]) == 2
        assert capsys.readouterr().err == (
            f"evalkit: {root}/reports must be a folder, and is none; move it away, and run again\n"
        )
        assert (root / "reports").read_text(encoding="utf-8") == "mine"


BROKEN = {
    "fails": ("x = 1 / 0", "ZeroDivisionError: division by zero", "mend the cell, and run again."),
    "asks": (
        "input('Your name? ')",
        "The cell waits for an answer, and nobody is asked while a report is built.",
        "Make what it asks for a parameter, and set it with -p.",
    ),
    "leaves": (
        "import sys; sys.exit()",
        "The notebook ends itself here, with exit() or quit(); what follows was not run.",
        "Take that out of the cell, and run again.",
    ),
    "dies": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "The kernel died while it ran this cell; most often the machine ran out of memory.",
        "Close other programs or run with --jobs 1, and run again.",
    ),
    "tells": (
        f"raise ValueError('{NIP[:9]}' '{NIP[9:]} is wrong')",
        "ValueError: ••• is wrong",
        "run again.",
    ),
}


def test_notebooks_that_fail_ask_leave_or_die_fail_alone_and_say_where(tmp_path):
    root = make_workbench(tmp_path / "bench")
    write_study(root, "tiny", f"notebooks: [first, {', '.join(BROKEN)}, garbled]")
    for name, (source, *_) in BROKEN.items():
        write_notebook(root, name, cell("code", source), cell("code", "y = 1"))
    bundle = "{'application/vnd.evalkit.results+json': 5}"
    garbled = f"from IPython.display import display; display({bundle}, raw=True)"
    write_notebook(root, "garbled", cell("code", garbled))
    code, out, err = finish(start_run(root, "--jobs", "1"))
    assert (code, out) == (1, f"1 of 7 reports built: {root}/reports/index.html\n")
    for name, (source, cause, remedy) in BROKEN.items():
        place = f"tiny: notebooks/{name}.ipynb, cell 4: {source.split(chr(10))[0]}\n  {cause}\n  "
        assert place in err
        assert remedy in err.partition(place)[2].splitlines()[0]
    assert (
        "tiny: notebooks/garbled.ipynb\n  An output of type application/vnd.evalkit.results+json must be "
        "a list of rows; let evalkit.present make it\n" in err
    )
    assert NIP not in err
    assert (root / "reports/tiny/first.html").is_file()
    assert (root / "reports/tiny/index.html").read_text(encoding="utf-8").count("not whole</strong>") == 6


@pytest.fixture(scope="module")
def slow(tmp_path_factory) -> Path:
    """A workbench whose reports are built, and whose next run would take a minute."""
    root = make_workbench(tmp_path_factory.mktemp("slow") / "bench")
    assert finish(start_run(root, "--jobs", "1000"))[0] == 0  # no more kernels than reports
    write_notebook(root, "first", cell("code", "import time; time.sleep(60)"))
    return root


def interrupt(process: subprocess.Popen[str], *, times: int = 1) -> tuple[int, str]:
    """Press Ctrl-C, which reaches every process of the terminal."""
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
    code, _, err = finish(process)
    return code, err


MESSAGE = "evalkit: interrupted; reports that were not finished are as they were.\n"


@pytest.mark.parametrize(("after", "times"), [(0.5, 1), (1.0, 1), (2.0, 1), (2.0, 3)])
def test_an_interrupted_run_leaves_the_reports_as_they_were(slow, after, times):
    before = contents(slow / "reports")
    process = start_run(slow)
    time.sleep(after)
    code, err = interrupt(process, times=times)
    assert code in (130, -signal.SIGINT)  # a shell shows both as 130
    assert MESSAGE in err
    assert contents(slow / "reports") == before


def test_a_second_run_is_refused_while_one_is_at_work(slow, monkeypatch, capsys):
    before = contents(slow / "reports")
    process = start_run(slow)
    assert "Building 1 report" in process.stderr.readline()
    monkeypatch.chdir(slow)
    assert cli.main(["run"]) == 2
    assert capsys.readouterr().err == "evalkit: Another run is writing reports/; wait until it ends\n"
    interrupt(process)
    assert contents(slow / "reports") == before
