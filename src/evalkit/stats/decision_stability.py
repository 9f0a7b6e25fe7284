"""Who is selected, and how often a decision stays the same when what it hangs on is drawn again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.resampling import draw_counts

_AGAIN = 200
_DIGITS = 9  # scores that differ by rounding alone are tied


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionStability(Shown):
    """How a decision on n people moves over many draws.

    Attributes
    ----------
    shares
        Share of draws in which each person is given each of c decisions, shape (n, c); rows add up to 1.
    changed, changed_error
        Share of people decided otherwise than declared, mean over draws, and its Monte Carlo error.
    usual_least, usual_most
        Ends of the middle 95 % of that share over draws: they say how draws differ, and are no confidence
        interval.
    settled, settled_error
        Share of people with one decision in at least ``level`` of the draws, and its Monte Carlo error.
    secure
        Of those with each declared decision, the share who keep it in at least ``level`` of the draws, shape
        (c,); NaN where nobody has it.
    level
        Share of the draws from which a decision counts as settled.
    n, n_draws
        People and draws.
    """

    shares: Floats
    changed: float
    changed_error: float
    usual_least: float
    usual_most: float
    settled: float
    settled_error: float
    secure: Floats
    level: float
    n: int
    n_draws: int


def select_share(scores: ArrayLike, share: float, *, lowest: bool = False) -> Floats:
    """Return how much of each person is selected by each row of scores, shape (n_draws, n).

    A whole number of people is selected, the nearest to the share and at least one; those who tie at the
    cut-off share what is left of it evenly.

    Parameters
    ----------
    scores
        Shape (n_draws, n), without gaps.
    lowest
        Whether the lowest scores are selected and not the highest.

    Examples
    --------
    >>> select_share([[9, 7, 7, 1]], 0.5).tolist()
    [[1.0, 0.5, 0.5, 0.0]]
    """
    x = np.asarray(scores, dtype=np.float64).round(_DIGITS)
    if x.ndim != 2 or not x.shape[1] or not np.isfinite(x).all():
        raise DesignError("A selection needs a table of scores without a gap, one column a person.")
    if not 0 < share < 1:
        raise DesignError(f"A selection takes a share between 0 and 1 of the people; it is {share:g}.")
    y = x if not lowest else -x
    n = x.shape[1]
    n_selected = max(1, round(share * n))
    cut = np.partition(y, n - n_selected, axis=1)[:, n - n_selected, None]
    above, level = y > cut, y == cut
    left = n_selected - above.sum(axis=1, keepdims=True)
    return np.asarray(above + level * (left / level.sum(axis=1, keepdims=True)))


def measure_stability(
    batches: Iterable[ArrayLike], declared: ArrayLike, *, rng: np.random.Generator, level: float = 0.95
) -> DecisionStability:
    """Measure how a decision moves over draws that come in batches.

    Parameters
    ----------
    batches
        At least two, of shape (draws of the batch, n, c): how much of each decision each person gets, adding
        up to 1 over the decisions. All batches have the same size.
    declared
        The decision as declared, shape (n, c).

    Notes
    -----
    The Monte Carlo error of the mean is that between batches; that of the settled share comes from drawing
    the batches anew 200 times (bootstrap), since few draws alone reach a threshold by chance.

    References
    ----------
    Koehler, Brown & Haneuse (2009), American Statistician 63:155–162, doi:10.1198/tast.2009.0030.

    Examples
    --------
    Two people, two draws; the second person is decided otherwise once:

    >>> yes, no, rng = [1, 0], [0, 1], np.random.default_rng(1)
    >>> found = measure_stability([[[yes, no]], [[yes, yes]]], [yes, no], rng=rng)
    >>> found.changed, found.settled, found.shares.tolist()
    (0.25, 0.5, [[1.0, 0.0], [0.5, 0.5]])
    """
    base = np.asarray(declared, dtype=np.float64)
    drawn = [_read(batch, base) for batch in batches]
    if len(drawn) < 2 or len({len(changed) for changed, _ in drawn}) > 1:
        raise DesignError("The stability of decisions needs two batches of draws or more, of one size.")
    changed = np.concatenate([each for each, _ in drawn])
    parts = np.array([shares for _, shares in drawn])
    shares = parts.mean(axis=0)
    again = draw_counts(len(drawn), _AGAIN, rng) / len(drawn)
    resampled = _settled(np.tensordot(again, parts, axes=1), level)
    held = base * (shares >= level)
    total = base.sum(axis=0)
    least, most = np.quantile(changed, [0.025, 0.975]).tolist()
    return DecisionStability(
        shares=shares,
        changed=float(changed.mean()),
        changed_error=float(np.std([each.mean() for each, _ in drawn], ddof=1) / len(drawn) ** 0.5),
        usual_least=least,
        usual_most=most,
        settled=float(_settled(shares, level)),
        settled_error=float(np.std(resampled, ddof=1)),
        secure=np.where(total > 0, held.sum(axis=0) / np.where(total > 0, total, 1.0), np.nan),
        level=level,
        n=len(base),
        n_draws=len(changed),
    )


def _read(batch: ArrayLike, base: Floats) -> tuple[Floats, Floats]:
    """Return the share of people decided otherwise in each draw, and each person's shares of decisions."""
    given = np.asarray(batch, dtype=np.float64)
    if given.ndim != 3 or given.shape[1:] != base.shape or not np.isfinite(given).all():
        raise DesignError(
            f"Every draw needs all decisions on all people; the declared ones have shape {base.shape}, "
            f"a batch {given.shape}."
        )
    # decisions are few: adding them up one by one is far faster than along a short axis
    kept = sum((np.minimum(given[..., k], base[:, k]) for k in range(base.shape[1])), np.zeros(1))
    return 1 - kept.mean(axis=1), given.mean(axis=0)


def _settled(shares: Floats, level: float) -> Floats:
    """Return the share of people with one decision in enough draws; shares of shape (…, n, c)."""
    most = reduce(np.maximum, np.moveaxis(shares, -1, 0))
    return np.asarray((most >= level - 1e-12).mean(axis=-1))
