"""Text for the terminal: the methods, and the parameters of notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import UsageError, did_you_mean
from evalkit.study.inputs import load_specifications, load_study_evidence, write_study_sql
from evalkit.study.notebooks import is_own, list_notebooks
from evalkit.study.parameters import describe_parameters, read_parameters
from evalkit.study.shipped import find_root
from evalkit.study.study_file import Study, find_study
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    from evalkit.methods import MethodSpecification


def show_methods(
    name: str | None = None, *, study: str | None = None, sql: bool = False, lang: Language = "en"
) -> str:
    """Return the list of methods, or one method in full, or the SQL that scores it.

    Raises
    ------
    UsageError
        If there is no such method, or SQL is asked for without naming one.
    """
    from evalkit.methods import describe_method, list_methods, load_methods

    found = find_study(study) if study else None
    shipped, own = load_specifications(found) if found else (load_methods(), {})
    specifications = {**shipped, **own}
    if name is None:
        if sql:
            raise UsageError("--sql needs the name of a method, for example: evalkit methods dumai --sql")
        return list_methods(specifications, lang)
    if name not in specifications:
        raise UsageError(f"There is no method {name!r}: {did_you_mean(name, specifications)}")
    return _write_sql(specifications[name], found) if sql else describe_method(specifications[name], lang)


def _write_sql(specification: MethodSpecification, study: Study | None) -> str:
    from evalkit.methods import scoring_sql

    if study is None:
        return scoring_sql(specification)
    return write_study_sql(study, specification, load_study_evidence(study).indicators)


def show_parameters(report: str | None = None) -> str:
    """Return the parameters of a notebook, given by its name or its path, or of all shared ones.

    Raises
    ------
    UsageError
        If there is no such notebook.
    """
    known = list_notebooks(find_root())
    if report is not None and is_own(report) and Path(report).is_file():
        known[report] = Path(report)
    if report is not None and report not in known:
        raise UsageError(f"There is no report {report!r}: {did_you_mean(report, known)}")
    chosen = {report: known[report]} if report else known
    return "\n\n".join(
        f"{name}\n{describe_parameters(read_parameters(path))}" for name, path in chosen.items()
    )
