"""Whether some numbers of a diagnosis come out again."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.recompute import recompute_sample

_COLUMNS: Final = ["scenario", "corruption", "n", "largest_difference", "agrees"]


def spot_check(diagnosis: Diagnosis | None, *, rng: np.random.Generator, n: int = 2) -> pd.DataFrame:
    """Run the first replicate of a few spoiled evidences again and hold it to what is stored.

    Returns
    -------
    DataFrame
        A row per evidence: scenario, corruption ("": as it is), how many numbers (n), their largest
        difference, and whether all agree. No row without a diagnosis.
    """
    if diagnosis is None:
        return pd.DataFrame(columns=_COLUMNS)
    found = recompute_sample(diagnosis, n, rng=rng)
    groups = found.assign(difference=found["difference"].abs()).groupby(
        ["scenario", "corruption"], sort=False
    )
    table = groups.agg(
        n=("difference", "count"), largest_difference=("difference", "max"), agrees=("agrees", "all")
    )
    return table.reset_index()[_COLUMNS]
