"""The wild cluster bootstrap: p-value and interval of a contrast with few clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.contrasts import ClusteredDesign, estimate_contrast, make_design, scale_cr1
from evalkit.stats.crossed_factors import Floats

Weights = Literal["rademacher", "webb"]

_WEBB: Final = np.sqrt([0.5, 1.0, 1.5])
_WEIGHTS: Final = {"rademacher": np.array([-1.0, 1.0]), "webb": np.concatenate([-_WEBB, _WEBB])}
_STEPS: Final = 40  # halvings of the bracket of each end of the interval


@dataclass(frozen=True, slots=True, kw_only=True)
class WildBootstrap(Shown):
    """Wild cluster bootstrap of a contrast, with the null imposed.

    Attributes
    ----------
    statistic
        Estimate less the null value, over its CR1 standard error.
    p_value
        Share of draws whose statistic is as far from zero, ties included; the observed one counts as a draw
        unless all are enumerated.
    conf_low, conf_high
        Null values that are not refused at 1 - conf_level; infinite where the clusters are too few to refuse
        any.
    n_draws, enumerated
        Draws of signs, and whether they are all that exist.
    """

    estimate: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    n_clusters: int
    n_draws: int
    enumerated: bool
    weights: str


def wild_cluster_bootstrap(
    outcome: ArrayLike,
    design: ArrayLike | None = None,
    contrast: ArrayLike | None = None,
    *,
    clusters: ArrayLike,
    n_boot: int,
    rng: np.random.Generator,
    null: float = 0.0,
    weights: Weights = "rademacher",
    interval: bool = True,
    conf_level: float = 0.95,
) -> WildBootstrap:
    """Test a contrast by turning the residuals of whole clusters around, the null hypothesis imposed.

    For the mean of paired differences Rademacher weights make it the sign-flip permutation test of whole
    clusters. All 2^G sign patterns are used where they are no more than ``n_boot``; the smallest p-value is
    then 2^(1 - G). Webb's six weights give finer p-values with fewer than about ten clusters.

    Parameters
    ----------
    outcome, design, contrast
        As in :func:`estimate_contrast`.
    null
        Value of the contrast under the null hypothesis.
    interval
        Whether to look for the ends of the interval too, which takes a hundred times as long; NaN if not.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Rev Econ Stat 90:414–427, doi:10.1162/rest.90.3.414; Webb (2023), Can J
    Econ 56:839–858, doi:10.1111/caje.12661; Roodman, MacKinnon, Nielsen & Webb (2019), Stata Journal 19:4–60,
    doi:10.1177/1536867X19830877.

    Examples
    --------
    >>> differences = [1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 2.0, 3.0, 1.0, 4.0, 1.0, 2.0]
    >>> found = wild_cluster_bootstrap(differences, clusters=[i // 2 for i in range(12)], n_boot=999,
    ...                                rng=np.random.default_rng(1))
    >>> found.p_value, found.enumerated, found.n_draws
    (0.03125, True, 64)
    """
    if weights not in _WEIGHTS:
        raise UsageError(f"There are no weights {weights!r}; known are: rademacher, webb")
    if n_boot < 1 or not 0 < conf_level < 1:
        raise UsageError(f"It needs n_boot ≥ 1 and conf_level in (0, 1); they are {n_boot} and {conf_level}.")
    data = make_design(outcome, design, contrast, clusters)
    draws, enumerated = _draw(data.n_clusters, weights, n_boot, rng)
    fit = estimate_contrast(outcome, design, contrast, clusters=clusters, correction="CR1")
    if not fit.std_error > 0:
        raise DesignError("No cluster differs from the mean, so there is nothing to turn around.")

    def p_at(value: float) -> float:
        return _p_value(data, value, draws, enumerated)[1]

    statistic, p_value = _p_value(data, null, draws, enumerated)
    ends = [float("nan")] * 2
    if interval:
        ends = [_find_end(p_at, fit.estimate, side * fit.std_error, 1 - conf_level) for side in (-1, 1)]
    return WildBootstrap(
        estimate=fit.estimate,
        statistic=statistic,
        p_value=p_value,
        conf_low=ends[0],
        conf_high=ends[1],
        conf_level=conf_level,
        n_clusters=data.n_clusters,
        n_draws=len(draws),
        enumerated=enumerated,
        weights=weights,
    )


def _draw(n_clusters: int, weights: str, n_boot: int, rng: np.random.Generator) -> tuple[Floats, bool]:
    """Return weights of shape (draws, G): all patterns where they are few, else random ones."""
    values = _WEIGHTS[weights]
    if n_clusters * np.log(len(values)) <= np.log(n_boot):
        return np.array(list(product(values, repeat=n_clusters))), True
    return rng.choice(values, size=(n_boot, n_clusters)), False


def _p_value(data: ClusteredDesign, null: float, draws: Floats, enumerated: bool) -> tuple[float, float]:
    """Return the statistic and its p-value; every draw is one row of a matrix product."""
    residuals = _restricted_residuals(data, null)
    direction = data.inverse @ data.c
    shares = data.sum_scores(residuals)
    moves = data.inverse @ shares.T  # (p, G): what each cluster adds to the coefficients
    through = np.einsum("gpq,p->gq", data.products, direction) @ moves
    scores = np.diag(shares @ direction) - through

    def studentise(w: Floats) -> Floats:
        error = np.sqrt(scale_cr1(data) * np.sum((w @ scores.T) ** 2, axis=1))
        top = w @ (data.c @ moves)
        return np.asarray(np.divide(top, error, out=np.full(len(w), np.inf), where=error > 0))

    observed = float(studentise(np.ones((1, data.n_clusters)))[0])
    as_far = int(np.sum(np.abs(studentise(draws)) >= abs(observed) * (1 - 1e-9)))
    p_value = as_far / len(draws) if enumerated else (as_far + 1) / (len(draws) + 1)
    return observed, p_value


def _restricted_residuals(data: ClusteredDesign, null: float) -> Floats:
    """Return the residuals of least squares under c'b = null."""
    beta = data.inverse @ data.X.T @ data.y
    direction = data.inverse @ data.c
    held = beta - direction * (data.c @ beta - null) / (data.c @ direction)
    return np.asarray(data.y - data.X @ held)


def _find_end(p_at: Callable[[float], float], start: float, step: float, alpha: float) -> float:
    """Find where the p-value falls to alpha, going from the estimate in the direction of the step."""
    inside, outside = start, start + step
    for _ in range(12):
        if p_at(outside) <= alpha:
            break
        inside, outside = outside, start + 2 * (outside - start)
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_at(middle) <= alpha else (middle, outside)
    return inside
