"""Reliability made ready for people: coefficients in words, numbers with their intervals, reasons."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import DecisionQuality, Reliability
from evalkit.present.labels import cell_label
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.wording.reliability import describe_band

_FEW_NAMES: Final = 3
_NAMES: Final = {
    "icc": "over raters",
    "icc_one_way": "one way, ICC(1)",
    "icc_agreement": "agreement, ICC(A)",
    "icc_consistency": "consistency, ICC(C)",
    "cronbach_alpha": "α",
    "omega_total": "ω",
}
_SHARES: Final = ("decision_accuracy", "decision_consistency")
_QUALITIES: Final = (*_SHARES, "decision_kappa", "reliable_change")


def tabulate_coefficients(reliability: Reliability) -> pd.DataFrame:
    """Return the coefficients with what they speak of, and the words for both ends of the interval."""
    frame = reliability.coefficients
    sizes = frame["n_averaged"].map("{:.0f} ".format) + frame["facet"]
    singles = "one " + frame["facet"].str.removesuffix("s")
    of = singles.where(frame["n_averaged"] == 1, "mean of " + sizes)
    of = of.mask(frame["facet"].isin(["indicators", "items"]), "sum of " + sizes)
    about = frame["indicator"].where(frame["indicator"] == "", frame["indicator"] + ": ").map(cell_label)
    bands = [describe_band(*ends) for ends in zip(frame["band_low"], frame["band_high"], strict=True)]
    return frame.assign(quantity=frame["quantity"].map(_NAMES), of=of, about=about + of, band=bands)


def tabulate_curves(reliability: Reliability) -> pd.DataFrame:
    """Return Φ of the mean of n ratings, and its standard error with the interval in one text."""
    frame = reliability.curves
    ends = zip(frame["sem"], frame["sem_low"], frame["sem_high"], strict=True)
    errors = [f"{format_number(at)} ({format_interval(low, high)})" for at, low, high in ends]
    sizes = [
        f"{n} {facet}" if n > 1 else f"one {facet.removesuffix('s')}"
        for n, facet in zip(frame["n_ratings"], frame["facet"], strict=True)
    ]
    return frame.assign(sizes=sizes, error=errors)


def tabulate_decisions(quality: DecisionQuality) -> pd.DataFrame:
    """Return one row per source, indicator and number of ratings, each quality with its interval as text."""
    frame = quality.qualities
    texts = [_text(*row) for row in frame[["quantity", "estimate", "conf_low", "conf_high"]].to_numpy()]
    keys = ["place", "source", "indicator", "facet", "n_ratings"]
    wide = frame.assign(text=texts).pivot_table(
        index=keys, columns="quantity", values="text", aggfunc="first", sort=False
    )
    about = frame.groupby(keys, sort=False).agg(cut=("cut", "first"), n=("n", "first"))
    return wide.reindex(columns=list(_QUALITIES)).join(about).reset_index().rename_axis(columns=None)


def tabulate_refusals(reliability: Reliability) -> pd.DataFrame:
    """Return what cannot be estimated, indicators (then places) with the same reason in one row."""
    frame = reliability.refused.assign(quantity=reliability.refused["quantity"].map(_NAMES))
    keys = ["place", "source", "quantity", "reason"]
    told = frame.groupby(keys, sort=False)["indicator"].agg(_enumerate).reset_index()
    for name, write in (("place", _list_places), ("quantity", ", ".join)):
        same = [other for other in told if other != name]
        told = told.groupby(same, sort=False)[name].agg(write).reset_index()
    return told


def _text(quantity: str, estimate: float, low: float, high: float) -> str:
    if np.isnan(estimate):
        return "–"
    share = quantity in _SHARES
    number = format_share(estimate) if share else format_number(estimate)
    return f"{number} ({format_interval(low, high, share=share)})"


def _list_places(codes: pd.Series[str]) -> str:
    """Name the places; one stays a code, which the table labels."""
    return str(codes.iloc[0]) if len(codes) == 1 else ", ".join(cell_label(str(code)) for code in codes)


def _enumerate(names: pd.Series[str]) -> str:
    """Name a few, and count many."""
    known = [name or "all indicators" for name in names]
    return ", ".join(known) if len(known) <= _FEW_NAMES else f"{len(known)} indicators"
