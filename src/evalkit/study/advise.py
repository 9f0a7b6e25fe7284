"""Advice for a budget of minutes, as text: what the diagnosis of a study says."""

from __future__ import annotations

from pathlib import Path

from evalkit.study.study_file import find_study
from evalkit.vocabulary import Language


def advise_study(
    name: str | Path, *, minutes: float, target: str = "common", quantity: str = "decision_loss",
    lang: Language = "en",
) -> str:  # fmt: skip
    """Say which design of which method decides best for so many minutes per employee and year.

    Raises
    ------
    UsageError
        If the minutes, the target or the quantity cannot be.
    StudyError
        If the study has no diagnosis.
    """
    from evalkit.lab import DIAGNOSIS_FOLDER, advise, load_baselines, read_diagnosis
    from evalkit.present import say_advice
    from evalkit.study.html.words import words
    from evalkit.study.inputs import load_specifications

    study = find_study(name)
    diagnosis = read_diagnosis(study.folder / DIAGNOSIS_FOLDER)
    shipped, own = load_specifications(study)
    methods = {
        method: (shipped | own)[method] for method in diagnosis.plan.methods if method in shipped | own
    }
    advice = advise(diagnosis, methods | load_baselines(), target=target, quantity=quantity)
    findings = say_advice(advice, minutes=minutes, lang=lang)
    return "\n".join([words(lang)["synthetic"], *findings.sentences, "", *findings.limits])
