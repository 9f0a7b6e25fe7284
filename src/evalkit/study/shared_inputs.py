"""A study's evidence and diagnosis, loaded or simulated once for all its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evalkit.study.checks import check_inputs
from evalkit.study.declared import list_declared
from evalkit.study.inputs import (
    find_study_trainings,
    load_specifications,
    load_study_evidence,
    load_study_trainings,
    simulate_study_unaffected,
)
from evalkit.study.people import people_of, read_names
from evalkit.study.provenance import combine, hash_file, hash_files, hash_tree
from evalkit.study.shared import SharedResults
from evalkit.study.study_file import Study

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence
    from evalkit.lab import Diagnosis
    from evalkit.methods import MethodSpecification

_MANY: Final = 8  # reports of a study, of which some read its diagnosis
_SETTINGS: Final = "study.yaml"  # decides what is made of the evidence, and not the evidence


def check_shared_inputs(
    studies: Sequence[Study],
    folder: Path | None,
    *,
    parameters: Mapping[str, Sequence[Mapping[str, Any]]],
    keep_valid: bool = False,
) -> list[str]:
    """Check the inputs of studies as `check_inputs` does, and keep for their reports what was loaded.

    Returns
    -------
    list of str
        The keys under which it is kept in the folder.
    """
    shared = SharedResults(folder)

    def load(study: Study, *, keep_valid: bool) -> Evidence:
        return load_shared_evidence(study, shared, keep_valid=keep_valid)

    check_inputs(studies, parameters=parameters, keep_valid=keep_valid, load=load)
    for study in studies:
        if shared.is_kept and people_of(study) == "hidden":
            read_shared_names(study, shared)
    return shared.recalled


def read_shared_diagnoses(
    studies: Sequence[Study], folder: Path | None, parameters: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[str]:
    """Keep the diagnoses of studies with many reports as `check_shared_inputs` keeps their evidence."""
    shared = SharedResults(folder)
    for study in studies:
        if len(parameters.get(study.name, ())) >= _MANY:
            find_shared_diagnosis(study, shared)
    return shared.recalled


def load_shared_evidence(study: Study, shared: SharedResults, *, keep_valid: bool) -> Evidence:
    """Load a study's evidence as `load_study_evidence` does, once for all reports."""
    return shared.recall(
        ["evidence", keep_valid, list(study.places), *_describe_source(study, shared)],
        lambda: load_study_evidence(study, keep_valid=keep_valid),
    )


def read_shared_names(study: Study, shared: SharedResults) -> frozenset[str]:
    """Read what a study's people are known by as `read_names` does, once for all reports."""
    return shared.recall(["names", *_describe_source(study, shared)], lambda: read_names(study))


def load_shared_specifications(
    study: Study, evidence: Evidence, shared: SharedResults
) -> tuple[dict[str, MethodSpecification], dict[str, MethodSpecification]]:
    """Load a study's methods as `load_specifications` does; its own files once for all reports."""
    if not (study.method_files and shared.is_kept):
        return load_specifications(study, evidence.indicators)
    digests = {file: hash_file(study.folder / file) for file in study.method_files}
    origin = ["specifications", list(study.methods), digests, evidence]
    shipped, own = shared.recall(origin, lambda: load_specifications(study, evidence.indicators))
    for method in own.values():
        shared.know(method, ["specification", method.name, *origin])
    return shipped, own


def simulate_shared_unaffected(study: Study, shared: SharedResults) -> Mapping[str, Evidence]:
    """Simulate the people of a study without the effect of one intervention, once for all reports."""
    return shared.recall(
        ["unaffected", *_describe_source(study, shared)], lambda: simulate_study_unaffected(study)
    )


def _describe_source(study: Study, shared: SharedResults) -> list[Any]:
    """Return what decides a study's evidence: the contents of its files, or what is simulated."""
    if not shared.is_kept:
        return []
    if study.simulate:
        descriptor = study.folder / "datapackage.json"
        digest = hash_file(descriptor) if descriptor.is_file() else ""
        return [study.name, study.kind, digest, study.simulate]
    files = hash_files(study.folder, (path for path in list_declared(study) if path.name != _SETTINGS))
    return [study.name, study.kind, combine(files)]


def find_shared_diagnosis(study: Study, shared: SharedResults) -> Diagnosis | None:
    """Read what 'evalkit diagnose' found for a study, once for all reports; none if it never ran."""
    from evalkit.lab import DIAGNOSIS_FOLDER, find_diagnosis

    folder = study.folder / DIAGNOSIS_FOLDER
    digest = hash_tree(folder) if shared.is_kept and folder.is_dir() else ""
    return shared.recall(["diagnosis", study.name, digest], lambda: find_diagnosis(study.folder))


def load_known_trainings(study: Study, evidence: Evidence, shared: SharedResults) -> pd.DataFrame:
    """Load a study's catalogue of trainings, once for all reports."""
    file = find_study_trainings(study)
    digest = hash_file(file) if shared.is_kept and file.is_file() else ""
    return shared.recall(
        ["trainings", digest, evidence], lambda: load_study_trainings(study, evidence.indicators)
    )
