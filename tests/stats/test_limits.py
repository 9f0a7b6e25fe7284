"""Limits of agreement, concordance and lines: published answers, other routes, traps, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from evalkit.errors import DesignError
from evalkit.stats import (
    bootstrap,
    estimate_deming,
    estimate_limits,
    estimate_lin_concordance,
    estimate_passing_bablok,
    estimate_replicate_limits,
    weighted_lin_concordance,
)

# Bland & Altman (1986), Lancet i:307-310: peak expiratory flow, two readings by each of two meters
WRIGHT = np.array([
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
    [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421],
], dtype=float)  # fmt: skip
MINI = np.array([
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
    [525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443],
], dtype=float)  # fmt: skip
PEOPLE = np.arange(17)
ROUNDED = 0.25  # the paper works with 2 SD and with a bias and an SD that were rounded first


def test_first_readings_of_bland_and_altman_1986_have_the_published_limits():
    found = estimate_limits(WRIGHT[0], MINI[0])
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert (found.bias_low, found.bias_high) == pytest.approx((-22.0, 17.8), abs=ROUNDED)
    assert (found.bias - 2 * found.sd, found.bias + 2 * found.sd) == pytest.approx((-79.7, 75.5), abs=ROUNDED)
    assert (found.lower, found.upper) == pytest.approx((-78.097, 73.862), abs=0.005)
    assert found.method == "exact"


def test_the_exact_interval_of_a_limit_is_wider_outward_than_that_of_1986():
    """The paper's approximation runs from -114.3 to -45.1 around the lower limit of 2 SD."""
    found = estimate_limits(WRIGHT[0], MINI[0])
    assert found.lower_low < -114.3
    assert found.lower_high < -45.1
    assert found.lower - found.lower_low > found.lower_high - found.lower


def test_replicates_of_bland_and_altman_1986_give_the_published_corrected_sd():
    """Their SD of differences of means is 33.2, and 37.7 once corrected for the averaging."""
    found = estimate_replicate_limits(WRIGHT.ravel(), np.tile(PEOPLE, 2), MINI.ravel(), np.tile(PEOPLE, 2))
    assert (WRIGHT.mean(axis=0) - MINI.mean(axis=0)).std(ddof=1) == pytest.approx(33.2, abs=0.05)
    assert found.sd == pytest.approx(37.7, abs=0.05)
    assert np.sqrt(np.mean(np.diff(MINI, axis=0) ** 2)) == pytest.approx(28.2, abs=0.7)
    assert np.diff(WRIGHT, axis=0).std(ddof=1) == pytest.approx(21.7, abs=0.05)
    assert (found.n, found.n_differences, found.method) == (17, 34, "MOVER")


def test_mover_is_near_the_exact_interval_and_changing_sides_turns_the_limits(rng):
    x, y = rng.normal(size=(2, 200))
    exact, mover = estimate_limits(x, y), estimate_limits(x, y, clusters=np.arange(200))
    assert (mover.bias, mover.sd, mover.upper) == pytest.approx((exact.bias, exact.sd, exact.upper))
    assert (mover.upper_low, mover.upper_high) == pytest.approx((exact.upper_low, exact.upper_high), abs=0.02)
    turned = estimate_limits(y, x)
    assert (turned.lower, turned.lower_low) == pytest.approx((-exact.upper, -exact.upper_high))


@pytest.mark.parametrize("n", [8, 40])
def test_the_exact_interval_covers_exactly(rng, n):
    """3 000 replicates have an error of .004."""
    hits = 0
    for _ in range(3000):
        found = estimate_limits(rng.normal(size=n), np.zeros(n))
        hits += found.upper_low <= 1.959964 <= found.upper_high
    assert hits / 3000 == pytest.approx(0.95, abs=0.012)


def test_mover_covers_where_people_are_nested_in_units(rng):
    """20 units of 2 to 8 people, a third of the variance between units; 2 000 replicates (.005)."""
    sizes = rng.integers(2, 9, 20)
    units = np.repeat(np.arange(20), sizes)
    truth = 1.959964 * 1.5**0.5
    hits = 0
    for _ in range(2000):
        gaps = rng.normal(0, 0.5**0.5, 20)[units] + rng.normal(size=len(units))
        found = estimate_limits(gaps, np.zeros(len(units)), clusters=units)
        hits += found.upper_low <= truth <= found.upper_high
    assert 0.93 < hits / 2000 < 0.97


@pytest.mark.pitfall(6)
def test_replicates_counted_as_persons_make_the_interval_too_short(rng):
    """15 persons, 6 pairs each, most of the variance between persons; 500 replicates (.02 at most)."""
    people = np.repeat(np.arange(15), 6)
    truth = 1.959964 * 1.25**0.5
    hits = np.zeros(2)
    for _ in range(500):
        gaps = rng.normal(size=15)[people] + 0.5 * rng.normal(size=90)
        both = (
            estimate_limits(gaps, np.zeros(90)),
            estimate_limits(gaps, np.zeros(90), clusters=people),
        )
        hits += [each.upper_low <= truth <= each.upper_high for each in both]
    naive, honest = hits / 500
    assert naive < 0.75
    assert honest > 0.91


@pytest.mark.pitfall(5)
def test_regressing_the_difference_on_the_mean_finds_a_bias_that_is_not_there(rng):
    """Equal scales, error SDs of .3 and .9, 100 people: the slope is found in most runs, Deming's in few."""
    by_mean = by_deming = 0
    for _ in range(300):
        true = rng.normal(size=100)
        x, y = true + 0.3 * rng.normal(size=100), true + 0.9 * rng.normal(size=100)
        gap, mean = y - x, (x + y) / 2
        slope, intercept = np.polyfit(mean, gap, 1)
        residual = gap - slope * mean - intercept
        error = np.sqrt(residual @ residual / 98 / np.sum((mean - mean.mean()) ** 2))
        by_mean += abs(slope) > 1.984 * error
        line = estimate_deming(x, y, error_ratio=9)
        by_deming += not line.slope_low <= 1 <= line.slope_high
    assert by_mean / 300 > 0.9
    assert by_deming / 300 == pytest.approx(0.05, abs=0.05)


def test_the_jackknife_of_demings_line_leaves_out_whole_clusters(rng):
    x, clusters = rng.normal(5, 2, size=60), np.arange(60) % 12
    y = 1 + 0.8 * x + rng.normal(size=60)
    line = estimate_deming(x, y, error_ratio=2, clusters=clusters)
    slope = [
        estimate_deming(x[kept], y[kept], error_ratio=2).slope for kept in clusters != np.arange(12)[:, None]
    ]
    pseudo = 12 * line.slope - 11 * np.array(slope)
    half = t.ppf(0.975, 10) * pseudo.std(ddof=1) / 12**0.5
    assert [line.slope_low, line.slope_high] == pytest.approx(
        [line.slope - half, line.slope + half], abs=1e-10
    )


def test_demings_line_takes_any_number_of_people(rng):
    """30 000 left out one at a time: in a table of all weights that were 7 GB."""
    true = rng.normal(size=30_000)
    x, y = true + 0.3 * rng.normal(size=30_000), true + 0.3 * rng.normal(size=30_000)
    line = estimate_deming(x, y, error_ratio=1)
    assert line.n_clusters == 30_000
    assert line.slope_low < 1 < line.slope_high
    assert line.slope_high - line.slope_low < 0.03


def test_concordance_is_its_formula_and_both_divisors_are_named(rng):
    """With a bias in ten pairs the two forms differ in the second or third decimal."""
    x = rng.normal(size=10)
    y = x + 1.2 + 0.5 * rng.normal(size=10)
    by_n = estimate_lin_concordance(x, y)
    less_one = estimate_lin_concordance(x, y, divisor="n-1")
    gap = np.mean((x - y) ** 2)
    assert by_n.estimate == pytest.approx(1 - gap / (x.var() + y.var() + (x.mean() - y.mean()) ** 2))
    assert 0.001 < less_one.estimate - by_n.estimate < 0.05
    assert (by_n.divisor, less_one.divisor) == ("n", "n-1")
    assert by_n.estimate == pytest.approx(by_n.correlation * by_n.accuracy)


def test_concordance_is_symmetric_and_moves_with_a_common_shift(rng):
    x = rng.normal(size=30)
    y = x + rng.normal(size=30)
    first = estimate_lin_concordance(x, y)
    assert estimate_lin_concordance(3 * y + 2, 3 * x + 2).estimate == pytest.approx(first.estimate)
    assert estimate_lin_concordance(x, x).estimate == pytest.approx(1)
    drawn = rng.integers(0, 30, 30)
    counts = np.bincount(drawn, minlength=30)[None, :].astype(float)
    by_rows = estimate_lin_concordance(x[drawn], y[drawn]).estimate
    assert weighted_lin_concordance(counts, x, y)[0] == pytest.approx(by_rows)
    assert bootstrap(weighted_lin_concordance, x, y, n_boot=20, rng=rng).estimate == pytest.approx(
        first.estimate
    )


@pytest.mark.pitfall(7)
def test_concordance_across_scales_shows_no_agreement_though_ranks_are_equal(rng):
    """0 to 100 against 1 to 5: the coefficient says nothing of two measurements without a common unit."""
    points = rng.uniform(0, 100, 50)
    found = estimate_lin_concordance(points, 1 + points / 25)
    assert found.correlation == pytest.approx(1)
    assert found.estimate < 0.05


def test_concordance_covers(rng):
    """r = .8, a bias of .3 SD, 50 pairs; 2 000 replicates (.005)."""
    truth = 2 * 0.8 / (2 + 0.09)
    hits = 0
    for _ in range(2000):
        x = rng.normal(size=50)
        y = 0.8 * x + 0.6 * rng.normal(size=50) + 0.3
        found = estimate_lin_concordance(x, y)
        hits += found.conf_low <= truth <= found.conf_high
    assert 0.93 < hits / 2000 < 0.97


def test_deming_with_equal_errors_is_the_first_principal_axis(rng):
    x = rng.normal(size=60)
    y = 2 * x + rng.normal(size=60)
    axis = np.linalg.eigh(np.cov(x, y))[1][:, -1]
    line = estimate_deming(x, y, error_ratio=1)
    assert line.slope == pytest.approx(axis[1] / axis[0])
    turned = estimate_deming(y, x, error_ratio=1)
    assert turned.slope == pytest.approx(1 / line.slope)


def test_demings_jackknife_is_that_of_a_loop_and_covers(rng):
    """Slope 1, error SDs .5 and 1, 50 people; 1 000 replicates (.007)."""
    hits = 0
    for _ in range(1000):
        true = 3 * rng.normal(size=50)
        line = estimate_deming(true + 0.5 * rng.normal(size=50), true + rng.normal(size=50), error_ratio=4)
        hits += line.slope_low <= 1 <= line.slope_high
    assert 0.92 < hits / 1000 < 0.975
    x = rng.normal(size=12)
    y = x + rng.normal(size=12)
    slopes = [estimate_deming(np.delete(x, i), np.delete(y, i), error_ratio=2).slope for i in range(12)]
    line = estimate_deming(x, y, error_ratio=2)
    pseudo = 12 * line.slope - 11 * np.array(slopes)
    half = 2.228139 * pseudo.std(ddof=1) / 12**0.5  # t(10)
    assert line.slope_high - line.slope == pytest.approx(half, rel=1e-5)


def test_least_squares_flattens_what_deming_does_not(rng):
    true = rng.normal(size=2000)
    x, y = true + rng.normal(size=2000), true + rng.normal(size=2000)
    assert np.polyfit(x, y, 1)[0] == pytest.approx(0.5, abs=0.07)
    assert estimate_deming(x, y, error_ratio=1).slope == pytest.approx(1, abs=0.15)


def test_passing_and_bablok_is_that_of_a_loop(rng):
    x = rng.normal(10, 2, 21)
    y = 1.1 * x + rng.normal(size=21)
    slopes = sorted((y[j] - y[i]) / (x[j] - x[i]) for i in range(21) for j in range(i + 1, 21))
    offset = sum(slope < -1 for slope in slopes)
    n = len(slopes)
    middle = (slopes[(n - 1) // 2 + offset] + slopes[n // 2 + offset]) / 2
    c = 1.959964 * (21 * 20 * 47 / 18) ** 0.5
    m1 = round((n - c) / 2)
    line = estimate_passing_bablok(x, y)
    assert line.slope == pytest.approx(middle)
    assert (line.slope_low, line.slope_high) == pytest.approx(
        (slopes[m1 + offset - 1], slopes[n - m1 + offset])
    )
    assert line.intercept == pytest.approx(np.median(y - middle * x))


def test_passing_and_bablok_changes_sides_and_shrugs_off_an_outlier(rng):
    x = rng.normal(10, 2, 30)
    y = x + 0.5 * rng.normal(size=30)
    line, turned = estimate_passing_bablok(x, y), estimate_passing_bablok(y, x)
    assert turned.slope == pytest.approx(1 / line.slope)
    wild = y.copy()
    wild[0] += 100
    assert estimate_passing_bablok(x, wild).slope == pytest.approx(line.slope, abs=0.15)


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: estimate_limits([1, 2], [1, 3]), r"at least 3 pairs; the shapes are \(2,\) and \(2,\)"),
        (lambda: estimate_limits([1, 2, np.nan], [1, 2, 3]), "complete pairs; drop those with a gap first"),
        (lambda: estimate_limits([1, 2, 3], [2, 3, 4]), "differences that vary; all are equal"),
        (
            lambda: estimate_limits([1, 2, 3], [3, 2, 4], clusters=[1, 1, 2]),
            "three or more persons or clusters; there are 2",
        ),
        (
            lambda: estimate_replicate_limits([1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]),
            "Replicates are needed by both methods; the first measured 0 of 3 persons twice",
        ),
        (
            lambda: estimate_replicate_limits(
                [1, 2, 3, 4, 5], [1, 1, 2, 2, 3], [1, 2, 3, 4, 5], [1, 1, 2, 2, 4]
            ),
            "the same persons measured by both methods",
        ),
        (lambda: estimate_lin_concordance([1, 1, 1, 1], [1, 2, 3, 4]), "one of them is constant"),
        (
            lambda: estimate_deming(range(5), range(5), error_ratio=0),
            "positive ratio of error variances; it is 0",
        ),
        (
            lambda: estimate_deming(range(5), [1, 0, 3, 2, 5], error_ratio=1, clusters=[0, 0, 1, 1, 2]),
            "at least 4 clusters; there are 3",
        ),
        (lambda: estimate_deming([1, 2, 1, 2], [1, 1, 2, 2], error_ratio=1), "their covariance is 0"),
        (lambda: estimate_passing_bablok(range(5), range(0, -5, -1)), "measurements that rise together"),
    ],
)
def test_what_has_no_limits_or_line_is_refused(compute, message):
    with pytest.raises(DesignError, match=message):
        compute()
