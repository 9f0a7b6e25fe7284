"""Cliff's delta: its definition, the test of Brunner and Munzel, properties, edges, refusals, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evalkit.errors import DesignError
from evalkit.stats import estimate_contrast, estimate_superiority

#: 2,000 samples have a Monte Carlo standard error of .005 at .95.
COVERAGE = (0.93, 0.975)


def test_delta_is_its_definition_and_the_rank_sum(rng):
    x, y = rng.integers(0, 6, size=15), rng.integers(1, 8, size=20)
    delta = np.mean(np.sign(np.subtract.outer(x, y)))
    found = estimate_superiority(x, y)
    assert found.delta == pytest.approx(delta)
    assert found.probability == pytest.approx(stats.mannwhitneyu(x, y).statistic / (15 * 20))


def test_the_standard_error_is_that_of_brunner_and_munzel(rng):
    x, y = rng.normal(size=18), rng.normal(size=25) * 2 + 0.5
    found = estimate_superiority(x, y)
    other = stats.brunnermunzel(x, y)
    assert abs((found.probability - 0.5) / (found.std_error / 2)) == pytest.approx(abs(other.statistic))


def test_paired_it_compares_only_the_two_scores_of_a_person():
    found = estimate_superiority([1, 2, 30, 4], [0, 1, 31, 4], paired=True)
    assert found.delta == (2 - 1) / 4
    signs = estimate_contrast([1.0, 1.0, -1.0, 0.0])
    assert found.std_error == pytest.approx(signs.std_error)


def test_the_interval_solves_cliffs_quadratic(rng):
    """The ends are where |delta - end| is z times the standard error scaled by (1 - end²)/(1 - delta²)."""
    x, y = rng.normal([[0.5], [0]], size=(2, 40))
    found = estimate_superiority(x, y, paired=True)
    z = stats.t.ppf(0.975, 39)
    d, s = found.delta, found.std_error
    spread = np.sqrt((1 - d**2) ** 2 + z**2 * s**2)
    expected = [(d - d**3 + side * z * s * spread) / (1 - d**2 + z**2 * s**2) for side in (-1, 1)]
    assert [found.delta_low, found.delta_high] == pytest.approx(expected)


def test_monotone_rescaling_changes_nothing_and_exchange_turns_the_sign(rng):
    x, y = rng.normal(size=(2, 20))
    first, second = estimate_superiority(x, y), estimate_superiority(np.exp(y), np.exp(x))
    assert second.delta == pytest.approx(-first.delta)
    assert (second.delta_low, second.delta_high) == pytest.approx((-first.delta_high, -first.delta_low))


def test_when_all_go_one_way_the_interval_keeps_its_width():
    found = estimate_superiority([5, 6, 7, 8, 9, 10, 11, 12], [1] * 8, paired=True)
    assert (found.delta, found.delta_high) == (1, 1)
    z = stats.t.ppf(0.975, 7)
    assert found.delta_low == pytest.approx((8 - z**2) / (8 + z**2))
    turned = estimate_superiority([1] * 8, [5, 6, 7, 8, 9, 10, 11, 12], paired=True)
    assert (turned.delta_low, turned.delta_high) == (-1, pytest.approx(-found.delta_low))


def test_with_clusters_all_one_way_only_the_clusters_count():
    codes = np.repeat([1, 2, 3, 4, 5], 10)
    found = estimate_superiority(np.ones(50), np.zeros(50), paired=True, clusters=codes)
    assert found.delta_low < 0  # five units do not tell


@pytest.mark.parametrize("paired", [True, False])
def test_the_interval_covers(rng, paired):
    truth = 2 * stats.norm.cdf(0.7 / np.sqrt(2)) - 1
    covered = 0
    for _ in range(2000):
        x, y = rng.normal([[0.7], [0]], size=(2, 30))
        found = estimate_superiority(x, y, paired=paired)
        covered += found.delta_low <= truth <= found.delta_high
    assert COVERAGE[0] <= covered / 2000 <= COVERAGE[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [1, 2]), "Superiority needs at least two scores of each kind; the shapes are (1,) and (2,)."),
        (
            ([1, np.nan], [1, 2]),
            "Superiority needs recorded scores; drop those with a gap first, and say so.",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments, message):
    with pytest.raises(DesignError) as refused:
        estimate_superiority(*arguments)
    assert str(refused.value) == message


def test_pairs_need_one_length_and_clusters_need_pairs():
    with pytest.raises(DesignError) as refused:
        estimate_superiority([1, 2], [1, 2, 3], paired=True)
    assert str(refused.value) == "Paired scores need one length; they have 2 and 3."
    with pytest.raises(DesignError, match="Clusters and strata are used with paired scores"):
        estimate_superiority([1, 2], [1, 2], clusters=[1, 2])
