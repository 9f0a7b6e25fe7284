"""What the simulated coverage of intervals shows, in sentences."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from evalkit.compare import IntervalCoverage
from evalkit.present.numbers import format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed

_NAMED: Final = 4
_LIMITS: Final = (
    "Coverage was simulated at the sizes of the shipped studies, in populations where the assumptions of each interval hold or are bent in "
    "the way that the design says; in other populations it may be lower.",
)


def say_coverage(found: IntervalCoverage) -> Findings:
    """Say how many intervals hold the truth as often as they promise, and name those that do not."""
    rows = found.rows
    verdict = rows["verdict"]
    kept = int(verdict.isin(["within", "exact"]).sum())
    fewest, most = int(rows["n_replicates"].min()), int(rows["n_replicates"].max())
    samples = count(most, "sample") if fewest == most else f"{fewest:,} to {count(most, 'sample')}"
    sentences = [
        f"{kept} of {count(len(rows), 'simulated interval')} {'holds' if kept == 1 else 'hold'} the truth as often as promised: within 2 "
        f"points of the nominal level, or above it where the interval is exact ({samples} each)."
    ]
    for name, text in (
        ("caveat", "missed by more than 2 and up to 5 points, and shown with a caveat"),
        ("withheld", "missed by more than 5 points, and not shown in any report"),
        ("too wide", "held more often than promised, so wider than needed"),
    ):
        if (verdict == name).any():
            sentences.append(_name(rows[verdict == name], text))
    return Findings(tuple(sentences), _LIMITS)


def _name(rows: pd.DataFrame, text: str) -> str:
    """Name intervals with their coverage, the worst first, up to a few."""
    worst = rows.assign(gap=rows["coverage"] - rows["nominal"]).sort_values("gap", kind="stable")
    shown = [_with_coverage(row) for row in worst.head(_NAMED).to_dict("records")]
    more = len(rows) - len(shown)
    return f"{len(rows)} {text}: {listed(shown + ([f'{more} more'] if more else []))}."


def _with_coverage(row: Any) -> str:
    return f"{row['interval']} ({row['design']}: {format_share(row['coverage'], digits=1)})"
