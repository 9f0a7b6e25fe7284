"""Curves of one score and one truth: ROC of both decisions, and the truth of each tenth of the scores."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalkit.compare.pairs import MANY_UNITS, Resampling, choose_clusters
from evalkit.lab.recovery_figures import DECISIONS, ENDS, People, choose_people
from evalkit.stats import bootstrap, trace_roc, weighted_group_means

Values = NDArray[np.float64]

#: Shares of a place that are selected, along the ROC curve.
SHARES: Final = tuple(i / 50 for i in range(51))
TENTHS: Final = 10


def trace_decisions(score: Values, truth: Values, people: People) -> list[dict[str, Any]]:
    """Return a row per decision and selected share: false alarms and sensitivity."""
    known = ~np.isnan(score)
    kept = people.keep(known)
    rows = []
    for name, (_, sign) in DECISIONS.items():
        has = choose_people(truth[known], kept, name)
        curve = trace_roc(sign * score[known], has, SHARES, strata=kept.place)
        rows += [
            {"decision": name, "share": share, "false_alarms": float(alarms), "sensitivity": float(found)}
            for share, alarms, found in zip(SHARES, *curve, strict=True)
        ]
    return rows


def calibrate(score: Values, truth: Values, people: People, sampling: Resampling) -> list[dict[str, Any]]:
    """Return the mean truth of each tenth of a place's people by score, less the mean of the place.

    With fewer than ten units there is no interval.
    """
    known = ~np.isnan(score)
    x, kept = score[known], people.keep(known)
    y = truth[known] - (np.bincount(kept.place, truth[known]) / np.bincount(kept.place))[kept.place]
    tenth = split_tenths(x, kept.place)
    present = np.unique(tenth)
    inside = np.equal.outer(tenth, present).astype(np.float64)
    means = weighted_group_means(np.ones((1, len(y))), y, inside)[0]
    low = high = np.full(len(present), np.nan)
    if len(set(kept.unit)) >= MANY_UNITS:  # with fewer, some tenths would be missing in many resamples
        clusters, _ = choose_clusters(kept.place, kept.unit)
        found = bootstrap(weighted_group_means, y, inside, clusters=clusters, **sampling.options())
        low, high = found.conf_low, found.conf_high
    ends = zip(means, low, high, inside.sum(axis=0), strict=True)
    return [
        {"decile": int(at) + 1, **dict(zip((*ENDS, "n"), map(float, values), strict=True))}
        for at, values in zip(present, ends, strict=True)
    ]


def split_tenths(score: Values, place: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the tenth of each person among those of the place, 0 the lowest; equal scores stay together.

    Examples
    --------
    >>> split_tenths(np.arange(20.0), np.zeros(20, int)).tolist()[:4]
    [0, 0, 1, 1]
    """
    tenth = np.zeros(len(score), dtype=np.intp)
    for one in np.unique(place):
        rows = np.flatnonzero(place == one)
        ordered = np.sort(score[rows])
        middle = (np.searchsorted(ordered, score[rows]) + np.searchsorted(ordered, score[rows], "right")) / 2
        tenth[rows] = np.minimum((TENTHS * middle / len(rows)).astype(np.intp), TENTHS - 1)
    return tenth
