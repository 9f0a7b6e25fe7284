"""Pairs of levels that share a level of the largest factor."""

import numpy as np
import pytest

from evalkit.stats.crossed_factors import build_cross_products
from evalkit.stats.linked_levels import link_levels


@pytest.mark.parametrize("n_factors", [1, 2, 3])
def test_counts_and_links_are_those_of_matrices_of_ones_and_zeros(rng, n_factors):
    codes = [rng.integers(0, size, 200) for size in (40, 12, 5)[:n_factors]]
    cross = build_cross_products(rng.normal(size=200), {f"f{i}": each for i, each in enumerate(codes)})
    levels = [np.unique(each, return_inverse=True)[1] for each in codes]
    Z0, *others = (np.eye(each.max() + 1)[each] for each in levels)
    Z1 = np.hstack([np.empty((200, 0)), *others])
    assert np.array_equal(cross.link.toarray(), Z1.T @ Z0)
    assert np.array_equal(cross.link_transposed.toarray(), Z0.T @ Z1)
    assert np.array_equal(cross.rest, Z1.T @ Z1)
    weights = rng.random(Z0.shape[1])
    linked = link_levels(cross.link)
    weighted = np.zeros_like(cross.rest)
    weighted[linked.rows, linked.columns] = linked.weigh(weights)
    assert weighted == pytest.approx(np.tril(Z1.T @ Z0 @ np.diag(weights) @ Z0.T @ Z1))
