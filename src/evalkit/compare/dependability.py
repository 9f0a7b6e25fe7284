"""How dependable are ratings? Their variance components, and the mean over more of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.details import join_details
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import (
    DependabilityCurve,
    RatingsNeeded,
    VarianceComponentIntervals,
    VarianceComponents,
    combine_codes,
    estimate_dependability,
    fit_variance_components,
    profile_interval,
)

TARGET: Final = 0.8
_FEW_RATED: Final = 10
_ENDS: Final = ("conf_low", "conf_high")
_COUNTS: Final = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100)
FEW: Final = "fewer than 10 are rated: the interval is wide and rests on the normal model"
BOUNDARY: Final = "a component is estimated as zero"
NEVER_SURE: Final = "no number of ratings is sure to be enough"
UNCONFIRMED: Final = "the optimum was not confirmed"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dependability:
    """Variance components of ratings in one place, and the dependability Φ of a mean over n of them.

    Attributes
    ----------
    components
        One row per component, who is rated first and the residual last: place, component, variance with
        conf_low and conf_high, share of the sum with share_low and share_high, n_levels, caveat.
    curve
        place, n_ratings, estimate (Φ) with conf_low and conf_high, sem (standard error of measurement, in
        points) with sem_low and sem_high, n, caveat.
    ratings_needed
        Ratings of a ratee for Φ ≥ target, with the least and the most that the interval of Φ allows; infinite
        where it includes zero.
    place, rated
        The data set, and who is rated: the component "employee" or "unit".
    conf_level
        Level of the intervals.
    n, reml_criterion
        Number of ratings, and -2 log restricted likelihood.
    """

    components: pd.DataFrame
    curve: pd.DataFrame
    ratings_needed: RatingsNeeded
    place: str
    rated: str
    conf_level: float
    n: int
    reml_criterion: float

    def __post_init__(self) -> None:
        """Hold the shares to their sum, and Φ to rise with the number of ratings."""
        if abs(self.components["share"].sum() - 1) > 1e-9:
            raise ValueError("the shares of the components do not add up to 1")
        if (self.curve["estimate"].diff().dropna() < 0).any():
            raise ValueError("dependability falls with the number of ratings")

    def to_frame(self) -> pd.DataFrame:
        """Return the components, one tidy row each."""
        return self.components.copy()

    def to_results(self) -> pd.DataFrame:
        """Return components, shares, Φ and the ratings needed as rows of ``results.csv``."""
        parts = self.components.rename(columns={"component": "item", "variance": "estimate"})
        shares = parts.assign(
            estimate=parts["share"],
            conf_low=parts["share_low"],
            conf_high=parts["share_high"],
            quantity="variance_share",
        )
        items = self.curve["n_ratings"].map("n_ratings={}".format)
        curve = self.curve.assign(quantity="dependability", item=items)
        sem = curve.assign(
            quantity="standard_error_of_measurement",
            estimate=curve["sem"],
            conf_low=curve["sem_low"],
            conf_high=curve["sem_high"],
        )
        rows = pd.concat([parts.assign(quantity="variance_component"), shares, curve, sem, self._needed()])
        columns = ["quantity", "place", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return rows.assign(n=self.n)[columns].reset_index(drop=True)

    def _needed(self) -> pd.DataFrame:
        needed = self.ratings_needed
        ends = (needed.estimate, needed.conf_low, needed.conf_high)
        row = dict(zip(("estimate", *_ENDS), (x if np.isfinite(x) else np.nan for x in ends), strict=True))
        never = "" if np.isfinite(needed.conf_high) else NEVER_SURE
        caveat = "; ".join(filter(None, [str(self.components["caveat"].iloc[0]), never]))
        about = {
            "quantity": "ratings_needed",
            "place": self.place,
            "item": f"dependability={needed.target:g}",
        }
        return pd.DataFrame([{**about, **row, "caveat": caveat}])

    def _repr_html_(self) -> str:
        return show_frame(self.components)


def measure_dependability(
    evidence: Evidence,
    *,
    facets: Mapping[str, Sequence[str]],
    fixed: str = "",
    table: str = "",
    rated: str = "employee",
    target: float = TARGET,
    counts: Sequence[int] = _COUNTS,
    conf_level: float = 0.95,
) -> Dependability:
    """Split the variance of ratings in one place, and project the dependability of a mean over more of them.

    Each of the n ratings of a ratee is taken to come from another condition of every facet, such as another
    rater, as when raters are nested in ratees. So every component but that of the ratee divides by n,
    Φ(n) = σ²(ratee) / (σ²(ratee) + Σ σ²(other)/n), and the interval of Φ(n) is that of Φ(1), carried over
    (Brennan 2001, Generalizability Theory). All intervals are profile-likelihood intervals.

    Parameters
    ----------
    evidence
        Evidence of one place and one indicator.
    facets
        Name of each facet and the columns whose combinations are its conditions, such as
        ``{"rater": ["rater"]}`` or ``{"employee_machine": ["employee", "machine"]}``.
    fixed
        Column whose conditions are the same few for everyone; its means are taken out.
    table
        The study's own table that holds further columns.
    rated
        "employee" or "unit".

    Raises
    ------
    DesignError
        If there is more than one place or indicator, or the components cannot be told apart.
    """
    rows = _rows(evidence, table)
    place = str(rows["place"].iloc[0])
    fit = _fit(rows, rated, facets, fixed)
    shares = {_share(name): _share_of(name) for name in fit.components if name != rated}
    found = profile_interval(fit, conf_level=conf_level, functions=shares)
    curve = estimate_dependability(fit, rated, n_ratings=counts, conf_level=conf_level)
    ends = {name: curve.single if name == rated else found.interval(_share(name)) for name in fit.components}
    unconfirmed = "" if fit.converged else UNCONFIRMED
    doubts = [*list_doubts(fit), unconfirmed, curve.caveat, *found.caveats]
    caveat = "; ".join(dict.fromkeys(filter(None, doubts)))
    return Dependability(
        components=_components(fit, found, ends).assign(place=place, caveat=caveat),
        curve=lay_out_curve(curve).assign(place=place, caveat=caveat, n=fit.n),
        ratings_needed=curve.ratings_needed(target),
        place=place,
        rated=rated,
        conf_level=conf_level,
        n=fit.n,
        reml_criterion=fit.reml_criterion,
    )


def _rows(evidence: Evidence, table: str) -> pd.DataFrame:
    """Return recorded observations of the one place and indicator."""
    observations = evidence.observations
    rows = join_details(evidence, table) if table else observations[observations["status"] == "recorded"]
    for column in ("place", "indicator"):
        found = sorted(rows[column].unique())
        if len(found) != 1:
            raise DesignError(
                f"Dependability is measured for one {column} at a time; the evidence has "
                f"{len(found)}{': ' + ', '.join(found[:5]) if found else ''}. "
                f"Select one with evidence.select({column}s=[…])."
            )
    return rows


def _fit(
    rows: pd.DataFrame, rated: str, facets: Mapping[str, Sequence[str]], fixed: str
) -> VarianceComponents:
    conditions = {name: [rows[column].to_numpy() for column in columns] for name, columns in facets.items()}
    factors = {rated: rows[rated].to_numpy()} | {
        name: combine_codes(*codes) for name, codes in conditions.items()
    }
    dummies = pd.get_dummies(rows[fixed], drop_first=True).to_numpy(dtype=np.float64) if fixed else None
    ones = np.ones((len(rows), 1))
    covariates = ones if dummies is None else np.hstack([ones, dummies])
    return fit_variance_components(rows["value"].to_numpy(), factors, covariates=covariates)


def _share(name: str) -> str:
    return f"share of {name}"


def _share_of(name: str) -> Callable[[Mapping[str, float]], float]:
    return lambda components: components[name] / sum(components.values())


def list_doubts(fit: VarianceComponents) -> list[str]:
    """Return what is doubtful about fitted components, whatever is asked of them."""
    few = FEW if fit.n_levels[0] < _FEW_RATED else ""
    boundary = BOUNDARY if fit.at_boundary.any() else ""
    return [text for text in (few, boundary) if text]


def _components(
    fit: VarianceComponents, found: VarianceComponentIntervals, ends: Mapping[str, tuple[float, float, float]]
) -> pd.DataFrame:
    """Lay out the components and their shares, with intervals."""
    names = list(fit.components)
    variances = pd.DataFrame([found.interval(name) for name in names], columns=["variance", *_ENDS])
    columns = ["share", "share_low", "share_high"]
    shares = pd.DataFrame([ends[name] for name in names], columns=columns)
    levels = pd.DataFrame({"component": names, "n_levels": [*fit.n_levels, fit.n]})
    return pd.concat([levels, variances, shares], axis=1)


def lay_out_curve(curve: DependabilityCurve) -> pd.DataFrame:
    """Lay out Φ and the standard error of measurement by the number of ratings."""
    columns = {
        "n_ratings": curve.n_ratings,
        "estimate": curve.phi,
        "conf_low": curve.phi_low,
        "conf_high": curve.phi_high,
        "sem": curve.sem,
        "sem_low": curve.sem_low,
        "sem_high": curve.sem_high,
    }
    return pd.DataFrame(columns)
