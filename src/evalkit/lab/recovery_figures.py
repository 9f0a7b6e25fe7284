"""One score held to one truth: ranks, error, and two decisions, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalkit.compare.pairs import Resampling, choose_clusters
from evalkit.errors import DesignError
from evalkit.lab.decisions import RECOGNITION, TRAINING, count_selected
from evalkit.stats import (
    estimate_calibrated_error,
    estimate_decision_agreement,
    estimate_discrimination,
    estimate_rank_agreement,
)

Values = NDArray[np.float64]

#: The decisions: whom each selects, and from which end.
DECISIONS: Final = {"training": (TRAINING, -1.0), "recognition": (RECOGNITION, 1.0)}
ENDS: Final = ("estimate", "conf_low", "conf_high")
NOT_ESTIMABLE: Final = "not estimable: {what} within a unit"
NO_SCORE: Final = "without a score and left out: {n}"
_SAME_SCORE: Final = "the score is the same for everybody"
_SAME_TRUTH: Final = "by this target everybody is alike"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Place and unit of each employee, as integers."""

    place: NDArray[np.intp]
    unit: NDArray[np.intp]

    def keep(self, rows: NDArray[np.bool_]) -> People:
        """Return some of the people."""
        return People(place=self.place[rows], unit=self.unit[rows])


def measure_target(
    score: Values, truth: Values, people: People, sampling: Resampling
) -> list[dict[str, Any]]:
    """Return every figure of one score and one truth, people compared within their place."""
    known = ~np.isnan(score)
    x, y, kept = score[known], truth[known], people.keep(known)
    clusters, doubt = choose_clusters(kept.place, kept.unit)
    n_lost = int((~known).sum())
    about = {
        "n": len(x),
        "n_units": len(set(kept.unit)),
        "n_places": len(set(kept.place)),
        "caveat": "; ".join(filter(None, (NO_SCORE.format(n=n_lost) if n_lost else "", doubt))),
    }
    nested: dict[str, Any] = {"strata": kept.place, "clusters": clusters}
    ranks = estimate_rank_agreement(x, y, **nested, **sampling.options())
    error = estimate_calibrated_error(x, y / _spread(y, kept), **nested, conf_level=sampling.conf_level)
    rows = [{"quantity": "rank_recovery", **_ends(ranks)}, {"quantity": "rmse", **_ends(error)}]
    rows += [row for name in DECISIONS for row in _decision(name, x, y, kept, sampling)]
    return [{**about, **row} for row in (*rows, _within_units(x, y, kept, sampling, str(about["caveat"])))]


def _spread(truth: Values, people: People) -> float:
    """Return the standard deviation of true performance within places, so that 1 is an error of chance."""
    means = np.bincount(people.place, truth) / np.bincount(people.place)
    return float((truth - means[people.place]).std()) or 1.0


def _within_units(x: Values, y: Values, people: People, sampling: Resampling, doubt: str) -> dict[str, Any]:
    """Return the recovery of ranks among the people of one unit, or that it is not estimable."""
    about = {"quantity": "rank_recovery_in_units"}
    if same := _find_same(x, y, people):
        return {**about, **dict.fromkeys(ENDS, np.nan), "caveat": NOT_ESTIMABLE.format(what=same)}
    found = estimate_rank_agreement(x, y, strata=people.unit, clusters=people.unit, **sampling.options())
    return {**about, **_ends(found), "caveat": doubt}


def _find_same(x: Values, y: Values, people: People) -> str:
    """Say which of score and truth tells nobody of a unit apart."""
    for values, text in ((x, _SAME_SCORE), (y, _SAME_TRUTH)):
        means = np.bincount(people.unit, values) / np.maximum(np.bincount(people.unit), 1)
        if np.abs(values - means[people.unit]).max() <= 1e-9 * max(1.0, np.abs(values).max()):
            return text
    return ""


def _decision(name: str, x: Values, y: Values, people: People, sampling: Resampling) -> list[dict[str, Any]]:
    """Return sensitivity, specificity and the area under the ROC curve of one decision."""
    share, sign = DECISIONS[name]
    nested: dict[str, Any] = {
        "strata": people.place,
        "clusters": choose_clusters(people.place, people.unit)[0],
    }
    found = estimate_decision_agreement(
        x, y, selected_share=share, lowest=sign < 0, **nested, **sampling.options()
    )
    sensitivity = _ends(found)
    # as many are selected as need it, so who is missed makes room for one who does not need it
    specificity = {end: 1 - share * (1 - value) / (1 - share) for end, value in sensitivity.items()}
    rows = [
        {"quantity": f"sensitivity_{name}", **sensitivity},
        {"quantity": f"specificity_{name}", **specificity},
    ]
    try:
        area = estimate_discrimination(
            sign * x, choose_people(y, people, name), **nested, **sampling.options()
        )
    except DesignError as error:
        return [*rows, {"quantity": f"auc_{name}", **dict.fromkeys(ENDS, np.nan), "caveat": str(error)}]
    return [*rows, {"quantity": f"auc_{name}", **_ends(area)}]


def choose_people(truth: Values, people: People, decision: str) -> NDArray[np.bool_]:
    """Return who truly needs training, or deserves recognition, in each place; ties go by the order of rows.

    Examples
    --------
    >>> everyone = People(place=np.zeros(10, int), unit=np.zeros(10, int))
    >>> choose_people(np.arange(10.0), everyone, "training").nonzero()[0].tolist()
    [0, 1]
    """
    share, sign = DECISIONS[decision]
    chosen = np.zeros(len(truth), dtype=bool)
    for place in np.unique(people.place):
        rows = np.flatnonzero(people.place == place)
        k = count_selected(len(rows), share)
        if k:
            order = np.argsort(-sign * truth[rows], kind="stable")
            chosen[rows[order[:k]]] = True
    return chosen


def _ends(found: Any) -> dict[str, float]:
    return {name: getattr(found, name) for name in ENDS}
