"""Jumps at cut-offs, event studies, balance and change by chance: oracles, properties, edges, refusals."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.stats import binom, norm
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS

from evalkit.errors import DesignError
from evalkit.stats import (
    compare_before,
    estimate_bounded_discontinuity,
    estimate_discontinuity,
    estimate_event_study,
    expected_fallback,
    find_density_break,
    find_heaping,
)
from evalkit.stats.local_polynomials import Side, neighbour_variances

#: Sums of the same numbers in another order.
ROUNDING = 1e-7
#: Monte Carlo errors that a simulation may be off.
FOUR_ERRORS = 4.0


def draw_jump(rng, n=600, jump=1.0, step=0.0):
    x = rng.normal(size=n)
    x = np.round(x / step) * step if step else x
    return x, 0.5 * x + jump * (x >= 0) + rng.normal(size=n)


def test_a_jump_does_not_depend_on_the_order_of_people_or_on_where_zero_is(rng):
    x, y = draw_jump(rng)
    mixed = rng.permutation(len(x))
    found = estimate_discontinuity(x, y, cutoff=0.0)
    moved = estimate_discontinuity(10 + 3 * x[mixed], 5 - 2 * y[mixed], cutoff=10.0)
    assert moved.estimate == pytest.approx(-2 * found.estimate, rel=ROUNDING)
    assert moved.std_error == pytest.approx(2 * found.std_error, rel=ROUNDING)
    assert moved.bandwidth == pytest.approx(3 * found.bandwidth, rel=ROUNDING)


@pytest.mark.parametrize("estimate", [estimate_discontinuity, estimate_bounded_discontinuity])
def test_the_mirror_image_of_a_score_turns_the_jump_around(rng, estimate):
    x, y = draw_jump(rng, step=0.1)
    x = x + 0.05  # nobody stands on the cut-off
    found, mirrored = estimate(x, y, cutoff=0.0), estimate(-x, y, cutoff=0.0)
    assert mirrored.estimate == pytest.approx(-found.estimate, rel=ROUNDING)
    assert mirrored.conf_low == pytest.approx(-found.conf_high, rel=ROUNDING)


def test_without_curvature_the_bounded_interval_is_the_usual_one_of_two_lines(rng):
    x, y = draw_jump(rng, step=0.1)
    found = estimate_bounded_discontinuity(x, y, cutoff=0.0, curvature=0.0)
    assert found.worst_bias == 0
    half = norm.ppf(0.975) * found.std_error
    assert found.conf_high - found.estimate == pytest.approx(half, rel=1e-4)


def test_the_worst_bias_is_what_a_parabola_of_that_curvature_does(rng):
    x = np.round(rng.normal(size=500), 1)
    bend = np.where(x >= 0, -1, 1) * x**2 / 2  # the second derivative is one on each side
    noise = 1e-6 * rng.normal(size=500)
    found = estimate_bounded_discontinuity(x, bend + noise, cutoff=0.0, curvature=1.0)
    assert abs(found.estimate) == pytest.approx(found.worst_bias, rel=1e-3)
    assert found.conf_low <= 0 <= found.conf_high


def test_more_curvature_makes_a_wider_interval(rng):
    x, y = draw_jump(rng, step=0.1)
    widths = [
        np.ptp([found.conf_low, found.conf_high])
        for found in (estimate_bounded_discontinuity(x, y, cutoff=0.0, curvature=c) for c in (0, 1, 10))
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_the_variance_at_a_score_is_that_of_those_who_share_it_where_they_are_enough():
    side = Side(x=np.repeat([1.0, 2.0], 4), y=np.array([0.0, 2, 4, 6, 1, 1, 1, 5]))
    variances = neighbour_variances(side)
    others = np.array([4, 10 / 3, 8 / 3, 2])
    assert variances[:4] == pytest.approx(3 / 4 * (np.array([0, 2, 4, 6]) - others) ** 2)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (
            np.r_[np.linspace(-1, -0.1, 15), np.linspace(0, 1, 40)],
            np.arange(55.0),
            "A line on each side of the cut-off needs 20 people and 10 scores that differ; "
            "below it are 15 people and 15 scores",
        ),
        (
            np.r_[np.linspace(-1, -0.1, 30), np.tile([0.0, 1.0, 2.0], 10)],
            np.arange(60.0),
            "A line on each side of the cut-off needs 20 people and 10 scores that differ; "
            "above it are 30 people and 3 scores",
        ),
        (np.linspace(-1, 1, 60), np.ones(60), "All outcomes are equal, so there is no jump to estimate."),
        (
            np.array([1.0, np.nan]),
            np.ones(2),
            "A discontinuity needs a score and an outcome of each person, without gaps; "
            "the shapes are (2,) and (2,).",
        ),
    ],
)
def test_a_jump_that_cannot_be_estimated_is_refused(x, y, message):
    with pytest.raises(DesignError, match=f"^{re.escape(message)}$"):
        estimate_discontinuity(x, y, cutoff=0.0)


def test_a_negative_bound_on_curvature_is_refused(rng):
    x, y = draw_jump(rng)
    with pytest.raises(DesignError, match="cannot be negative or missing; it is -1"):
        estimate_bounded_discontinuity(x, y, cutoff=0.0, curvature=-1.0)


def test_heaping_is_the_binomial_test_of_three_neighbours():
    found = find_heaping(np.repeat([0.0, 1.0, 2.0, 3.0], [40, 20, 31, 22]), cutoff=2.0, nonlinearity=0.0)
    assert (found.n_at, found.n_beside, found.low, found.high) == (31, 42, 1 / 3, 1 / 3)
    assert found.p_value == pytest.approx(2 * binom.sf(30, 73, 1 / 3))


def test_a_smooth_score_does_not_heap_and_a_moved_one_does(rng):
    steps = np.round(rng.normal(size=4000), 1)
    assert find_heaping(steps, cutoff=-0.8).p_value > 0.01
    moved = np.where((np.round(steps, 1) == -0.9) & (rng.random(4000) < 0.7), -0.8, steps)
    assert find_heaping(moved, cutoff=-0.8).p_value < 0.001


def test_the_test_of_a_density_finds_no_break_more_often_than_it_says(rng):
    p_values = [find_density_break(rng.normal(size=800), cutoff=-0.8).p_value for _ in range(300)]
    share = np.mean(np.array(p_values) < 0.05)
    assert share <= 0.05 + FOUR_ERRORS * np.sqrt(0.05 * 0.95 / 300)


def test_a_density_that_breaks_is_found(rng):
    x = rng.normal(size=3000)
    kept = x[(x < 0) | (x > 0.5) | (rng.random(3000) < 0.4)]
    found = find_density_break(kept, cutoff=0.0)
    assert found.log_ratio == pytest.approx(np.log(0.4), abs=0.35)
    assert found.p_value < 0.001


def test_scores_on_one_side_alone_are_refused():
    with pytest.raises(DesignError, match="The cut-off needs scores on both sides"):
        find_heaping([1.0, 2.0, 3.0], cutoff=1.0)
    with pytest.raises(DesignError, match="needs 20 people there"):
        find_density_break(np.arange(30.0), cutoff=5.0)


def draw_panel(rng, n=120, periods=5):
    given = rng.choice([-1, 2, 3], size=n, p=[0.5, 0.3, 0.2])
    y = rng.normal(size=(n, 1)) + 0.2 * np.arange(periods) + rng.normal(size=(n, periods))
    for row, at in enumerate(given):
        if at > 0:
            y[row, at:] += 1.0
    return y, given


def test_an_event_study_is_the_saturated_regression_of_sun_and_abraham(rng):
    y, given = draw_panel(rng)
    n, periods = y.shape
    columns, names = [], []
    for cohort in (2, 3):
        for period in range(periods):
            if period != cohort - 1:
                columns.append(np.outer(given == cohort, np.arange(periods) == period).ravel())
                names.append((cohort, period))
    person = np.kron(np.eye(n), np.ones((periods, 1)))
    quarter = np.tile(np.eye(periods)[:, 1:], (n, 1))
    fit = OLS(y.ravel(), np.column_stack([person, quarter, *columns]).astype(float)).fit()
    effects = dict(zip(names, fit.params[-len(names) :], strict=True))
    found = estimate_event_study(y, given)
    for step, estimate in zip(found.step, found.estimate, strict=True):
        own = [(effects[c, c + step], (given == c).sum()) for c in (2, 3) if (c, c + step) in effects]
        expected = np.average([e for e, _ in own], weights=[w for _, w in own]) if own else 0.0
        assert estimate == pytest.approx(expected, abs=ROUNDING)


def test_without_clusters_one_cohort_has_the_error_of_two_means(rng):
    y = rng.normal(size=(200, 2))
    given = np.where(np.arange(200) < 60, 1, -1)
    found = estimate_event_study(y, given)
    gain = np.diff(y).ravel()
    error = np.sqrt(gain[:60].var(ddof=1) / 60 + gain[60:].var(ddof=1) / 140)
    assert found.std_error[-1] == pytest.approx(error, rel=0.01), (
        "the jackknife, which divides by n - 1 for both"
    )


def test_what_was_before_is_tested_together(rng):
    y, given = draw_panel(rng)
    assert estimate_event_study(y, given).pre_p_value > 0.01
    rising = y + np.where(given > 0, 1.0, 0.0)[:, None] * np.arange(5)
    assert estimate_event_study(rising, given).pre_p_value < 0.001
    late = given != 2
    none_before = estimate_event_study(y[late, 2:], np.where(given[late] == 3, 1, -1))
    assert np.isnan(none_before.pre_p_value), (
        "there is one period before, and it is what others are compared with"
    )


def test_adding_a_constant_to_each_person_changes_no_step(rng):
    y, given = draw_panel(rng)
    shifted = estimate_event_study(y + 10 * rng.normal(size=(len(y), 1)), given)
    assert shifted.estimate == pytest.approx(estimate_event_study(y, given).estimate, abs=ROUNDING)


@pytest.mark.parametrize(
    ("y", "given", "message"),
    [
        (np.zeros((4, 3)), [1, 1, 2, 2], "needs people who were never given it"),
        (np.zeros((4, 3)), [-1, -1, 0, 0], "given it after the first of 3 periods"),
        (np.full((4, 3), np.nan), [-1, -1, 1, 1], "without gaps"),
    ],
)
def test_an_event_study_without_comparison_is_refused(y, given, message):
    with pytest.raises(DesignError, match=message):
        estimate_event_study(y, given)


def test_balance_is_in_standard_deviations_and_overlap_that_of_a_logit(rng):
    given = rng.random(400) < 0.3
    x = rng.normal(size=(400, 2)) + np.outer(given, [0.5, 0.0])
    found = compare_before(x, given)
    spread = np.sqrt((x[given].var(axis=0, ddof=1) + x[~given].var(axis=0, ddof=1)) / 2)
    assert found.differences == pytest.approx((x[given].mean(axis=0) - x[~given].mean(axis=0)) / spread)
    design = np.column_stack([np.ones(400), x])
    logit = design @ Logit(given.astype(float), design).fit(disp=0).params
    low, high = np.quantile(logit[given], [0.05, 0.95])
    assert found.overlap == pytest.approx(((logit[~given] >= low) & (logit[~given] <= high)).mean())


def test_groups_that_a_covariate_parts_have_no_overlap():
    x = np.r_[np.linspace(0, 1, 30), np.linspace(2, 3, 30)][:, None]
    assert np.isnan(compare_before(x, np.repeat([False, True], 30)).overlap)


def test_balance_needs_covariates_that_vary():
    with pytest.raises(DesignError, match="two people in each group, and covariates that vary"):
        compare_before(np.ones((10, 1)), np.repeat([False, True], 5))


@pytest.mark.parametrize("r", [(0.7, 0.7, 0.7), (0.8, 0.75, 0.6)])
def test_who_improved_most_falls_back_as_far_as_in_a_simulation(rng, r):
    first_second, second_third, first_third = r
    n, share = 400_000, 0.2
    covariance = [
        [1, first_second, first_third],
        [first_second, 1, second_third],
        [first_third, second_third, 1],
    ]
    x = rng.multivariate_normal(np.zeros(3), covariance, size=n)
    gain = x[:, 1] - x[:, 0]
    fall = (x[:, 2] - x[:, 1])[gain >= np.quantile(gain, 1 - share)]
    error = fall.std() / np.sqrt(len(fall))
    assert expected_fallback(*r, share=share) == pytest.approx(fall.mean(), abs=FOUR_ERRORS * error)
    assert expected_fallback(*r, share=share) < 0


def test_nobody_falls_back_where_luck_stays():
    assert expected_fallback(0.5, 1.0, 0.5, share=0.2) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("r", [(1.0, 0.5, 0.5), (0.9, 0.9, -0.5), (0.5, 0.5, 1.5)])
def test_correlations_that_cannot_be_are_refused(r):
    with pytest.raises(DesignError, match="three correlations that can hold together"):
        expected_fallback(*r, share=0.2)
