"""Run a small plan of the laboratory with one worker and with two: seconds, and how much faster two are.

python benchmarks/diagnose.py [--replicates 16]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from evalkit.lab import BASELINES, SIZES, Corruption, Diagnosis, Plan, Scenario, Step, diagnose
from evalkit.lab.corruption import KINDS
from evalkit.vocabulary import METHODS

GOAL = 1.7  # times as fast


def make_plan(n_replicates: int) -> Plan:
    """Return one scenario of the default design, spoiled in every way."""
    dials = tuple((Corruption(kind, 0.5),) for kind in KINDS)
    scenario = Scenario(name="administrative", corruptions=dials, n_replicates=n_replicates)
    return Plan(
        name="benchmark",
        seed=1,
        sizes=dict(SIZES),
        methods=(*METHODS, *BASELINES),
        scenarios=(scenario,),
        target_error=1e-9,  # never reached: every replicate is run
    )


def measure(plan: Plan, jobs: int) -> tuple[float, float, Diagnosis]:
    """Return the seconds of a run, those of one evidence once its workers have started, and its numbers."""
    steps: list[tuple[float, Step]] = []
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        diagnosis = diagnose(
            plan,
            jobs=jobs,
            folder=Path(folder),
            report=lambda step: steps.append((time.perf_counter(), step)),
        )
        ended = time.perf_counter()
    first, step = steps[jobs - 1]
    rest = step.planned - step.done
    return ended - began, (steps[-1][0] - first) / rest, diagnosis


def main() -> None:
    """Print seconds and ratios, and whether the numbers are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=16)
    plan = make_plan(parser.parse_args().replicates)
    one, one_each, alone = measure(plan, 1)
    two, two_each, together = measure(plan, 2)
    same = alone.summary.equals(together.summary) and alone.contrasts.equals(together.contrasts)
    n = sum(scenario.n_replicates * (1 + len(scenario.corruptions)) for scenario in plan.scenarios)
    print(
        f"{n} evidences of {sum(plan.sizes.values()):,} people: one worker {one:.1f} s, two {two:.1f} s, "
        f"{one / two:.2f} times as fast with the start of workers, {one_each / two_each:.2f} without "
        f"(goal {GOAL}); numbers {'the same' if same else 'DIFFER'}; {one_each:.2f} s each"
    )


if __name__ == "__main__":
    main()
