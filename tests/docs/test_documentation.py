"""The documentation says what is so: its examples run, and it names what there is."""

from __future__ import annotations

import dataclasses
import doctest
import re
from pathlib import Path

import pytest
import shtab

from evalkit.cli import COMMANDS, make_parser
from evalkit.study import Study
from evalkit.vocabulary import RESULT_COLUMNS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if not {"_build", "generated"} & set(path.relative_to(DOCS).parts)
)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_EXAMPLES = [path for path in PAGES if ">>>" in path.read_text(encoding="utf-8")]


def blocks(path: Path, language: str) -> list[str]:
    return [text for kind, text in FENCE.findall(path.read_text(encoding="utf-8")) if kind == language]


def name(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=name)
def test_every_example_gives_what_it_says(path):
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    test = parser.get_doctest("\n".join(blocks(path, "python")), {}, name(path), str(path), 0)
    runner.run(test, out=said.append)
    assert test.examples
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_there_are_pages_with_examples():
    assert len(WITH_EXAMPLES) >= 7


def test_every_figure_with_a_point_that_an_explanation_shows_is_one_that_its_example_printed():
    """A page of explanation repeats in words what its example computes: 2.17 stands in both."""
    wrong = []
    for path in (DOCS / "explanation").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        code, prose = "".join(blocks(path, "python")), FENCE.sub("", text)
        numbers = re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", prose)
        cited = path.stem == "service"  # ends of bands, from the rule
        wrong += [(path.stem, number) for number in numbers if number not in code and not cited]
    assert wrong == []


def test_the_page_on_the_study_file_names_every_key():
    text = (DOCS / "reference" / "study-file.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    keys = {each.name for each in dataclasses.fields(Study)} - {"name", "folder", "texts"}
    assert named == keys


def test_the_page_on_results_names_every_column_in_order():
    text = (DOCS / "reference" / "results.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE)
    assert [column for row in rows for column in re.findall(r"`(\w+)`", row)] == list(RESULT_COLUMNS)


@pytest.mark.parametrize(
    "path", [*PAGES, ROOT / "README.md", ROOT / "README.id.md"], ids=lambda path: path.name
)
def test_every_command_that_a_page_shows_is_one_that_there_is(path):
    parser, wrong = make_parser(), []
    for line in "\n".join(blocks(path, "sh")).splitlines():
        command = re.sub(r"\s+#.*", "", line).strip()
        for part in re.split(r"&&|;|\|", command):
            words = part.split()
            if words and words[0].rpartition("/")[2] == "evalkit":
                try:
                    parser.parse_args(
                        [word.strip("'\"") for word in words[1:] if word not in {">"}][: _end(words)]
                    )
                except SystemExit:
                    wrong.append(part)
    assert wrong == []


def _end(words: list[str]) -> int | None:
    """Return how many arguments stand before the output goes elsewhere."""
    return words.index(">") - 1 if ">" in words else None


def test_the_two_readmes_show_the_same_commands():
    english, indonesian = ("\n".join(blocks(ROOT / name, "sh")) for name in ("README.md", "README.id.md"))
    assert bare(indonesian) <= bare(english)
    assert {"make reports", "make test"} <= bare(indonesian)


def bare(text: str) -> set[str]:
    return {re.sub(r"\s+#.*", "", line).strip() for line in text.splitlines()} - {""}


def test_the_help_shows_examples_that_are_commands(capsys):
    parser = make_parser()
    shown = re.findall(r"^  (evalkit (?!COMMAND).*?)  ", parser.format_help(), re.MULTILINE)
    assert len(shown) >= 4
    for line in shown:
        parser.parse_args(line.split()[1:])


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_is_told_every_command(shell, capsys):
    from evalkit.cli import main

    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command.name in script for command in COMMANDS)
    assert script.rstrip("\n") == shtab.complete(make_parser(), shell=shell).rstrip("\n")


def test_a_shell_that_is_not_known_is_refused(capsys):
    with pytest.raises(SystemExit) as stop:
        make_parser().parse_args(["completion", "fishy"])
    assert stop.value.code == 2
    assert "fishy" in capsys.readouterr().err


def test_the_site_asks_nothing_of_another_machine():
    site = DOCS / "_build" / "html"
    if not site.is_dir():
        pytest.skip("build the site first: make docs")
    asked = {
        found
        for page in site.rglob("*.html")
        for found in re.findall(
            r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"(?:https?:)?//[^\"]+",
            page.read_text(encoding="utf-8"),
        )
        if 'rel="canonical"' not in found
    }
    assert asked == set()
