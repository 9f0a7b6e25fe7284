"""How often a cut-off puts people on the right side, and on the same side twice (Livingston and Lewis)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy.special import betainc, expit, logit

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

_NODES: Final = 96
_FAR: Final = 40.0  # what is left out of a density, as a logarithm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classification(Shown):
    """Decisions at cut-offs of one score under the beta-binomial model.

    Attributes
    ----------
    accuracy
        Share of people whose score falls in the category of their true score.
    consistency
        Share who would fall in the same category twice, with new errors.
    kappa
        Consistency beyond chance.
    shares
        Expected share in each category, lowest first, shape (number of cuts + 1,).
    n_effective
        Length of the test of right-or-wrong questions that is as reliable as the score.
    """

    accuracy: float
    consistency: float
    kappa: float
    shares: Floats
    n_effective: float


def classify_beta_binomial(
    a: float, b: float, *, n: int, cuts: Sequence[int], low: float = 0.0, high: float = 1.0
) -> Classification:
    """Work out accuracy and consistency when proportions are beta-distributed and scores binomial.

    Parameters
    ----------
    a, b, low, high
        True proportions are low + (high - low) · Beta(a, b).
    n
        Questions; a score is the number that is right.
    cuts
        Scores from which the next category begins: at or above the cut.

    Examples
    --------
    >>> found = classify_beta_binomial(5, 3, n=100, cuts=[50], low=0.25, high=0.75)
    >>> round(found.accuracy, 3), round(found.consistency, 3), round(found.kappa, 2)
    (0.877, 0.829, 0.53)
    """
    edges = np.asarray(cuts, dtype=np.float64)
    if a <= 0 or b <= 0 or n < 1 or not 0 <= low < high <= 1 or not len(edges):
        raise DesignError("The beta-binomial model needs a, b > 0, n ≥ 1, 0 ≤ low < high ≤ 1 and a cut.")
    if np.any(np.diff(edges) <= 0) or edges[0] < 1 or edges[-1] > n:
        raise DesignError(f"Cuts must rise from 1 to at most {n}; found {edges.tolist()}.")
    return _classify(a, b, n=n, edges=edges, true_cuts=edges / n, low=low, high=high)


def estimate_classification(
    mean: float, sd: float, reliability: float, *, low: float, high: float, cuts: Sequence[float]
) -> Classification:
    """Estimate how accurate and consistent decisions at cut-offs of a score are, from its reliability.

    The score is replaced by the binomial score of a test of equal reliability (its effective length), true
    proportions by the two-parameter beta distribution with the same mean and variance. A score that is a mean
    lies between the points of such a test, so neither the length nor the cut is rounded.

    Parameters
    ----------
    low, high
        Ends of the score's scale.
    cuts
        Scores from which the next category begins: at or above the cut.

    Raises
    ------
    DesignError
        If the reliability is not between 0 and 1, a cut or the mean is outside the scale, or the spread is
        more than any score on this scale can have.

    References
    ----------
    Livingston & Lewis (1995), Journal of Educational Measurement 32:179–197,
    doi:10.1111/j.1745-3984.1995.tb00462.x.

    Examples
    --------
    >>> found = estimate_classification(3.2, 0.6, 0.8, low=1, high=5, cuts=[3])
    >>> round(found.n_effective, 1), round(found.accuracy, 2), round(found.consistency, 2)
    (51.0, 0.86, 0.81)
    """
    if not 0 < reliability < 1:
        raise DesignError(f"Classification needs a reliability between 0 and 1; it is {reliability:g}.")
    _refuse(mean, sd, (low, high), cuts)
    variance = sd**2
    room = (mean - low) * (high - mean)
    n = (room - reliability * variance) / (variance * (1 - reliability))
    width = high - low
    center, spread = (mean - low) / width, reliability * variance / width**2
    size = center * (1 - center) / spread - 1
    true_cuts = (np.asarray(cuts, dtype=np.float64) - low) / width
    edges = n * true_cuts + 0.5
    return _classify(center * size, (1 - center) * size, n=n, edges=edges, true_cuts=true_cuts)


def _classify(
    a: float,
    b: float,
    *,
    n: float,
    edges: Floats,
    true_cuts: Floats,
    low: float = 0.0,
    high: float = 1.0,
) -> Classification:
    """Integrate over true proportions, one category of true scores after the other.

    The chance of a score at or above an edge is an incomplete beta function, also of a length in fractions.
    Kappa is the variance of the chances of each category over people, of what it could be at most.
    """
    proportions, mass = _weigh_proportions(a, b, (true_cuts - low) / (high - low))
    counts = edges[:, None, None]
    above = betainc(counts, n - counts + 1, low + (high - low) * proportions)
    ends = np.concatenate([np.ones((1, *mass.shape)), above, np.zeros((1, *mass.shape))])
    chances = -np.diff(ends, axis=0)
    shares = np.sum(chances * mass, axis=(1, 2))
    beyond = float(np.sum((chances - shares[:, None, None]) ** 2 * mass))
    at_most = float(np.sum(shares * (1 - shares)))
    return Classification(
        accuracy=float(np.einsum("ccj,cj->", chances, mass)),
        consistency=float(np.sum(chances**2 * mass)),
        kappa=beyond / at_most if at_most > 0 else float("nan"),
        shares=np.asarray(shares),
        n_effective=n,
    )


def _weigh_proportions(a: float, b: float, cuts: Floats) -> tuple[Floats, Floats]:
    """Return proportions of Beta(a, b) between the cuts and their probabilities, shape (cuts + 1, nodes).

    Gauss-Legendre over t, where the logit is its mode + scale · sinh(t): the density falls off exponentially
    on the logit, and so twice exponentially on t; it ends where it is exp(-_FAR) of its highest.
    """
    mode, scale = np.log(a / b), np.sqrt(1 / a + 1 / b)
    reach = np.arcsinh(np.sqrt(2 * _FAR) + _FAR / (scale * np.array([a, b])))
    within = np.arcsinh((logit(np.clip(cuts, 0, 1)) - mode) / scale)
    ends = np.concatenate([[-reach[0]], np.clip(within, -reach[0], reach[1]), [reach[1]]])
    nodes, weights = _gauss_legendre()
    half = np.diff(ends)[:, None] / 2
    t = ends[:-1, None] + half * (nodes + 1)
    away = scale * np.sinh(t)
    power, down = np.where(away < 0, a, b), -np.abs(away)
    density = np.exp(power * down - (a + b) * np.log1p(power / (a + b) * np.expm1(down)))
    mass = density * np.cosh(t) * half * weights
    return expit(mode + away), mass / mass.sum()


@cache
def _gauss_legendre() -> tuple[Floats, Floats]:
    """Return where, and with what weight, an integral from -1 to 1 is read."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _refuse(mean: float, sd: float, scale: tuple[float, float], cuts: Sequence[float]) -> None:
    low, high = scale
    if not low < mean < high or not cuts or not all(low < cut < high for cut in cuts):
        raise DesignError(
            f"Mean and cuts must lie inside the scale, {low:g} to {high:g}; "
            f"found {mean:g} and {', '.join(f'{cut:g}' for cut in cuts) or 'no cut'}."
        )
    if list(cuts) != sorted(set(cuts)):
        raise DesignError(f"Cuts must rise; found {', '.join(f'{cut:g}' for cut in cuts)}.")
    if not 0 < sd**2 < (mean - low) * (high - mean):
        raise DesignError(
            f"An SD of {sd:g} is more than scores from {low:g} to {high:g} with this mean can have."
        )
