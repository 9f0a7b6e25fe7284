"""Dependability of scores made ready for people: one row a score, intervals beside numbers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat

import numpy as np
import pandas as pd

from evalkit.compare import PredikatConsistency, ScoreDependability
from evalkit.present.language import translator
from evalkit.present.wording.score_dependability import name_design
from evalkit.vocabulary import Language

_SHORT = {"score_dependability": "phi", "score_generalizability": "rho", "score_standard_error": "sem"}
_KEY = ["method", "place", "basis", "n", "caveat"]


def tabulate_score_dependability(worth: ScoreDependability, lang: Language | None = None) -> pd.DataFrame:
    """Return Φ, Eρ² and the standard error of each score as reported, and Φ of one occasion, as texts."""
    frame = worth.coefficients
    texts = frame.assign(
        text=_texts(frame, lang),
        column=frame["quantity"].map(_SHORT).where(frame["design"] == "as reported", "single"),
    )
    texts = texts[(texts["column"] != "single") | (texts["quantity"] == "score_dependability")]
    wide = texts.pivot_table(index=_KEY, columns="column", values="text", aggfunc="first", sort=False)
    columns = ["phi", "rho", "sem", "single"]
    return wide.reindex(columns=columns).astype(object).fillna("–").reset_index().rename_axis(columns=None)


def tabulate_cheapest(worth: ScoreDependability, lang: Language | None = None) -> pd.DataFrame:
    """Return the design with the least work that reaches the target, a row a score; a dash if none does."""
    frame = worth.cheapest()
    names = [
        "–" if np.isnan(minutes) else name_design(int(occasions), float(raters), lang, basis=basis)
        for minutes, occasions, raters, basis in frame[
            ["minutes", "n_occasions", "raters", "basis"]
        ].itertuples(index=False)
    ]
    return frame.assign(design=names)


def tabulate_predikat_consistency(again: PredikatConsistency, lang: Language | None = None) -> pd.DataFrame:
    """Return the share with the same predikat and κ as texts, and the larger of their Monte Carlo errors."""
    frame = again.consistency
    texts = _texts(frame, lang, shares=frame["quantity"] == "same_predikat_share")
    told = frame.assign(text=texts)
    wide = told.pivot_table(index=_KEY, columns="quantity", values="text", aggfunc="first", sort=False)
    errors = told.groupby(_KEY, sort=False)["mc_error"].max()
    columns = ["same_predikat_share", "predikat_kappa"]
    return wide.reindex(columns=columns).join(errors).reset_index().rename_axis(columns=None)


def _texts(
    frame: pd.DataFrame, lang: Language | None, *, shares: Iterable[bool] = repeat(False)
) -> list[str]:
    tr = translator(lang)
    ends = frame[["estimate", "conf_low", "conf_high"]].itertuples(index=False)
    return [tr.measured(*row, share=share) for row, share in zip(ends, shares, strict=False)]
