"""What the validation report found, in sentences."""

from __future__ import annotations

from evalkit.compare import Validation
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed

_LIMITS = (
    "A statistic that gives a published answer on one table can still be used on the wrong question; each report says what its design "
    "can answer.",
    "Whether intervals hold the truth as often as they say is another matter; it has its own section below.",
)


def say_validation(validation: Validation) -> Findings:
    """Say how many published answers were recomputed within their tolerance, and which were not."""
    answers = validation.answers
    n_passed, n = int(answers["passed"].sum()), len(answers)
    lead = (
        f"{n_passed} of {count(n, 'published answer')} from {count(len(validation.entries), 'source')} "
        f"{'is' if n_passed == 1 else 'are'} recomputed here within the printed precision"
    )
    missed = [f"{row.entry}: {row.quantity}" for row in answers[~answers["passed"]].itertuples()]
    sentences = [f"{lead}."] if not missed else [f"{lead}; missed: {listed(missed)}."]
    if validation.left_out:
        sentences.append(
            f"Left out, since their data are in another study or place: {listed(validation.left_out)}."
        )
    return Findings(tuple(text.replace("_", " ") for text in sentences), _LIMITS)
