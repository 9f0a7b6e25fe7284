"""Ranks within many rows at once, held to scipy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import rankdata

from evalkit.errors import DesignError
from evalkit.stats import rank_rows, row_ranks

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12)
POINTS = st.one_of(st.integers(0, 4).map(float), st.floats(-150, 150))


@given(arrays(np.float64, SHAPES, elements=POINTS))
def test_ranks_are_those_of_scipy_after_rounding(scores):
    assert (rank_rows(scores) == rankdata(scores.round(9), axis=1)).all()


def test_ranks_do_not_hang_on_how_many_rows_are_ranked_together(monkeypatch):
    scores = np.random.default_rng(1).integers(0, 9, size=(7, 50)) / 4
    together = rank_rows(scores)
    monkeypatch.setattr(row_ranks, "_CELLS", 100)
    assert (rank_rows(scores) == together).all()


def test_sums_in_another_order_are_tied():
    assert rank_rows([[0.1 + 0.2, 0.3, 0.2]]).tolist() == [[2.5, 2.5, 1.0]]


@pytest.mark.parametrize("scores", [[1.0, 2.0], [[1.0, np.nan]], [[1e12, 0.0]]])
def test_what_cannot_be_ranked_exactly_is_refused(scores):
    with pytest.raises(DesignError, match=r"without a gap.*none of them huge"):
        rank_rows(scores)
