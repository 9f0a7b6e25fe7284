"""Correlation with a criterion, what a score adds, its error, and how it tells people apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from statsmodels.regression.linear_model import OLS

from evalkit.errors import DesignError
from evalkit.stats import (
    estimate_calibrated_error,
    estimate_criterion_correlation,
    estimate_criterion_increment,
    estimate_discrimination,
    trace_roc,
    weighted_group_means,
)
from evalkit.stats.cluster_sums import add_up_clusters
from evalkit.stats.discrimination import _compute_area, _find_beaten

#: Sums of the same numbers in another order.
ROUNDING = 1e-9
PLACES = np.repeat([0, 1, 2], [20, 40, 60])
UNITS = np.arange(120) // 5


@pytest.fixture
def rng():
    return np.random.default_rng(20250601)


@pytest.fixture
def drawn(rng):
    """Three related columns of people in units in places that lie apart."""
    units = rng.normal(size=(24, 3))[UNITS]
    x = rng.normal(size=(120, 1)) + rng.normal(size=(120, 3)) + 0.7 * units + PLACES[:, None]
    return x.T


def correlate(x, y, rng, **changes):
    options = {"strata": PLACES, "clusters": UNITS, "n_boot": 50, "rng": rng, **changes}
    return estimate_criterion_correlation(x, y, **options)


def dummies(codes):
    return np.equal.outer(codes, np.unique(codes)).astype(float)


def residuals(y, X):
    return np.asarray(OLS(y, X).fit().resid)


# oracles


def test_within_places_is_the_partial_correlation_given_places(drawn, rng):
    x, y, _ = drawn
    found = correlate(x, y, rng)
    for codes, estimate in ((PLACES, found.within), (UNITS, found.within_clusters)):
        expected = np.corrcoef(residuals(x, dummies(codes)), residuals(y, dummies(codes)))[0, 1]
        assert estimate == pytest.approx(expected, abs=ROUNDING)
    assert found.pooled == pytest.approx(np.corrcoef(x, y)[0, 1], abs=ROUNDING)


def test_between_units_is_the_correlation_of_their_means_within_places(drawn, rng):
    x, y, _ = drawn
    means = [np.array([values[unit == UNITS].mean() for unit in range(24)]) for values in (x, y)]
    places = dummies(PLACES[::5])
    expected = np.corrcoef(*(residuals(mean, places) for mean in means))[0, 1]  # units of one size
    assert correlate(x, y, rng).between_clusters == pytest.approx(expected, abs=ROUNDING)


def test_the_rise_of_r2_is_that_of_two_regressions_with_places(drawn, rng):
    x, y, z = drawn
    found = estimate_criterion_increment(x, y, z, strata=PLACES, clusters=UNITS, n_boot=50, rng=rng)
    held = dummies(PLACES)
    y, x, z = (residuals(values, held) for values in (y, x, z))
    before, after = OLS(y, z).fit().rsquared, OLS(y, np.column_stack([z, x])).fit().rsquared
    assert found.r2_before == pytest.approx(before, abs=ROUNDING)
    assert found.estimate == pytest.approx(after - before, abs=ROUNDING)


def test_the_error_is_that_of_a_regression_freed_of_bias_by_leaving_out_units(drawn):
    x, y, _ = drawn
    found = estimate_calibrated_error(x, y, strata=PLACES, clusters=UNITS)

    def log_error(keep):
        fit = OLS(y[keep], np.column_stack([dummies(PLACES[keep]), x[keep]])).fit()
        return np.log(np.sqrt(fit.ssr / keep.sum()))

    whole = log_error(np.ones(120, dtype=bool))
    left_out = np.array([log_error(unit != UNITS) for unit in range(24)])
    of_place = [left_out[PLACES[::5] == place] for place in range(3)]
    bias = sum((len(part) - 1) * (part.mean() - whole) for part in of_place)
    assert found.estimate == pytest.approx(np.exp(whole - bias), abs=ROUNDING)
    assert found.conf_low < found.estimate < found.conf_high


def test_the_area_is_hanley_and_mcneils(rng):
    """Their table 1: 58 normal and 51 abnormal images on five ratings, W = .893."""
    ratings = np.arange(1, 6)
    normal, abnormal = np.repeat(ratings, [33, 6, 6, 11, 2]), np.repeat(ratings, [3, 2, 2, 11, 33])
    score, has = np.concatenate([normal, abnormal]), np.repeat([False, True], [58, 51])
    found = estimate_discrimination(score, has, n_boot=200, rng=rng)
    assert round(found.estimate, 3) == 0.893
    assert found.estimate == pytest.approx(mannwhitneyu(abnormal, normal).statistic / (58 * 51), abs=ROUNDING)
    assert found.conf_low < 0.893 < found.conf_high


def test_the_area_within_places_averages_those_of_places_by_their_pairs(drawn, rng):
    x = drawn[0]
    has = rng.random(120) < 0.3
    found = estimate_discrimination(x, has, strata=PLACES, clusters=UNITS, n_boot=50, rng=rng)
    wins = pairs = 0.0
    for place in range(3):
        here = place == PLACES
        wins += mannwhitneyu(x[here & has], x[here & ~has]).statistic
        pairs += (here & has).sum() * (here & ~has).sum()
    assert found.estimate == pytest.approx(wins / pairs, abs=ROUNDING)


def test_the_area_in_a_resample_is_that_of_the_people_who_were_drawn(drawn, rng):
    """Each is written down as often as drawn, and all pairs are compared."""
    x, has = drawn[0].round(), rng.random(120) < 0.3
    sides = [(has & (place == PLACES), ~has & (place == PLACES)) for place in range(3)]
    weights = rng.integers(0, 4, size=(5, 120)).astype(float)
    found = _compute_area(weights, [_find_beaten(x, *side) for side in sides])
    for row, area in zip(weights.astype(int), found, strict=True):
        gaps = [np.subtract.outer(*(np.repeat(x[s], row[s]) for s in side)).ravel() for side in sides]
        gap = np.concatenate(gaps)
        assert area == np.mean((gap > 0) + 0.5 * (gap == 0))


def test_the_area_is_computed_for_any_number_of_people(rng):
    n = 20_000
    score = rng.normal(size=n)
    has = score + rng.normal(size=n) > 1
    found = estimate_discrimination(score, has, n_boot=20, rng=rng)
    among = mannwhitneyu(score[has].round(9), score[~has].round(9)).statistic
    assert found.estimate == pytest.approx(among / (has.sum() * (~has).sum()), abs=ROUNDING)
    assert found.conf_low < found.estimate < found.conf_high


def test_means_of_groups_are_those_of_the_rows_that_were_drawn(rng):
    values, weights = rng.normal(size=120), rng.integers(0, 3, size=(2, 120)).astype(float)
    found = weighted_group_means(weights, values, dummies(PLACES))
    for i, place in np.ndindex(2, 3):
        here = place == PLACES
        assert found[i, place] == pytest.approx(np.average(values[here], weights=weights[i, here]))
    assert np.isnan(weighted_group_means(np.zeros((1, 120)), values, dummies(PLACES))).all()


# properties


def test_squares_within_places_are_those_within_units_and_between_them(drawn, rng):
    sums = add_up_clusters(drawn, strata=PLACES, clusters=UNITS)
    weights = rng.integers(0, 4, size=(7, 24)).astype(float)
    parts = [sums.squares(weights, level) for level in ("within_clusters", "between_clusters")]
    assert np.allclose(sum(parts), sums.squares(weights, "within"), atol=ROUNDING)


def test_weights_of_units_are_units_taken_that_often(drawn):
    x, y, _ = drawn
    weights = np.zeros(24)
    weights[[0, 3, 3, 9, 20, 23]] += [1, 1, 1, 1, 2, 1]
    weights[3], weights[20] = 2, 2
    rows = np.concatenate(
        [np.flatnonzero(unit == UNITS) for unit in range(24) for _ in range(int(weights[unit]))]
    )
    sums = add_up_clusters([x, y], strata=PLACES, clusters=UNITS)
    squares = sums.squares(weights[None, :], "within")[0]
    X, Y = (residuals(values[rows], dummies(PLACES[rows])) for values in (x, y))
    assert squares[0, 1] * x.std() * y.std() == pytest.approx(X @ Y, abs=1e-7)


def test_order_labels_and_scale_change_nothing(drawn, rng):
    x, y, z = drawn
    order = rng.permutation(120)
    names = np.array([f"unit {24 - unit}" for unit in UNITS])
    before = correlate(x, y, rng)
    after = correlate(3 * x[order] - 5, y[order] / 7, rng, strata=PLACES[order], clusters=names[order])
    for name in ("within", "pooled", "within_clusters", "between_clusters"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=ROUNDING)
    options = {"strata": PLACES, "clusters": UNITS, "n_boot": 50, "rng": rng}
    plain = estimate_criterion_increment(x, y, z, **options)
    scaled = estimate_criterion_increment(2 * x, y, -z + 1, **options)
    assert scaled.estimate == pytest.approx(plain.estimate, abs=ROUNDING)


def test_a_place_that_moves_changes_the_pooled_figure_alone(drawn, rng):
    x, y, _ = drawn
    far = 50 * (PLACES == 1)
    before, after = correlate(x, y, rng), correlate(x + far, y + far, rng)
    assert after.within == pytest.approx(before.within, abs=1e-6)
    assert after.pooled > 0.99 > before.pooled


def test_a_monotone_change_of_the_score_changes_no_area_and_no_curve(drawn, rng):
    x, has = drawn[0], rng.random(120) < 0.3
    options = {"strata": PLACES, "clusters": UNITS, "n_boot": 20}
    areas = [
        estimate_discrimination(score, has, rng=np.random.default_rng(1), **options)
        for score in (x, np.exp(x / 3))
    ]
    assert areas[0] == areas[1]
    assert np.array_equal(
        trace_roc(x, has, [0.1, 0.5], strata=PLACES), trace_roc(np.exp(x / 3), has, [0.1, 0.5], strata=PLACES)
    )


def test_the_area_under_the_curve_that_is_traced_is_the_area(drawn, rng):
    x, has = drawn[0], rng.random(120) < 0.3
    shares = np.arange(121) / 120
    alarms, found = trace_roc(x, has, shares)
    area = estimate_discrimination(x, has, n_boot=20, rng=rng).estimate
    assert np.trapezoid(found, alarms) == pytest.approx(area, abs=ROUNDING)
    assert (alarms[0], found[0], alarms[-1], found[-1]) == (0, 0, 1, 1)


# edges


def test_a_criterion_of_whole_units_has_no_correlation_within_them(drawn, rng):
    x, y, _ = drawn
    of_unit = np.array([y[unit == UNITS].mean() for unit in UNITS])
    found = correlate(x, of_unit, rng)
    assert np.isnan(found.within_clusters)
    assert np.isnan(found.within_clusters_low)
    assert abs(found.between_clusters) > abs(found.within)


def test_without_units_people_are_resampled_and_levels_are_blank(drawn, rng):
    found = correlate(*drawn[:2], rng, clusters=None)
    assert np.isnan(found.between_clusters)
    assert (found.n_clusters, found.n_strata, found.n) == (120, 3, 120)


def test_an_interval_that_holds_no_rise_begins_at_zero(rng):
    x, z = rng.normal(size=(2, 120))
    found = estimate_criterion_increment(x, z + rng.normal(size=120), z, n_boot=200, rng=rng)
    assert found.semipartial_low < 0 < found.semipartial_high
    assert found.conf_low == 0.0
    assert found.conf_high >= found.estimate


def test_a_rise_that_is_below_zero_in_r_is_one_in_r2(rng):
    z = rng.normal(size=120)
    x = rng.normal(size=120)
    found = estimate_criterion_increment(x, z - 2 * x, z, n_boot=200, rng=rng)
    assert found.semipartial_high < 0 < found.conf_low < found.estimate < found.conf_high


def test_equal_scores_share_what_is_left(rng):
    found = estimate_discrimination([1, 1, 1, 1], [1, 0, 1, 0], n_boot=20, rng=rng)
    assert found.estimate == 0.5
    alarms, hits = trace_roc([1, 1, 1, 1], [1, 0, 1, 0], [0.5])
    assert (alarms[0], hits[0]) == (0.5, 0.5)


# refusals


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"criterion": np.ones(120)},
            "A score, or its criterion, is the same for everybody; nothing can be compared.",
        ),
        (
            {"criterion": np.full(120, np.nan)},
            "A score and its criterion must be complete; drop those with a gap first.",
        ),
        (
            {"criterion": PLACES},
            "A score is compared with a criterion within places, and one of them does not vary there.",
        ),
        (
            {"clusters": np.arange(120) % 7},
            "A cluster (unit) must lie in one stratum (place); some lie in two.",
        ),
        (
            {"criterion": np.arange(4)},
            "A score is compared with a criterion over at least 5 people, one value, place and "
            "unit each; the shapes are (4,), (120,).",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(drawn, rng, changes, message):
    given = {"criterion": drawn[1], **changes}
    criterion = given.pop("criterion")
    with pytest.raises(DesignError) as caught:
        correlate(drawn[0], criterion, rng, **given)
    assert str(caught.value) == message


def test_a_score_that_is_the_other_one_adds_nothing_that_could_be_told(drawn, rng):
    x, y, _ = drawn
    with pytest.raises(DesignError, match="A score that is determined by the other one within places"):
        estimate_criterion_increment(2 * x + 1, y, x, n_boot=20, rng=rng)


def test_an_error_needs_units_to_leave_out(drawn):
    x, y, _ = drawn
    with pytest.raises(DesignError, match="needs a place with two units or more; leave units out"):
        estimate_calibrated_error(x, y, strata=PLACES, clusters=PLACES)
    with pytest.raises(DesignError, match="must vary within places; one of them does not"):
        estimate_calibrated_error(x, PLACES, strata=PLACES)


@pytest.mark.parametrize(
    ("score", "has", "message"),
    [
        (
            [1, 2, 3],
            [1, 1, 1],
            "Everybody, or nobody, has the condition; there is nobody to tell apart.",
        ),
        (
            [1, np.nan, 3],
            [1, 0, 1],
            "Telling people apart takes complete scores; drop those with a gap first.",
        ),
        (
            [1, 2],
            [1, 0, 1],
            "Telling people apart takes one score, condition, place and unit each; the shapes are "
            "(2,), (3,).",
        ),
    ],
)
def test_nobody_is_told_apart_without_two_kinds_of_people(score, has, message, rng):
    with pytest.raises(DesignError) as caught:
        estimate_discrimination(score, has, n_boot=20, rng=rng)
    assert str(caught.value) == message


def test_people_of_two_kinds_must_meet_in_a_place(rng):
    with pytest.raises(DesignError, match="No place has people both with the condition and without it"):
        estimate_discrimination([1, 2, 3, 4], [1, 1, 0, 0], strata=[0, 0, 1, 1], n_boot=20, rng=rng)
