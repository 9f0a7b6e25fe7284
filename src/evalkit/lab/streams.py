"""Randomness: a stream of its own for each table and source, so that adding one changes no other."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Streams:
    """Random generators by name, all from one seed.

    Examples
    --------
    >>> Streams(7)("peer").random() == Streams(7)("peer").random()
    True
    >>> Streams(7)("peer").random() == Streams(7)("self").random()
    False
    """

    seed: int

    def __call__(self, name: str) -> np.random.Generator:
        """Return the generator of one use, at its start."""
        return np.random.default_rng(np.random.SeedSequence([self.seed, zlib.crc32(name.encode())]))
