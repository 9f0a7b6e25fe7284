"""Decision study: how dependable a mean of n ratings is, and how many ratings it takes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.design_coefficients import DesignCoefficients, name_ends
from evalkit.stats.likelihood_region import ComponentFunction
from evalkit.stats.variance_components import VarianceComponents
from evalkit.stats.variance_intervals import profile_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsNeeded(Shown):
    """How many ratings reach a target; infinite where no number does.

    ``conf_low`` and ``conf_high`` come from the upper and the lower end of the coefficient.
    """

    target: float
    estimate: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DependabilityCurve(DesignCoefficients):
    """Dependability of the mean of n ratings, each by another rater; a design per number of ratings.

    Eρ² equals Φ unless raters are crossed with the objects.

    Attributes
    ----------
    object_of_measurement
        Factor whose levels are told apart.
    n_ratings
        Ratings per object, shape (m,).
    single
        Φ of one rating with its interval.
    """

    object_of_measurement: str
    n_ratings: NDArray[np.int64]
    single: tuple[float, float, float]

    def ratings_needed(self, target: float = 0.80) -> RatingsNeeded:
        """Return the fewest ratings with Φ of at least the target."""
        if not 0 < target < 1:
            raise DesignError(f"A target for Φ lies between 0 and 1, such as .80; it is {target}.")
        estimate, low, high = (_ratings_for(target, phi) for phi in self.single)
        return RatingsNeeded(target=target, estimate=estimate, conf_low=high, conf_high=low)


def estimate_dependability(
    components: VarianceComponents | Mapping[str, float],
    object_of_measurement: str,
    *,
    crossed: Collection[str] = (),
    n_ratings: Iterable[int] = range(1, 51),
    conf_level: float = 0.95,
) -> DependabilityCurve:
    """Say how dependable the mean of n ratings is, for each n.

    Every other component counts as error and is averaged over the n ratings: Φ(n) = s_p / (s_p + s_Δ / n).
    That is the design in which each rating comes from another rater and raters are nested in the objects.

    Parameters
    ----------
    components
        A fit, which gives profile-likelihood intervals, or published components by name, which gives none.
    object_of_measurement
        Factor whose levels are told apart, such as the lecturer.
    crossed
        Factors of which all objects share the same levels (the same panel rates everyone): they do not
        disturb the order, so Eρ² leaves them out. Empty when raters are nested.
    n_ratings
        Numbers of ratings per object.

    Raises
    ------
    DesignError
        If a factor is unknown, or there is no error component.

    References
    ----------
    Brennan (2001), Generalizability Theory, doi:10.1007/978-1-4757-3456-0.

    Examples
    --------
    >>> curve = estimate_dependability({"p": 0.2, "r": 0.1, "residual": 0.7}, "p", n_ratings=[1, 16])
    >>> curve.phi.tolist(), curve.ratings_needed(0.80).estimate
    ([0.2, 0.8], 16.0)
    """
    given = components.components if isinstance(components, VarianceComponents) else dict(components)
    n = np.array(list(n_ratings), dtype=np.int64)
    _refuse(given, object_of_measurement, crossed, n)
    shares = _functions(object_of_measurement, frozenset(crossed))
    single = {name: (function(given), math.nan, math.nan) for name, function in shares.items()}
    caveat = "components without their data have no interval"
    if isinstance(components, VarianceComponents):
        asked = {name: function for name, function in shares.items() if crossed or name != "generalizability"}
        found = profile_interval(components, conf_level=conf_level, functions=asked, components=False)
        single = {name: found.interval(name if name in asked else "phi") for name in shares}
        caveat = next((text for text in found.caveats if text), "")
    return DependabilityCurve(
        object_of_measurement=object_of_measurement,
        n_ratings=n,
        **name_ends(
            [_step_up(value, n) for value in single["phi"]],
            [_step_up(value, n) for value in single["generalizability"]],
            [np.sqrt(value / n) for value in single["error"]],
        ),
        conf_level=conf_level,
        caveat=caveat,
        single=single["phi"],
    )


def _functions(object_of_measurement: str, crossed: frozenset[str]) -> dict[str, ComponentFunction]:
    """Write the single-rating coefficients and the error variance as functions of the components."""

    def share(v: Mapping[str, float], left_out: frozenset[str]) -> float:
        return v[object_of_measurement] / sum(value for name, value in v.items() if name not in left_out)

    return {
        "phi": lambda v: share(v, frozenset()),
        "generalizability": lambda v: share(v, crossed),
        "error": lambda v: sum(value for name, value in v.items() if name != object_of_measurement),
    }


def _step_up(single: float, n: NDArray[np.int64]) -> Floats:
    """Step a single-rating coefficient up to n ratings (Spearman–Brown)."""
    return np.asarray(n * single / (1.0 + (n - 1) * single), dtype=np.float64)


def _ratings_for(target: float, single: float) -> float:
    """Invert the step-up; the small allowance keeps an exact answer from being rounded up."""
    if math.isnan(single):
        return math.nan
    if single <= 0:
        return math.inf
    exact = target / (1 - target) * (1 - single) / single
    return float(max(1, math.ceil(exact - 1e-9)))


def _refuse(
    given: Mapping[str, float], object_of_measurement: str, crossed: Collection[str], n: NDArray[np.int64]
) -> None:
    unknown = [name for name in (object_of_measurement, *crossed) if name not in given]
    if unknown:
        raise DesignError(f"There is no component '{unknown[0]}'; there are {', '.join(given)}.")
    if object_of_measurement in crossed:
        raise DesignError(
            f"'{object_of_measurement}' is what is measured; it cannot be a crossed source of error."
        )
    if len(given) < 2 or any(not value >= 0 for value in given.values()) or sum(given.values()) <= 0:
        raise DesignError(
            "Dependability needs variances ≥ 0 of the object and of at least one source of error."
        )
    if not len(n) or n.min() < 1:
        raise DesignError("The numbers of ratings must be 1 or more.")
