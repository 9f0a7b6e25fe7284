"""A study's inputs: its evidence and its methods, loaded for a notebook or checked before a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError, SpecificationError, StudyError, did_you_mean
from evalkit.study.study_file import Study

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence
    from evalkit.methods import MethodSpecification


def load_study_evidence(study: Study, *, keep_valid: bool = False) -> Evidence:
    """Load and check a study's evidence."""
    from evalkit.evidence import load_evidence

    return load_evidence(study.folder, keep_valid=keep_valid)


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

    files = [study.folder / file for file in study.method_files]
    own = [load_specification(file, indicators=indicators) for file in files]
    profiles = {specification.name: specification for specification in own}
    shipped = [name for name in study.methods if name not in profiles]
    return (load_methods(shipped) if shipped else {}), profiles


def write_study_sql(study: Study, specification: MethodSpecification, indicators: pd.DataFrame) -> str:
    """Return the SQL that scores a method on a study's evidence, its mappings applied."""
    from evalkit.methods import apply_mappings, scoring_sql

    return scoring_sql(apply_mappings(specification, study.mappings), indicators)


def check_inputs(studies: Sequence[Study], *, keep_valid: bool = False) -> None:
    """Load the evidence, specifications and mappings of every study; raise what is wrong with all of them.

    Raises
    ------
    EvalkitError
        If some evidence, specification or mapping breaks its rules.
    """
    errors = [
        f"Study {study.name}: {error}" for study in studies for error in _input_errors(study, keep_valid)
    ]
    if errors:
        raise StudyError("\n\n".join(errors))


def _input_errors(study: Study, keep_valid: bool) -> list[EvalkitError]:
    errors = []
    indicators = None
    try:
        indicators = load_study_evidence(study, keep_valid=keep_valid).indicators
    except EvalkitError as error:
        errors.append(error)
    try:
        shipped, own = load_specifications(study, indicators)
    except EvalkitError as error:
        return [*errors, error]
    return errors + _mapping_errors(study, {**shipped, **own}, indicators)


def _mapping_errors(
    study: Study, specifications: Mapping[str, MethodSpecification], indicators: pd.DataFrame | None
) -> list[EvalkitError]:
    errors: list[EvalkitError] = [
        SpecificationError(f"study.yaml maps evidence to {name!r}: {did_you_mean(name, specifications)}")
        for name in study.mappings
        if name not in specifications
    ]
    if indicators is None:
        return errors
    for specification in specifications.values():
        try:
            write_study_sql(study, specification, indicators)
        except EvalkitError as error:
            errors.append(error)
    return errors
