"""How far do two methods differ for the same person? Only where something puts them in one unit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.design import MethodDesign, require
from evalkit.compare.pairs import LEFT_OUT, Resampling, choose_clusters
from evalkit.compare.pooled import POOLED
from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.shown import Shown
from evalkit.stats import (
    bootstrap,
    estimate_deming,
    estimate_limits,
    weighted_lin_concordance,
)

COLUMNS: Final = [
    "quantity", "method_a", "method_b", "place", "estimate", "conf_low", "conf_high", "n", "caveat"
]  # fmt: skip
#: Stands for an estimate that cannot be given; the reason is its caveat.
REFUSED: Final = "refused_limits_of_agreement"
TOGETHER: Final = "{n} places together: what sets them apart is part of the limits"
POINTS: Final = ["method_a", "method_b", "mean", "difference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Shown):
    """What puts the scores of two methods in one unit, fixed on other data than those compared.

    Attributes
    ----------
    method_a, method_b
        The two methods.
    slope, intercept
        method_b in the unit of method_a is intercept + slope · method_b; 1 and 0 where they share a unit by
        definition.
    error_ratio
        Error variance of method_b, so linked, over that of method_a, from other data; NaN: no Deming line.
    because
        Why this holds. Calibrating by means and spreads of the same people would force the bias to 0.

    Raises
    ------
    UsageError
        If no reason is given, both methods are one, or slope or error ratio are not positive.
    """

    method_a: str
    method_b: str
    because: str
    slope: float = 1.0
    intercept: float = 0.0
    error_ratio: float = float("nan")

    def __post_init__(self) -> None:
        """Refuse a link without a reason, or one that turns the scale round."""
        pair = f"A link of {self.method_a} and {self.method_b}"
        if not self.because.strip():
            raise UsageError(f"{pair} needs its reason in `because`.")
        if self.method_a == self.method_b:
            raise UsageError(f"{pair} needs two methods.")
        if not (0 < self.slope < math.inf and math.isfinite(self.intercept)):
            raise UsageError(
                f"{pair} needs a slope above 0 and a finite intercept; they are {self.slope:g} and "
                f"{self.intercept:g}."
            )
        if not (math.isnan(self.error_ratio) or 0 < self.error_ratio < math.inf):
            raise UsageError(f"{pair} needs an error ratio above 0; it is {self.error_ratio:g}.")


def measure_linked_pairs(
    table: pd.DataFrame,
    links: Iterable[Link],
    design: MethodDesign,
    sampling: Resampling,
    *,
    known: Iterable[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return bias, limits of agreement, concordance and Deming's line of each linked pair, and its points.

    Scores of different methods have no common unit of their own, so nothing is computed without a link. Over
    several places each comes first by itself, then all together. What cannot be answered is a row with its
    reason.

    Parameters
    ----------
    table
        Scores, indexed by place, unit and employee, one column a method.
    known
        Methods that were asked for, whether or not they scored anyone.

    Raises
    ------
    UsageError
        If a link names a method that was not asked for.
    """
    rows = []
    points = []
    for link in links:
        _refuse_unknown(link, {*map(str, table), *known})
        both = table.reindex(columns=[link.method_a, link.method_b])
        n_one = int(both.notna().any(axis=1).sum())
        both = both.dropna()
        both = both.assign(**{link.method_b: link.intercept + link.slope * both[link.method_b]})
        try:
            require("limits_of_agreement", _pair_design(link, design, n_one, len(both)))
        except DesignError as error:
            rows.append(_refused(link, "", error))
            continue
        rows += _measure_places(link, both, LEFT_OUT.format(n=n_one - len(both)), n_one, sampling)
        points.append(_points(link, both))
    drawn = pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=POINTS)
    return pd.DataFrame(rows, columns=COLUMNS), drawn


def _refuse_unknown(link: Link, known: set[str]) -> None:
    for name in (link.method_a, link.method_b):
        if name not in known:
            raise UsageError(
                f"A link names {name!r}, which is none of the methods: {did_you_mean(name, known)}"
            )


def _pair_design(link: Link, design: MethodDesign, n_one: int, n_both: int) -> MethodDesign:
    """Return the design of two methods alone; people whom one of them did not score are left out."""
    names = tuple(name for name in (link.method_a, link.method_b) if name in design.methods)
    return replace(
        design,
        methods=names,
        crossing="crossed" if n_both else "nested",
        n_employees=n_both or n_one,
        n_complete=n_both,
        readings={name: design.readings[name] for name in names},
    )


def _measure_places(
    link: Link, both: pd.DataFrame, left_out: str, n_one: int, sampling: Resampling
) -> list[dict[str, object]]:
    """Return the rows of one pair: within each place first, where there are several, then together."""
    doubt = left_out if n_one > len(both) else ""
    places = {str(place): part for place, part in both.groupby(level="place", sort=True)}
    if len(places) < 2:
        return _measure(link, "", both, doubt, sampling)
    within = [row for place, part in places.items() for row in _measure(link, place, part, "", sampling)]
    doubt = "; ".join(filter(None, (TOGETHER.format(n=len(places)), doubt)))
    return [*within, *_measure(link, POOLED, both, doubt, sampling)]


def _refused(link: Link, place: str, error: DesignError, quantity: str = REFUSED) -> dict[str, object]:
    gaps = dict.fromkeys(("estimate", "conf_low", "conf_high", "n"), np.nan)
    named = {"method_a": link.method_a, "method_b": link.method_b, "place": place}
    return {**named, **gaps, "quantity": quantity, "caveat": str(error)}


def _points(link: Link, both: pd.DataFrame) -> pd.DataFrame:
    """Return mean and difference of each person, unnamed and in the order of the mean."""
    first, second = both.to_numpy().T
    points = pd.DataFrame({"mean": (first + second) / 2, "difference": first - second})
    named = points.assign(method_a=link.method_a, method_b=link.method_b)
    return named.sort_values(["mean", "difference"])[POINTS]


def _measure(
    link: Link, place: str, both: pd.DataFrame, doubt: str, sampling: Resampling
) -> list[dict[str, object]]:
    """Return the rows of one pair in one place, or over all: method_a less the linked method_b."""
    where, unit = (both.index.get_level_values(name).to_numpy() for name in ("place", "unit"))
    first, second = both.to_numpy().T
    clusters, caveat = choose_clusters(where, unit)
    try:
        found = estimate_limits(first, second, clusters=clusters, conf_level=sampling.conf_level)
        close = bootstrap(weighted_lin_concordance, first, second, clusters=clusters, **sampling.options())
    except DesignError as error:
        return [_refused(link, place, error)]
    ends = {
        "bias": (found.bias, found.bias_low, found.bias_high),
        "lower_limit_of_agreement": (found.lower, found.lower_low, found.lower_high),
        "upper_limit_of_agreement": (found.upper, found.upper_low, found.upper_high),
        "lin_concordance": tuple(map(float, (close.estimate, close.conf_low, close.conf_high))),
    }
    gaps = []
    try:
        ends |= _deming(link, first, second, clusters, sampling)
    except DesignError as error:
        gaps.append(_refused(link, place, error, "refused_deming_line"))
    doubts = "; ".join(filter(None, (f"in one unit because {link.because.rstrip('.')}", doubt, caveat)))
    named = {"method_a": link.method_a, "method_b": link.method_b, "place": place}
    rows = [
        {
            **named,
            "quantity": name,
            **dict(zip(("estimate", "conf_low", "conf_high"), three, strict=True)),
            "n": len(both),
            "caveat": doubts,
        }
        for name, three in ends.items()
    ]
    return rows + gaps


def _deming(
    link: Link, first: np.ndarray, second: np.ndarray, clusters: np.ndarray | None, sampling: Resampling
) -> dict[str, tuple[float, ...]]:
    """Return slope and intercept where the ratio of error variances is known."""
    if np.isnan(link.error_ratio):
        return {}
    line = estimate_deming(
        first, second, error_ratio=link.error_ratio, clusters=clusters, conf_level=sampling.conf_level
    )
    return {
        "deming_slope": (line.slope, line.slope_low, line.slope_high),
        "deming_intercept": (line.intercept, line.intercept_low, line.intercept_high),
    }
