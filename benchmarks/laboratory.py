"""What the laboratory costs: one replicate by its parts, and how time and memory grow with people.

Each number of people is measured in a process of its own: simulated to Parquet, then scored by all five
methods from there. Replicates and growth are judged by the time of the processors, which other programs
hardly change.

python benchmarks/laboratory.py [--most 1000000]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from evalkit.lab import (
    SIZES,
    Scenario,
    divide,
    load_baselines,
    run_scenario,
    score_at_once,
    simulate,
    simulate_to_files,
)
from evalkit.methods import load_methods, score_parquet

REPLICATE_BUDGET = 0.5  # seconds, for the default sizes
MEMORY_BUDGET = 8.0  # GB
GROWTH = 1.25  # more than this times as long per person as with a tenth of the people is not linear
REPEATS = 10
NUMBERS = (1_000, 10_000, 100_000, 1_000_000)


def least(call: Callable[[], object]) -> float:
    """Return the least seconds of the processor that a call needed."""
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def measure_replicate() -> bool:
    """Print the seconds of a default replicate and two of its parts; tell whether it keeps to the budget."""
    methods = {**load_methods(), **load_baselines()}
    scenario = Scenario(name="default", n_replicates=1)
    evidence = simulate(seed=1)
    drawn = least(lambda: simulate(seed=1, tables=("employees", "truth")))
    scored = least(lambda: score_at_once(evidence, methods, halves=True))
    whole = least(lambda: run_scenario(scenario, 0, seed=1, sizes=SIZES, methods=methods))
    print(
        f"one replicate, {sum(SIZES.values()):,} people, {len(evidence.observations):,} observations: "
        f"simulated {drawn:.3f} s, scored by {len(methods)} methods and baselines, whole and by halves, "
        f"{scored:.3f} s; with what came of it {whole:.3f} s"
    )
    return whole < REPLICATE_BUDGET


def measure_files(n_people: int) -> dict[str, float]:
    """Simulate people to files and score them; return the seconds and the most memory in GB."""
    with tempfile.TemporaryDirectory() as folder:
        used, start = time.process_time(), time.perf_counter()
        n_rows = simulate_to_files(divide(n_people), f"{folder}/study", seed=1)
        between = time.perf_counter()
        files = (
            "evidence.parquet" if Path(folder, "study/evidence.parquet").exists() else "evidence/*.parquet"
        )
        counts = score_parquet(f"{folder}/study/{files}", load_methods(), f"{folder}/scores")
        end = time.perf_counter()
    assert (counts["n_scored"] == n_people).all()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "n_rows": n_rows,
        "simulated": between - start,
        "scored": end - between,
        "processor": time.process_time() - used,
        "memory": memory / (1e9 if sys.platform == "darwin" else 1e6),
    }


def measure_growth(most: int) -> bool:
    """Print a line for each number of people; tell whether time is linear and memory within its budget."""
    before, kept = 0.0, True
    for n in (n for n in NUMBERS if n <= most):
        command = [sys.executable, __file__, "--alone", str(n)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        seconds = found["processor"]
        ratio = f", {seconds / before:.1f} times the line above" if before else ""
        kept &= found["memory"] < MEMORY_BUDGET and not (before and seconds > 10 * GROWTH * before)
        before = seconds
        print(
            f"{n:>9,} people, {found['n_rows']:>11,} observations: simulated {found['simulated']:.1f} s, "
            f"scored {found['scored']:.1f} s ({seconds:.1f} s of the processors{ratio}), "
            f"{found['memory']:.1f} GB",
            flush=True,
        )
    return kept


def main() -> int:
    """Measure; 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", metavar="N", type=int, default=100_000, help="people (default: 100 000)")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.alone:
        print(json.dumps(measure_files(chosen.alone)))
        return 0
    kept = [measure_replicate(), measure_growth(chosen.most)]
    print(f"Budgets (replicate {REPLICATE_BUDGET} s, {MEMORY_BUDGET:g} GB, linear): ", end="")
    print("kept" if all(kept) else "EXCEEDED")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
