"""A study's inputs: its evidence and its methods, loaded for a notebook or checked before a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from evalkit.errors import EvalkitError, SpecificationError, StudyError, UsageError, did_you_mean
from evalkit.study.study_file import Study, templates_folder
from evalkit.vocabulary import METHODS

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence
    from evalkit.methods import MethodSpecification

T = TypeVar("T")

#: How the message about a method that a study lacks begins.
NO_METHOD: Final = "parameter methods: the study has no method"


def load_study_evidence(study: Study, *, keep_valid: bool = False) -> Evidence:
    """Load and check a study's evidence, or simulate it where the study says so.

    Raises
    ------
    EvidenceError
        If the evidence breaks its rules.
    StudyError
        If ``datapackage.json`` cannot be used, or calls the evidence real where ``study.yaml`` calls it
        synthetic, or the other way round.
    UsageError
        If ``study.yaml`` names a place that the evidence does not have.
    """
    if study.simulate:
        evidence = _simulate(study)
    else:
        from evalkit.evidence import load_evidence

        evidence = load_evidence(study.folder, keep_valid=keep_valid)
    _check_kind(study, evidence.kind)
    _check_places(study, evidence)
    return evidence


def _check_kind(study: Study, kind: str) -> None:
    if kind != study.kind:
        raise StudyError(
            f"The kind of evidence must be the same in both files: study.yaml says {study.kind}, "
            f"datapackage.json {kind}. Correct the one that is wrong."
        )


def _check_places(study: Study, evidence: Evidence) -> None:
    known = dict.fromkeys(name for name in evidence.observations["place"].unique() if name)
    choose_names(list(study.places), known, refusal="study.yaml, places: the evidence has no place")


def _simulate(study: Study) -> Evidence:
    """Simulate the evidence that ``study.yaml`` describes; there are no files to read."""
    from evalkit.evidence import read_descriptor
    from evalkit.lab import SIZES, as_text, simulate

    _check_kind(study, read_descriptor(study.folder).kind)
    wanted = study.simulate
    evidence = simulate(
        wanted.get("sizes", SIZES),
        seed=wanted["seed"],
        profile=wanted.get("profile", "administrative"),
        study=study.name,
    )
    return as_text(evidence)


def simulate_study_unaffected(study: Study) -> dict[str, Evidence]:
    """Simulate the people of a study as if one intervention had no effect, by kind; none if they are real."""
    if not study.simulate:
        return {}
    from evalkit.lab import SIZES, simulate_unaffected

    wanted = study.simulate
    return simulate_unaffected(
        wanted.get("sizes", SIZES), seed=wanted["seed"], profile=wanted.get("profile", "administrative")
    )


def load_specifications(
    study: Study, indicators: pd.DataFrame | None = None
) -> tuple[dict[str, MethodSpecification], dict[str, MethodSpecification]]:
    """Load the shipped methods that a study names, and the specifications that it brings itself.

    Parameters
    ----------
    indicators
        The study's indicators, against which its own specifications are checked where they are given.
    """
    if not (study.methods or study.method_files):
        return {}, {}
    from evalkit.methods import load_methods, load_specification

    own, errors = {}, []
    for file in study.method_files:
        try:
            specification = load_specification(study.folder / file, indicators=indicators)
            own[specification.name] = specification
        except SpecificationError as error:
            errors.append(error)
    if errors:
        raise SpecificationError("\n".join(map(str, errors)))
    known = {**dict.fromkeys(METHODS), **own}
    choose_names(study.methods, known, refusal="study.yaml, methods: there is no method")
    shipped = [name for name in study.methods if name not in own]
    return (load_methods(shipped) if shipped else {}), own


def load_study_trainings(study: Study, indicators: pd.DataFrame) -> pd.DataFrame:
    """Load a study's own catalogue of trainings, or the shipped one where it has none.

    Raises
    ------
    EvidenceError
        If the catalogue breaks its rules.
    """
    from evalkit.evidence import load_trainings

    return load_trainings(find_study_trainings(study), indicators)


def find_study_trainings(study: Study) -> Path:
    """Return the file with a study's own catalogue of trainings, or the shipped one where it has none."""
    from evalkit.evidence import TRAININGS_FILE

    folders = [study.folder, templates_folder(), templates_folder(Path(__file__).parent)]
    paths = [folder / TRAININGS_FILE for folder in folders]
    return next((path for path in paths if path.is_file()), paths[1])


def choose_names(names: Sequence[str], known: Mapping[str, T], *, refusal: str) -> dict[str, T]:
    """Return what the names stand for, in their order; raise if some stand for nothing.

    Parameters
    ----------
    refusal
        What the message says before an unknown name.

    Examples
    --------
    >>> choose_names(["b"], {"a": 1, "b": 2}, refusal="-p: there is no method")
    {'b': 2}
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        lines = [f"{refusal} {name!r}: {did_you_mean(name, known)}" for name in unknown]
        raise UsageError("\n".join(lines))
    return {name: known[name] for name in names}


def choose_evidence(evidence: Evidence, *, places: Sequence[str], periods: Sequence[str]) -> Evidence:
    """Return the evidence of some places and periods; empty means all.

    Raises
    ------
    UsageError
        If a name does not occur in the evidence.
    """
    for kind, names in (("place", places), ("period", periods)):
        if not names:
            continue
        known = dict.fromkeys(name for name in evidence.observations[kind].unique() if name)
        choose_names(names, known, refusal=f"parameter {kind}s: the study has no {kind}")
    if not (places or periods):
        return evidence
    return evidence.select(places=tuple(places), periods=tuple(periods))


def write_study_sql(study: Study, specification: MethodSpecification, indicators: pd.DataFrame) -> str:
    """Return the SQL that scores a method on a study's evidence, its mappings applied."""
    from evalkit.methods import apply_mappings, scoring_sql

    return scoring_sql(apply_mappings(specification, study.mappings), indicators)


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
    errors += _target_errors(study, specifications) + _training_errors(study, indicators)
    errors += _mapping_errors(study, specifications, evidence)
    return errors + _choice_errors(parameters, specifications, evidence)


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
