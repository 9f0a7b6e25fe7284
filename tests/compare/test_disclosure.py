"""What a public number may tell, tried by every count and by linear programming."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from evalkit.compare.disclosure import (
    LEAST,
    WINDOW,
    band_categories,
    band_counts,
    join_small,
    protect_mean,
    round_outward,
)
from evalkit.errors import DesignError


@pytest.mark.parametrize("n", [*range(5, 41), 1200])
def test_every_count_lies_in_a_band_of_five_or_more_that_does_not_depend_on_it(n):
    low, high = band_counts(np.arange(n + 1), n)
    assert (low <= np.arange(n + 1)).all()
    assert (np.arange(n + 1) <= high).all()
    bands = set(zip(low.tolist(), high.tolist(), strict=True))
    assert all(top - bottom >= LEAST - 1 for bottom, top in bands)
    assert sorted(number for bottom, top in bands for number in range(bottom, top + 1)) == list(range(n + 1))


def test_nobody_and_everybody_are_not_told_from_four_and_from_all_but_four():
    for n in range(5, 41):
        low, high = band_counts([0, 4, n - 4, n], n)
        assert low[0] == low[1] == 0
        assert low[2] == low[3]
        assert high[2] == high[3] == n


def worlds(n, k):
    """Return every way of dividing n people over k categories, shape (worlds, k)."""
    cuts = itertools.combinations(range(n + k - 1), k - 1)
    return np.array([np.diff([-1, *cut, n + k - 1]) - 1 for cut in cuts])


@pytest.mark.parametrize(("n", "k"), [(5, 2), (9, 3), (12, 4), (27, 3), (20, 4), (11, 5)])
def test_of_all_worlds_with_one_publication_each_category_keeps_five_values(n, k):
    """Everyone who knows n, the rule and all that is published can still not say less than five numbers."""
    all_worlds = worlds(n, k)
    seen = {}
    for world in all_worlds:
        low, high = band_categories(world)
        assert ((low <= world) & (world <= high)).all()
        seen.setdefault((*low, *high), []).append(world)
    for key, same in seen.items():
        values = np.array(same)
        low, high = np.array(key[:k]), np.array(key[k:])
        assert (values.min(axis=0) == low).all(), "the published ends are exactly what can be worked out"
        assert (values.max(axis=0) == high).all()
        for category in values.T:
            assert len(set(category.tolist())) >= LEAST


def test_bands_of_single_categories_would_give_one_another_away():
    """The trap that cumulative counts avoid: multiples of five that add up to n leave one world."""
    world, n = np.array([0, 5, 10, 5]), 20
    low, high = band_counts(world, n)
    same = [one for one in worlds(n, 4) if ((low <= one) & (one <= high)).all()]
    assert len({one[0] for one in same}) == 1, (
        "the bands of the categories alone tell that nobody is in the first"
    )
    low, high = band_categories(world)
    same = [one for one in worlds(n, 4) if ((low <= one) & (one <= high)).all()]
    assert len({one[0] for one in same}) == LEAST


def possible(n, low_sum, high_sum, top=100.0):
    """Return the lowest and the highest score that one of n people may have, by linear programming."""
    one = np.eye(n)[0]
    rows = np.array([np.ones(n), -np.ones(n)])
    limits = np.array([high_sum, -low_sum])
    ends = [
        linprog(side * one, A_ub=rows, b_ub=limits, bounds=[(0.0, top)] * n, method="highs")
        for side in (1, -1)
    ]
    assert all(end.status == 0 for end in ends)
    return ends[0].fun, -ends[1].fun


@pytest.mark.parametrize("n", [5, 6, 9, 10, 19, 20, 60])
@pytest.mark.parametrize("mean", [0.0, 0.3, 2.0, 37.2, 71.4, 96.0, 99.0, 99.9, 100.0])
def test_a_mean_leaves_everyone_a_window(n, mean):
    shown = protect_mean(mean, n)
    assert shown.lowest <= shown.value <= shown.highest
    low = 0.0 if shown.value == shown.lowest else shown.value - shown.base / 2
    high = 100.0 if shown.value == shown.highest else shown.value + shown.base / 2
    assert low <= mean <= high
    bottom, top = possible(n, n * low, n * high)
    assert top - bottom >= WINDOW - 1e-6


@pytest.mark.parametrize("n", [5, 8, 10, 19, 20, 60])
def test_the_sum_of_scores_is_known_to_a_window_at_best(n):
    assert n * protect_mean(50.0, n).base >= WINDOW


def test_what_lies_closer_to_an_end_is_not_told_apart():
    shown = {protect_mean(mean, 10) for mean in (98.0, 98.9, 99.5, 100.0)}
    assert len(shown) == 1
    assert shown.pop().at_end
    assert not protect_mean(90.0, 10).at_end


def test_a_mean_or_count_of_four_is_refused():
    with pytest.raises(DesignError, match="one of 5 values or more; found 4"):
        protect_mean(50.0, 4)
    with pytest.raises(DesignError, match="one of 5 people or more"):
        band_counts([1], 4)
    with pytest.raises(DesignError, match="found \\[7\\] of 6"):
        band_counts([7], 6)


@pytest.mark.parametrize("seed", range(20))
def test_joined_units_are_never_few_and_nor_is_what_is_left(seed):
    """Every group, and every union of groups, counts five or more of everything."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 12, size=(rng.integers(1, 9), 2))
    groups = join_small(sizes)
    if (groups < 0).any():
        assert (groups < 0).all()
        assert (sizes.sum(axis=0) < LEAST).any()
        return
    totals = np.array([sizes[groups == group].sum(axis=0) for group in set(groups.tolist())])
    assert (totals >= LEAST).all()
    alone = (sizes >= LEAST).all(axis=1)
    joined = max(((groups == group).sum() for group in set(groups.tolist())), default=0)
    assert joined <= max((~alone).sum() + alone.sum(), 1)


def test_units_that_are_large_enough_stay_alone():
    assert join_small([[20, 10], [13, 9], [5, 5]]).tolist() == [0, 1, 2]
    assert join_small([[20, 10], [13, 4], [6, 9]]).tolist() == [0, 1, 1]


def test_an_interval_is_rounded_outward():
    assert round_outward(-0.4, 10.0, 5) == (-5.0, 10.0)


@pytest.mark.parametrize("n", [6, 10, 11, 20, 21, 40])
def test_two_editions_leave_one_who_left_a_window_even_if_nobody_else_moved(n):
    """Linear programming over both editions, the others' scores unknown but the same in both."""
    rng = np.random.default_rng(n)
    scores = rng.uniform(40, 90, n)
    before, after = protect_mean(scores.mean(), n), protect_mean(scores[1:].mean(), n - 1)
    everyone, stayed = np.ones(n), np.append(0.0, np.ones(n - 1))
    rows = np.array([everyone, -everyone, stayed, -stayed])
    sums = [
        (n * (before.value + side * before.base / 2), (n - 1) * (after.value + side * after.base / 2))
        for side in (-1, 1)
    ]
    limits = np.array([sums[1][0], -sums[0][0], sums[1][1], -sums[0][1]])
    assert (rows @ scores <= limits + 1e-9).all()
    low, high = (
        side * linprog(side * np.eye(n)[0], A_ub=rows, b_ub=limits, bounds=[(None, None)] * n).fun
        for side in (1, -1)
    )
    assert high - low >= 2 * WINDOW - 1e-6, "before the ends of the scale cut it"
    assert low - 1e-6 <= scores[0] <= high + 1e-6
