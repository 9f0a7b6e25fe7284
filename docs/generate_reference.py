"""Write the pages of the documentation that say what code and YAML say already, so that neither can differ.

``docs/conf.py`` calls this before the site is built. Nothing that is written here stands in git.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from evalkit.cli import COMMANDS
from evalkit.methods import MethodSpecification, load_methods
from evalkit.study.html.glossary import all_entries
from evalkit.vocabulary import label

#: Packages whose public names are documented, in the order in which they build on each other.
PACKAGES: Final = {
    "evalkit.rules": "National rules",
    "evalkit.evidence": "Evidence",
    "evalkit.intake.files": "Files of offices",
    "evalkit.intake.layouts": "Layouts of tables",
    "evalkit.intake.audit": "Audit",
    "evalkit.methods": "Methods",
    "evalkit.stats": "Statistics",
    "evalkit.compare": "Comparisons",
    "evalkit.lab": "The laboratory",
    "evalkit.present": "Figures, tables and sentences",
    "evalkit.study": "Studies and runs",
}
_WIDTH: Final = "96"


def write_reference(folder: Path) -> None:
    """Write all pages into a folder, and remove pages of before."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.md"):
        left.unlink()
    pages = {name: _api(name, title) for name, title in PACKAGES.items()}
    pages |= {"commands": _commands(), "methods": _methods(), "glossary": _glossary()}
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def _api(package: str, title: str) -> str:
    return f"# {title}: `{package}`\n\n```{{eval-rst}}\n.. automodule:: {package}\n   :members:\n```\n"


def _commands() -> str:
    """Return the help of every command, as ``--help`` prints it."""
    os.environ["COLUMNS"] = _WIDTH
    parser = argparse.ArgumentParser(prog="evalkit")
    commands = parser.add_subparsers()
    blocks = ["# Commands\n", "What `evalkit COMMAND --help` prints.\n"]
    for command in COMMANDS:
        command.add_to(commands)
        text = commands.choices[command.name].format_help()
        blocks.append(f"## `evalkit {command.name}`\n\n{command.help}.\n\n```text\n{text}```\n")
    return "\n".join(blocks)


def _methods() -> str:
    blocks = [
        "# The five methods\n",
        "What each text says in our words, and what had to be assumed to compute it. Each is a YAML file; "
        "`evalkit methods NAME --sql` prints the statement that it becomes.\n",
    ]
    return "\n".join([*blocks, *(_method(one) for one in load_methods().values())])


def _method(method: MethodSpecification) -> str:
    parts = [
        f"## {method.name.capitalize()}: {method.title['en']}\n",
        f"*{method.title['id']}*\n",
        f"{method.summary['en']} Cadence: {method.cadence['en']}.\n",
        _table(("component", "reads", "from", "weight", "tried between"), _components(method)),
    ]
    for heading, entries in (("Aims", method.aims), ("Problems named", method.problems)):
        parts.append(f"{heading}: {'; '.join(entry['en'] for entry in entries)}.\n")
    parts.append("What the text leaves open, and what is assumed:\n")
    parts += [f"- {entry.about}: {entry.en}" for entry in method.assumptions]
    return "\n".join([*parts, ""])


def _components(method: MethodSpecification) -> Iterator[tuple[str, ...]]:
    for part in method.components:
        yield (
            part.name,
            ", ".join(part.indicators),
            ", ".join(label(source, "en") for source in part.sources),
            f"{part.weight:.2f}",
            f"{part.range[0]:.2f} to {part.range[1]:.2f}",
        )


def _glossary() -> str:
    terms = all_entries().values()
    rows = [(each["en"]["name"], each["en"]["meaning"], each["id"]["name"], each["source"]) for each in terms]
    heads = ("term", "meaning", "Indonesian", "source")
    return "# Glossary\n\nReports explain these where they stand.\n\n" + _table(heads, rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
