"""Decisions over many draws: who is selected, who is settled, and how many are decided otherwise."""

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import measure_stability, select_share
from evalkit.stats.weighted_ranks import select_top

YES, NO = (1.0, 0.0), (0.0, 1.0)


@pytest.fixture
def rng():
    return np.random.default_rng(20260818)


def as_decisions(selected):
    return np.stack([selected, 1 - selected], axis=-1)


def test_a_selection_is_that_of_weighted_selections_where_the_share_is_whole_people(rng):
    scores = rng.integers(0, 6, (30, 20)).astype(float)
    for share, lowest in ((0.1, False), (0.15, True), (0.5, False)):
        mine = select_share(scores, share, lowest=lowest)
        signed = -scores if lowest else scores
        theirs = [select_top(each, np.array([share]))[0] for each in signed]
        assert np.allclose(mine, theirs)
        assert np.allclose(mine.sum(axis=1), round(share * 20))


def test_a_selection_is_blind_to_order_and_to_rescaling(rng):
    scores = rng.normal(size=(5, 17))
    order = rng.permutation(17)
    assert (select_share(scores, 0.2)[:, order] == select_share(scores[:, order], 0.2)).all()
    assert (select_share(scores, 0.2) == select_share(3 * scores + 7, 0.2)).all()
    assert (select_share(scores, 0.2) == select_share(-scores, 0.2, lowest=True)).all()


def test_everyone_tied_shares_the_places_and_one_person_is_always_selected():
    assert np.allclose(select_share(np.full((1, 8), 5.0), 0.25), 0.25)
    assert select_share([[3.0, 1.0]], 0.01).tolist() == [[1.0, 0.0]]
    assert select_share([[0.1 + 0.2, 0.3, 0.0]], 0.34).tolist() == [[0.5, 0.5, 0.0]]


@pytest.mark.parametrize(
    ("scores", "share", "message"),
    [
        ([[1.0, np.nan]], 0.5, "without a gap"),
        ([1.0, 2.0], 0.5, "without a gap"),
        ([[1.0, 2.0]], 1.0, "between 0 and 1 of the people; it is 1"),
    ],
)
def test_a_selection_that_cannot_be_is_refused(scores, share, message):
    with pytest.raises(DesignError, match=message):
        select_share(scores, share)


def test_stability_is_what_counting_by_hand_gives(rng):
    """Four people, four draws: a stays selected, b leaves twice, c and d come once each."""
    draws = [[YES, YES, NO, NO], [YES, NO, YES, NO], [YES, NO, NO, YES], [YES, YES, NO, NO]]
    found = measure_stability([draws[:2], draws[2:]], [YES, YES, NO, NO], rng=rng, level=0.75)
    assert found.shares[:, 0].tolist() == [1, 0.5, 0.25, 0.25]
    assert found.changed == 0.25
    assert (found.usual_least, found.usual_most) == (0, 0.5)
    assert found.settled == 0.75
    assert found.secure.tolist() == [0.5, 1.0]
    assert (found.n, found.n_draws) == (4, 4)


def test_the_error_is_that_of_many_repetitions(rng):
    """Between 400 repetitions the figures vary by what each of them says its Monte Carlo error is."""
    chances = rng.beta(0.5, 0.5, 40)
    declared = as_decisions((chances > 0.5).astype(float))

    def repeat():
        draws = (rng.random((20, 25, 40)) < chances).astype(float)
        return measure_stability(as_decisions(draws), declared, rng=rng)

    found = [repeat() for _ in range(400)]
    spread = np.std([each.changed for each in found], ddof=1)
    assert np.mean([each.changed_error for each in found]) == pytest.approx(spread, rel=0.1)
    settled = np.std([each.settled for each in found], ddof=1)
    assert np.mean([each.settled_error for each in found]) == pytest.approx(settled, rel=0.2)


def test_the_order_of_people_and_decisions_does_not_matter(rng):
    draws = as_decisions(rng.integers(0, 2, (4, 10, 12)).astype(float))
    order = rng.permutation(12)
    first = measure_stability(draws, draws[0, 0], rng=np.random.default_rng(1))
    second = measure_stability(
        draws[:, :, order, ::-1], draws[0, 0][order, ::-1], rng=np.random.default_rng(1)
    )
    assert first.changed == pytest.approx(second.changed)
    assert first.settled == second.settled
    assert first.settled_error == pytest.approx(second.settled_error)
    assert np.allclose(first.secure, second.secure[::-1])


def test_a_decision_that_never_moves_is_settled_without_error(rng):
    found = measure_stability([[[YES, NO]], [[YES, NO]]], [YES, NO], rng=rng)
    assert (found.changed, found.changed_error, found.settled, found.settled_error) == (0, 0, 1, 0)
    nobody = measure_stability([[[YES, YES]], [[YES, YES]]], [YES, YES], rng=rng)
    assert np.isnan(nobody.secure[1])


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([[[YES, NO]]], "two batches of draws or more, of one size"),
        ([[[YES, NO]], [[YES, NO], [YES, NO]]], "of one size"),
        ([[[YES]], [[YES]]], r"the declared ones have shape \(2, 2\), a batch \(1, 1, 2\)"),
    ],
)
def test_draws_that_cannot_be_compared_are_refused(batches, message, rng):
    with pytest.raises(DesignError, match=message):
        measure_stability(batches, [YES, NO], rng=rng)
