"""Collect what is wrong with a study: each part is read on its own, so that no fault hides another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError, EvidenceError, StudyError, UsageError
from evalkit.study.check.around import SETTINGS, Errors, collect, look_into
from evalkit.study.check.lying import Lying, find_lying, refuse_file
from evalkit.study.check.problems import Problem, gather_problems
from evalkit.study.declared import DESCRIPTOR
from evalkit.study.inputs import list_labels, read_study_evidence
from evalkit.study.study_file import Study, find_study_folder, load_study, load_valid_part
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence


@dataclass(frozen=True, kw_only=True)
class StudyCheck:
    """What a check of a study found.

    Attributes
    ----------
    name
        Name of the study folder.
    given
        The study as it was named.
    problems
        What is wrong, like faults together.
    lying
        Files in the folder that nothing reads.
    labels
        What the study calls its indicators and places, by language.
    n_observations
        Rows of evidence that were read without a fault; -1 where none could be read.
    outlook
        What each report can say: report, outlook, reason; None where that cannot be known.
    coverage
        What of each method the evidence carries: method, covered_weight, estimable, reason; or None.
    """

    name: str
    given: str
    problems: tuple[Problem, ...]
    lying: tuple[Lying, ...] = ()
    labels: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    n_observations: int = -1
    outlook: pd.DataFrame | None = None
    coverage: pd.DataFrame | None = None

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.problems

    @property
    def n_faults(self) -> int:
        """Count all faults."""
        return sum(problem.n for problem in self.problems)

    def describe(self, lang: Language = "en") -> str:
        """Say what is wrong, where, and what to do, then what each report can say."""
        from evalkit.study.check.lines import describe_check

        return describe_check(self, lang)

    def to_html(self, lang: Language = "en") -> str:
        """Write a page that needs nothing else."""
        from evalkit.study.check.pages import render_check

        return render_check(self, lang)


def check_study(name_or_path: str | Path) -> StudyCheck:
    """Find everything that is wrong with a study; nothing is written.

    Parameters
    ----------
    name_or_path
        Name or folder of the study.

    Raises
    ------
    UsageError
        If there is no such folder.

    Examples
    --------
    >>> check_study("judges").is_clean
    True
    """
    folder = _find_folder(name_or_path)
    errors: Errors = []
    study = _read_settings(folder, errors)
    evidence = _read_evidence(folder, study, errors)
    facts: dict[str, pd.DataFrame] = {}
    if study:
        facts = look_into(study, evidence, errors)
    return StudyCheck(
        name=folder.resolve().name,
        given=str(name_or_path),
        problems=gather_problems(errors),
        lying=find_lying(folder),
        labels=list_labels(study, evidence) if study and evidence else {},
        n_observations=-1 if evidence is None else len(evidence.observations),
        **facts,
    )


def _find_folder(name_or_path: str | Path) -> Path:
    named = Path(name_or_path)
    if named.is_dir() and str(name_or_path):
        return named
    if named.is_file():
        raise refuse_file(named)
    try:
        return find_study_folder(name_or_path)
    except UsageError as error:
        raise UsageError(f"{error}\n'evalkit new {name_or_path}' makes a new one.") from None


def _read_settings(folder: Path, errors: Errors) -> Study | None:
    """Read ``study.yaml``; where it is at fault, what of it is not."""
    if not (folder / SETTINGS).is_file():
        errors.append((SETTINGS, StudyError("study.yaml is missing; every study folder needs one")))
        return None
    found = collect(errors, SETTINGS, lambda: load_study(folder))
    return found or collect([], SETTINGS, lambda: load_valid_part(folder))


def _read_evidence(folder: Path, study: Study | None, errors: Errors) -> Evidence | None:
    """Read the tables; where rows are at fault, what is left of them without these rows."""
    from evalkit.evidence import load_evidence

    def read(*, strictly: bool) -> Evidence:
        how = {"keep_valid": not strictly, "check_hashes": strictly}
        return load_evidence(folder, **how) if study is None else read_study_evidence(study, **how)

    try:
        return read(strictly=True)
    except EvidenceError as error:
        errors.append((DESCRIPTOR, error))
    except EvalkitError as error:
        errors.append((DESCRIPTOR if isinstance(error, StudyError) else SETTINGS, error))
        return None
    try:
        return read(strictly=False)
    except EvalkitError:
        return None  # a whole file is at fault, which was told
