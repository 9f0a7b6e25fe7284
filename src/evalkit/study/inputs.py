"""A study's inputs: its evidence, its methods and its trainings, and what of them is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from evalkit.errors import EvalkitError, SpecificationError, StudyError, UsageError, did_you_mean
from evalkit.study.shipped import templates_folder
from evalkit.study.study_file import Study
from evalkit.vocabulary import LABELS, METHODS, Language

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
    evidence = read_study_evidence(study, keep_valid=keep_valid)
    _check_kind(study, evidence.kind)
    _check_places(study, evidence)
    return evidence


def read_study_evidence(study: Study, *, keep_valid: bool = False, check_hashes: bool = True) -> Evidence:
    """Load a study's evidence, or simulate it, without holding it to ``study.yaml``."""
    if study.simulate:
        return _simulate(study)
    from evalkit.evidence import load_evidence

    return load_evidence(study.folder, keep_valid=keep_valid, check_hashes=check_hashes)


def find_mismatches(study: Study, evidence: Evidence) -> list[EvalkitError]:
    """List where ``study.yaml`` says something else of the evidence than there is."""
    errors: list[EvalkitError] = []
    for check in (partial(_check_kind, study, evidence.kind), partial(_check_places, study, evidence)):
        try:
            check()
        except EvalkitError as error:
            errors.append(error)
    return errors


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


def list_labels(study: Study, evidence: Evidence) -> dict[str, Mapping[Language, str]]:
    """Return what a study calls its indicators and places; words that every study shares come first."""
    rows = evidence.indicators[["indicator", "label_en", "label_id"]].itertuples(index=False)
    labels: dict[str, Mapping[Language, str]] = {
        code: {"en": english, "id": indonesian} for code, english, indonesian in rows if code not in LABELS
    }
    return labels | dict(study.places)


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

    own = study.folder / TRAININGS_FILE
    return own if own.is_file() else templates_folder(study.folder) / TRAININGS_FILE


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
