"""Where a curve that is known with error first rises above zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

CrossingVerdict = Literal["from the start", "within", "never", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing(Shown):
    """Where a curve first rises above zero.

    Attributes
    ----------
    estimate
        The lowest x at which the curve, straight between its points, is above zero; the first x where it
        begins above zero, infinite where it never is.
    std_error
        Standard deviation of the crossing over draws that have one beyond the first x; NaN where fewer than
        half of them do.
    conf_low, conf_high
        Middle of the crossings over draws; infinite where that many draws never cross.
    start_share, never_share
        Share of draws that begin above zero, and that never rise above it.
    verdict
        "from the start" or "never" where the whole interval says so, "within" where it lies between the
        first x and the last; else "unclear".
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    start_share: float
    never_share: float
    verdict: CrossingVerdict


def estimate_crossing(
    x: ArrayLike,
    y: ArrayLike,
    errors: ArrayLike,
    *,
    rng: np.random.Generator,
    n_draws: int = 2000,
    conf_level: float = 0.95,
) -> Crossing:
    """Estimate where a curve first rises above zero, from points with normal errors.

    Each point is drawn anew from a normal distribution around its estimate, and the crossing read off by
    straight lines. Errors are drawn independently: where they go together, as those of paired replicates do,
    whole curves move at once, and the crossing is no less certain than said here.

    Parameters
    ----------
    x
        Ascending, shape (m,), at least two.
    y, errors
        Estimates and their standard errors, shape (m,). An error of zero is a point known exactly.

    Raises
    ------
    DesignError
        If there are fewer than two points, a gap, or x does not ascend.

    Examples
    --------
    >>> import numpy as np
    >>> found = estimate_crossing([0, 0.5, 1], [-2, -1, 3], [0.1, 0.1, 0.1], rng=np.random.default_rng(1))
    >>> found.estimate, found.verdict, 0.6 < found.conf_low < 0.625 < found.conf_high < 0.65
    (0.625, 'within', True)
    """
    at, means, spread = _check(x, y, errors)
    drawn = _first_above(at, means + spread * rng.standard_normal((n_draws, len(at))))
    started, never = drawn == at[0], np.isinf(drawn)
    inside = drawn[~started & ~never]
    low, high = np.quantile(
        drawn, [(1 - conf_level) / 2, (1 + conf_level) / 2], method="inverted_cdf"
    ).tolist()
    shares = float(started.mean()), float(never.mean())
    return Crossing(
        estimate=float(_first_above(at, means[None])[0]),
        std_error=float(inside.std(ddof=1)) if 2 * len(inside) > max(n_draws, 2) else float("nan"),
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        start_share=shares[0],
        never_share=shares[1],
        verdict=_judge(low, high, float(at[0])),
    )


def _first_above(x: Floats, curves: Floats) -> Floats:
    """Return where each row first rises above zero; infinite where it never does."""
    above = curves > 0
    i = np.argmax(above, axis=1)
    rows = np.arange(len(curves))
    after = curves[rows, i]
    before = curves[rows, np.maximum(i - 1, 0)]
    rise = np.where(after > before, after - before, 1.0)
    x0, x1 = x[np.maximum(i - 1, 0)], x[i]
    crossed = np.where(i == 0, x[0], x0 + (x1 - x0) * np.clip(-before / rise, 0, 1))
    return np.asarray(np.where(above.any(axis=1), crossed, np.inf))


def _judge(low: float, high: float, start: float) -> CrossingVerdict:
    if high == start:
        return "from the start"
    if np.isinf(low):
        return "never"
    return "within" if low > start and np.isfinite(high) else "unclear"


def _check(x: ArrayLike, y: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats, Floats]:
    at, means, spread = (np.asarray(each, dtype=np.float64) for each in (x, y, errors))
    if at.ndim != 1 or len(at) < 2 or not at.shape == means.shape == spread.shape:
        raise DesignError(
            f"A crossing needs two points or more, each with its error; the shapes are {at.shape}, "
            f"{means.shape} and {spread.shape}."
        )
    if not (np.isfinite(at) & np.isfinite(means) & np.isfinite(spread)).all() or (spread < 0).any():
        raise DesignError("A crossing needs points without a gap, and errors that are not negative.")
    if (np.diff(at) <= 0).any():
        raise DesignError("The points of a crossing must ascend.")
    return at, means, spread
