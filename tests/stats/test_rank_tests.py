"""Friedman, Nemenyi, Conover: published answers, second readings, properties, edges, refusals.

The published tables (Demšar 2006, Conover 1999, Nemenyi's quantiles) are held in
tests/compare/test_validation.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from evalkit.errors import DesignError, UsageError
from evalkit.stats import compare_rank_pairs, compare_ranks, nemenyi_quantile

EXACT = 1e-10  # the same sums in another order
TIED = np.array(
    [[0.972, 0.981, 0.975, 0.975], [1.0, 1.0, 1.0, 1.0], [0.7, 0.8, 0.8, 0.9], [0.1, 0.4, 0.2, 0.3]]
)

tables = arrays(np.int64, st.tuples(st.integers(2, 8), st.integers(3, 5)), elements=st.integers(0, 4)).filter(
    lambda x: not (x == x[:, :1]).all()
)


@given(tables)
def test_with_ties_the_statistic_is_that_of_scipy(scores):
    with np.errstate(all="ignore"):
        other = stats.friedmanchisquare(*scores.T)
    found = compare_ranks(scores)
    assert found.statistic == pytest.approx(other.statistic, abs=1e-8)
    assert found.p_value == pytest.approx(other.pvalue, abs=1e-8)


def two_way_f(ranks):
    """Return F of treatments in an analysis of variance of ranks, and its mean square of error."""
    n, k = ranks.shape
    residual = ranks - ranks.mean(axis=0) - ranks.mean(axis=1, keepdims=True) + ranks.mean()
    error = np.sum(residual**2) / ((n - 1) * (k - 1))
    return n * np.sum((ranks.mean(axis=0) - ranks.mean()) ** 2) / (k - 1) / error, error


def test_f_is_the_analysis_of_variance_of_the_ranks(rng):
    scores = rng.integers(0, 6, size=(14, 4))
    f, error = two_way_f(stats.rankdata(scores, axis=1))
    found = compare_ranks(scores)
    assert found.f_statistic == pytest.approx(f, rel=EXACT)
    assert found.rank_variance == pytest.approx(error, rel=EXACT)
    assert found.f_df == (3, 39)


def test_conover_is_the_least_significant_difference_of_the_ranks(rng):
    scores = rng.normal([0, 0.5, 1, 1], size=(12, 4))
    ranks = stats.rankdata(scores, axis=1)
    error = two_way_f(ranks)[1]
    found = compare_rank_pairs(compare_ranks(scores), procedure="conover")
    gap = ranks.mean(axis=0)[0] - ranks.mean(axis=0)[3]
    expected = 2 * stats.t.sf(abs(gap) / np.sqrt(2 * error / 12), 33)
    assert found.p_value[2] == pytest.approx(expected, rel=1e-9)
    assert found.critical_difference == pytest.approx(stats.t.ppf(0.975, 33) * np.sqrt(2 * error / 12))


def test_nemenyi_of_two_treatments_is_the_normal_test_of_their_ranks(rng):
    """With k = 2 the studentised range is √2 times a normal."""
    scores = rng.normal([0, 0.4], size=(20, 2))
    friedman = compare_ranks(scores)
    found = compare_rank_pairs(friedman)
    assert found.p_value[0] == pytest.approx(friedman.p_value, abs=1e-6)
    assert nemenyi_quantile(2) == pytest.approx(stats.norm.ppf(0.975), abs=1e-6)


def test_nemenyi_refuses_what_the_critical_difference_refuses(rng):
    scores = rng.normal(size=(15, 5)) + np.linspace(0, 1.5, 5)
    found = compare_rank_pairs(compare_ranks(scores))
    assert ((found.p_value < 0.05) == (np.abs(found.difference) > found.critical_difference)).all()


@given(tables, st.randoms())
def test_block_order_and_monotone_rescaling_change_nothing(scores, random):
    order = random.sample(range(len(scores)), len(scores))
    first, second = compare_ranks(scores), compare_ranks(np.exp(scores[order] / 2.0) - 3)
    assert first.statistic == pytest.approx(second.statistic, abs=1e-9)
    assert first.mean_ranks == pytest.approx(second.mean_ranks)


def test_relabelled_treatments_are_relabelled_ranks(rng):
    scores = rng.normal(size=(9, 4))
    order = [2, 0, 3, 1]
    first, second = compare_ranks(scores), compare_ranks(scores[:, order])
    assert second.mean_ranks.tolist() == first.mean_ranks[order].tolist()
    assert first.statistic == pytest.approx(second.statistic)


def test_blocks_that_all_agree_are_certain():
    found = compare_ranks([[1, 2, 3]] * 5)
    assert found.concordance == pytest.approx(1)
    assert found.f_statistic == np.inf
    assert found.f_p_value == 0
    conover = compare_rank_pairs(found, procedure="conover")
    assert conover.p_value.tolist() == [0, 0, 0]


def test_ties_are_corrected_unless_asked_not_to():
    corrected, plain = compare_ranks(TIED), compare_ranks(TIED, correct_ties=False)
    assert corrected.statistic > plain.statistic
    assert (corrected.corrected, plain.corrected) == (True, False)
    assert corrected.mean_ranks.tolist() == plain.mean_ranks.tolist()


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([[1, 2, 3]], "Friedman's test needs at least two blocks and two treatments; the shape is (1, 3)."),
        (
            [[1, 2], [np.nan, 2], [2, 1]],
            "Friedman's test needs every treatment in every block; 1 of 3 blocks are incomplete. Drop "
            "them first, and say so.",
        ),
        ([[1, 1], [2, 2]], "Every block scores all treatments alike, so there are no ranks to compare."),
    ],
)
def test_what_has_no_ranks_is_refused(scores, message):
    with pytest.raises(DesignError) as refused:
        compare_ranks(scores)
    assert str(refused.value) == message


def test_an_unknown_procedure_is_refused():
    with pytest.raises(UsageError) as refused:
        compare_rank_pairs(compare_ranks([[1, 2], [1, 2], [2, 1]]), procedure="dunn")
    assert str(refused.value) == "There is no procedure 'dunn' for ranks; known are: conover, nemenyi"
    with pytest.raises(UsageError, match="Nemenyi's q needs k ≥ 2"):
        nemenyi_quantile(1)
