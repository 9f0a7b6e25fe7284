"""The command: `python -m benchmarks.coverage`."""

from __future__ import annotations

import argparse
import csv
import os
import sys

from benchmarks import coverage
from benchmarks.coverage import SIMULATIONS
from benchmarks.coverage.running import TABLE, run, write


def main() -> None:
    parser = argparse.ArgumentParser(description=coverage.__doc__)
    parser.add_argument("--only", nargs="+", default=list(SIMULATIONS), choices=SIMULATIONS)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    kept: list[dict[str, object]] = []
    if set(options.only) != set(SIMULATIONS) and TABLE.exists():
        with TABLE.open(newline="", encoding="utf-8") as file:
            kept = [dict(row) for row in csv.DictReader(file) if row["simulation"] not in options.only]
    for row in run(options.only, options.workers):
        kept.append(row)
        write(kept)


if __name__ == "__main__":
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # as in a report; it is read when numpy is loaded
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.coverage", *sys.argv[1:]])
    main()
