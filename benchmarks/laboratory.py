"""Simulate everyone through every source and score all five methods: seconds, and how they grow with people.

python benchmarks/laboratory.py [--most 100000]
"""

from __future__ import annotations

import argparse
import time

from evalkit.lab import SIZES, score_at_once, simulate
from evalkit.methods import load_methods

BUDGET = 0.5  # seconds for the default design
REPEATS = 3


def measure(sizes: dict[str, int], repeats: int) -> tuple[float, float, int]:
    """Return the least seconds of simulating and of scoring, and the number of observations."""
    methods, simulating, scoring, n_rows = load_methods(), [], [], 0
    for seed in range(repeats):
        start = time.perf_counter()
        evidence = simulate(sizes, seed=seed)
        between = time.perf_counter()
        score_at_once(evidence, methods)
        simulating.append(between - start)
        scoring.append(time.perf_counter() - between)
        n_rows = len(evidence.observations)
    return min(simulating), min(scoring), n_rows


def main() -> None:
    """Print a line for each size, with the ratio to the size before it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000)
    most = parser.parse_args().most
    measure({"somewhere": 100}, 1)
    drawn, scored, n_rows = measure(dict(SIZES), REPEATS)
    print(
        f"{sum(SIZES.values()):>7,} people, {n_rows:>10,} observations: simulated {drawn:.2f} s, "
        f"scored {scored:.2f} s, together {drawn + scored:.2f} s (budget {BUDGET} s)"
    )
    before = 0.0
    for n in (1_000, 10_000, 100_000):
        if n > most:
            break
        drawn, scored, n_rows = measure(
            {f"place-{i}": n // 5 for i in range(5)}, REPEATS if n < 100_000 else 1
        )
        ratio = f", {(drawn + scored) / before:.1f} times the line above" if before else ""
        before = drawn + scored
        print(f"{n:>7,} people, {n_rows:>10,} observations: {before:.2f} s{ratio}")


if __name__ == "__main__":
    main()
