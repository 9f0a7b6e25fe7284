"""Simulate how often a true IKM lies in a band that is said to be so probable.

Writes src/evalkit/stats/band_calibration.csv. A place has a mean drawn from N(0, .5) before categories, so
that all four bands come up; the true quality of its units is drawn around it from the stated distribution.
Respondents answer nine elements as in the laboratory, and the probabilities are those of the reports
(`rate_bands`).
``--only NAME`` simulates some designs again and keeps the other rows.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import inspect
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.surveys import draw_answers, true_ikm
from evalkit.compare.survey_bands import BAND_LIMITS, rate_bands
from evalkit.stats import estimate_element_index

TABLE = Path(__file__).parents[1] / "src" / "evalkit" / "stats" / "band_calibration.csv"
COLUMNS = ["simulation", "design", "low", "high", "n_said", "said", "estimate", "mc_error", "gap", "made_by"]
SEED = 20260101
EDGES = np.array([0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
SPREAD = 0.2  # of units before categories: about 3 points of IKM


def normal(rng: Generator, n: int) -> np.ndarray:
    return rng.normal(size=n)


def two_kinds(rng: Generator, n: int) -> np.ndarray:
    """Draw good and poor units with little between them; mean 0, standard deviation 1."""
    return np.where(rng.random(n) < 0.5, -0.95, 0.95) + np.sqrt(1 - 0.95**2) * rng.normal(size=n)


def skewed(rng: Generator, n: int) -> np.ndarray:
    """Draw a few units far below the others; mean 0, standard deviation 1."""
    return 1 - rng.exponential(size=n)


@dataclass(frozen=True)
class Design:
    """Units of a place, respondents of a unit, how true quality is distributed, and places drawn."""

    about: str
    n_units: int
    n_respondents: int
    true: Callable[[Generator, int], np.ndarray]
    n_places: int


DESIGNS = {
    "many_units": Design("20 units of 40 respondents, true IKMs normal", 20, 40, normal, 600),
    "few_answers": Design("20 units of 10 respondents, true IKMs normal", 20, 10, normal, 600),
    "few_units": Design("4 units of 40 respondents, true IKMs normal", 4, 40, normal, 3000),
    "two_units": Design("2 units of 40 respondents, each for itself", 2, 40, normal, 4000),
    "skewed": Design("20 units of 40 respondents, a few far below", 20, 40, skewed, 600),
    "two_kinds": Design("20 units of 40 respondents, good and poor ones", 20, 40, two_kinds, 600),
}


def draw_place(rng: Generator, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Return the said probabilities of one place, shape (unit, band), and which band is true."""
    office = rng.normal(0, 0.5) + SPREAD * design.true(rng, design.n_units)
    found = [estimate_element_index(draw_answers(rng, one, design.n_respondents)) for one in office]
    errors = np.array([one.std_error for one in found])
    known = errors > 0
    said = rate_bands(
        np.array([one.estimate for one in found])[known],
        errors[known],
        dfs=np.array([one.df for one in found])[known],
    )
    band = np.searchsorted(BAND_LIMITS, true_ikm(office)[known], side="right")
    return said.probabilities, band[:, None] == np.arange(4)


def rows_of(name: str) -> list[dict[str, object]]:
    design = DESIGNS[name]
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    drawn = [draw_place(rng, design) for _ in range(design.n_places)]
    rows = []
    for low, high in pairwise(EDGES):
        inside = [((said >= low) & ((said < high) | (high == 1.0)), said, came) for said, came in drawn]
        n = np.array([chosen.sum() for chosen, _, _ in inside])
        said = np.array([own[chosen].sum() for chosen, own, _ in inside])
        came = np.array([own[chosen].sum() for chosen, _, own in inside])
        share = came.sum() / n.sum()
        error = np.sqrt(((came - share * n) ** 2).sum()) / n.sum()  # places are what was drawn
        rows.append({
            "simulation": name, "design": design.about, "low": low, "high": high, "n_said": int(n.sum()),
            "said": f"{said.sum() / n.sum():.4f}", "estimate": f"{share:.4f}", "mc_error": f"{error:.4f}",
            "gap": f"{share - said.sum() / n.sum():.4f}", "made_by": made_by(),
        })  # fmt: skip
    return rows


def made_by() -> str:
    """Mark of what draws and judges: rows are stale when it differs."""
    text = "".join(
        map(
            inspect.getsource,
            (draw_place, draw_answers, true_ikm, normal, two_kinds, skewed, rows_of, rate_bands),
        )
    )
    return hashlib.sha256((text + repr([*DESIGNS])).encode()).hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=list(DESIGNS), choices=DESIGNS)
    chosen = parser.parse_args().only
    kept: dict[str, list[dict[str, object]]] = {}
    if TABLE.exists():
        with TABLE.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                kept.setdefault(row["simulation"], []).append(dict(row))
    for name in chosen:
        kept[name] = rows_of(name)
        worst = max(kept[name], key=lambda row: abs(float(str(row["gap"]))))
        print(f"{name}: largest gap {worst['gap']} ± {worst['mc_error']} at {worst['said']}", flush=True)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for name in DESIGNS for row in kept.get(name, []))


if __name__ == "__main__":
    main()
