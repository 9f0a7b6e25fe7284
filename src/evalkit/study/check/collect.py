"""Collect what is wrong with a study: each part is read on its own, so that no fault hides another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from evalkit.errors import EvalkitError, EvidenceError, StudyError, UsageError
from evalkit.study.check.lying import Lying, find_lying, refuse_file
from evalkit.study.check.problems import Problem, gather_problems
from evalkit.study.checks import find_errors_around
from evalkit.study.declared import DESCRIPTOR
from evalkit.study.inputs import find_mismatches, list_labels, read_study_evidence
from evalkit.study.notebooks import locate_notebook, name_entry
from evalkit.study.plan import plan_study
from evalkit.study.reports import Report
from evalkit.study.shipped import find_root
from evalkit.study.study_file import Study, find_study_folder, load_study, load_valid_part
from evalkit.vocabulary import METHODS, Language

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence
    from evalkit.methods import MethodSpecification

T = TypeVar("T")

SETTINGS: Final = "study.yaml"
#: Each error, with the file that it is about.
Errors = list[tuple[str, EvalkitError]]


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
        facts = _look_into(study, evidence, errors)
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
    found = _collect(errors, SETTINGS, lambda: load_study(folder))
    return found or _collect([], SETTINGS, lambda: load_valid_part(folder))


def _collect(errors: Errors, file: str, read: Callable[[], T]) -> T | None:
    """Return what a function reads, or keep the error that it raises."""
    try:
        return read()
    except EvalkitError as error:
        errors.append((file, error))
        return None


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


def _look_into(study: Study, evidence: Evidence | None, errors: Errors) -> dict[str, pd.DataFrame]:
    """Collect what is wrong beside the tables, and return what reports can say."""
    specifications = _load_methods(study, evidence, errors)
    if evidence is not None:
        errors += [(SETTINGS, error) for error in find_mismatches(study, evidence)]
    errors += [(SETTINGS, error) for error in find_errors_around(study, specifications, evidence)]
    for read in _list_declared(study, evidence):
        _collect(errors, SETTINGS, read)
    _collect(errors, "purposes.yaml", lambda: _read_purposes(study))
    errors += [(SETTINGS, error) for error in _plan_errors(study)]
    if evidence is None:
        return {}
    told: Errors = [] if errors else errors  # what keeps a method from scoring was told above
    return _collect(told, SETTINGS, lambda: _foresee(study, evidence, specifications)) or {}


def _load_methods(study: Study, evidence: Evidence | None, errors: Errors) -> dict[str, MethodSpecification]:
    """Load each method on its own, so that a fault of one hides no fault of another."""
    from evalkit.methods import load_methods, load_specification
    from evalkit.study.inputs import choose_names

    indicators = None if evidence is None else evidence.indicators
    own: dict[str, MethodSpecification] = {}
    for file in study.method_files:
        path = study.folder / file
        found = _collect(errors, file, lambda path=path: load_specification(path, indicators=indicators))  # type: ignore[misc]
        if found:
            own[found.name] = found
    stems = {Path(file).stem: None for file in study.method_files}
    known = {**dict.fromkeys(METHODS), **stems, **dict.fromkeys(own)}
    refusal = "study.yaml, methods: there is no method"
    _collect(errors, SETTINGS, lambda: choose_names(study.methods, known, refusal=refusal))
    shipped = [name for name in study.methods if name in METHODS and name not in own]
    return {**(load_methods(shipped) if shipped else {}), **own}


def _list_declared(study: Study, evidence: Evidence | None) -> Iterator[Callable[[], object]]:
    """Yield what reads each thing that ``study.yaml`` declares beforehand."""
    from evalkit.compare import Criterion, choose_criteria, find_groupings
    from evalkit.compare.families import check_families
    from evalkit.lab import build_plan

    yield lambda: check_families(study.families, study.margins)
    if study.diagnose:
        yield lambda: build_plan(study.name, study.simulate, study.diagnose, study.methods)
    if evidence is not None:
        yield lambda: find_groupings(evidence, study.fairness)
        for one in study.criteria:
            yield lambda one=one: choose_criteria(evidence, [Criterion(**one)])  # type: ignore[misc]


def _read_purposes(study: Study) -> object:
    from evalkit.lab import load_purposes

    return load_purposes(study.folder)


def _plan_errors(study: Study) -> list[EvalkitError]:
    """List notebooks that are not there, and parameters that none of them has or that have a wrong value."""
    errors: Errors = []
    root = _collect(errors, SETTINGS, find_root)
    if root is not None:
        whole = []
        for name in study.notebooks:
            one = replace(study, notebooks=(name,), parameters={})
            if _collect(errors, SETTINGS, lambda one=one: _plan(one, root)) is not None:  # type: ignore[misc]
                whole.append(name)
        if whole:
            _collect(errors, SETTINGS, lambda: _plan(replace(study, notebooks=tuple(whole)), root))
    return [error for _, error in errors]


def _plan(study: Study, root: Path) -> object:
    reports = [
        Report(name=name_entry(entry), notebook=name_entry(entry), file=locate_notebook(study, entry, root))
        for entry in study.notebooks
    ]
    return plan_study(study, root, reports)


def _foresee(
    study: Study, evidence: Evidence, specifications: dict[str, MethodSpecification]
) -> dict[str, pd.DataFrame]:
    """Return what each report can say, and what of each method the evidence carries."""
    from evalkit.compare import Criterion, StudyFacts, describe_outlook
    from evalkit.lab import DIAGNOSIS_FOLDER
    from evalkit.methods import score_methods

    chosen = {name: one for name, one in specifications.items() if name in study.methods}
    facts = StudyFacts(
        evidence=evidence,
        scores=score_methods(evidence, chosen, mappings=study.mappings),
        criteria=[Criterion(**one) for one in study.criteria],
        fairness=study.fairness,
        families=study.families,
        n_profiles=len(study.method_files),
        is_diagnosed=(study.folder / DIAGNOSIS_FOLDER).is_dir(),
    )
    return {"outlook": describe_outlook(facts, study.notebooks), "coverage": facts.scores.coverage}
