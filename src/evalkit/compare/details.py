"""Join a study's own table to its observations."""

from __future__ import annotations

import pandas as pd

from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.evidence import EVIDENCE_KEY, Evidence


def join_details(evidence: Evidence, table: str) -> pd.DataFrame:
    """Return the recorded observations with the columns of one of the study's own tables beside them.

    They are joined on the key columns of evidence that the table has, such as employee and item.

    Raises
    ------
    UsageError
        If the study has no such table.
    DesignError
        If the table does not say one thing, once, about each observation.
    """
    if table not in evidence.extras:
        raise UsageError(f"{evidence.study} has no table {table!r}: {did_you_mean(table, evidence.extras)}")
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    details = evidence.extras[table]
    keys = [name for name in EVIDENCE_KEY if name in details]
    if not keys:
        raise DesignError(f"The table {table} has no key column of evidence ({', '.join(EVIDENCE_KEY)}).")
    if details.duplicated(keys).any():
        raise DesignError(f"The table {table} has more than one row for the same {' and '.join(keys)}.")
    joined = recorded.merge(details, on=keys, how="left", indicator=True)
    n_absent = int((joined.pop("_merge") == "left_only").sum())
    if n_absent:
        raise DesignError(
            f"The table {table} says nothing about {n_absent:,} of {len(joined):,} observations. "
            "Select the place that it belongs to, or complete it."
        )
    return joined
