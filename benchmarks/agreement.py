"""Time the agreement of five methods over 2 000 employees in 100 units, with 1 000 replicates.

Run it with ``python benchmarks/agreement.py``. It prints the processor time of ten pairs and of Kendall's W.
"""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pandas as pd

from evalkit.compare.pairs import Resampling, measure_pair
from evalkit.stats import estimate_concordance
from evalkit.vocabulary import METHODS, PREDIKATS

N_EMPLOYEES, N_UNITS, N_PLACES, N_BOOT = 2000, 100, 5, 1000
GOAL = 20.0  # seconds


def draw_scores(rng: np.random.Generator) -> pd.DataFrame:
    unit = np.arange(N_EMPLOYEES) % N_UNITS
    place = unit % N_PLACES
    index = pd.MultiIndex.from_arrays(
        [place, unit, np.arange(N_EMPLOYEES)], names=["place", "unit", "employee"]
    )
    person = rng.normal(size=(N_EMPLOYEES, 1)) + rng.normal(size=N_UNITS)[unit][:, None]
    values = 60 + 10 * person + 10 * rng.normal(size=(N_EMPLOYEES, len(METHODS)))
    return pd.DataFrame(values.round(1), index=index, columns=list(METHODS))


def main() -> None:
    rng = np.random.default_rng(1)
    scores = draw_scores(rng)
    bands = np.array(PREDIKATS, dtype=object)
    predikats = scores.apply(lambda column: bands[np.clip((column // 20).astype(int), 0, 4)])
    sampling = Resampling(n_boot=N_BOOT, rng=rng, conf_level=0.95)
    began = time.process_time()
    for pair in combinations(METHODS, 2):
        measure_pair(scores, predikats, pair, 0.2, sampling)
    units = scores.index.get_level_values("unit")
    estimate_concordance(scores.to_numpy(), clusters=units, **sampling.options())
    took = time.process_time() - began
    print(
        f"ten pairs and W, {N_EMPLOYEES:,} employees, {N_BOOT:,} replicates: {took:.1f} s of processor time"
    )
    print(f"goal: under {GOAL:.0f} s, {'reached' if took < GOAL else 'missed'}")


if __name__ == "__main__":
    main()
