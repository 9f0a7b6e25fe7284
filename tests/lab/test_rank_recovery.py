"""τ-b of many at once is scipy's τ-b of each."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from evalkit.lab import rank_recovery
from evalkit.lab.rank_recovery import TruthOrder, correlate_ranks, correlate_within

#: Counts of pairs are exact; what is left is a square root and a division.
ROUNDING = 1e-12


def one_by_one(score, truth):
    """Return τ-b from the definition; a pair without both scores is tied."""
    pairs = list(combinations(range(len(score)), 2))
    mine = np.nan_to_num(np.sign([score[a] - score[b] for a, b in pairs]))
    theirs = np.sign([truth[a] - truth[b] for a, b in pairs])
    return (mine * theirs).sum() / np.sqrt((mine**2).sum() * (theirs**2).sum())


@pytest.mark.parametrize("digits", [0, 1, 6])
@pytest.mark.parametrize("n", [2, 9, 64, 65, 200])
def test_it_is_scipys_with_and_without_ties(digits, n):
    rng = np.random.default_rng(n)
    scores, truths = rng.normal(size=(4, n)).round(digits), rng.normal(size=(3, n)).round(1)
    scores[1] = truths[0] + scores[1]
    expected = [[kendalltau(score, truth).statistic for truth in truths] for score in scores]
    found = correlate_ranks(scores, truths)
    known = ~np.isnan(expected)
    assert found[known] == pytest.approx(np.array(expected)[known], abs=ROUNDING)


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 3)), min_size=3, max_size=9)
)
@settings(max_examples=60, deadline=None)
def test_pairs_without_a_score_are_tied(people):
    score = np.array([np.nan if value is None else value for value, _ in people], dtype=float)
    truth = np.array([value for _, value in people], dtype=float)
    found = correlate_ranks(score[None], truth[None])[0, 0]
    if len(set(truth)) == 1:
        assert np.isnan(found)
    elif len(set(score[~np.isnan(score)])) < 2:
        assert found == 0
    else:
        assert found == pytest.approx(one_by_one(score, truth), abs=ROUNDING)


def test_places_of_any_size_are_counted_alike(monkeypatch):
    rng = np.random.default_rng(1)
    scores, truths = rng.integers(0, 9, (3, 80)).astype(float), rng.normal(size=(2, 80))
    scores[0, :20] = np.nan
    truths[1] = truths[1].round()
    counted = correlate_ranks(scores, truths)
    monkeypatch.setattr(rank_recovery, "_MOST", 10)
    assert correlate_ranks(scores, truths) == pytest.approx(counted, abs=ROUNDING)


def test_only_what_is_wanted_is_computed():
    rng = np.random.default_rng(1)
    scores, truths = rng.normal(size=(2, 30)), rng.normal(size=(2, 30)).round()
    wanted = np.array([[True, False], [False, True]])
    found = TruthOrder(truths).correlate(scores, wanted)
    whole = correlate_ranks(scores, truths)
    assert np.isnan(found[~wanted]).all()
    assert (found[wanted] == whole[wanted]).all()


def test_a_monotone_change_of_the_score_changes_nothing_and_its_reverse_turns_the_sign():
    rng = np.random.default_rng(2)
    score, truth = rng.integers(0, 20, (1, 90)).astype(float), rng.normal(size=(1, 90))
    assert (correlate_ranks(np.exp(score / 9), truth) == correlate_ranks(score, truth)).all()
    assert (correlate_ranks(-score, truth) == -correlate_ranks(score, truth)).all()


def test_a_score_that_says_nothing_recovers_nothing_and_a_truth_that_does_not_differ_cannot_be():
    varies, tied, unknown = np.arange(5.0), np.zeros(5), np.full(5, np.nan)
    scores, truths = np.stack([varies, tied, unknown]), np.stack([varies, tied])
    expected = [[1.0, np.nan], [0.0, np.nan], [0.0, np.nan]]
    assert np.array_equal(correlate_ranks(scores, truths), expected, equal_nan=True)


def test_within_groups_only_pairs_of_one_group_count(monkeypatch):
    rng = np.random.default_rng(3)
    group = rng.integers(0, 4, 40)
    score, truth = rng.integers(0, 5, 40).astype(float), rng.normal(size=40)
    pairs = [(a, b) for a, b in combinations(range(40), 2) if group[a] == group[b]]
    mine = np.sign([score[a] - score[b] for a, b in pairs])
    theirs = np.sign([truth[a] - truth[b] for a, b in pairs])
    expected = (mine * theirs).sum() / np.sqrt((mine**2).sum() * (theirs**2).sum())
    assert correlate_within(score[None], truth[None], group)[0, 0] == pytest.approx(expected, abs=1e-6)
    monkeypatch.setattr(rank_recovery, "_PAIRS_AT_ONCE", 7)
    assert correlate_within(score[None], truth[None], group)[0, 0] == pytest.approx(expected, abs=1e-6)


def test_what_is_the_same_for_all_of_a_group_says_nothing_of_its_people():
    group = np.array([0, 0, 1, 1])
    assert np.isnan(correlate_within(group[None].astype(float), np.arange(4.0)[None], group)).all()
    assert np.isnan(correlate_within(np.arange(4.0)[None], np.arange(4.0)[None], np.arange(4))).all()
