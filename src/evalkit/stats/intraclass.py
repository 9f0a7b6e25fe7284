"""Intraclass correlations: how far raters, or occasions, agree about the same people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.reliability import check_items

#: one_way: ICC(1), raters differ from person to person. agreement: ICC(A), the same raters, severity counts
#: as error. consistency: ICC(C), the same raters, severity is left out.
IntraclassForm = Literal["one_way", "agreement", "consistency"]
INTRACLASS_FORMS: Final[tuple[IntraclassForm, ...]] = ("one_way", "agreement", "consistency")

NO_VALUE: Final = "the variances that this form compares add up to nothing, so it has no value"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntraclassCorrelation(Shown):
    """One intraclass correlation with its interval.

    Attributes
    ----------
    form
        "one_way", "agreement" or "consistency".
    n_averaged
        Ratings behind the score that it speaks of: 1 for a single rating.
    estimate, conf_low, conf_high, conf_level
        Coefficient, ends of its interval, nominal coverage. From mean squares it may be negative; NaN, with a
        caveat, where their sum is zero.
    n, n_raters
        Persons rated, and raters (the most of any person where they are unbalanced).
    caveat
        Doubt about the number, empty where there is none.
    """

    form: IntraclassForm
    n_averaged: float
    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_raters: int
    caveat: str = ""


class _MeanSquares(NamedTuple):
    """Mean squares of a two-way table: rows, columns, error, within rows."""

    rows: Floats
    columns: Floats
    error: Floats
    within: Floats


def estimate_intraclass_correlation(
    ratings: ArrayLike, *, form: IntraclassForm, averaged: bool = False, conf_level: float = 0.95
) -> IntraclassCorrelation:
    """Estimate an intraclass correlation of a complete table of ratings.

    The form must be named, because the same ratings give very different numbers: of the table below .17, .29
    and .71. Where ratings are missing, use :func:`estimate_unbalanced_correlations`.

    Parameters
    ----------
    ratings
        Shape (n, k): persons in rows, raters (or occasions) in columns, without gaps.
    form
        "one_way" where each person has other raters, "agreement" or "consistency" where all have the same.
    averaged
        Whether the score is the mean of the k ratings, in place of one rating.

    Raises
    ------
    DesignError
        If there are fewer than two persons or raters, a gap, or ratings that do not vary; or if the
        coefficient of a mean has no value, since that of one rating reaches -1/(k - 1).

    Notes
    -----
    Intervals of one_way and consistency are exact under normality; that of agreement is McGraw and Wong's,
    with Satterthwaite's degrees of freedom.

    References
    ----------
    Shrout & Fleiss (1979), Psychological Bulletin 86:420–428, doi:10.1037/0033-2909.86.2.420.
    McGraw & Wong (1996), Psychological Methods 1:30–46, doi:10.1037/1082-989X.1.1.30.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = estimate_intraclass_correlation(judges, form="agreement")
    >>> round(found.estimate, 2), round(found.conf_low, 3), round(found.conf_high, 2)
    (0.29, 0.019, 0.76)
    """
    _check(form, conf_level)
    x = check_items(ratings)
    if np.ptp(x) == 0:
        raise DesignError(
            f"An intraclass correlation needs ratings that vary; all {x.size} are {x.flat[0]:g}."
        )
    n, k = x.shape
    squares = _mean_squares(np.ones((1, n)), x)
    at = float(_single(squares, form, n, k)[0])
    single = [at, at, at] if np.isnan(at) else [at, *_ends(squares, form, n, k, conf_level)]
    if averaged and 1 + (k - 1) * min(single) <= 0:
        raise DesignError(
            f"The mean of {k} ratings has no intraclass correlation ({form}): that of one rating, or its "
            f"interval, goes down to {min(single):.2f}, and the mean's has no value from -1/{k - 1} on. "
            "More need to be rated."
        )
    estimate, low, high = (step_up(value, k) if averaged else value for value in single)
    return IntraclassCorrelation(
        form=form,
        n_averaged=k if averaged else 1,
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        n=n,
        n_raters=k,
        caveat=NO_VALUE if np.isnan(at) else "",
    )


def weighted_intraclass_correlation(form: IntraclassForm) -> Callable[[Floats, Floats], Floats]:
    """Return the single-rating coefficient as a statistic for :func:`bootstrap`.

    Examples
    --------
    >>> import numpy as np
    >>> from evalkit.stats import bootstrap
    >>> rng = np.random.default_rng(1)
    >>> ratings = rng.normal(size=(100, 1)) + rng.normal(size=(100, 4))
    >>> found = bootstrap(weighted_intraclass_correlation("agreement"), ratings, n_boot=500, rng=rng)
    >>> bool(found.conf_low < 0.5 < found.conf_high)
    True
    """
    _check(form, 0.95)

    def statistic(weights: Floats, ratings: Floats) -> Floats:
        n, k = weights.sum(axis=1), ratings.shape[1]
        return _single(_mean_squares(weights, ratings), form, n, k)

    return statistic


def _mean_squares(weights: Floats, x: Floats) -> _MeanSquares:
    """Return the mean squares of a table whose rows count as often as each row of weights says."""
    k = x.shape[1]
    x = x - x.mean()
    total = weights.sum(axis=1)
    row_means = x.mean(axis=1)
    columns = weights @ x / total[:, None]
    grand = columns.mean(axis=1)
    between = k * np.maximum(weights @ row_means**2 - total * grand**2, 0)
    within = weights @ np.sum((x - row_means[:, None]) ** 2, axis=1)
    raters = total * np.sum((columns - grand[:, None]) ** 2, axis=1)
    error = np.maximum(within - raters, 0)
    return _MeanSquares(
        rows=between / (total - 1),
        columns=raters / (k - 1),
        error=error / ((total - 1) * (k - 1)),
        within=within / (total * (k - 1)),
    )


def _single(ms: _MeanSquares, form: IntraclassForm, n: Floats | int, k: int) -> Floats:
    """Return the coefficient of one rating; NaN where what it compares adds up to nothing."""
    noise = ms.within if form == "one_way" else ms.error
    severity = k / n * (ms.columns - ms.error) if form == "agreement" else 0.0
    total = ms.rows + (k - 1) * noise + severity
    usable = total > 1e-12 * np.max(ms.rows + ms.columns + ms.within, initial=0.0)
    return np.where(usable, (ms.rows - noise) / np.where(usable, total, 1.0), np.nan)


def _ends(ms: _MeanSquares, form: IntraclassForm, n: int, k: int, conf_level: float) -> list[float]:
    """Return both ends of the interval of one rating's coefficient."""
    rows, columns, error = float(ms.rows[0]), float(ms.columns[0]), float(ms.error[0])
    upper = (1 + conf_level) / 2
    if form == "agreement":
        v = _satterthwaite(ms, n, k)
        high, low = f.ppf(upper, n - 1, v), 1 / f.ppf(upper, v, n - 1)
        rest = k * columns + (k * n - k - n) * error
        return [float(n * (rows - at * error) / (at * rest + n * rows)) for at in (high, low)]
    noise = float(ms.within[0]) if form == "one_way" else error
    df = n * (k - 1) if form == "one_way" else (n - 1) * (k - 1)
    high, low = f.ppf(upper, n - 1, df), 1 / f.ppf(upper, df, n - 1)
    return [float((rows - at * noise) / (rows + (k - 1) * at * noise)) for at in (high, low)]


def _satterthwaite(ms: _MeanSquares, n: int, k: int) -> float:
    """Return the degrees of freedom of raters and error together."""
    rho = float(_single(ms, "agreement", n, k)[0])
    raters = k * rho * float(ms.columns[0])
    error = (n * (1 + (k - 1) * rho) - k * rho) * float(ms.error[0])
    spread = raters**2 / (k - 1) + error**2 / ((n - 1) * (k - 1))
    return (raters + error) ** 2 / spread if spread > 0 else 1.0


def step_up(single: float, n: float) -> float:
    """Step one rating's coefficient up to the mean of n (Spearman–Brown)."""
    return n * single / (1 + (n - 1) * single)


def _check(form: str, conf_level: float) -> None:
    if form not in INTRACLASS_FORMS:
        raise UsageError(f"There is no form {form!r}; there are {', '.join(INTRACLASS_FORMS)}.")
    if not 0 < conf_level < 1:
        raise UsageError(f"conf_level must be between 0 and 1, such as .95; it is {conf_level}.")
