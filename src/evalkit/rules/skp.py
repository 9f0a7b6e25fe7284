"""The score of PP 30/2019: a weighted sum of SKP (work targets) and behaviour, capped at 120.

Source: Peraturan Pemerintah 30/2019 on the appraisal of civil servants' performance, article 41.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TOP: Final = 120.0
#: Weight of behaviour: .3, or .4 where peers and subordinates are heard.
BEHAVIOUR_WEIGHTS: Final = (0.3, 0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerCutOffs:
    """Where the lower bands of PP 30/2019 start; these were recalled, not read in the official text.

    Attributes
    ----------
    butuh_perbaikan
        Lowest score of Cukup, the older word for butuh_perbaikan; below it lies kurang.
    kurang
        Lowest score of kurang; below it lies sangat_kurang.
    basis
        Where the two come from: "assumed" until someone states a source.
    """

    butuh_perbaikan: float = 70.0
    kurang: float = 50.0
    basis: str = "assumed"

    def __post_init__(self) -> None:
        if not 0 < self.kurang < self.butuh_perbaikan < 90:
            raise ValueError(
                "the lower cut-offs must satisfy 0 < kurang < butuh_perbaikan < 90; "
                f"found {self.kurang:g} and {self.butuh_perbaikan:g}"
            )


ASSUMED: Final = LowerCutOffs()


def score_sum(skp: float, behaviour: float, *, behaviour_weight: float = 0.3) -> float:
    """Return the weighted sum of SKP and behaviour, each on 0 to 120.

    Either part is capped at 120 first, so that the sum is too.

    Raises
    ------
    ValueError
        If a part is negative or no number, or the weight is neither .3 nor .4.

    Examples
    --------
    >>> score_sum(100, 80), score_sum(100, 80, behaviour_weight=0.4), score_sum(150, 130)
    (94.0, 92.0, 120.0)
    """
    if behaviour_weight not in BEHAVIOUR_WEIGHTS:
        raise ValueError(
            f"behaviour_weight must be 0.3 or 0.4 (PP 30/2019, article 41); found {behaviour_weight}"
        )
    for part, value in (("skp", skp), ("behaviour", behaviour)):
        if not value >= 0:
            raise ValueError(f"{part} must be a number of at least 0; found {value}")
    # In tenths, so that 0.7 · 100 + 0.3 · 100 is 100 and not 99.99…
    tenths = round(10 * behaviour_weight)
    return ((10 - tenths) * min(skp, TOP) + tenths * min(behaviour, TOP)) / 10


def rate_sum(score: float, *, new_idea: bool, lower: LowerCutOffs = ASSUMED) -> str:
    """Return the predikat of a score on 0 to 120.

    sangat_baik needs a score of 110 or more and a new idea; without one the score is baik, from 90 on. The
    PP's Cukup is returned under its present name, butuh_perbaikan. A lower limit belongs to its band, and no
    score between 0 and 120 falls between two bands.

    Parameters
    ----------
    score
        Score on 0 to 120, not rounded.
    new_idea
        Whether the employee brought a new idea that benefits the organisation.
    lower
        The two lower cut-offs, assumed unless stated.

    Raises
    ------
    ValueError
        If the score lies outside 0 to 120.

    Examples
    --------
    >>> rate_sum(112, new_idea=True), rate_sum(112, new_idea=False), rate_sum(69.99, new_idea=True)
    ('sangat_baik', 'baik', 'kurang')
    """
    if not 0 <= score <= TOP:
        raise ValueError(f"a score under PP 30/2019 lies between 0 and 120; found {score}")
    if score >= 110 and new_idea:
        return "sangat_baik"
    if score >= 90:
        return "baik"
    if score >= lower.butuh_perbaikan:
        return "butuh_perbaikan"
    return "kurang" if score >= lower.kurang else "sangat_kurang"


def average_raters(ratings: Mapping[str, float | None], weights: Mapping[str, float]) -> float:
    """Return the weighted mean over the raters who gave a rating; a missing one is left out, not 0.

    Parameters
    ----------
    ratings
        Rating by rater or kind of rater; None or NaN where there is none.
    weights
        Weight of each, positive; those of the raters present are scaled to sum to one.

    Raises
    ------
    ValueError
        If nobody gave a rating, or a rater has no positive weight.

    Examples
    --------
    >>> average_raters({"supervisor": 90, "peer": None}, {"supervisor": 0.6, "peer": 0.4})
    90.0
    """
    unweighted = [name for name in ratings if not weights.get(name, 0) > 0]
    if unweighted:
        raise ValueError(f"each rater needs a positive weight; {', '.join(unweighted)} has none")
    given = {name: value for name, value in ratings.items() if value is not None and not math.isnan(value)}
    if not given:
        raise ValueError("no rater gave a rating, so there is nothing to average")
    total = math.fsum(weights[name] for name in given)
    return math.fsum(weights[name] * value for name, value in given.items()) / total
