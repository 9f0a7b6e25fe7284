"""Print how long 2 000 bootstrap replicates of an ICC take for 500 × 4 ratings, beside a loop over pingouin.

Fails when the two compute different coefficients. pingouin is GPL and no dependency of evalkit; without it
only our own seconds are printed. To compare, give it an environment of its own, with evalkit in it:

    python -m venv /tmp/other
    /tmp/other/bin/pip install -e . pingouin
    /tmp/other/bin/python benchmarks/resampling.py
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib.util import find_spec
from time import perf_counter

import numpy as np
import pandas as pd

from evalkit.stats import bootstrap, weighted_intraclass_correlation

N, K, N_BOOT = 500, 4, 2_000
N_LOOPED = 20  # the loop is timed on a few replicates and scaled up
TO_REACH = 200


def main() -> None:
    rng = np.random.default_rng(1)
    ratings = rng.normal(size=(N, 1)) + 0.5 * rng.normal(size=(1, K)) + rng.normal(size=(N, K))
    start = perf_counter()
    own = bootstrap(weighted_intraclass_correlation("agreement"), ratings, n_boot=N_BOOT, rng=rng)
    seconds = perf_counter() - start
    low, high = float(own.conf_low), float(own.conf_high)
    print(f"ICC(A,1) of {N} × {K} ratings: {float(own.estimate):.4f} ({low:.4f} to {high:.4f})")
    print(f"{N_BOOT:,} bootstrap replicates, one BLAS thread")
    print(f"  evalkit            {seconds:8.3f} s")
    if find_spec("pingouin") is None:
        print("  pingouin is not installed here; the docstring of this file says how to compare")
        return
    looped = loop_pingouin(ratings, rng) * N_BOOT / N_LOOPED
    print(f"  pingouin in a loop {looped:8.1f} s ({N_LOOPED} replicates, scaled up)")
    print(f"  ratio              {looped / seconds:8.0f} × (to reach: {TO_REACH})")
    if abs(float(own.estimate) - pingouin_icc(ratings)) > 1e-8:
        raise SystemExit("the two packages compute different coefficients")


def loop_pingouin(ratings: np.ndarray, rng: np.random.Generator) -> float:
    """Return the seconds of a few replicates; the import is not counted."""
    pingouin_icc(ratings)
    start = perf_counter()
    for _ in range(N_LOOPED):
        pingouin_icc(ratings[rng.integers(0, N, N)])
    return perf_counter() - start


def pingouin_icc(ratings: np.ndarray) -> float:
    import pingouin  # type: ignore[import-not-found]

    frame = pd.DataFrame(ratings).rename_axis("target").reset_index()
    long = frame.melt(id_vars="target", var_name="rater", value_name="rating")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pingouin.intraclass_corr(long, targets="target", raters="rater", ratings="rating")
    named = found.set_index("Type")["ICC"]
    return float(named.get("ICC(A,1)", named.get("ICC2")))


if __name__ == "__main__":
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # as in a report; it is read when numpy is loaded
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, __file__])
    main()
