"""What was given by lot, or to volunteers: analysis of covariance, event study."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.effect_cases import FEW_UNITS, Case, Ledger, add_outcome
from evalkit.compare.outcomes import RATING, Outcomes
from evalkit.stats import EventStudy, estimate_event_study, estimate_slope

_NEXT: Final = 1  # quarters after it was given, in which its effect is read


def estimate_by_lot(case: Case, people: pd.DataFrame, ledger: Ledger) -> None:
    """Add the difference that a lot made, given what was known before."""
    after = ledger.outcomes.after(case.period)
    for name, table in ledger.tables_at(after):
        some = adjust_before(case, add_outcome(people, table, after), ledger.outcomes, name)
        clusters = ledger.find_clusters(some)
        found = estimate_slope(
            some["y"],
            some["share"],
            covariates=some[["before"]],
            clusters=None if clusters is None else clusters.to_numpy(),
            conf_level=ledger.conf_level,
        )
        ledger.add(
            "effects",
            {
                **case.who,
                "design": "covariance_analysis",
                "is_main": True,
                "outcome": name,
                "period": after,
                "estimate": found.estimate,
                "conf_low": found.conf_low,
                "conf_high": found.conf_high,
                "known_effect": ledger.known_effect(case, name, after, some),
                "n_given": int(some["given"].sum()),
                "n": len(some),
                "caveat": FEW_UNITS if clusters is None else found.caveat,
            },
        )


def adjust_before(case: Case, some: pd.DataFrame, outcomes: Outcomes, name: str) -> pd.DataFrame:
    """Add what was known before, and who was given it, both as distances from the mean of the place.

    Before is the mean of the same outcome until it was given; of the rating where the outcome was not kept.
    """
    quarters, own = outcomes.up_to(case.period), outcomes.tables[name]
    table = own if set(quarters) <= set(own.columns) else outcomes.tables[RATING]
    before = table[quarters].mean(axis=1).reindex(some.index)
    some = some.assign(before=before, share=some["given"].astype(float)).dropna(subset=["before"])
    centred = some[["before", "share"]] - some.groupby("place")[["before", "share"]].transform("mean")
    return some.assign(before=centred["before"], share=centred["share"])


def estimate_by_volunteers(case: Case, people: pd.DataFrame, ledger: Ledger) -> None:
    """Add the change of volunteers beyond that of people who were never given it, quarter by quarter."""
    table = ledger.evidence.interventions
    ever = table.loc[table["kind"] == case.kind, "employee"].astype(str)
    people = people[people["given"] | ~people.index.isin(ever)]
    quarters, after = list(ledger.outcomes.quarters), ledger.outcomes.after(case.period)
    for name, own in ledger.tables_at(after):
        if not set(quarters) <= set(own.columns):
            continue
        some = add_outcome(people, own, after)
        panel = own.loc[some.index, quarters].div(some["spread"], axis=0).dropna()
        panel = panel - panel.groupby(some["place"].reindex(panel.index)).transform("mean")
        some = some.loc[panel.index]
        clusters = ledger.find_clusters(some)
        at = np.where(some["given"], quarters.index(case.period), -1)
        found = estimate_event_study(panel, at, clusters=clusters, conf_level=ledger.conf_level)
        size = {"outcome": name, "n_given": int(some["given"].sum()), "n": len(some)}
        known = ledger.known_effect(case, name, after, some)
        about = {"period": after, "known_effect": known, "caveat": FEW_UNITS if clusters is None else ""}
        _record(case, found, ledger, size, about)


def _record(
    case: Case, found: EventStudy, ledger: Ledger, size: dict[str, Any], about: dict[str, Any]
) -> None:
    """Add every step of an event study, what was before, and the step that is read as the effect."""
    columns = ("step", "estimate", "conf_low", "conf_high")
    arrays = (found.step, found.estimate, found.conf_low, found.conf_high)
    steps = [dict(zip(columns, values, strict=True)) for values in zip(*arrays, strict=True)]
    ledger.add("steps", *({**case.who, **step, **size} for step in steps))
    if found.step[0] < -1:
        before = {"quantity": "pre_trend", "estimate": steps[0]["estimate"], "p_value": found.pre_p_value}
        ledger.add("tests", {**case.who, "outcome": size["outcome"], **before, "n": size["n"]})
    main = next(step for step in steps if step["step"] == _NEXT)
    ledger.add("effects", {**case.who, **size, **about, **main, "design": "event_study", "is_main": True})
