"""What a simulation is, and what several of them draw or read."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evalkit import stats

N_BOOT = 299

Ends = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Draws one data set and returns the ends of one interval for each truth."""

    draw: Callable[[Generator], Ends]
    design: str
    truths: dict[str, float]
    n: int
    exact: bool
    nominal: float

    @property
    def name(self) -> str:
        """Name of the function that draws, which also names the random streams."""
        return self.draw.__name__

    @property
    def made_by(self) -> str:
        """Mark of this simulation's own text: a row of the table is stale when it differs."""
        return hashlib.sha256(inspect.getsource(self.draw).encode()).hexdigest()[:12]


REGISTERED: list[Simulation] = []


def simulate(
    design: str, *, n: int = 2000, exact: bool = False, nominal: float = 0.95, **truths: float
) -> Callable[[Callable[[Generator], Ends]], Callable[[Generator], Ends]]:
    def keep(draw: Callable[[Generator], Ends]) -> Callable[[Generator], Ends]:
        named = {name.replace("_", " "): truth for name, truth in truths.items()}
        found = Simulation(draw=draw, design=design, truths=named, n=n, exact=exact, nominal=nominal)
        REGISTERED.append(found)
        return draw

    return keep


def ends(found: object, *names: str) -> list[tuple[float, float]]:
    """Read the ends of intervals by the stem of their names, ``conf`` by default."""
    return [(getattr(found, f"{name}_low"), getattr(found, f"{name}_high")) for name in names or ("conf",)]


def bootstrapped(found: stats.Bootstrap) -> list[tuple[float, float]]:
    return list(zip(np.atleast_1d(found.conf_low), np.atleast_1d(found.conf_high), strict=True))


def pairs(rng: Generator, n: int, rho: float) -> np.ndarray:
    return rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=n)


def items(rng: Generator, n: int, loadings: Sequence[float]) -> np.ndarray:
    part = np.asarray(loadings)
    return rng.normal(size=(n, 1)) * part + rng.normal(size=(n, len(part))) * np.sqrt(1 - part**2)
