"""Which methods may decide on persons at all: how much they know of persons, and how dependable they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

from evalkit.compare import ScoreDependability
from evalkit.lab.purposes import Purpose
from evalkit.lab.targets import unit_weight
from evalkit.methods import MethodSpecification

Values = NDArray[np.float64]

FIT: Final = "fit"
UNFIT: Final = "unfit"
UNCLEAR: Final = "unclear"
AT_MOST: Final = "at_most"
UNIT_LEVEL: Final = "unit_level"
#: Verdicts under which a method is not ranked for a purpose.
BARRED: Final = (UNFIT, UNIT_LEVEL)
#: Basis of a dependability that counts raters' own views as error.
WHOLE: Final = "raters and occasions"
UNIT_WEIGHT: Final = "weight known of units only"
UNKNOWN: Final = "dependability is not known"
COLUMNS: Final = ["purpose", "method", "verdict", "estimate", "conf_low", "conf_high", "n", "caveat"]
_EDGE: Final = 1e-6  # Φ this near to 0 or 1 has no logit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dependable:
    """Draws of a method's dependability Φ.

    Attributes
    ----------
    n
        People behind it.
    whole
        Whether Φ is over raters and occasions everywhere; else it is an upper bound.
    """

    draws: Values
    n: int
    whole: bool


def judge_fitness(
    purpose: Purpose,
    methods: Mapping[str, MethodSpecification],
    dependability: Mapping[str, Dependable],
    *,
    clear: float,
) -> list[dict[str, Any]]:
    """Return a row for each method: whether it may serve a purpose that decides on persons.

    Evidence on a whole unit says the same of all its people; a method that knows more than the allowed share
    of its weight of units only is not fit. Neither is one whose score is not dependable enough: fit if Φ
    reaches the limit in the clear share of its draws, unfit if it stays below it in as many. Where Φ is over
    occasions only, raters' own views count as the person's: it is at most so large, and nothing is shown by
    its reaching the limit.

    Parameters
    ----------
    dependability
        By method, draws of Φ (`draw_dependability`).
    """
    rows = []
    for name, method in methods.items():
        weight = unit_weight(method)
        if weight > purpose.most_unit_weight:
            found = {"verdict": UNIT_LEVEL, **_ends(np.array([weight])), "n": 0, "caveat": UNIT_WEIGHT}
        elif not purpose.least_dependability:
            continue
        elif name not in dependability:
            found = {"verdict": UNCLEAR, **_ends(np.array([np.nan])), "n": 0, "caveat": UNKNOWN}
        else:
            found = _hold(dependability[name], purpose.least_dependability, clear)
        rows.append({"purpose": purpose.name, "method": name, **found})
    return rows


def _hold(found: Dependable, limit: float, clear: float) -> dict[str, Any]:
    """Hold draws of Φ to a limit."""
    share = float((found.draws >= limit).mean())
    verdict = UNFIT if share <= 1 - clear else FIT if share >= clear else UNCLEAR
    if not found.whole and verdict != UNFIT:
        verdict = AT_MOST
    caveat = f"at least {limit:g} in {share:.3f} of the draws"
    return {"verdict": verdict, **_ends(found.draws), "n": found.n, "caveat": caveat}


def _ends(drawn: Values) -> dict[str, float]:
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) > 1 else (np.nan, np.nan)
    return {"estimate": float(drawn.mean()), "conf_low": float(low), "conf_high": float(high)}


def draw_dependability(
    found: ScoreDependability, *, n_draws: int, rng: np.random.Generator
) -> dict[str, Dependable]:
    """Draw each method's dependability as reported, over places by their people.

    Each place is drawn on the scale of the logit, normal, with the width of its interval. A place without an
    interval is left out.
    """
    reported = found.coefficients[
        (found.coefficients["quantity"] == "score_dependability")
        & (found.coefficients["design"] == "as reported")
    ].dropna(subset=["estimate", "conf_low", "conf_high"])
    drawn = {}
    for method, rows in reported.groupby("method", sort=False):
        ends = logit(rows[["estimate", "conf_low", "conf_high"]].clip(_EDGE, 1 - _EDGE).to_numpy(float))
        spread = (ends[:, 2] - ends[:, 1]) / (2 * norm.ppf(0.5 + found.conf_level / 2))
        each = expit(ends[:, 0] + spread * rng.standard_normal((n_draws, len(rows))))
        n = rows["n"].to_numpy(float)
        whole = bool((rows["basis"] == WHOLE).all())
        drawn[str(method)] = Dependable(draws=each @ (n / n.sum()), n=int(n.sum()), whole=whole)
    return drawn


def tabulate_fitness(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows as a table."""
    return pd.DataFrame(rows, columns=COLUMNS)
