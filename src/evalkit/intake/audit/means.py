"""Means over raters, recomputed over those who rated; and scores of SAKIP, from their four parts."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from evalkit.intake.audit.findings import Defect, Difference, explain
from evalkit.intake.audit.precision import agrees, common_decimals
from evalkit.intake.layouts import Reading
from evalkit.intake.layouts.raters import rater_fields
from evalkit.rules import SAKIP_WEIGHTS, grade_sakip
from evalkit.rules.sakip import FIRST_YEAR

_ZERO: Final = "missing_rater_zero"
_PARTS: Final = tuple(SAKIP_WEIGHTS)


def audit_raters(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Recompute the mean over raters of each person, where whole rows show that raters count alike."""
    sources = rater_fields(reading.header.columns)
    if len(sources) < 2 or not reading.has("mean"):
        return 0, [], []
    ratings, means = reading.table[sources].to_numpy(dtype=float).tolist(), reading.table["mean"].tolist()
    rows = [
        (at, [value for value in values if not math.isnan(value)], mean)
        for at, (values, mean) in enumerate(zip(ratings, means, strict=True))
        if not math.isnan(mean) and not all(map(math.isnan, values))
    ]
    whole = [row for row in rows if len(row[1]) == len(sources)]
    least = common_decimals(means)
    if not whole or not any(
        agrees(mean, math.fsum(given) / len(given), least=least) for _, given, mean in whole
    ):
        return 0, [], [Defect(code=_ZERO, verdict="unknown")]
    differences = [
        Difference(
            cell=reading.name_cell(at, "mean"),
            quantity="mean",
            recorded=mean,
            recomputed=right,
            why=(_ZERO,)
            if len(given) < len(sources) and agrees(mean, math.fsum(given) / len(sources), least=least)
            else (),
        )
        for at, given, mean in rows
        if not agrees(mean, right := math.fsum(given) / len(given), least=least)
    ]
    if any(_ZERO in each.why for each in differences):
        return len(rows), differences, [explain(_ZERO, differences)]
    return (
        len(rows),
        differences,
        [Defect(code=_ZERO, verdict="not_found" if len(whole) < len(rows) else "unknown")],
    )


def audit_sakip(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Recompute SAKIP scores of evaluations under PermenPANRB 88/2021, and their grades."""
    differences, n = [], 0
    table, least = reading.table, common_decimals(reading.table["score"])
    parts = table[list(_PARTS)].to_numpy(dtype=float)
    in_points = bool((parts <= [SAKIP_WEIGHTS[part] for part in _PARTS])[~np.isnan(parts)].all())
    for at, values in enumerate(parts.tolist()):
        score = float(table["score"].iloc[at])
        if math.isnan(score) or any(map(math.isnan, values)) or _is_older(reading, at):
            continue
        factors = [1.0 if in_points else SAKIP_WEIGHTS[part] / 100 for part in _PARTS]
        right = math.fsum(factor * value for factor, value in zip(factors, values, strict=True))
        n += 1
        if not agrees(score, right, least=least):
            differences.append(
                Difference(
                    cell=reading.name_cell(at, "score"), quantity="sakip", recorded=score, recomputed=right
                )
            )
        differences += _compare_grade(reading, at, right)
    return n, differences, []


def _is_older(reading: Reading, at: int) -> bool:
    """Tell whether a row is from before the weights that are in force."""
    return reading.has("year") and not reading.table["year"].iloc[at] >= FIRST_YEAR


def _compare_grade(reading: Reading, at: int, score: float) -> list[Difference]:
    given = str(reading.table["grade"].iloc[at]).upper() if reading.has("grade") else ""
    if given not in ("AA", "A", "BB", "B", "CC", "C", "D") or not 0 <= score <= 100:
        return []
    if given in (grade_sakip(score), grade_sakip(round(score, 2))):
        return []
    return [
        Difference(
            cell=reading.name_cell(at, "grade"),
            quantity="grade",
            recorded=given,
            recomputed=grade_sakip(score),
            band_changes=True,
        )
    ]
