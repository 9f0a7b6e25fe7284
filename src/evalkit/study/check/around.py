"""What is wrong around a study's tables: methods, mappings, what is declared, notebooks and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from evalkit.errors import EvalkitError
from evalkit.study.checks import find_errors_around
from evalkit.study.inputs import choose_names, find_mismatches
from evalkit.study.notebooks import locate_notebook, name_entry
from evalkit.study.plan import plan_study
from evalkit.study.reports import Report
from evalkit.study.shipped import find_root
from evalkit.study.study_file import Study
from evalkit.vocabulary import METHODS

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence
    from evalkit.methods import MethodSpecification

T = TypeVar("T")

SETTINGS: Final = "study.yaml"
#: Each error, with the file that it is about.
Errors = list[tuple[str, EvalkitError]]


def collect(errors: Errors, file: str, read: Callable[[], T]) -> T | None:
    """Return what a function reads, or keep the error that it raises."""
    try:
        return read()
    except EvalkitError as error:
        errors.append((file, error))
        return None


def look_into(study: Study, evidence: Evidence | None, errors: Errors) -> dict[str, pd.DataFrame]:
    """Collect what is wrong beside the tables, and return what reports can say."""
    specifications = _load_methods(study, evidence, errors)
    if evidence is not None:
        errors += [(SETTINGS, error) for error in find_mismatches(study, evidence)]
    errors += [(SETTINGS, error) for error in find_errors_around(study, specifications, evidence)]
    for read in _list_declared(study, evidence):
        collect(errors, SETTINGS, read)
    collect(errors, "purposes.yaml", lambda: _read_purposes(study))
    errors += [(SETTINGS, error) for error in _plan_errors(study)]
    if evidence is None:
        return {}
    told: Errors = [] if errors else errors  # what keeps a method from scoring was told above
    return collect(told, SETTINGS, lambda: _foresee(study, evidence, specifications)) or {}


def _load_methods(study: Study, evidence: Evidence | None, errors: Errors) -> dict[str, MethodSpecification]:
    """Load each method on its own, so that a fault of one hides no fault of another."""
    from evalkit.methods import load_methods, load_specification

    indicators = None if evidence is None else evidence.indicators
    own: dict[str, MethodSpecification] = {}
    for file in study.method_files:
        path = study.folder / file
        found = collect(errors, file, lambda path=path: load_specification(path, indicators=indicators))  # type: ignore[misc]
        if found:
            own[found.name] = found
    stems = {Path(file).stem: None for file in study.method_files}
    known = {**dict.fromkeys(METHODS), **stems, **dict.fromkeys(own)}
    refusal = "study.yaml, methods: there is no method"
    collect(errors, SETTINGS, lambda: choose_names(study.methods, known, refusal=refusal))
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
    root = collect(errors, SETTINGS, find_root)
    if root is not None:
        whole = []
        for name in study.notebooks:
            one = replace(study, notebooks=(name,), parameters={})
            if collect(errors, SETTINGS, lambda one=one: _plan(one, root)) is not None:  # type: ignore[misc]
                whole.append(name)
        if whole:
            collect(errors, SETTINGS, lambda: _plan(replace(study, notebooks=tuple(whole)), root))
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
