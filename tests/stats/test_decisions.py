"""Error of measurement, reliable change and decisions at a cut-off."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betainc, betaincinv

from evalkit.errors import DesignError
from evalkit.stats import (
    classify_beta_binomial,
    estimate_classification,
    estimate_reliable_change,
    expected_regression,
    standard_error_of_measurement,
)

PRINTED = 0.006  # REFERENCE_VALUES jacobson_truax_1991
INTEGRAL = 1e-7  # what the adaptive integral itself is sure of
INTEGRATED = 0.0012  # REFERENCE_VALUES livingston_lewis_beta_binomial


def test_jacobson_and_truax_1991():
    found = estimate_reliable_change([47.5], [32.5], sd=7.5, reliability=0.8)
    assert found.sem == pytest.approx(3.35, abs=PRINTED)
    assert found.sem_difference == pytest.approx(4.74, abs=PRINTED)
    assert found.index[0] == pytest.approx(-3.16, abs=PRINTED)
    assert found.direction.tolist() == [-1]
    assert found.least == pytest.approx(1.959964 * found.sem_difference)


def test_changes_are_judged_alike_in_another_unit_and_both_directions():
    before, after = np.array([10.0, 10, 10]), np.array([10.0, 15, 5])
    first = estimate_reliable_change(before, after, sd=2, reliability=0.5)
    second = estimate_reliable_change(10 * before + 3, 10 * after + 3, sd=20, reliability=0.5)
    assert first.direction.tolist() == [0, 1, -1]
    assert second.index == pytest.approx(first.index)


def test_people_who_do_not_change_are_called_changed_as_often_as_promised(rng):
    """Two scores of 20 000 people who stay as they are: error of .0015."""
    true = rng.normal(0, np.sqrt(0.7), 20_000)
    before, after = (true + rng.normal(0, np.sqrt(0.3), 20_000) for _ in range(2))
    found = estimate_reliable_change(before, after, sd=1, reliability=0.7)
    assert np.mean(found.direction != 0) == pytest.approx(0.05, abs=0.006)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1], 1, 0.5), r"without gaps; the shapes are \(2,\) and \(1,\)"),
        (([1.0], [np.nan], 1, 0.5), "Change needs two scores"),
        (([1], [2], 1, 1.0), "With a reliability of 1"),
        (([1], [2], 0, 0.5), "an SD above 0 and a reliability from 0 to 1; found 0 and 0.5"),
        (([1], [2], 1, 1.5), "found 1 and 1.5"),
    ],
)
def test_impossible_changes_are_refused(arguments, message):
    before, after, sd, reliability = arguments
    with pytest.raises(DesignError, match=message):
        estimate_reliable_change(before, after, sd=sd, reliability=reliability)


def test_a_perfect_score_has_no_error():
    assert standard_error_of_measurement(3, 1) == 0


@pytest.mark.pitfall(14)
def test_the_lowest_quarter_gains_38_hundredths_with_nothing_done(rng):
    """Correlation .7, 400,000 people who stay as they are: the gain of the lowest has an error of .002.

    Set against all others, who fall, the same nothing shows as half an SD.
    """
    assert expected_regression(0.7, share=0.25) == pytest.approx(0.3813, abs=6e-5)
    before, noise = rng.normal(size=(2, 400_000))
    gain = 0.7 * before + 0.51**0.5 * noise - before
    lowest = before < np.quantile(before, 0.25)
    assert gain[lowest].mean() == pytest.approx(expected_regression(0.7, share=0.25), abs=0.008)
    assert gain[lowest].mean() - gain[~lowest].mean() == pytest.approx(0.51, abs=0.01)


def test_regression_to_the_mean_shrinks_with_the_correlation_and_ends_with_everyone():
    grid = [expected_regression(r, share=0.25) for r in (-1, 0, 0.5, 1)]
    assert (np.diff(grid) < 0).all()
    assert grid[-1] == 0
    assert expected_regression(0.5, share=1 - 1e-9) == pytest.approx(0, abs=1e-6)
    low, high = expected_regression(0.6, share=0.2), expected_regression(0.6, share=0.8)
    assert 0.2 * low == pytest.approx(0.8 * high)  # what the lowest fifth gains, the highest four fifths lose


@pytest.mark.parametrize(("correlation", "share"), [(1.2, 0.5), (0.5, 0), (0.5, 1), (np.nan, 0.5)])
def test_an_impossible_regression_to_the_mean_is_refused(correlation, share):
    with pytest.raises(DesignError) as refused:
        expected_regression(correlation, share=share)
    assert str(refused.value) == (
        "Regression to the mean needs a correlation from -1 to 1 and a share of people between 0 and 1; "
        f"found {correlation:g} and {share:g}."
    )


def test_livingston_and_lewis_with_known_parameters():
    found = classify_beta_binomial(5, 3, n=100, cuts=[50], low=0.25, high=0.75)
    assert found.accuracy == pytest.approx(0.8775028, abs=INTEGRATED)
    assert found.consistency == pytest.approx(0.8289098, abs=INTEGRATED)
    assert found.kappa == pytest.approx(0.5309374, abs=INTEGRATED)
    assert found.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("a", "b", "n", "cut"),
    [
        (5, 3, 100, 50),
        (124, 54, 30, 15),
        (5.5, 1.3, 1350, 675),
        (0.03, 0.02, 12, 4),
        (1, 1, 1, 1),
        (4e6, 2e6, 25, 13),
    ],
    ids=["usual", "cut far out", "long", "most at the ends", "one question", "people alike"],
)
def test_decisions_agree_with_an_adaptive_integral(a, b, n, cut):
    """Of each quarter of people, by the chance that a uniform number between quartiles is above the cut."""
    found = classify_beta_binomial(a, b, n=n, cuts=[cut])

    def of_people(function):
        steps = [0, *betainc(a, b, [0.9 * cut / n, cut / n, min(1.1 * cut / n, 1.0)]), 1]
        parts = [
            quad(lambda u: function(betaincinv(a, b, u)), *ends, epsabs=0, limit=200)
            for ends in pairwise(steps)
        ]
        return sum(part for part, _ in parts)

    def above(p):
        return betainc(cut, n - cut + 1, p)

    share = of_people(above)
    assert found.shares[1] == pytest.approx(share, rel=INTEGRAL)
    assert found.accuracy == pytest.approx(
        of_people(lambda p: above(p) if p >= cut / n else 1 - above(p)), rel=INTEGRAL
    )
    varies = of_people(lambda p: (above(p) - share) ** 2)
    assert found.kappa == pytest.approx(varies / (share * (1 - share)), rel=INTEGRAL)


def test_a_cut_above_every_true_proportion_lets_nobody_belong_above():
    found = classify_beta_binomial(2, 2, n=20, cuts=[15], low=0.2, high=0.6)
    assert found.accuracy == pytest.approx(found.shares[0])


def test_kappa_is_consistency_beyond_chance():
    found = classify_beta_binomial(2, 4, n=30, cuts=[10, 18])
    chance = float(np.sum(found.shares**2))
    assert found.kappa == pytest.approx((found.consistency - chance) / (1 - chance), rel=1e-12)


def test_three_categories_agree_with_simulation(rng):
    """200 000 people have an error of .001."""
    p = 0.1 + 0.8 * rng.beta(2, 4, 200_000)
    first, second = (np.digitize(rng.binomial(30, p), [10, 18]) for _ in range(2))
    found = classify_beta_binomial(2, 4, n=30, cuts=[10, 18], low=0.1, high=0.9)
    assert found.accuracy == pytest.approx(np.mean(first == np.digitize(p, [10 / 30, 18 / 30])), abs=0.005)
    assert found.consistency == pytest.approx(np.mean(first == second), abs=0.005)
    assert found.shares == pytest.approx(np.bincount(first) / 200_000, abs=0.005)


def test_a_score_that_is_binomial_keeps_its_length_and_its_reliability(rng):
    """A beta-binomial score of 40 questions has reliability 40 / (40 + a + b)."""
    a, b, n = 6, 4, 40
    mean, reliability = a / (a + b), n / (n + a + b)
    variance = mean * (1 - mean) / (a + b + 1) / reliability
    found = estimate_classification(mean, variance**0.5, reliability, low=0, high=1, cuts=[0.5])
    assert found.n_effective == pytest.approx(n)
    exact = classify_beta_binomial(a, b, n=n, cuts=[20])
    assert found.accuracy == pytest.approx(exact.accuracy, abs=0.01)
    assert found.consistency == pytest.approx(exact.consistency, abs=0.01)


def test_the_unit_of_the_scale_and_its_direction_change_nothing():
    first = estimate_classification(3.2, 0.6, 0.8, low=1, high=5, cuts=[3])
    second = estimate_classification(55, 15, 0.8, low=0, high=100, cuts=[50])
    mirrored = estimate_classification(45, 15, 0.8, low=0, high=100, cuts=[50])
    for other in (second, mirrored):
        assert other.accuracy == pytest.approx(first.accuracy)
        assert other.kappa == pytest.approx(first.kappa)


def test_decisions_improve_smoothly_with_reliability():
    grid = np.linspace(0.1, 0.95, 60)
    found = [estimate_classification(3.2, 0.6, r, low=1, high=5, cuts=[3]) for r in grid]
    assert (np.diff([x.accuracy for x in found]) > 0).all()
    assert (np.diff([x.kappa for x in found]) > 0).all()
    assert all(x.accuracy >= x.consistency for x in found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 1, 1.0, [3]), "a reliability between 0 and 1; it is 1"),
        ((0, 1, 0.5, [3]), "inside the scale, 1 to 5; found 0 and 3"),
        ((3, 1, 0.5, []), "found 3 and no cut"),
        ((3, 1, 0.5, [4, 2]), "Cuts must rise; found 4, 2"),
        ((3, 2.5, 0.5, [3]), "An SD of 2.5 is more than scores from 1 to 5"),
    ],
)
def test_impossible_decisions_are_refused(arguments, message):
    mean, sd, reliability, cuts = arguments
    with pytest.raises(DesignError, match=message):
        estimate_classification(mean, sd, reliability, low=1, high=5, cuts=cuts)


@pytest.mark.parametrize(
    ("a", "n", "cuts"), [(0, 10, [5]), (1, 0, [1]), (1, 10, []), (1, 10, [11]), (1, 10, [5, 5])]
)
def test_an_impossible_beta_binomial_is_refused(a, n, cuts):
    with pytest.raises(DesignError):
        classify_beta_binomial(a, 1, n=n, cuts=cuts)
