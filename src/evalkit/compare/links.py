"""How far do two methods differ for the same person? Only where something puts them in one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.design import MethodDesign, require
from evalkit.compare.pairs import Resampling, choose_clusters
from evalkit.errors import UsageError, did_you_mean
from evalkit.stats import (
    bootstrap,
    estimate_deming,
    estimate_limits,
    weighted_lin_concordance,
)

COLUMNS: Final = [
    "quantity", "method_a", "method_b", "estimate", "conf_low", "conf_high", "n", "caveat"
]  # fmt: skip
POINTS: Final = ["method_a", "method_b", "mean", "difference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
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
        If no reason is given, or the slope is not positive.
    """

    method_a: str
    method_b: str
    because: str
    slope: float = 1.0
    intercept: float = 0.0
    error_ratio: float = float("nan")

    def __post_init__(self) -> None:
        """Refuse a link without a reason, or one that turns the scale round."""
        if not self.because.strip():
            raise UsageError(f"A link of {self.method_a} and {self.method_b} needs its reason in `because`.")
        if not self.slope > 0:
            raise UsageError(
                f"A link of {self.method_a} and {self.method_b} needs a slope above 0; it is {self.slope:g}."
            )


def measure_differences(
    table: pd.DataFrame, links: list[Link], design: MethodDesign, sampling: Resampling
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return bias, limits of agreement, concordance and Deming's line of each linked pair, and its points.

    Scores of different methods have no common unit of their own, so nothing is computed without a link.

    Parameters
    ----------
    table
        Scores, indexed by place, unit and employee, one column a method.

    Raises
    ------
    DesignError
        If the methods are weightings of one instrument, or are not crossed.
    UsageError
        If a link names a method without scores.
    """
    rows = []
    points = []
    for link in links:
        require("limits_of_agreement", design)
        for name in (link.method_a, link.method_b):
            if name not in table:
                raise UsageError(
                    f"A link names {name!r}, which scored nobody: {did_you_mean(name, map(str, table))}"
                )
        both = table[[link.method_a, link.method_b]].dropna()
        both = both.assign(**{link.method_b: link.intercept + link.slope * both[link.method_b]})
        rows += _measure(link, both, sampling)
        points.append(_points(link, both))
    drawn = pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=POINTS)
    return pd.DataFrame(rows, columns=COLUMNS), drawn


def _points(link: Link, both: pd.DataFrame) -> pd.DataFrame:
    """Return mean and difference of each person, unnamed and in the order of the mean."""
    first, second = both.to_numpy().T
    points = pd.DataFrame({"mean": (first + second) / 2, "difference": first - second})
    named = points.assign(method_a=link.method_a, method_b=link.method_b)
    return named.sort_values(["mean", "difference"])[POINTS]


def _measure(link: Link, both: pd.DataFrame, sampling: Resampling) -> list[dict[str, object]]:
    """Return the rows of one pair: method_a less the linked method_b."""
    place, unit = (both.index.get_level_values(name).to_numpy() for name in ("place", "unit"))
    first, second = both.to_numpy().T
    clusters, caveat = choose_clusters(place, unit)
    found = estimate_limits(first, second, clusters=clusters, conf_level=sampling.conf_level)
    close = bootstrap(weighted_lin_concordance, first, second, clusters=clusters, **sampling.options())
    ends = {
        "bias": (found.bias, found.bias_low, found.bias_high),
        "lower_limit_of_agreement": (found.lower, found.lower_low, found.lower_high),
        "upper_limit_of_agreement": (found.upper, found.upper_low, found.upper_high),
        "lin_concordance": tuple(map(float, (close.estimate, close.conf_low, close.conf_high))),
        **_deming(link, first, second, clusters, sampling),
    }
    doubts = "; ".join(text for text in (f"in one unit because {link.because}", caveat) if text)
    named = {"method_a": link.method_a, "method_b": link.method_b, "n": len(both), "caveat": doubts}
    return [
        {**named, "quantity": name, **dict(zip(("estimate", "conf_low", "conf_high"), three, strict=True))}
        for name, three in ends.items()
    ]


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
