"""Several traits measured by several methods: convergent and discriminant correlations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

NO_SIZE: Final = "no sample size is known, so there is no interval"
_GAPS: Final = "a correlation of the matrix is missing, so there is no interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultitraitSummary(Shown):
    """Means of the correlations of a multitrait-multimethod matrix, and their difference.

    Attributes
    ----------
    convergent
        Mean correlation of the same trait between two methods.
    discriminant
        Mean correlation of different traits between two methods.
    same_method
        Mean correlation of different traits within one method; high values are halo, or traits that belong
        together.
    difference, conf_low, conf_high
        Convergent less discriminant, with its interval; NaN where ``caveat`` says why.
    n_convergent, n_discriminant, n_same_method
        Correlations behind each mean; missing ones are left out.
    n
        Sample size, 0 where unknown.
    """

    convergent: float
    discriminant: float
    same_method: float
    difference: float
    conf_low: float
    conf_high: float
    conf_level: float
    n_convergent: int
    n_discriminant: int
    n_same_method: int
    n: int
    caveat: str


def summarise_multitrait(
    correlations: ArrayLike,
    traits: Sequence[str],
    methods: Sequence[str],
    *,
    n: int | None = None,
    conf_level: float = 0.95,
) -> MultitraitSummary:
    """Compare convergent with discriminant correlations (Campbell and Fiske's criteria, as means).

    Parameters
    ----------
    correlations
        Symmetric, shape (k, k), NaN where a correlation is not known.
    traits, methods
        Trait and method of each variable, length k.
    n
        Sample size; without one there is no interval. The interval is the normal-theory one for a difference
        of means of dependent correlations.

    Raises
    ------
    DesignError
        If the matrix is not one of correlations, or lacks convergent or discriminant ones.

    References
    ----------
    Campbell & Fiske (1959), Psychol Bull 56:81–105, doi:10.1037/h0046016;
    Olkin & Siotani (1976), in Essays in Probability and Statistics, 235–251 (covariance of correlations).

    Examples
    --------
    >>> r = [[1, 0.3, 0.6, 0.2], [0.3, 1, 0.2, 0.5], [0.6, 0.2, 1, 0.4], [0.2, 0.5, 0.4, 1]]
    >>> found = summarise_multitrait(r, ["a", "b", "a", "b"], ["peer", "peer", "self", "self"], n=100)
    >>> round(found.convergent, 2), round(found.discriminant, 2), round(found.conf_low, 2)
    (0.55, 0.2, 0.22)
    """
    r = _check_matrix(correlations, traits, methods)
    i, j = np.triu_indices(len(r), 1)
    same_trait = np.array(traits)[i] == np.array(traits)[j]
    same_method = np.array(methods)[i] == np.array(methods)[j]
    known = ~np.isnan(r[i, j])
    kinds = {
        "convergent": same_trait & ~same_method & known,
        "discriminant": ~same_trait & ~same_method & known,
        "same_method": ~same_trait & same_method & known,
    }
    counts = {name: int(kind.sum()) for name, kind in kinds.items()}
    if not (counts["convergent"] and counts["discriminant"]):
        raise DesignError(
            "A multitrait-multimethod matrix needs correlations of the same trait and of different traits "
            f"between methods; there are {counts['convergent']} and {counts['discriminant']}."
        )
    means = {name: float(r[i, j][kind].mean()) if kind.any() else np.nan for name, kind in kinds.items()}
    difference = means["convergent"] - means["discriminant"]
    contrast = kinds["convergent"] / counts["convergent"] - kinds["discriminant"] / counts["discriminant"]
    caveat = NO_SIZE if n is None else _GAPS if np.isnan(r).any() else ""
    half = np.nan if caveat or n is None else _half_width(r, contrast, n, conf_level)
    return MultitraitSummary(
        **means,
        difference=difference,
        conf_low=difference - half,
        conf_high=difference + half,
        conf_level=conf_level,
        n_convergent=counts["convergent"],
        n_discriminant=counts["discriminant"],
        n_same_method=counts["same_method"],
        n=n or 0,
        caveat=caveat,
    )


def spearman_brown(reliability: float, n_ratings: float) -> float:
    """Return the reliability of the mean of n ratings from that of one.

    Examples
    --------
    >>> round(spearman_brown(0.5, 3), 2), round(spearman_brown(0.37, 5), 2)
    (0.75, 0.75)
    """
    return n_ratings * reliability / (1 + (n_ratings - 1) * reliability)


def disattenuate(r: float, reliability_a: float, reliability_b: float) -> float:
    """Return the correlation that two measurements without error would have; it may pass 1.

    Examples
    --------
    A true .80 shows as .47 at reliabilities .7 and .5:

    >>> round(disattenuate(0.47, 0.7, 0.5), 2)
    0.79
    """
    if not (0 < reliability_a <= 1 and 0 < reliability_b <= 1):
        raise DesignError(
            "A correction needs reliabilities above 0, up to 1; they are "
            f"{reliability_a:g} and {reliability_b:g}."
        )
    return float(r / (reliability_a * reliability_b) ** 0.5)


def _half_width(r: Floats, contrast: Floats, n: int, conf_level: float) -> float:
    """Return half the interval of a weighted sum of the correlations."""
    if n < 4:
        raise DesignError(f"An interval needs a sample of at least four; n is {n}.")
    variance = float(contrast @ _covariance(r) @ contrast) / n
    return float(norm.ppf((1 + conf_level) / 2)) * float(np.sqrt(max(variance, 0.0)))


def _covariance(r: Floats) -> Floats:
    """Return n times the covariance of all correlations under normality, shape (p, p)."""
    i, j = np.triu_indices(len(r), 1)
    a, b, c, d = i[:, None], j[:, None], i[None, :], j[None, :]
    ab, cd, ac, ad, bc, bd = r[a, b], r[c, d], r[a, c], r[a, d], r[b, c], r[b, d]
    return np.asarray(
        ab * cd * (ac**2 + ad**2 + bc**2 + bd**2) / 2
        + ac * bd
        + ad * bc
        - ab * (ac * ad + bc * bd)
        - cd * (ac * bc + ad * bd)
    )


def _check_matrix(correlations: ArrayLike, traits: Sequence[str], methods: Sequence[str]) -> Floats:
    r = np.asarray(correlations, dtype=np.float64)
    k = len(traits)
    if r.shape != (k, k) or len(methods) != k:
        raise DesignError(
            f"{k} traits and {len(methods)} methods name the variables of a matrix of shape {r.shape}."
        )
    if len(set(zip(traits, methods, strict=True))) < k:
        raise DesignError("Two variables have the same trait and the same method.")
    if not (np.array_equal(r, r.T, equal_nan=True) and np.all(np.diag(r) == 1)):
        raise DesignError("Correlations need a symmetric matrix with ones on its diagonal.")
    if np.nanmax(np.abs(r)) > 1:
        raise DesignError("A correlation lies outside -1 to 1.")
    return r
