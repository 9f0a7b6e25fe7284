"""Rank acceptability over weights and uncertain values: worked on paper, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import draw_weights, estimate_acceptability, estimate_rank_acceptability

#: A case that is solved on paper: C is never best, and second unless both A and B are better.
PAPER = [[1, 0], [0, 1], [0.4, 0.4]]
#: Half the width of a cell of the grid, which is what midpoints leave out.
GRID = 4000
GRID_ERROR = 1 / GRID
ERRORS = 4  # Monte Carlo errors that a share may be off


@pytest.fixture
def rng():
    return np.random.default_rng(20010501)


def grid():
    """Return weights of two criteria at the midpoints of a fine grid: no randomness."""
    first = (np.arange(GRID) + 0.5) / GRID
    return np.column_stack([first, 1 - first])


def test_the_case_on_paper():
    found = estimate_acceptability(PAPER, grid())
    assert found.ranks == pytest.approx(
        np.array([[0.5, 0.1, 0.4], [0.5, 0.1, 0.4], [0, 0.8, 0.2]]), abs=GRID_ERROR
    )
    assert found.winning[0] == pytest.approx([0.5, 0.5, 0.6], abs=GRID_ERROR)
    assert found.central[:2] == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]), abs=GRID_ERROR)
    assert np.isnan(found.central[2]).all()
    assert found.confidence[:2].tolist() == [1, 1]
    assert np.isnan(found.confidence[2])


def test_three_specialists_have_the_rank_order_centroid_as_central_weight(rng):
    """The largest of three weights from Dirichlet(1) has mean (1 + 1/2 + 1/3) / 3 = 11/18."""
    n = 40_000
    weights = draw_weights(np.zeros(3), np.ones(3), n_draws=n, rng=rng)
    found = estimate_acceptability(np.eye(3), weights)
    assert found.ranks == pytest.approx(np.full((3, 3), 1 / 3), abs=ERRORS * found.std_error().max())
    assert np.diag(found.central) == pytest.approx(11 / 18, abs=0.01)


def test_certain_values_give_what_the_other_estimator_of_ranks_gives(rng):
    items = rng.normal(size=(6, 4))
    n = 20_000
    one = estimate_acceptability(items, draw_weights(np.zeros(4), np.ones(4), n_draws=n, rng=rng))
    other = estimate_rank_acceptability(items, n_draws=n, rng=rng)
    assert np.abs(one.ranks - other).max() < ERRORS * np.sqrt(0.5 / n)


def test_two_uncertain_values_win_as_normal_differences_do(rng):
    """Values N(.5, .1²) and N(.4, .1²) on one criterion: the first wins with probability Φ(1/√2) = .760."""
    n = 40_000
    values = np.stack([rng.normal(0.5, 0.1, n), rng.normal(0.4, 0.1, n)], axis=1)[:, :, None]
    found = estimate_acceptability(values, np.ones((n, 1)))
    assert found.winning[0, 1] == pytest.approx(0.7602, abs=ERRORS * np.sqrt(0.25 / n))
    assert found.confidence == pytest.approx(found.ranks[:, 0])


def test_order_of_alternatives_and_draws_does_not_matter(rng):
    weights, values = rng.dirichlet(np.ones(3), 500), rng.random((500, 4, 3))
    order, turn = rng.permutation(4), rng.permutation(500)
    found = estimate_acceptability(values, weights)
    again = estimate_acceptability(values[turn][:, order], weights[turn])
    assert again.ranks == pytest.approx(found.ranks[order])
    assert again.winning == pytest.approx(found.winning[np.ix_(order, order)])
    assert again.central == pytest.approx(found.central[order])


def test_what_all_alternatives_gain_and_the_scale_do_not_matter(rng):
    weights, values = rng.dirichlet(np.ones(3), 500), rng.random((500, 4, 3))
    found = estimate_acceptability(values, weights)
    assert estimate_acceptability(3 * values + rng.random((500, 1, 3)), 7 * weights).ranks == pytest.approx(
        found.ranks
    )


def test_a_dominated_alternative_is_never_first_and_a_further_bad_one_changes_no_order(rng):
    weights, values = rng.dirichlet(np.ones(3), 500), rng.random((500, 3, 3))
    found = estimate_acceptability(values, weights)
    more = estimate_acceptability(
        np.concatenate([values, values.min(axis=1, keepdims=True) - 0.1], axis=1), weights
    )
    assert more.ranks[:3, :3] == pytest.approx(found.ranks)
    assert more.ranks[3].tolist() == [0, 0, 0, 1]


def test_equals_share_their_ranks():
    found = estimate_acceptability([[1, 0], [1, 0], [0, 0]], grid())
    assert found.ranks[:2, :2] == pytest.approx(np.full((2, 2), 0.5))
    assert found.winning[0, 1] == 0.5
    assert found.confidence[:2].tolist() == [0.5, 0.5]


def test_one_criterion_and_one_draw_are_enough():
    found = estimate_acceptability([[[2.0], [1.0]]], [[1.0]])
    assert found.ranks.tolist() == [[1, 0], [0, 1]]
    assert found.n_draws == 1


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([[1, 0]], [[0.5, 0.5]], "Ranks need two alternatives; there is 1."),
        (
            [[1, 0], [0, 1]],
            [[1.0]],
            "Values need 1 criteria, and one draw or 1; their shape is (2, 2) (draws, alternatives, "
            "criteria).",
        ),
        (
            [[1, np.nan], [0, 1]],
            [[0.5, 0.5]],
            "1 of 2 alternatives lack a value on some criterion; leave them out, and say so.",
        ),
        (
            [[1, 0], [0, 1]],
            [[-1, 2]],
            "Weights must be finite and not negative, with at least one above zero in each draw.",
        ),
        ([[1, 0], [0, 1]], [], "Weights need a row for each draw; their shape is (0,)."),
    ],
)
def test_what_cannot_be_ranked_is_refused(values, weights, message):
    with pytest.raises(DesignError) as raised:
        estimate_acceptability(values, weights)
    assert str(raised.value) == message
