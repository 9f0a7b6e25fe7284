"""Where the published answers of the validation report come from, in sentences."""

from __future__ import annotations

import pandas as pd

from evalkit.compare import Validation
from evalkit.present.language import translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language


def say_origins(validation: Validation, elsewhere: pd.DataFrame, *, lang: Language | None = None) -> Findings:
    """Say how many answers are quoted from memory, and how many published examples stand elsewhere.

    Parameters
    ----------
    validation
        From `validate_statistics`.
    elsewhere
        From `list_elsewhere`.
    """
    tr = translator(lang)
    recalled = validation.answers[validation.answers["origin"] == "recalled"]
    sentences = []
    if len(recalled):
        sentences.append(
            tr(
                "Quoted from memory, since the source was not at hand: {answers} from {sources}. A second computation agrees with each.",
                answers=tr.plural("{n} answer", "{n} answers", len(recalled)),
                sources=tr.plural("{n} source", "{n} sources", recalled["entry"].nunique()),
            )
        )
    if len(elsewhere):
        sentences.append(
            tr(
                "{examples} not recomputed on this page; a table below says why.",
                examples=tr.plural(
                    "{n} further published example is", "{n} further published examples are", len(elsewhere)
                ),
            )
        )
    return Findings(tuple(sentences))
