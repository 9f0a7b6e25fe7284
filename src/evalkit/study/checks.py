"""A study's inputs, checked before a run: every fault of evidence, methods and choices at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from evalkit.errors import EvalkitError, SpecificationError, StudyError, did_you_mean
from evalkit.study.inputs import (
    NO_METHOD,
    choose_evidence,
    choose_names,
    load_specifications,
    load_study_evidence,
    load_study_trainings,
    write_study_sql,
)
from evalkit.study.study_file import Study

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence
    from evalkit.methods import MethodSpecification


def check_inputs(
    studies: Sequence[Study],
    *,
    parameters: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    keep_valid: bool = False,
    load: Callable[..., Evidence] = load_study_evidence,
) -> None:
    """Load the evidence, specifications and mappings of every study; raise what is wrong with all of them.

    Parameters
    ----------
    parameters
        By study, the parameters of its reports, whose methods, places and periods must exist.
    load
        What loads the evidence of a study, as `load_study_evidence` does.

    Raises
    ------
    StudyError
        If some evidence, specification, mapping or choice breaks its rules.
    """
    errors = [
        f"Study {study.name}: {error}"
        for study in studies
        for error in _input_errors(
            study, (parameters or {}).get(study.name, ()), partial(load, keep_valid=keep_valid)
        )
    ]
    if errors:
        raise StudyError("\n\n".join(dict.fromkeys(errors)))


def _input_errors(
    study: Study, parameters: Sequence[Mapping[str, Any]], load: Callable[[Study], Evidence]
) -> list[EvalkitError]:
    errors = []
    evidence = None
    try:
        evidence = load(study)
    except EvalkitError as error:
        errors.append(error)
    indicators = None if evidence is None else evidence.indicators
    try:
        shipped, own = load_specifications(study, indicators)
    except EvalkitError as error:
        return [*errors, error]
    specifications = {**shipped, **own}
    errors += find_errors_around(study, specifications, evidence)
    return errors + _choice_errors(parameters, specifications, evidence)


def find_errors_around(
    study: Study, specifications: Mapping[str, MethodSpecification], evidence: Evidence | None
) -> list[EvalkitError]:
    """List what is wrong with the study's targets, trainings and mappings.

    Parameters
    ----------
    evidence
        The study's evidence; without it, only what needs none is checked.
    """
    indicators = None if evidence is None else evidence.indicators
    errors = _target_errors(study, specifications) + _training_errors(study, indicators)
    return errors + _mapping_errors(study, specifications, evidence)


def _target_errors(study: Study, specifications: Mapping[str, MethodSpecification]) -> list[EvalkitError]:
    """Hold the study's targets to the components that there are."""
    known = {part.name: part for one in specifications.values() for part in one.components}
    try:
        choose_names(list(study.targets), known, refusal="study.yaml, targets: no method has a component")
    except EvalkitError as error:
        return [error]
    return []


def _training_errors(study: Study, indicators: pd.DataFrame | None) -> list[EvalkitError]:
    """Hold the study's own catalogue of trainings to its rules, where it has one."""
    from evalkit.evidence import TRAININGS_FILE

    if indicators is None or not (study.folder / TRAININGS_FILE).is_file():
        return []
    try:
        load_study_trainings(study, indicators)
    except EvalkitError as error:
        return [error]
    return []


def _choice_errors(
    parameters: Sequence[Mapping[str, Any]],
    specifications: Mapping[str, MethodSpecification],
    evidence: Evidence | None,
) -> list[EvalkitError]:
    """Hold the methods, places and periods that reports are asked for to those that exist."""
    errors: list[EvalkitError] = []
    for values in parameters:
        try:
            choose_names(values.get("methods", ()), specifications, refusal=NO_METHOD)
            if evidence is not None:
                choose_evidence(evidence, places=values.get("places", ()), periods=values.get("periods", ()))
        except EvalkitError as error:
            errors.append(error)
    return errors


def _mapping_errors(
    study: Study, specifications: Mapping[str, MethodSpecification], evidence: Evidence | None
) -> list[EvalkitError]:
    errors: list[EvalkitError] = [
        SpecificationError(f"study.yaml maps evidence to {name!r}: {did_you_mean(name, specifications)}")
        for name in study.mappings
        if name not in specifications
    ]
    if evidence is None:
        return errors
    for specification in specifications.values():
        try:
            _check_mapped(study, specification, evidence)
            write_study_sql(study, specification, evidence.indicators)
        except EvalkitError as error:
            errors.append(error)
    return errors


def _check_mapped(study: Study, specification: MethodSpecification, evidence: Evidence) -> None:
    """Raise if a mapping names an indicator that is not there, or a method reads one that is never scored."""
    from evalkit.methods import apply_mappings, refuse_never_scored

    mapped = apply_mappings(specification, study.mappings)
    known = dict.fromkeys(evidence.indicators["indicator"].tolist())
    for component in mapped.components:
        if component.name in study.mappings.get(specification.name, {}):
            where = f"study.yaml, mappings.{specification.name}.{component.name}.indicators"
            choose_names(component.indicators, known, refusal=f"{where}: there is no indicator")
    refuse_never_scored({specification.name: mapped}, evidence)
