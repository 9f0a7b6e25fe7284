"""What the error of a score means for decisions: a cut-off, and a change from one score to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.groups import FEWEST
from evalkit.compare.reliability import Reliability
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_classification, estimate_reliable_change

_KEY: Final = ("place", "source", "indicator")
_GROUP: Final = [*_KEY, "facet"]
_COLUMNS: Final = [
    *[*_GROUP, "n_ratings", "quantity", "cut", "estimate", "conf_low", "conf_high", "n", "caveat"],
]
_SHOWN: Final = (1, 5, 10, 20, 50)
_TRIED: Final = 7  # values of Φ over its interval, ends included
OPEN: Final = "the scale is open at one end, so it has no middle to cut at"
TOO_FEW: Final = "{n} are rated; their mean and spread, which are held, take {fewest} or more"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionQuality:
    """How decisions on the mean of n ratings come out.

    Attributes
    ----------
    qualities
        A row per place, source, indicator, facet, n_ratings and quantity: decision_accuracy (share on the
        right side of the cut), decision_consistency (share on the same side twice), decision_kappa
        (the same beyond chance), reliable_change (smallest
        difference of two scores that is beyond error, in points); cut, estimate, conf_low, conf_high, n
        (rated), caveat.
    conf_level
        Level of the intervals, and of the reliable change.
    """

    qualities: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the shares to their bounds."""
        named = self.qualities["quantity"].isin(["decision_accuracy", "decision_consistency"])
        shares = self.qualities[named]
        if not shares["estimate"].dropna().between(0, 1).all():
            raise ValueError("a share of decisions lies between 0 and 1")
        known = self.qualities.dropna(subset=["estimate", "conf_low", "conf_high"])
        if not known["estimate"].between(known["conf_low"], known["conf_high"]).all():
            raise ValueError("an interval of a decision does not hold its estimate")

    def to_frame(self) -> pd.DataFrame:
        """Return the qualities, one tidy row each."""
        return self.qualities.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the qualities as rows of ``results.csv``."""
        frame = self.qualities
        sizes = frame["n_ratings"].map(", n_ratings={}".format)
        rows = frame.assign(
            group=frame["source"], item=frame["indicator"] + " over " + frame["facet"] + sizes
        )
        columns = ["quantity", "place", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return rows[columns]

    def _repr_html_(self) -> str:
        return show_frame(self.qualities)


def measure_decision_quality(
    reliability: Reliability, evidence: Evidence, *, counts: Sequence[int] = _SHOWN
) -> DecisionQuality:
    """Say how often a cut at the middle of a scale decides rightly, and which change is beyond error.

    For each indicator with a dependability curve, under the beta-binomial model of Livingston and Lewis with
    the Φ of the mean of n ratings; an interval holds what every Φ of its interval gives (a share can fall and
    rise again in between), mean and spread held. Of fewer than ten who are rated these are not known well
    enough. The middle of the scale is a cut-off that needs no norm; a real one belongs to the office that
    sets it.

    Parameters
    ----------
    counts
        Numbers of ratings to show, of those on the curve.
    """
    rows: list[dict[str, Any]] = []
    averages = _average(evidence)
    scales = evidence.indicators.set_index("indicator")[["low", "high"]].astype(float)
    shown = reliability.curves[reliability.curves["n_ratings"].isin(counts)]
    for point in shown.to_dict("records"):
        about = {name: point[name] for name in (*_GROUP, "n_ratings", "caveat")}
        means = averages[tuple(point[name] for name in _KEY)]
        low, high = scales.loc[point["indicator"]].tolist()
        about |= {"n": len(means)}
        rows += [{**about, **row} for row in _classify(point, means, low, high)]
        rows.append({**about, "cut": np.nan, **_change(point, reliability.conf_level)})
    return DecisionQuality(qualities=pd.DataFrame(rows, columns=_COLUMNS), conf_level=reliability.conf_level)


def _average(evidence: Evidence) -> dict[Any, pd.Series]:
    """Return the mean of each ratee, by place, source and indicator."""
    rows = evidence.observations
    rows = rows[rows["status"] == "recorded"]
    return {key: _means(group) for key, group in rows.groupby(list(_KEY), sort=False)}


def _means(rows: pd.DataFrame) -> pd.Series:
    who = ["unit", "employee"] if (rows["employee"] == "").any() else ["employee"]
    return rows.groupby(who)["value"].mean()


def _classify(point: dict[Any, Any], means: pd.Series, low: float, high: float) -> list[dict[str, Any]]:
    """Return accuracy and consistency at the middle of the scale, or why there are none."""
    quantities = ("decision_accuracy", "decision_consistency", "decision_kappa")
    cut = (low + high) / 2
    blank = {"cut": cut, "estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan}
    if np.isnan(cut) or len(means) < FEWEST:
        reason = OPEN if np.isnan(cut) else TOO_FEW.format(n=len(means), fewest=FEWEST)
        return [{**blank, "quantity": name, "caveat": reason} for name in quantities]
    sd = point["sem"] / np.sqrt(1 - point["estimate"])
    between = np.linspace(point["conf_low"], point["conf_high"], _TRIED)
    try:
        found = [
            estimate_classification(float(means.mean()), sd, phi, low=low, high=high, cuts=[cut])
            for phi in (point["estimate"], *between)
        ]
    except DesignError as error:
        return [{**blank, "quantity": name, "caveat": str(error)} for name in quantities]
    ends = {"decision_accuracy": [x.accuracy for x in found]}
    ends |= {"decision_consistency": [x.consistency for x in found]}
    ends |= {"decision_kappa": [x.kappa for x in found]}
    return [
        {"quantity": name, "cut": cut, "estimate": at[0], "conf_low": min(at), "conf_high": max(at)}
        for name, at in ends.items()
    ]


def _change(point: dict[Any, Any], conf_level: float) -> dict[str, Any]:
    """Return the smallest change beyond error, from the standard error of measurement."""
    least = [
        estimate_reliable_change([], [], sd=point[end], reliability=0.0, conf_level=conf_level).least
        for end in ("sem", "sem_low", "sem_high")
    ]
    return {
        "quantity": "reliable_change",
        "estimate": least[0],
        "conf_low": least[1],
        "conf_high": least[2],
    }
