"""How large must an effect be for so many people to show it? From their number alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from evalkit.errors import DesignError
from evalkit.stats import (
    estimate_share,
    people_for_correlation,
    smallest_change,
    smallest_correlation,
    smallest_difference,
)

#: Share of a place that a training for the lowest takes, as in the laboratory.
TRAINED: Final = 0.2
#: A correlation of medium size (Cohen 1988), for which people needed are counted.
MEDIUM: Final = 0.3
SMALLEST: Final = ["quantity", "item", "estimate", "n", "caveat"]
FOUND: Final = "found four times in five by a two-sided test at 5 %; people as independent within units"
WIDTH: Final = "half the width of an interval; people as independent"
NEEDED: Final = "people it takes to find a correlation of .3 four times in five"


def list_smallest(n: int, sizes: NDArray[np.integer[Any]], conf_level: float) -> pd.DataFrame:
    """Return what n people in units of these sizes can show, one row a question.

    Returns
    -------
    DataFrame
        quantity, item, estimate, n, caveat: ``smallest_correlation`` (people of one unit compared),
        ``smallest_difference`` (two halves; the lowest fifth against the rest; in SD), ``smallest_change``
        (from one quarter to the next, in SD of change), ``half_width`` (of a share of a half, of a mean in
        SD), ``people_needed``.
    """
    compared = sizes[sizes > 1]
    trained = max(2, round(TRAINED * n))
    asked: list[tuple[str, str, Callable[[], float], str]] = [
        (
            "smallest_correlation",
            "",
            lambda: smallest_correlation(int(compared.sum()), n_strata=len(compared)),
            FOUND,
        ),
        ("smallest_difference", "halves", lambda: smallest_difference(n // 2, n - n // 2), FOUND),
        ("smallest_difference", "trained", lambda: smallest_difference(trained, n - trained), FOUND),
        ("smallest_change", "", lambda: smallest_change(n), FOUND),
        ("half_width", "share", lambda: _half_of_share(n, conf_level), WIDTH),
        ("half_width", "mean", lambda: _half_of_mean(n, conf_level), WIDTH),
        ("people_needed", "correlation", lambda: float(people_for_correlation(MEDIUM)), NEEDED),
    ]
    rows = []
    for quantity, item, ask, caveat in asked:
        try:
            rows.append((quantity, item, ask(), n, caveat))
        except DesignError as refusal:
            rows.append((quantity, item, np.nan, n, str(refusal)))
    return pd.DataFrame(rows, columns=SMALLEST)


def _half_of_share(n: int, conf_level: float) -> float:
    found = estimate_share(n // 2, n, conf_level=conf_level)
    return (found.conf_high - found.conf_low) / 2


def _half_of_mean(n: int, conf_level: float) -> float:
    if n < 2:
        raise DesignError(f"A mean needs two people for an interval; there are {n}.")
    return float(stats.t.ppf((1 + conf_level) / 2, n - 1)) / float(np.sqrt(n))
