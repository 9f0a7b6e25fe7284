"""The tutorial, followed command by command in a fresh clone, does what it says, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = {"first-study": "my-study", "studi-pertama": "studi-saya"}
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Commands whose exit code says that something differs, as the tutorial does.
DIFFERS = "evalkit audit"


def blocks(tutorial):
    return BLOCK.findall((ROOT / "docs" / "tutorial" / f"{tutorial}.md").read_text(encoding="utf-8"))


@pytest.fixture
def clone(tmp_path):
    """Copy what a command of a clone reads, with the tests' Python as that of its .venv."""
    folder = tmp_path / "evalkit"
    listed = ["git", "ls-files", "-z", "notebooks", "data", "docs/tutorial"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    commands = folder / ".venv" / "bin"
    commands.mkdir(parents=True)
    (commands / "activate").write_text(f'PATH="{commands}:$PATH"\n', encoding="utf-8")
    for name, what in {"python": "", "evalkit": " -m evalkit"}.items():
        (commands / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{what} "$@"\n', encoding="utf-8")
        (commands / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("tutorial", ["first-study", pytest.param("studi-pertama", marks=pytest.mark.slow)])
def test_every_command_works_and_prints_what_is_shown(tutorial, clone, tmp_path):
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH")))),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    said = ""
    for kind, text in blocks(tutorial):
        if kind == "text":
            missing = [line for line in text.splitlines() if spaced(line) not in spaced(said)]
            assert missing == [], said
            continue
        said = ""
        for line in text.splitlines():
            done = subprocess.run(
                ["sh", "-c", f". .venv/bin/activate && {line}"],
                cwd=clone,
                env=surroundings,
                capture_output=True,
                text=True,
                check=False,
            )
            expected = 1 if line.startswith(DIFFERS) else 0
            assert done.returncode == expected, f"{line}\n{done.stdout}{done.stderr}"
            said += done.stdout + done.stderr
    name = TUTORIALS[tutorial]
    assert (clone / "reports" / name / "04_reliability.html").is_file()
    assert {path.suffix for path in (clone / "exports" / name).rglob("*.*")} >= {".xlsx", ".docx", ".png"}
    assert_no_number_of_a_person(clone, tmp_path / "config")


def spaced(text):
    return re.sub(r"\s+", " ", text)


def assert_no_number_of_a_person(clone, config):
    """NIPs stay in the office's files; the key lies outside the study."""
    nip = re.compile(rb"(?<!\d)19\d{6}(?:19|20)\d{4}[12]\d{3}(?!\d)")
    looked = [
        path for path in clone.rglob("*") if path.is_file() and not path.relative_to(clone).match("office/*")
    ]
    assert len(looked) > 50
    assert [path.name for path in looked if nip.search(path.read_bytes())] == []
    assert [path.name for path in config.rglob("*.key")] != []


def test_both_languages_give_the_same_commands():
    first, second = (
        [
            re.sub(r" (--lang id|--locale id)", "", line).replace(name, "STUDY")
            for kind, text in blocks(tutorial)
            if kind == "sh"
            for line in text.splitlines()
        ]
        for tutorial, name in TUTORIALS.items()
    )
    assert first == second
