"""What the validation report found, in sentences."""

from __future__ import annotations

from typing import Final

from evalkit.compare import Validation
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_LIMITS: Final = (
    mark(
        "A statistic that gives a published answer can still be asked the wrong question; each report says what its design "
        "can answer."
    ),
    mark("Whether intervals hold the truth as often as they promise is shown in a section of its own."),
)


def say_validation(validation: Validation, lang: Language | None = None) -> Findings:
    """Say how many published answers were recomputed within their tolerance, and which were not."""
    tr = translator(lang)
    return Findings(
        (_passed(tr, validation), *_missed(tr, validation), *_left_out(tr, validation)),
        tuple(map(tr, _LIMITS)),
    )


def _passed(tr: Translator, validation: Validation) -> str:
    answers = validation.answers
    return tr.plural(
        "{n} of {answers} from {sources} comes out here as printed, within its tolerance.",
        "{n} of {answers} from {sources} come out here as printed, within their tolerance.",
        int(answers["passed"].sum()),
        answers=tr.plural("{n} answer", "{n} answers", len(answers)),
        sources=tr.plural("{n} source", "{n} sources", len(validation.entries)),
    )


def _missed(tr: Translator, validation: Validation) -> list[str]:
    missed = validation.answers[~validation.answers["passed"]]
    if missed.empty:
        return []
    names = [f"{tr.label(row.quantity)} ({tr.label(row.entry)})" for row in missed.itertuples()]
    return [tr("Outside the tolerance: {names}.", names=tr.listed(names))]


def _left_out(tr: Translator, validation: Validation) -> list[str]:
    if not validation.left_out:
        return []
    names = tr.listed([tr.label(name) for name in validation.left_out])
    return [tr("Left out, since their data are in another study or place: {names}.", names=names)]
