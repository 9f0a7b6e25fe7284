"""Selections of resampled people, held to selecting among the people themselves."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from evalkit.stats import estimate_rank_agreement, weighted_ranks
from evalkit.stats.weighted_ranks import weigh_selected_by_both


def _select_one_by_one(weights, scores, share):
    """Write every person down as often as drawn, and fill the places from the top, ties evenly."""
    left, chosen = share * weights.sum(), np.zeros(len(scores))
    for score in np.unique(scores)[::-1]:
        tied = scores == score
        size = weights[tied].sum()
        if size:
            chosen[tied] = min(left / size, 1.0)
            left = max(left - size, 0.0)
    return chosen


@pytest.mark.parametrize("digits", [0, 6])
def test_both_select_whom_selecting_one_by_one_selects(digits):
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=(2, 40)).round(digits)
    weights = rng.multinomial(40, np.full(40, 1 / 40), size=25).astype(float)
    wanted = [
        sum(row * _select_one_by_one(row, first, 0.2) * _select_one_by_one(row, second, 0.2))
        for row in weights
    ]
    found = weigh_selected_by_both(weights, np.arange(40), first, second, 0.2)
    assert found == pytest.approx(wanted, rel=1e-12)


def test_whole_clusters_weigh_what_their_people_weigh():
    rng = np.random.default_rng(6)
    first, second = rng.normal(size=(2, 60)).round(1)
    clusters = rng.integers(0, 7, size=60)
    # the last resample holds the best cluster alone: far more are selected than of everybody
    weights = np.vstack([rng.multinomial(7, np.full(7, 1 / 7), size=25), 7 * (np.arange(7) == clusters[0])])
    found = weigh_selected_by_both(weights.astype(float), clusters, first, second, 0.3)
    people = weights[:, clusters].astype(float)
    assert found.tolist() == weigh_selected_by_both(people, np.arange(60), first, second, 0.3).tolist()


@pytest.mark.parametrize("cells", [5_000, 1_000_000])
def test_many_resamples_at_once_are_what_each_is_alone(cells, monkeypatch):
    monkeypatch.setattr(weighted_ranks, "_CELLS", cells)
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=(2, 300)).round(1)
    weights = rng.multinomial(300, np.full(300, 1 / 300), size=700).astype(float)
    alone = [weigh_selected_by_both(row[None], np.arange(300), first, second, 0.1)[0] for row in weights]
    assert weigh_selected_by_both(weights, np.arange(300), first, second, 0.1).tolist() == alone


def test_nobody_is_selected_where_nobody_was_drawn():
    nobody = np.zeros((1, 3))
    assert weigh_selected_by_both(nobody, np.arange(3), np.arange(3.0), np.arange(3.0), 0.5).tolist() == [0.0]


def test_ranks_of_people_in_uneven_clusters_agree_as_kendall_says():
    rng = np.random.default_rng(5)
    x = rng.normal(size=150).round(1)
    y = (x + rng.normal(size=150)).round(1)
    clusters = np.minimum(rng.integers(0, 90, size=150), 60)  # many of one or two people, and a large one
    found = estimate_rank_agreement(x, y, clusters=clusters, n_boot=20, rng=rng)
    assert found.estimate == pytest.approx(kendalltau(x, y).statistic, rel=1e-12)
