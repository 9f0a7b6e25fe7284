"""Outcomes: how well scores recover true performance, and what the decisions that rest on them cost.

All comparisons are within places; figures of several places are means by their number of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.lab.decision_losses import decide, judge_decisions, know_place
from evalkit.lab.decisions import count_changes, sum_products
from evalkit.lab.intervals import cover, find_partners, standard_error, tell_apart
from evalkit.lab.rank_recovery import correlate_within

Values = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: Scores that are nearer than this are tied: sums of the same numbers in another order.
_DIGITS: Final = 9

#: Quantities that are held to a target; the first one is primary.
QUANTITIES: Final = (
    "decision_loss",
    "training_loss",
    "recognition_loss",
    "rank_recovery",
    "rank_recovery_in_units",
    "bias",
    "rmse",
    "sensitivity_training",
    "specificity_training",
    "auc_training",
    "sensitivity_recognition",
    "specificity_recognition",
    "auc_recognition",
    "coverage",
    "power",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Scores of everyone by several methods, shape (method, employee); NaN where there is none.

    Attributes
    ----------
    year
        The scores.
    odd, even
        Scores from the evidence of every other quarter; all NaN where there is one quarter alone.
    """

    year: Values
    odd: Values
    even: Values

    def __post_init__(self) -> None:
        """Make scores equal that differ by the order of a sum."""
        for name in ("year", "odd", "even"):
            object.__setattr__(self, name, np.round(getattr(self, name), _DIGITS))


class Reference:
    """True performance by some targets, and what each method says of evidence as it is.

    Everything that is the same however evidence is spoiled is computed once.

    Parameters
    ----------
    truths
        True performance of everyone by each target, shape (target, employee).
    place, unit
        Place and unit of each employee, by number.
    clean
        Scores on evidence as it is.
    wanted
        Which methods are held to which targets, shape (method, target); all by default. What is not wanted
        may be NaN.

    Raises
    ------
    DesignError
        If true performance is not known of everyone, or someone is alone in a place.

    Examples
    --------
    A score that is the truth, and one that says nothing:

    >>> truths = np.arange(20.0)[None, :]
    >>> year = np.array([truths[0], np.zeros(20)])
    >>> scored = Scored(year=year, odd=year + 1, even=year - 1)
    >>> place, unit = np.zeros(20, int), np.arange(20) // 5
    >>> outcomes = Reference(truths, place, unit, scored).measure(scored)
    >>> outcomes["decision_loss"].ravel().tolist(), outcomes["rank_recovery"].ravel().tolist()
    ([0.0, 1.0], [1.0, 0.0])
    """

    def __init__(
        self, truths: Values, place: Codes, unit: Codes, clean: Scored, wanted: Flags | None = None
    ) -> None:
        _check(truths, place)
        self.place, self.unit = place, unit
        self.truths = truths
        self.wanted = np.ones((len(clean.year), len(truths)), bool) if wanted is None else wanted
        self.places = [know_place(np.flatnonzero(place == i), truths) for i in np.unique(place)]
        self.centred = truths - _place_means(truths, place)
        self.sd = np.sqrt((self.centred**2).mean(axis=1))
        self.partners = [find_partners(row, place, sd) for row, sd in zip(truths, self.sd, strict=True)]
        self.level = _place_means(clean.year, place)
        self.decided = decide(self.places, clean.year)
        away = self._away(clean.year)
        self.common = sum_products(away, self.centred)
        self.variance = (away**2).sum(axis=1)
        self.is_scored = ~np.isnan(clean.year).all(axis=1)

    def measure(self, scored: Scored) -> dict[str, Values]:
        """Return every one of `QUANTITIES` for each method and target, shape (method, target).

        People without a score are decided on by lot, are tied with everyone, and are taken to be as good as
        the mean of their place; an interval they have none. A method that scores nobody on evidence as it is
        has no outcomes: all are NaN.
        """
        found = {
            **judge_decisions(self.places, scored.year),
            **self._recover(scored),
            **self._place_on_scale(scored),
            **self._precision(scored),
        }
        for name in QUANTITIES:
            found[name][~self.is_scored] = np.nan
        return {name: found[name] for name in QUANTITIES}

    def count_changes(self, scored: Scored) -> Values:
        """Return the share of people whose decision differs from the clean one, by each method."""
        now = decide(self.places, scored.year)
        changes = count_changes(
            (self.decided.trained, self.decided.recognised), (now.trained, now.recognised)
        )
        share: Values = np.where(self.is_scored, changes / self.truths.shape[1], np.nan)
        return share

    def _recover(self, scored: Scored) -> dict[str, Values]:
        whole = np.zeros(self.wanted.shape)
        for one in self.places:
            tau = one.order.correlate(scored.year[:, one.people], self.wanted)
            whole += len(one.people) * tau
        within = correlate_within(scored.year, self.truths, self.unit)
        return {"rank_recovery": whole / self.truths.shape[1], "rank_recovery_in_units": within}

    def _away(self, year: Values) -> Values:
        """Return scores less the mean of the place on evidence as it is; 0 where there is none."""
        away: Values = np.nan_to_num(year - self.level)
        return away

    def _place_on_scale(self, scored: Scored) -> dict[str, Values]:
        """Return bias and RMSE of scores put on the scale of the truth by the clean line, in its SD."""
        away = self._away(scored.year)
        n = self.truths.shape[1]
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(self.variance[:, None] > 0, self.common / self.variance[:, None], 0.0)
            square = (
                slope**2 * (away**2).mean(axis=1)[:, None] - 2 * slope * sum_products(away, self.centred) / n
            )
            error = np.sqrt(np.maximum(square + self.sd**2, 0)) / self.sd
            return {"bias": slope * away.mean(axis=1)[:, None] / self.sd, "rmse": error}

    def _precision(self, scored: Scored) -> dict[str, Values]:
        """Return coverage of the intervals of persons, and the power to tell two of them apart."""
        error = standard_error(scored.odd, scored.even, self.place)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = self.common / (self.centred**2).sum(axis=1)  # of scores on truths, as they are clean
        covered, told = np.full(self.wanted.shape, np.nan), np.full(self.wanted.shape, np.nan)
        away = scored.year - self.level
        for j, partners in enumerate(self.partners):
            missed = away - slope[:, [j]] * self.centred[j]
            covered[:, j] = cover(missed, error)
            told[:, j] = tell_apart(scored.year, error, partners)
        return {"coverage": covered, "power": told}


def _check(truths: Values, place: Codes) -> None:
    unknown = int(np.isnan(truths).any(axis=0).sum())
    if unknown:
        raise DesignError(
            f"True performance is unknown of {unknown} of {truths.shape[1]} employees; "
            "outcomes need that of all."
        )
    alone = int((np.bincount(place) == 1).sum())
    if alone:
        raise DesignError(
            f"People are compared within their place; {alone} of {len(np.unique(place))} places have "
            "a single one. Leave them out."
        )


def _place_means(values: Values, place: Codes) -> Values:
    """Return for everyone the mean of the place in each row, of those with a value."""
    means = np.empty_like(values)
    n_places = int(place.max(initial=-1)) + 1
    for i, row in enumerate(values):
        known = ~np.isnan(row)
        total = np.bincount(place[known], row[known], n_places)
        with np.errstate(invalid="ignore"):
            means[i] = (total / np.bincount(place[known], minlength=n_places))[place]
    return means
