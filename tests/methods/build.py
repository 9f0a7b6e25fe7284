"""Small evidence for the tests of methods, and a slow reading of the specification to hold the SQL to."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

import numpy as np
import pandas as pd

from evalkit.evidence import EVIDENCE_KEY, Evidence, standard_indicators
from evalkit.methods import MethodSpecification

EMPTY = pd.DataFrame()
EMPLOYEES = pd.DataFrame({"employee": [], "place": [], "unit": []}, dtype="str")
PERSONS = {"supervisor", "peer", "self", "subordinate", "citizen"}


def make_evidence(rows: list[dict[str, object]] | pd.DataFrame, **tables: pd.DataFrame) -> Evidence:
    """Make evidence of rows that state only what matters; the rest is filled in."""
    defaults = dict.fromkeys(EVIDENCE_KEY, "") | {"place": "p", "unit": "u", "employee": "e"}
    frame = (
        pd.DataFrame([{**defaults, "status": "recorded", **row} for row in rows])
        if isinstance(rows, list)
        else rows
    )
    frame = frame.assign(recorded_on=pd.NaT)
    frame["value"] = frame["value"].astype(float)
    given = {"indicators": standard_indicators(), "employees": EMPLOYEES, **tables}
    rest = dict.fromkeys(("events", "interventions", "recorded", "truth", "corrections", "steps"), EMPTY)
    return Evidence(study="test", kind="synthetic", observations=frame, extras={}, **{**rest, **given})


def random_evidence(seed: int, specifications: list[MethodSpecification], n_employees: int = 12) -> Evidence:
    """Draw evidence for all methods: several raters, items, quarters; a tenth refused or missing."""
    rng = np.random.default_rng(seed)
    indicators = standard_indicators().set_index("indicator")
    rows = []
    for employee in range(n_employees):
        where = {"place": f"p{employee % 2}", "unit": f"u{employee % 4}"}
        for one in specifications:
            for part in one.components:
                who = {**where, "employee": f"e{employee}" if part.level == "employee" else ""}
                for source in part.sources:
                    for indicator in part.indicators:
                        for _ in range(rng.integers(0, 5)):
                            low, high = indicators.loc[indicator, ["low", "high"]]
                            high = 130.0 if np.isnan(high) else high
                            status = rng.choice(["recorded", "refused", "missing"], p=[0.9, 0.05, 0.05])
                            rows.append({
                                **who,
                                "period": f"2025Q{rng.integers(1, 4)}",
                                "indicator": indicator,
                                "source": source,
                                "rater": f"r{rng.integers(0, 3)}" if source in PERSONS else "",
                                "item": rng.choice(["", "U1", "U2", "U3"]),
                                "value": rng.uniform(low, high) if status == "recorded" else np.nan,
                                "status": str(status),
                            })  # fmt: skip
    frame = pd.DataFrame(rows).drop_duplicates(list(EVIDENCE_KEY), ignore_index=True)
    return make_evidence(frame)


def score_slowly(
    evidence: Evidence, specification: MethodSpecification
) -> dict[tuple[str, ...], dict[str, object]]:
    """Score one method in plain Python, step by step as the documentation says."""
    rows = evidence.observations.to_dict("records")
    scales = evidence.indicators.set_index("indicator")
    people = {(row["place"], row["unit"], row["employee"]) for row in rows if row["employee"]}
    result = {}
    for place, unit, employee in people:
        covered = total = 0.0
        parts = {"result": [0.0, 0.0], "behaviour": [0.0, 0.0]}
        for part in specification.components:
            whom = employee if part.level == "employee" else ""
            read = [
                row
                for row in rows
                if (row["place"], row["unit"], row["employee"]) == (place, unit, whom)
                and row["status"] == "recorded"
                and row["indicator"] in part.indicators
                and row["source"] in part.sources
                and (not part.items or row["item"] in part.items)
            ]
            points, enough = component_slowly(part, read, scales, specification.raters)
            if enough:
                covered += part.weight
                total += part.weight * points
                parts[part.part][0] += part.weight * points
                parts[part.part][1] += part.weight
        scored = covered >= specification.minimum_weight - 1e-9
        result[place, unit, employee] = {
            "score": total / covered if scored else np.nan,
            "result_points": parts["result"][0] / parts["result"][1]
            if scored and parts["result"][1]
            else np.nan,
            "behaviour_points": parts["behaviour"][0] / parts["behaviour"][1]
            if scored and parts["behaviour"][1]
            else np.nan,
            "covered_weight": covered,
        }
    return result


def component_slowly(part, read, scales, raters):
    occasions = []
    most_raters = 0
    for period in sorted({row["period"] for row in read}):
        by_source = {}
        n_raters = 0
        for source in {row["source"] for row in read}:
            groups = defaultdict(list)
            for row in read:
                if row["period"] == period and row["source"] == source:
                    first = (row["item"], row["indicator"]) if part.transform.kind == "skm" else row["rater"]
                    groups[first].append(points_slowly(part, row, scales))
            if groups:
                by_source[source] = fmean(fmean(group) for group in groups.values())
                if source in PERSONS:
                    skm = part.transform.kind == "skm"
                    n_raters += max(map(len, groups.values())) if skm else len(groups)
        most_raters = max(most_raters, n_raters)
        weight = sum(raters[source] for source in by_source)
        occasions.append(sum(raters[source] * value for source, value in by_source.items()) / weight)
    enough = (
        len(read) >= part.minimum.observations
        and most_raters >= part.minimum.raters
        and len(occasions) >= part.minimum.occasions
    )
    return (fmean(occasions) if occasions else np.nan), enough


def points_slowly(part, row, scales):
    value, transform, scale = row["value"], part.transform, scales.loc[row["indicator"]]
    match transform.kind:
        case "skm":
            return 25 * value
        case "share":
            return 100 * value
        case "percent_of_target":
            return min(value, 120)
        case "standard_over_actual":
            return min(100 * transform.standard / value, 120) if value else 120
    low = scale["low"] if transform.low is None else transform.low
    high = scale["high"] if transform.high is None else transform.high
    value = min(max(value, low), high)
    return 100 * ((high - value) if scale["lower_is_better"] else (value - low)) / (high - low)
