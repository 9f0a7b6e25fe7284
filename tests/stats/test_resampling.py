"""The bootstrap through weights."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from evalkit.errors import DesignError, UsageError
from evalkit.stats import bootstrap, weighted_correlation, weighted_covariance, weighted_mean
from evalkit.stats.resampling import draw_counts


@pytest.fixture
def pairs(rng):
    x = rng.normal(size=60)
    return x, 0.6 * x + rng.normal(size=60)


def test_whole_number_weights_are_repeated_rows(rng, pairs):
    x, y = pairs
    counts = rng.multinomial(60, np.full(60, 1 / 60), size=5).astype(float)
    repeated = [np.repeat(np.arange(60), row.astype(int)) for row in counts]
    both = np.column_stack([x, y])
    assert weighted_mean(counts, x) == pytest.approx([x[i].mean() for i in repeated])
    assert weighted_mean(counts, both) == pytest.approx(np.array([both[i].mean(axis=0) for i in repeated]))
    assert weighted_covariance(counts, both) == pytest.approx(
        np.array([np.cov(both[i], rowvar=False) for i in repeated])
    )
    assert weighted_correlation(counts, x, y) == pytest.approx(
        [np.corrcoef(x[i], y[i])[0, 1] for i in repeated]
    )


@pytest.mark.parametrize(("bias_corrected", "method"), [(False, "percentile"), (True, "BCa")])
def test_intervals_agree_with_scipy(rng, bias_corrected, method):
    x = rng.exponential(size=80)
    found = bootstrap(weighted_mean, x, n_boot=8000, rng=rng, bias_corrected=bias_corrected)
    other = scipy.stats.bootstrap((x,), np.mean, n_resamples=8000, method=method, rng=rng)
    close = (
        0.15 * found.std_error
    )  # an end has a Monte Carlo error of about .03 standard errors, BCa some more
    assert found.conf_low == pytest.approx(other.confidence_interval.low, abs=close)
    assert found.conf_high == pytest.approx(other.confidence_interval.high, abs=close)
    assert found.std_error == pytest.approx(other.standard_error, rel=0.05)


def test_clusters_are_drawn_whole(rng):
    """The error of a mean of equal clusters is that of the cluster means."""
    means = rng.normal(size=25)
    values, clusters = np.repeat(means, 8), np.repeat(np.arange(25), 8)
    found = bootstrap(weighted_mean, values, clusters=clusters, n_boot=4000, rng=rng)
    assert found.std_error == pytest.approx(means.std() / 5, rel=0.05)
    assert found.n_clusters == 25
    rows = bootstrap(weighted_mean, values, n_boot=4000, rng=rng)
    assert rows.std_error == pytest.approx(found.std_error / 8**0.5, rel=0.08)


def test_the_same_seed_gives_the_same_replicates_and_another_does_not(pairs):
    drawn = [
        bootstrap(weighted_correlation, *pairs, n_boot=50, rng=np.random.default_rng(seed)).replicates
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_chunks_do_not_change_the_replicates(monkeypatch, pairs):
    whole = bootstrap(weighted_correlation, *pairs, n_boot=50, rng=np.random.default_rng(1))
    monkeypatch.setattr("evalkit.stats.resampling._CELLS", 7 * 60)
    parts = bootstrap(weighted_correlation, *pairs, n_boot=50, rng=np.random.default_rng(1))
    assert parts.replicates == pytest.approx(whole.replicates)


def test_counts_are_multinomial(rng):
    counts = draw_counts(3, 30_000, rng)
    found, times = np.unique(counts, axis=0, return_counts=True)
    expected = scipy.stats.multinomial(3, [1 / 3] * 3).pmf(found)
    assert len(found) == 10  # all there are, and no other
    assert scipy.stats.chisquare(times, 30_000 * expected).pvalue > 1e-4


@pytest.mark.parametrize("n", [1, 7, 500])
def test_counts_are_of_things_drawn_one_by_one(n):
    counts = draw_counts(n, 40, np.random.default_rng(5))
    things = np.random.default_rng(5).integers(n, size=(40, n))
    np.testing.assert_array_equal(counts, [np.bincount(row, minlength=n) for row in things])


def test_blocks_do_not_change_the_counts(monkeypatch):
    whole = draw_counts(50, 100, np.random.default_rng(2))
    monkeypatch.setattr("evalkit.stats.resampling._BLOCK", 7)
    np.testing.assert_array_equal(draw_counts(50, 100, np.random.default_rng(2)), whole)


def test_failed_replicates_are_counted_and_left_out(rng):
    x, y = np.array([1.0, 1, 1, 2]), np.array([1.0, 2, 3, 4])
    found = bootstrap(weighted_correlation, x, y, n_boot=500, rng=rng)
    assert found.n_failed == np.isnan(found.replicates).sum()
    assert (
        0.25 < found.n_failed / 500 < 0.40
    )  # (3/4)^4 = .32 draw only the first three, (1/4)^4 only the last
    assert np.isfinite([found.conf_low, found.conf_high]).all()


def test_a_constant_statistic_has_an_interval_without_width(rng):
    found = bootstrap(weighted_mean, np.ones(10), n_boot=100, rng=rng, bias_corrected=True)
    assert (found.conf_low, found.estimate, found.conf_high) == (1, 1, 1)


def test_a_statistic_that_always_fails_is_refused(rng):
    with pytest.raises(DesignError, match="The statistic failed in 100 of 100 resamples of 6 clusters"):
        bootstrap(weighted_correlation, np.ones(6), np.arange(6.0), n_boot=100, rng=rng)


def test_impossible_input_is_refused(rng):
    with pytest.raises(DesignError, match="at least two rows or clusters to draw from; there is 1"):
        bootstrap(weighted_mean, [1.0, 2.0], clusters=["a", "a"], n_boot=10, rng=rng)
    with pytest.raises(DesignError, match=r"need one length; they have \[2, 3\]"):
        bootstrap(weighted_correlation, [1.0, 2.0], [1.0, 2.0, 3.0], n_boot=10, rng=rng)
    with pytest.raises(UsageError, match=r"n_boot ≥ 1 and conf_level in \(0, 1\); they are 0 and 0.95"):
        bootstrap(weighted_mean, [1.0, 2.0], n_boot=0, rng=rng)
