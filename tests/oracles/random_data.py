"""The random data sets on which other packages and evalkit are compared, drawn anew from their seeds.

`write_oracles.py` draws them in the environment of the other packages, the tests draw them in ours. Only what
the other packages answered is committed. Data set i of a kind comes from
``numpy.random.default_rng([kind, i])`` (PCG64), where ``kind`` is its place in KINDS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

N_SETS: Final = 200
KINDS: Final = ("ratings", "items", "codes", "components", "factor", "factors", "p_values")


def draw_ratings(index: int) -> Floats:
    """Draw persons × raters: every second set rounded to 1–5, every fourth with gaps, every tenth noise."""
    rng = _rng("ratings", index)
    n, k = rng.integers(6, 61), rng.integers(2, 7)
    person, severity = (0 if index % 10 == 0 else rng.uniform(0.3, 2)), rng.uniform(0, 1)
    x = person * rng.normal(size=(n, 1)) + severity * rng.normal(size=k) + rng.normal(size=(n, k))
    return _gaps(rng, _likert(x) if index % 2 else x + 10, index)


def draw_items(index: int) -> Floats:
    """Draw persons × items: every second set rounded to 1–5, every fourth with gaps, every tenth noise."""
    rng = _rng("items", index)
    n, k = rng.integers(8, 151), rng.integers(2, 13)
    common = 0 if index % 10 == 0 else rng.uniform(0.2, 2)
    x = common * rng.normal(size=(n, 1)) * rng.uniform(0.5, 1.5, size=k) + rng.normal(size=(n, k))
    return _gaps(rng, _likert(x) if index % 2 else x * rng.uniform(0.5, 3, size=k), index)


def draw_codes(index: int) -> Floats:
    """Draw units × coders, two to seven values from 0 or 1; in three of four sets up to 30 % are missing."""
    rng = _rng("codes", index)
    units, coders, q = rng.integers(5, 41), rng.integers(2, 7), rng.integers(2, 8)
    truth, lowest = rng.integers(0, q, size=(units, 1)), index % 2
    slips = rng.random((units, coders)) < rng.uniform(0.05, 0.9)
    x = (np.where(slips, rng.integers(0, q, size=(units, coders)), truth) + lowest).astype(np.float64)
    x[rng.random(x.shape) < (rng.uniform(0, 0.3) if index % 4 else 0)] = np.nan
    x[0, :2], x[1, :2] = lowest, lowest + 1  # two pairs that differ keep the coefficient defined
    return x


def draw_components(index: int) -> Mapping[str, NDArray[np.generic]]:
    """Draw ratings, ratees and raters: in turn all pairs, 60 % of the pairs, raters nested in ratees.

    Nested raters rate two to four times. Every tenth set has no variance between ratees.
    """
    rng = _rng("components", index)
    n, k = rng.integers(8, 31), rng.integers(4, 10)
    ratee, rater = (grid.ravel() for grid in np.meshgrid(np.arange(n), np.arange(k), indexing="ij"))
    if index % 3 == 1:
        kept = rng.random(n * k) < 0.6
        kept[rater == ratee % k] = True
        ratee, rater = ratee[kept], rater[kept]
    if index % 3 == 2:
        k = 3
        ratee = np.repeat(np.arange(n), k)
        rater = np.repeat(np.arange(n * k), rng.integers(2, 5, size=n * k))
        ratee = ratee[rater]
    of_ratee = (0 if index % 10 == 0 else rng.uniform(0.3, 2)) * rng.normal(size=n)
    of_rater = rng.uniform(0.2, 1.5) * rng.normal(size=rater.max() + 1)
    y = 5 + of_ratee[ratee] + of_rater[rater] + rng.normal(size=len(ratee))
    return {"y": y, "ratee": ratee, "rater": rater}


def draw_factor(index: int) -> Floats:
    """Draw persons × items of one factor: three items or four to eight in turn, half of the sets rounded."""
    rng = _rng("factor", index)
    n, k = rng.integers(60, 401), (3 if index % 2 else rng.integers(4, 9))
    loadings = rng.uniform(0.35, 0.9, size=k)
    x = rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, k)) * np.sqrt(1 - loadings**2)
    return (np.round(2 * x) if index % 4 < 2 else x) * rng.uniform(0.5, 3, size=k)


def draw_p_values(index: int) -> Floats:
    """Draw the two to twelve p-values of a family, from nearly none small to nearly all; a few tie."""
    rng = _rng("p_values", index)
    p = rng.random(rng.integers(2, 13)) ** rng.uniform(0.5, 6)
    p[-1] = p[0] if index % 4 == 0 else p[-1]
    return p


def draw_factors(index: int) -> tuple[Floats, NDArray[np.intp]]:
    """Draw persons × items of two or three correlated factors, and each item's factor; half the sets rounded.

    Factors have three to five items, in every fifth set two.
    """
    rng = _rng("factors", index)
    n, m, r = rng.integers(80, 401), rng.integers(2, 4), rng.uniform(0.1, 0.7)
    factor = np.repeat(np.arange(m), 2 if index % 5 == 0 else rng.integers(3, 6, size=m))
    loadings = rng.uniform(0.35, 0.9, size=len(factor))
    skill = np.sqrt(r) * rng.normal(size=(n, 1)) + np.sqrt(1 - r) * rng.normal(size=(n, m))
    x = skill[:, factor] * loadings + rng.normal(size=(n, len(factor))) * np.sqrt(1 - loadings**2)
    return (np.round(2 * x) if index % 4 < 2 else x) * rng.uniform(0.5, 3, size=len(factor)), factor


def complete_rows(x: Floats) -> Floats:
    """Keep the rows without a gap."""
    return x[~np.isnan(x).any(axis=1)]


def _rng(kind: str, index: int) -> np.random.Generator:
    return np.random.default_rng([KINDS.index(kind), index])


def _likert(x: Floats) -> Floats:
    return np.clip(np.round(3 + x), 1, 5)


def _gaps(rng: np.random.Generator, x: Floats, index: int) -> Floats:
    """Take 5 % of the values out of every fourth set, none of the first five rows."""
    missing = rng.random(x.shape) < (0.05 if index % 4 == 3 else 0)
    missing[:5] = False
    return np.where(missing, np.nan, x)
