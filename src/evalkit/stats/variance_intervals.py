"""Intervals of variance components and of what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from scipy.stats import chi2, norm, skew

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.likelihood_region import ComponentFunction, find_extreme
from evalkit.stats.restricted_likelihood import evaluate
from evalkit.stats.variance_components import RESIDUAL, VarianceComponents, optimise

#: Above this size the likelihood is close to its limit and refitting is dear: use the profile.
MAX_BOOTSTRAP_ROWS = 5_000

#: Below this number of levels a bootstrap interval says that the profile is better.
FEW_LEVELS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceComponentIntervals(Shown):
    """Intervals of each component and of further quantities, in one order.

    Attributes
    ----------
    names
        Factors, the residual, then the further quantities.
    estimate, conf_low, conf_high
        Shape (len(names),); an end that could not be found is NaN.
    conf_level
        Nominal coverage of each interval.
    method
        ``"profile"`` or ``"bootstrap"``.
    n_boot, n_failed
        Replicates that were drawn, and those whose fit was not confirmed (they are left out); 0 for a
        profile.
    caveats
        Doubt about each interval, empty where there is none.
    """

    names: tuple[str, ...]
    estimate: Floats
    conf_low: Floats
    conf_high: Floats
    conf_level: float
    method: str
    n_boot: int
    n_failed: int
    caveats: tuple[str, ...]

    def interval(self, name: str) -> tuple[float, float, float]:
        """Return estimate, low and high end of one quantity."""
        i = self.names.index(name)
        return float(self.estimate[i]), float(self.conf_low[i]), float(self.conf_high[i])


def profile_interval(
    fit: VarianceComponents,
    *,
    conf_level: float = 0.95,
    functions: Mapping[str, ComponentFunction] | None = None,
    components: bool = True,
) -> VarianceComponentIntervals:
    """Find profile-likelihood intervals of the components and of functions of them.

    The interval of a quantity is its range over all components whose restricted likelihood is within
    chi²(1)/2 of the highest. For one component this is the usual profile interval; for a share of variance or
    a coefficient it is the profile interval of that quantity, with no delta method.

    Parameters
    ----------
    fit
        Result of :func:`fit_variance_components`.
    functions
        Further quantities: each takes the components by name, as numbers or as arrays of one shape, and
        returns what it makes of them by arithmetic.
    components
        Whether the components themselves are wanted.

    Examples
    --------
    >>> import numpy as np
    >>> from evalkit.stats import fit_variance_components
    >>> yields = [1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560,
    ...           1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445]
    >>> fit = fit_variance_components(yields, {"batch": np.repeat(list("ABCDEF"), 5)})
    >>> share = {"share": lambda v: v["batch"] / (v["batch"] + v["residual"])}
    >>> [round(x, 2) for x in profile_interval(fit, functions=share).interval("share")]
    [0.42, 0.07, 0.82]
    """
    wanted = _wanted(fit, conf_level, functions, components)
    allowance = float(chi2.ppf(conf_level, 1))
    ends = np.array(
        [
            [find_extreme(fit, allowance, function, sign) for sign in (1.0, -1.0)]
            for function in wanted.values()
        ]
    )
    estimate = _evaluate(wanted, fit)
    unsure = "" if fit.converged else "the optimum was not confirmed"
    doubts = np.where(np.isnan(ends).any(axis=1), "an end of the interval was not found", unsure)
    return VarianceComponentIntervals(
        names=tuple(wanted),
        estimate=estimate,
        conf_low=ends[:, 0],
        conf_high=ends[:, 1],
        conf_level=conf_level,
        method="profile",
        n_boot=0,
        n_failed=0,
        caveats=tuple(doubts.tolist()),
    )


def bootstrap_interval(
    fit: VarianceComponents,
    *,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
    functions: Mapping[str, ComponentFunction] | None = None,
) -> VarianceComponentIntervals:
    """Find bootstrap intervals by simulating from the fitted model and fitting again, up to 5 000 rows.

    Intervals of the components are BCa with a sixth of the replicates' skewness as acceleration (Efron 1987);
    those of functions are percentiles. In 2 000 simulations each of balanced designs with 6 to 60 levels, 95
    % intervals of components covered .91 to .97, those of Φ .93 to .99 with 20 levels or more and .87 to 1
    with six. :func:`profile_interval` covered .93 to .96 for both (400 each): prefer it when levels are few.

    Raises
    ------
    DesignError
        If there are more rows than refitting is meant for, or no refit was confirmed.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82:171–185,
    doi:10.1080/01621459.1987.10478410.
    """
    if fit.n > MAX_BOOTSTRAP_ROWS:
        raise DesignError(
            f"The bootstrap refits the model {n_boot:,} times and takes at most {MAX_BOOTSTRAP_ROWS:,} rows; "
            f"there are {fit.n:,}. Use profile_interval."
        )
    if n_boot < 1:
        raise UsageError(f"n_boot must be at least 1; it is {n_boot}.")
    wanted = _wanted(fit, conf_level, functions, True)
    refits = [_refit(fit, rng) for _ in range(n_boot)]
    kept = [components for components, converged in refits if converged]
    values = np.array([[function(v) for function in wanted.values()] for v in kept])
    if not kept:
        raise DesignError(f"None of the {n_boot:,} refits was confirmed as an optimum. Use profile_interval.")
    estimate = _evaluate(wanted, fit)
    ends = np.array(
        [
            _bootstrap_ends(estimate[i], values[:, i], conf_level, accelerated=name in fit.components)
            for i, name in enumerate(wanted)
        ]
    )
    fewest = min(fit.n_levels)
    few = f"a factor has {fewest} levels: prefer the profile interval; " if fewest < FEW_LEVELS else ""
    held = "bootstrap intervals at 95 % held a component in 91 to 97 % of samples"
    return VarianceComponentIntervals(
        names=tuple(wanted),
        estimate=estimate,
        conf_low=ends[:, 0],
        conf_high=ends[:, 1],
        conf_level=conf_level,
        method="bootstrap",
        n_boot=n_boot,
        n_failed=n_boot - len(kept),
        caveats=tuple(held if name == RESIDUAL else few + held for name in wanted),
    )


def _bootstrap_ends(estimate: float, drawn: Floats, conf_level: float, *, accelerated: bool) -> Floats:
    """Return the BCa ends, or the percentiles."""
    normal = norm.ppf([(1 - conf_level) / 2, (1 + conf_level) / 2])
    if not accelerated or np.ptp(drawn) == 0:
        return np.asarray(np.quantile(drawn, norm.cdf(normal)))
    below = float(np.mean(drawn < estimate) + np.mean(drawn == estimate) / 2)
    bias = float(norm.ppf(np.clip(below, 1 / (len(drawn) + 1), len(drawn) / (len(drawn) + 1))))
    z = bias + normal
    return np.asarray(np.quantile(drawn, norm.cdf(bias + z / (1 - float(skew(drawn)) / 6 * z))))


def _wanted(
    fit: VarianceComponents,
    conf_level: float,
    functions: Mapping[str, ComponentFunction] | None,
    components: bool,
) -> dict[str, ComponentFunction]:
    """Name every quantity that gets an interval."""
    if not 0 < conf_level < 1:
        raise UsageError(f"conf_level must be between 0 and 1, such as .95; it is {conf_level}.")
    own: dict[str, ComponentFunction] = {name: itemgetter(name) for name in fit.components}
    return {**(own if components else {}), **(functions or {})}


def _evaluate(wanted: Mapping[str, ComponentFunction], fit: VarianceComponents) -> Floats:
    return np.array([function(fit.components) for function in wanted.values()], dtype=np.float64)


def _refit(fit: VarianceComponents, rng: np.random.Generator) -> tuple[dict[str, float], bool]:
    """Simulate a response from the fitted model and estimate its components."""
    cross, given = fit.cross, fit.components
    y = rng.normal(0.0, np.sqrt(fit.residual), cross.n)
    for name, codes, size in zip(cross.names, cross.codes, cross.n_levels, strict=True):
        y += rng.normal(0.0, np.sqrt(given[name]), size)[codes]
    start = np.sqrt(np.array([given[name] for name in cross.names]) / fit.residual)
    simulated = cross.with_response(y)
    theta, converged = optimise(simulated, start)
    residual = evaluate(simulated, theta).quadratic / cross.df
    drawn = dict(zip(cross.names, (theta**2 * residual).tolist(), strict=True))
    return {**{name: drawn[name] for name in fit.names}, RESIDUAL: residual}, converged
