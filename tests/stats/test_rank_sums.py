"""Kendall's W of many people, with the interval of the linearised statistic."""

import numpy as np
import pytest

from evalkit.stats import estimate_concordance, rank_agreement
from evalkit.stats.numbering import number_clusters
from evalkit.stats.rank_sums import sum_ranks
from evalkit.stats.weighted_ranks import weighted_concordance

#: A step of weights by which W is differentiated from both sides leaves this much.
STEP, ROUNDING = 1e-3, 1e-6
#: Ends of the linearised and of the percentile interval differ by this part of its width.
PART = 0.12


@pytest.fixture
def rng():
    return np.random.default_rng(20260828)


def draw(rng, n, k=3, ties=True):
    scores = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    return np.round(scores) if ties else scores


@pytest.mark.parametrize("ties", [True, False])
def test_w_and_its_derivatives_are_those_under_weights(rng, ties):
    scores = draw(rng, 40, ties=ties)
    found = sum_ranks(scores)
    more, less = (weighted_concordance(1 + sign * STEP * np.eye(40), scores) for sign in (1, -1))
    assert found.concordance == pytest.approx(weighted_concordance(np.ones((1, 40)), scores)[0])
    assert found.influence == pytest.approx((more - less) / (2 * STEP), abs=ROUNDING)


@pytest.mark.parametrize("n_units", [0, 60])
def test_many_people_get_the_interval_that_resamples_give(rng, monkeypatch, n_units):
    scores = draw(rng, 1500)
    units = np.arange(1500) % n_units if n_units else None
    if n_units:
        scores += 2 * rng.normal(size=(n_units, 3))[units]
    options = {"n_boot": 2000, "clusters": units}
    drawn = estimate_concordance(scores, rng=rng, **options)
    monkeypatch.setattr(rank_agreement, "_MOST", 1000)
    summed = estimate_concordance(scores, rng=rng, **options)
    assert summed.estimate == pytest.approx(drawn.estimate, rel=1e-12)
    width = drawn.conf_high - drawn.conf_low
    assert summed.conf_low == pytest.approx(drawn.conf_low, abs=PART * width)
    assert summed.conf_high == pytest.approx(drawn.conf_high, abs=PART * width)
    assert summed.n_failed == 0


def test_rankings_that_are_one_have_no_room_for_an_interval(rng):
    found = sum_ranks(np.repeat(rng.normal(size=(50, 1)), 3, axis=1))
    assert found.interval(number_clusters(None, 50), 0.95) == (pytest.approx(1), pytest.approx(1))
