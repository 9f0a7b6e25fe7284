"""Run simulations in batches, and keep what they show in a table."""

from __future__ import annotations

import csv
import multiprocessing
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.coverage import SIMULATIONS, Simulation
from evalkit.compare import judge_coverage

TABLE = Path(__file__).parents[2] / "src" / "evalkit" / "stats" / "coverage.csv"
COLUMNS = [
    "simulation", "interval", "design", "kind", "n_replicates", "coverage", "mc_error", "nominal", "verdict",
    "made_by",
]  # fmt: skip
SEED = 20260101
BATCH = 100


def run_batch(name: str, batch: int, size: int) -> np.ndarray:
    """Tell of each replicate and interval whether it holds the truth; NaN where there is no interval."""
    found = SIMULATIONS[name]
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), batch])
    drawn = np.array([list(map(tuple, found.draw(rng))) for _ in range(size)], dtype=float)
    truth = np.array(list(found.truths.values()))
    held = (drawn[:, :, 0] <= truth) & (truth <= drawn[:, :, 1])
    return np.where(np.isnan(drawn).any(axis=2), np.nan, held)


def rows_of(found: Simulation, held: np.ndarray) -> Iterator[dict[str, object]]:
    for name, column in zip(found.truths, held.T, strict=True):
        known = column[~np.isnan(column)]
        coverage = float(known.mean())
        error = float(np.sqrt(coverage * (1 - coverage) / len(known)))
        yield {
            "simulation": found.name,
            "interval": name,
            "design": found.design,
            "kind": "exact" if found.exact else "approximate",
            "n_replicates": len(known),
            "coverage": f"{coverage:.4f}",
            "mc_error": f"{error:.4f}",
            "nominal": found.nominal,
            "verdict": judge_coverage(round(coverage, 4), found.nominal, exact=found.exact),
            "made_by": found.made_by,
        }


def run(names: Sequence[str], workers: int) -> Iterator[dict[str, object]]:
    start = perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        jobs = {
            name: [
                pool.submit(run_batch, name, i, min(BATCH, SIMULATIONS[name].n - i * BATCH))
                for i in range(-(-SIMULATIONS[name].n // BATCH))
            ]
            for name in names
        }
        for name, batches in jobs.items():
            for row in rows_of(SIMULATIONS[name], np.concatenate([batch.result() for batch in batches])):
                figure = f"{row['coverage']} ± {row['mc_error']}  {row['verdict']:<9} {row['interval']}"
                print(f"{perf_counter() - start:5.0f} s  {figure}: {row['design']}", flush=True)
                yield row


def write(rows: list[dict[str, object]]) -> None:
    """Write the rows in the order of the simulations; as they come, so that a stopped run is not lost."""
    order = list(SIMULATIONS)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: order.index(str(row["simulation"]))))
