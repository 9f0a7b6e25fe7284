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
        return np.random.default_rng(self._sequence(name))

    def derive(self, name: str) -> int:
        """Return the seed of one part that has streams of its own."""
        return int(self._sequence(name).generate_state(1, np.uint64)[0])

    def _sequence(self, name: str) -> np.random.SeedSequence:
        return np.random.SeedSequence([self.seed, zlib.crc32(name.encode())])
