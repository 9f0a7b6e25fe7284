"""Replicates that cost nothing, for tests of what runs and counts them; workers import them by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd

from evalkit.lab import Corruption, run_scenario
from evalkit.lab.plan import Plan
from evalkit.lab.scenarios import Scenario

METHODS = ("dumai", "surakarta")
QUANTITIES = ("decision_loss", "rank_recovery", "bias")
DOSES = ((Corruption("refusal", 0.5),), (Corruption("refusal", 1.0),))
FOLDER = "EVALKIT_TEST_FOLDER"  # where what happens once leaves a mark


def make_plan(*names: str, n_replicates: int = 12, target_error: float = 0.05) -> Plan:
    """Return a small plan; "plain" has no corruption."""
    scenarios = tuple(
        Scenario(name=name, corruptions=() if name == "plain" else DOSES, n_replicates=n_replicates)
        for name in names or ("plain", "spoiled")
    )
    return Plan(
        name="tiny",
        seed=7,
        sizes={"here": 30},
        methods=METHODS,
        scenarios=scenarios,
        target_error=target_error,
    )


def draw(scenario, replicate, *, seed, sizes, methods) -> pd.DataFrame:
    """Draw numbers; what belongs to the same people is alike in all methods."""
    people = np.random.default_rng(np.random.SeedSequence([seed, replicate])).normal(0.5, 0.1)
    rng = np.random.default_rng(np.random.SeedSequence([seed, len(scenario.name), replicate]))
    rows = [
        (scenario.name, corruption, method, "own", quantity, replicate, people + rng.normal(0, 0.1))
        for corruption in scenario.corruption_names
        for method in methods
        for quantity in QUANTITIES
    ]
    columns = ["scenario", "corruption", "method", "target", "quantity", "replicate", "value"]
    return pd.DataFrame(rows, columns=columns)


def fail_sometimes(scenario, replicate, **settings) -> pd.DataFrame:
    """Fail at every fourth replicate."""
    if replicate % 4 == 1:
        raise ValueError(f"nobody was drawn in {scenario.name}")
    return draw(scenario, replicate, **settings)


def fail_always_where_spoiled(scenario, replicate, **settings) -> pd.DataFrame:
    """Fail in every scenario but the plain one."""
    if scenario.name != "plain":
        raise ZeroDivisionError("division by zero")
    return draw(scenario, replicate, **settings)


def run_out_of_memory(scenario, replicate, **settings) -> pd.DataFrame:
    """Fail for want of memory, which is no fault of the replicate."""
    raise MemoryError("no more room")


def kill_once(scenario, replicate, **settings) -> pd.DataFrame:
    """Kill the own process at the first try of one replicate; fail where there is more than one thread."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        raise ValueError("linear algebra may use more than one thread")
    if replicate == 3 and _first_time("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(scenario, replicate, **settings)


def simulate_and_kill_once(scenario, replicate, **settings) -> pd.DataFrame:
    """Kill the own process at the first try of one replicate; else run the laboratory itself."""
    if replicate == 3 and _first_time("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    return run_scenario(scenario, replicate, **settings)


def kill_always(scenario, replicate, **settings) -> pd.DataFrame:
    """Kill the own process at every try."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def take_long(scenario, replicate, **settings) -> pd.DataFrame:
    """Hang from the fifth replicate on, unless told to go on."""
    if replicate >= 4 and not (Path(os.environ[FOLDER]) / "go").exists():
        _first_time("reached")
        time.sleep(300)
    return draw(scenario, replicate, **settings)


def _first_time(name: str) -> bool:
    mark = Path(os.environ[FOLDER]) / name
    if mark.exists():
        return False
    mark.touch()
    return True
