"""What was given by a score: the jump at its cut-off, and what chance makes of such a choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.assignment import Score
from evalkit.compare.disclosure import LEAST
from evalkit.compare.effect_cases import Case, Ledger, add_outcome
from evalkit.compare.interval_coverage import read_coverage
from evalkit.compare.outcomes import RATING, spread_within
from evalkit.errors import DesignError
from evalkit.stats import (
    BoundedDiscontinuity,
    Discontinuity,
    estimate_bounded_discontinuity,
    estimate_discontinuity,
    expected_fallback,
    expected_regression,
    find_density_break,
    find_heaping,
)

_TIED: Final = 0.2  # from this share of people who share their score on, a score counts as few values
_SMALL: Final = 400  # people, fewer of whom let the robust interval hold less often than it says
_OF_POINT: Final = 10  # people behind a point of a figure


def estimate_by_score(case: Case, score: Score, people: pd.DataFrame, ledger: Ledger) -> None:
    """Add the jump of each outcome, the benchmark, whether scores were moved, and points for a figure.

    Where scores are continuous, or ten and more on each side among 400 people and more, the robust interval
    is the main one; else the bounded one, which holds at least as often as it says.

    Raises
    ------
    DesignError
        If no line can be drawn on one of the sides.
    """
    after = ledger.outcomes.after(case.period)
    tied = 1 - people["distance"].nunique() / len(people) >= _TIED
    _compare_changes(case, score, people, ledger)
    _test_score(case, people, ledger, tied=tied)
    for name, table in ledger.tables_at(after):
        some = add_outcome(people, table, after)
        if name == RATING:
            _group_points(case, some, ledger, after)
        for i, (design, found) in enumerate(_estimate(some, ledger.conf_level, tied=tied)):
            near = some[some["distance"].abs() < found.bandwidth]
            jump = _turn(found) if score.below else found
            few = tied and design == "discontinuity" and len(some) < _SMALL
            ledger.add(
                "effects",
                {
                    **case.who,
                    "design": design,
                    "is_main": i == 0,
                    "outcome": name,
                    "period": after,
                    "estimate": jump.estimate,
                    "conf_low": jump.conf_low,
                    "conf_high": jump.conf_high,
                    "known_effect": ledger.known_effect(case, name, after, near),
                    "n_given": int(near["given"].sum()),
                    "n": len(near),
                    "caveat": _doubt() if few else "",
                },
            )


_Jump = Discontinuity | BoundedDiscontinuity


def _estimate(some: pd.DataFrame, conf_level: float, *, tied: bool) -> list[tuple[str, _Jump]]:
    """Return the estimates of the jump that these scores allow, the main one first."""
    x, y = some["distance"], some["y"]
    if not tied:
        return [("discontinuity", estimate_discontinuity(x, y, cutoff=0.0, conf_level=conf_level))]
    bounded = estimate_bounded_discontinuity(x, y, cutoff=0.0, conf_level=conf_level)
    found: list[tuple[str, _Jump]] = [("bounded_discontinuity", bounded)]
    try:
        robust = estimate_discontinuity(x, y, cutoff=0.0, conf_level=conf_level)
    except DesignError:
        return found
    found.insert(0 if len(some) >= _SMALL else 1, ("discontinuity", robust))
    return found


def _turn(found: _Jump) -> _Jump:
    """Return the jump downwards in the score."""
    return replace(found, estimate=-found.estimate, conf_low=-found.conf_high, conf_high=-found.conf_low)


def _doubt() -> str:
    """Say how often the robust interval holds where people are few and share scores."""
    table = read_coverage().rows
    row = table[table["simulation"] == "discontinuity_of_a_place"].iloc[0]
    share = f"{row['coverage']:.1%}"
    return f"in samples of 250 people who share scores such an interval held the truth in {share}"


def _compare_changes(case: Case, score: Score, people: pd.DataFrame, ledger: Ledger) -> None:
    """Set the change of those chosen beside what chance makes of the choice, in SDs of the rating."""
    if score.source != RATING:
        return
    table, after = ledger.outcomes.tables[RATING], ledger.outcomes.after(case.period)
    base = score.periods[-1]
    some = people.join(table[[base, after]]).dropna()
    change = (some[after] - some[base]) / spread_within(some[base], some["place"])
    chosen, share = some["given"], float(some["given"].mean())
    distance = some["distance"] - some.groupby("place")["distance"].transform("mean")
    growth = float(np.polyfit(distance[~chosen], change[~chosen], 1)[1])  # at the mean score, not given
    r = _stability(table.reindex(some.index), some["place"], ledger.outcomes.up_to(case.period))
    ledger.add(
        "benchmarks",
        {
            **case.who,
            "period": after,
            "observed_change": float(change[chosen].mean()),
            "expected_change": growth + _chance(score.rule, r, share),
            "change_of_others": float(change[~chosen].mean()),
            "n_given": int(chosen.sum()),
            "n": len(some),
        },
    )


def _chance(rule: str, r: float, share: float) -> float:
    """Return the change, in SDs, that people chosen by a rule show though nothing was done."""
    if not np.isfinite(r):
        return float("nan")
    if rule in ("lowest", "highest"):
        gain = expected_regression(r, share=share)
        return gain if rule == "lowest" else -gain
    fall = expected_fallback(r, r, r, share=share)
    return fall if rule == "improved" else -fall


def _stability(table: pd.DataFrame, place: pd.Series, quarters: list[str]) -> float:
    """Return the mean correlation of two quarters before anything could have an effect, within places."""
    known = table[[quarter for quarter in quarters if quarter in table.columns]]
    if known.shape[1] < 2:
        return float("nan")
    r = (known - known.groupby(place).transform("mean")).corr().to_numpy()
    return float(r[np.triu_indices(len(r), 1)].mean())


def _test_score(case: Case, people: pd.DataFrame, ledger: Ledger, *, tied: bool) -> None:
    """Ask whether people moved over the cut-off."""
    x = people["distance"]
    try:
        row = _find_break(x, tied=tied)
    except DesignError:
        return  # scores beside the cut-off are missing; the jump itself says so where that matters
    if row["n"] >= 3 * LEAST:
        ledger.add("tests", {**case.who, "outcome": "", **row})


def _find_break(x: pd.Series, *, tied: bool) -> dict[str, Any]:
    if tied:
        heap = find_heaping(x, cutoff=float(x[x > 0].min()))
        n = heap.n_at + heap.n_beside
        return {"quantity": "score_heaping", "estimate": heap.share, "p_value": heap.p_value, "n": n}
    found = find_density_break(x, cutoff=0.0)
    return {
        "quantity": "density_break",
        "estimate": found.log_ratio,
        "p_value": found.p_value,
        "n": len(x),
    }


def _group_points(case: Case, some: pd.DataFrame, ledger: Ledger, after: str) -> None:
    """Add the mean outcome of neighbours by score, ten or more together, none across the cut-off."""
    for side in (some[some["distance"] < 0], some[some["distance"] >= 0]):
        ordered = side.sort_values("distance")
        rank = ordered["distance"].rank(method="min").astype(int) - 1  # equal scores stay together
        number = np.minimum(rank // _OF_POINT, max(len(ordered) // _OF_POINT - 1, 0))
        for _, own in ordered.groupby(np.asarray(number)):
            if len(own) >= LEAST:
                means = {"score": own["distance"].mean(), "outcome_mean": own["y"].mean()}
                ledger.add("points", {**case.who, "period": after, **means, "n": len(own)})
