"""What happens to records: indicators that are gamed, mixed up, or not brought up to date."""

from __future__ import annotations

from typing import Final

import numpy as np

from evalkit.lab.corruption.rows import Rows, Spoiled, draw_each
from evalkit.lab.corruption.scales import Values

#: The target of an indicator that is not in per cent of one: what the best quarter of all records reaches.
TARGET_QUANTILE: Final = 0.75


def game(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let employees and units push their indicators up to the target without performing better.

    Each employee and each unit, with probability `dose`, brings every system indicator of theirs that
    misses the target to the target itself; those above stay. The target is 100 for indicators in per cent
    of a target; of any other, in its better direction, the value that the best quarter of its records
    reaches. At dose 1 no record misses its target, and those who missed it cannot be told apart.

    Reads system indicators. No text names gaming; Semarang's and Surakarta's methods rest on such
    indicators. Assumed: who games does not depend on performance, and nothing else becomes worse by it.
    """
    gaming = draw_each(rows.number("place", "unit", "employee"), rng) < dose
    better = rows.scale.better
    reached = better * np.maximum(better * rows.value, better * _targets(rows))
    return Spoiled(value=np.where(gaming & rows.recorded, reached, rows.value))


def _targets(rows: Rows) -> Values:
    """Return the target of each row."""
    target = np.full(len(rows.positions), 100.0)
    indicators = rows.codes("indicator")
    for indicator in np.unique(indicators[rows.recorded & ~rows.scale.percent]):
        chosen = indicators == indicator
        known = chosen & rows.recorded
        level = TARGET_QUANTILE if rows.scale.better[known][0] > 0 else 1 - TARGET_QUANTILE
        target[chosen] = np.quantile(rows.value[known], level, method="nearest")
    return target


def mix_up(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Put another record's value into a record.

    Each record, with probability `dose`, gets the value of a record drawn among all of
    the same place, indicator and source. The distribution stays on average, and the correlation with the
    true record falls to about 1 - dose: pure independent noise. At dose 1 records say nothing on whom they
    are about.

    Reads records of systems and agency reports. Semarang's text says that data are often inaccurate, not
    objective and do not reflect what is, for want of an integrated system; Bengkulu's that accurate data
    are lacking. Assumed: errors hit every record alike and have no direction. The table of events stays as
    it is.
    """
    group = rows.number("place", "indicator", "source")
    wrong, pick = rng.random(len(group)) < dose, rng.random(len(group))
    known = np.flatnonzero(rows.recorded)
    order = known[np.argsort(group[known], kind="stable")]
    n = np.bincount(group[known], minlength=group.max(initial=-1) + 1)
    first = np.cumsum(n) - n
    changed = np.flatnonzero(wrong & rows.recorded)
    of = group[changed]
    value = rows.value.copy()
    value[changed] = rows.value[order[first[of] + (pick[changed] * n[of]).astype(np.intp)]]
    return Spoiled(value=value)


def leave_stale(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Leave records as they stood in an earlier period.

    Each record, with probability `dose`, is not brought up to date: it repeats the last
    record before it of the same employee or unit, indicator, source, rater and item that was, with its
    date. At dose 1 every record is the first period's.

    Reads records of systems and agency reports that name their period, in two periods or more. Bengkulu's
    text says that current data are lacking. Assumed: which record is stale does not depend on its value.
    """
    stale = rng.random(len(rows.positions)) < dose
    chain = rows.number("place", "unit", "employee", "indicator", "source", "rater", "item")
    known = np.flatnonzero(rows.recorded)
    order = known[np.lexsort((rows.occasion[known], chain[known]))]
    is_first = np.diff(chain[order], prepend=-1) != 0
    current = np.where(is_first | ~stale[order], np.arange(len(order)), 0)
    origin = np.arange(len(rows.positions))
    origin[order] = order[np.maximum.accumulate(current)]
    recorded_on = rows.observations["recorded_on"].to_numpy()[rows.positions]
    return Spoiled(value=rows.value[origin], recorded_on=recorded_on[origin])
