"""An index of several elements that respondents answer: the mean of the elements' means, such as IKM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

#: Why an index has no interval.
NO_SPREAD = "all respondents answered alike, so the answers show no error"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementIndex(Shown):
    """An index with its interval, and the mean of each element.

    Attributes
    ----------
    estimate, conf_low, conf_high, std_error
        Mean of the element means times ``points``; the ends are NaN where ``caveat`` says why.
    df
        Degrees of freedom of all intervals: clusters less strata.
    means, means_low, means_high
        Mean of each element over those who answered it, with its interval, shape (k,).
    gaps, gap_errors
        Each element's mean less the mean of all, and its standard error, shape (k,).
    n_answers
        Answers to each element, shape (k,).
    n, n_clusters
        Respondents who answered anything, and what was drawn independently.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    std_error: float
    df: int
    means: Floats
    means_low: Floats
    means_high: Floats
    gaps: Floats
    gap_errors: Floats
    n_answers: NDArray[np.intp]
    n: int
    n_clusters: int
    caveat: str


def estimate_element_index(
    answers: ArrayLike,
    *,
    points: float = 25.0,
    scale: tuple[float, float] = (1.0, 4.0),
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: float | None = None,
    conf_level: float = 0.95,
) -> ElementIndex:
    """Estimate an index of elements from respondents, some of whom left elements out.

    Each element is a ratio (sum of answers over their number), so the error is that of the linearised ratios:
    elements answered by the same person go together, and so may the respondents of one day or counter.

    Parameters
    ----------
    answers
        Shape (n, k), NaN where an element was not answered.
    points
        Points of the index that one point of an element is worth; 25 for IKM.
    scale
        Lowest and highest answer; no interval reaches further.
    strata
        Stratum of each respondent, such as the unit: all strata are there, none is a sample of others.
    clusters
        What was drawn independently within strata, such as a day; respondents by default.
    population
        People from whom the respondents were drawn without replacement; no correction by default. It takes
        part only where respondents, and not clusters, were drawn from one stratum.

    Raises
    ------
    DesignError
        If an element has no answer, a value is off the scale, a stratum has a single cluster, or the
        population is smaller than the sample.

    References
    ----------
    Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.6 (linearised ratios),
    doi:10.1007/978-1-4612-4378-6; Cochran (1977), Sampling Techniques, 3rd ed., sections 2.6 and 5.3.

    Examples
    --------
    >>> found = estimate_element_index([[3, 4], [2, 3], [4, 4], [3, 3]])
    >>> found.estimate, round(found.conf_low, 1), found.conf_high, found.means.tolist()
    (81.25, 55.6, 100.0, [3.0, 3.5])
    """
    x = np.asarray(answers, dtype=np.float64)
    _refuse_answers(x, scale)
    answered = ~np.isnan(x)
    anything = np.asarray(answered.any(axis=1))
    x, answered = x[anything], answered[anything]
    n, k = x.shape
    places, units = _codes(strata, anything), _codes(clusters, anything)
    counts = answered.sum(axis=0)
    means = np.where(answered, x, 0.0).sum(axis=0) / counts
    influence = np.where(answered, x - means, 0.0) / counts
    covariance, df, n_clusters = _covariance(influence, places, units)
    covariance *= _sampled_part(population, n, plain=strata is None and clusters is None)
    centred = np.eye(k) - 1 / k
    reach = float(student.ppf((1 + conf_level) / 2, df))
    error = points * float(np.sqrt(covariance.sum())) / k
    estimate = points * float(means.mean())
    low, high = _ends(np.array([estimate]), np.array([error]), reach, points * np.array(scale))
    lows, highs = _ends(means, np.sqrt(np.diag(covariance)), reach, np.array(scale))
    return ElementIndex(
        estimate=estimate,
        conf_low=float(low[0]),
        conf_high=float(high[0]),
        conf_level=conf_level,
        std_error=error,
        df=df,
        means=means,
        means_low=lows,
        means_high=highs,
        gaps=means - means.mean(),
        gap_errors=np.sqrt(np.maximum(np.diag(centred @ covariance @ centred), 0.0)),
        n_answers=counts,
        n=n,
        n_clusters=n_clusters,
        caveat="" if error > 0 else NO_SPREAD,
    )


def _covariance(
    influence: Floats, strata: NDArray[np.intp] | None, clusters: NDArray[np.intp] | None
) -> tuple[Floats, int, int]:
    """Return the covariance of the means from the sums of clusters within strata, its df and the clusters."""
    n = len(influence)
    places = np.zeros(n, dtype=np.intp) if strata is None else strata
    units = np.arange(n) if clusters is None else clusters
    pairs, cell = np.unique(np.column_stack([places, units]), axis=0, return_inverse=True)
    sums = np.zeros((len(pairs), influence.shape[1]))
    np.add.at(sums, cell.ravel(), influence)
    of = np.unique(pairs[:, 0], return_inverse=True)[1].ravel()
    size = np.bincount(of)
    if size.min() < 2:
        raise DesignError(
            "An interval needs two independent respondents or clusters in each stratum; one has a single "
            "one. Join it with another."
        )
    centres = np.zeros((len(size), influence.shape[1]))
    np.add.at(centres, of, sums)
    off = (sums - (centres / size[:, None])[of]) * np.sqrt(size / (size - 1))[of, None]
    return off.T @ off, int(len(pairs) - len(size)), len(pairs)


def _ends(values: Floats, errors: Floats, reach: float, scale: Floats) -> tuple[Floats, Floats]:
    """Return the ends of intervals inside the scale; NaN where the answers show no error."""
    known = errors > 0
    low = np.where(known, np.maximum(values - reach * errors, scale[0]), np.nan)
    high = np.where(known, np.minimum(values + reach * errors, scale[1]), np.nan)
    return low, high


def _codes(names: ArrayLike | None, kept: NDArray[np.bool_]) -> NDArray[np.intp] | None:
    if names is None:
        return None
    labels = np.asarray(names)
    if labels.shape != kept.shape:
        raise DesignError(
            f"Each respondent needs a stratum and a cluster; found {len(labels)} for {len(kept)}."
        )
    return np.asarray(np.unique(labels[kept], return_inverse=True)[1]).ravel()


def _sampled_part(population: float | None, n: int, *, plain: bool) -> float:
    """Return the finite population correction of a simple random sample; 1 where it has no place."""
    if population is None or not plain:
        return 1.0
    if population < n:
        raise DesignError(
            f"{n} people answered of a population of {population:g}; no population is that small."
        )
    return 1 - n / population


def _refuse_answers(x: Floats, scale: tuple[float, float]) -> None:
    if x.ndim != 2 or not x.size:
        raise DesignError(
            f"An index needs answers of shape (respondents, elements); their shape is {x.shape}."
        )
    known = ~np.isnan(x)
    off = int((known & ((x < scale[0]) | (x > scale[1]))).sum())
    if off or not known.any(axis=0).all():
        raise DesignError(
            f"Every element needs an answer from {scale[0]:g} to {scale[1]:g}; {off} lie outside, and "
            f"{int((~known.any(axis=0)).sum())} of {x.shape[1]} elements have none."
        )
