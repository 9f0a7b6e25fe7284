"""Reliability made ready for people: coefficients in words, numbers with their intervals, reasons."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd

from evalkit.compare import DecisionQuality, Reliability
from evalkit.present.language import Translator, mark, translator
from evalkit.present.wording.reliability import describe_band
from evalkit.vocabulary import Language

_FEW_NAMES: Final = 3
_NAMES: Final = {
    "icc": mark("over raters"),
    "icc_one_way": mark("one way, ICC(1)"),
    "icc_agreement": mark("agreement, ICC(A)"),
    "icc_consistency": mark("consistency, ICC(C)"),
    "cronbach_alpha": "α",
    "omega_total": "ω",
}
_SHARES: Final = ("decision_accuracy", "decision_consistency")
_QUALITIES: Final = (*_SHARES, "decision_kappa", "reliable_change")


def tabulate_coefficients(reliability: Reliability, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the coefficients with what they speak of, and the words for both ends of the interval."""
    frame, tr = reliability.coefficients, translator(lang)
    of = [
        _name_size(str(facet), int(n), tr)
        for facet, n in zip(frame["facet"], frame["n_averaged"], strict=True)
    ]
    about = [
        f"{tr.label(name)}: {text}" if name else text
        for name, text in zip(frame["indicator"], of, strict=True)
    ]
    bands = [describe_band(*ends, lang) for ends in zip(frame["band_low"], frame["band_high"], strict=True)]
    names = [tr(_NAMES[name]) for name in frame["quantity"]]
    return frame.assign(quantity=names, of=of, about=about, band=bands)


def _name_size(facet: str, n: int, tr: Translator) -> str:
    """Name what a coefficient is of: one rating, the mean of several, or a sum of indicators."""
    one, several = tr.label(facet.removesuffix("s")), tr.label(facet)
    if facet in ("indicators", "items"):
        return tr("sum of {n} {facet}", n=tr.number(n), facet=several)
    if n == 1:
        return tr("one {facet}", facet=one)
    return tr("mean of {n} {facet}", n=tr.number(n), facet=several)


def tabulate_curves(reliability: Reliability, *, lang: Language | None = None) -> pd.DataFrame:
    """Return Φ of the mean of n ratings, and its standard error with the interval in one text."""
    frame = reliability.curves
    ends = zip(frame["sem"], frame["sem_low"], frame["sem_high"], strict=True)
    tr = translator(lang)
    errors = [tr.measured(at, low, high) for at, low, high in ends]
    sizes = [
        f"{tr.number(n)} {tr.label(facet)}" if n > 1 else tr("one {facet}", facet=tr.label(facet[:-1]))
        for n, facet in zip(frame["n_ratings"], frame["facet"], strict=True)
    ]
    return frame.assign(sizes=sizes, error=errors)


def tabulate_decisions(quality: DecisionQuality, *, lang: Language | None = None) -> pd.DataFrame:
    """Return one row per source, indicator and number of ratings, each quality with its interval as text."""
    frame = quality.qualities
    tr = translator(lang)
    texts = [_text(tr, *row) for row in frame[["quantity", "estimate", "conf_low", "conf_high"]].to_numpy()]
    keys = ["place", "source", "indicator", "facet", "n_ratings"]
    wide = frame.assign(text=texts).pivot_table(
        index=keys, columns="quantity", values="text", aggfunc="first", sort=False
    )
    about = frame.groupby(keys, sort=False).agg(cut=("cut", "first"), n=("n", "first"))
    return wide.reindex(columns=list(_QUALITIES)).join(about).reset_index().rename_axis(columns=None)


def tabulate_refusals(reliability: Reliability, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what cannot be estimated, indicators (then places) with the same reason in one row."""
    tr = translator(lang)
    names = [tr(_NAMES[name]) for name in reliability.refused["quantity"]]
    frame = reliability.refused.assign(quantity=names)
    keys = ["place", "source", "quantity", "reason"]
    told = frame.groupby(keys, sort=False)["indicator"].agg(partial(_enumerate, tr)).reset_index()
    for name, write in (("place", partial(_list_places, tr)), ("quantity", ", ".join)):
        same = [other for other in told if other != name]
        told = told.groupby(same, sort=False)[name].agg(write).reset_index()
    return told


def _text(tr: Translator, quantity: str, estimate: float, low: float, high: float) -> str:
    if quantity in _SHARES:
        return tr.measured(estimate, low, high, digits=1, share=True)
    return tr.measured(estimate, low, high)


def _list_places(tr: Translator, codes: pd.Series[str]) -> str:
    """Name the places; one stays a code, which the table labels."""
    return str(codes.iloc[0]) if len(codes) == 1 else ", ".join(tr.label(code) for code in codes)


def _enumerate(tr: Translator, names: pd.Series[str]) -> str:
    """Name a few, and count many."""
    if len(names) > _FEW_NAMES:
        return tr.plural("{n} indicator", "{n} indicators", len(names))
    return ", ".join(name or tr("all indicators") for name in names)
