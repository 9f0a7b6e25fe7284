"""Make the folder of a new study: it is whole, or it is not there."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path
from string import Template
from typing import Any, Final

from evalkit.errors import UsageError
from evalkit.evidence import TABLES, write_schema
from evalkit.lab.files import new_folder
from evalkit.rules import holds_nip
from evalkit.study.declared import DESCRIPTOR
from evalkit.study.new.forms import Form, describe_columns, list_forms
from evalkit.study.new.workbook import write_workbook
from evalkit.vocabulary import Language

#: Folder of the forms, and of the same filled in, inside the study.
TEMPLATES: Final = "templates"
FILLED: Final = "example"
_TEXTS: Final = Path(__file__).with_name("texts")
_NAME: Final = re.compile(r"[^\W_][\w.-]*")


def create_study(folder: str | Path, *, lang: Language = "en") -> Path:
    """Make a study folder: commented settings, an empty table of evidence, a README and templates.

    Parameters
    ----------
    folder
        A new folder, or an empty one; folders above it are made too.
    lang
        Language of the comments, the README and the notes in the templates, and of the reports.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        If there is something in the folder already, or its name cannot be that of a study.
    """
    folder = Path(folder)
    name = folder.resolve().name
    _check_name(name)
    with new_folder(folder) as building:
        for file, text in _texts(name, lang).items():
            (building / file).write_text(text, encoding="utf-8")
        _write_templates(building / TEMPLATES, lang)
    return folder


def _check_name(name: str) -> None:
    if holds_nip(name):
        raise UsageError("The name of a study must hold no number of a person; this one looks like a NIP.")
    if not _NAME.fullmatch(name):
        near = re.sub(r"[^\w.-]+", "-", name).strip("-_.")
        hint = f", such as {near}" if _NAME.fullmatch(near) else ""
        raise UsageError(
            f"The name of a study has letters, digits, - and _{hint}; found {name!r}. "
            "Reports and commands use it."
        )


def _texts(name: str, lang: Language) -> dict[str, str]:
    """Return the files that are text, by their names."""
    title = re.sub(r"[-_.]+", " ", name).strip().capitalize()
    fill = {"name": name, "title": title, "evidence": ", ".join(TABLES["evidence"].column_names)}
    texts = {
        file: Template((_TEXTS / f"{stem}.{lang}.{ending}").read_text(encoding="utf-8")).substitute(fill)
        for file, stem, ending in (("study.yaml", "study", "yaml"), ("README.md", "README", "md"))
    }
    evidence = next(form for form in list_forms(lang) if form.name == "evidence")
    descriptor = json.dumps(_describe(name, title, lang), ensure_ascii=False, indent=2)
    return {**texts, DESCRIPTOR: descriptor + "\n", "evidence.csv": _write_csv(evidence)}


def _describe(name: str, title: str, lang: Language) -> dict[str, Any]:
    """Return the descriptor: which tables the study has. It grows with every table that is added."""
    schema = write_schema(TABLES["evidence"])
    about = describe_columns("evidence", lang)
    for field in schema["fields"]:
        field["description"] = about[field["name"]]
    evidence = {"name": "evidence", "path": "evidence.csv", "format": "csv", "schema": schema}
    return {
        "profile": "data-package",
        "name": name,
        "title": title,
        "evalkit": {"kind": "real", "persons": "protected"},
        "resources": [evidence],
    }


def _write_templates(folder: Path, lang: Language) -> None:
    (folder / FILLED).mkdir(parents=True)
    for form in list_forms(lang):
        (folder / f"{form.name}.xlsx").write_bytes(write_workbook(form, lang))
        (folder / f"{form.name}.csv").write_text(_write_csv(form), encoding="utf-8")
        (folder / FILLED / f"{form.name}.csv").write_text(_write_csv(form, filled=True), encoding="utf-8")


def _write_csv(form: Form, *, filled: bool = False) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(form.headings)
    writer.writerows(form.examples if filled else ())
    return text.getvalue()
