"""An index of elements: against least squares, plain t intervals and every sample that could be drawn."""

from itertools import combinations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats as scipy_stats

from evalkit.errors import DesignError
from evalkit.rules import compute_ikm
from evalkit.stats import estimate_element_index, estimate_index_change

#: Two programs add up the same products in another order.
ROUNDING = 1e-9


@pytest.fixture
def answers():
    rng = np.random.default_rng(5)
    whole = rng.normal(size=(60, 1))
    return np.clip(np.round(3.1 + 0.5 * whole + 0.7 * rng.normal(size=(60, 9))), 1, 4)


def test_without_gaps_it_is_the_t_interval_of_the_respondents_own_indices(answers):
    found = estimate_element_index(answers)
    own = 25 * answers.mean(axis=1)
    low, high = scipy_stats.t.interval(0.95, 59, own.mean(), scipy_stats.sem(own))
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx((own.mean(), low, high))
    assert (found.n, found.n_clusters, found.df) == (60, 60, 59)


def test_clusters_have_the_error_of_least_squares_with_clusters(answers):
    days = np.arange(60) % 11
    own = 25 * answers.mean(axis=1)
    fit = sm.OLS(own, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": days})
    found = estimate_element_index(answers, clusters=days)
    assert found.std_error == pytest.approx(float(fit.bse[0]), abs=ROUNDING)
    assert (found.n_clusters, found.df) == (11, 10)


def test_strata_have_the_error_of_a_stratified_mean(answers):
    units = np.repeat(["a", "b", "c"], [10, 20, 30])
    own = 25 * answers.mean(axis=1)
    parts = [own[units == name] for name in "abc"]
    error = np.sqrt(sum((len(part) / 60) ** 2 * part.var(ddof=1) / len(part) for part in parts))
    found = estimate_element_index(answers, strata=units)
    assert (found.std_error, found.df) == (pytest.approx(error, abs=ROUNDING), 57)


def test_the_estimate_is_the_ikm_of_the_rule_where_answers_are_missing(answers):
    holes = np.where(np.random.default_rng(1).random(answers.shape) < 0.2, np.nan, answers)
    assert estimate_element_index(holes).estimate == pytest.approx(compute_ikm(holes).value)


def test_with_gaps_the_error_is_near_that_of_the_jackknife(answers):
    holes = np.where(np.random.default_rng(1).random(answers.shape) < 0.2, np.nan, answers)
    left_out = [25 * np.nanmean(np.delete(holes, i, axis=0), axis=0).mean() for i in range(60)]
    jackknife = np.sqrt(59 / 60 * np.sum((left_out - np.mean(left_out)) ** 2))
    assert estimate_element_index(holes).std_error == pytest.approx(jackknife, rel=0.03)


def test_over_every_sample_without_replacement_the_squared_error_is_right_on_average():
    population = np.array([[1, 2], [2, 2], [4, 3], [3, 3], [4, 4], [1, 3]], dtype=float)
    found = [
        estimate_element_index(population[list(chosen)], population=6) for chosen in combinations(range(6), 3)
    ]
    spread = np.var([one.estimate for one in found])
    assert np.mean([one.std_error**2 for one in found]) == pytest.approx(spread)


def test_a_population_that_was_asked_whole_leaves_no_error(answers):
    found = estimate_element_index(answers, population=60)
    assert found.std_error == 0
    assert np.isnan(found.conf_low)


def test_order_of_respondents_and_names_of_clusters_change_nothing(answers):
    order = np.random.default_rng(2).permutation(60)
    days = np.arange(60) % 12
    one = estimate_element_index(answers, clusters=days)
    other = estimate_element_index(answers[order], clusters=[f"day {day}" for day in days[order]])
    assert (one.conf_low, one.conf_high) == pytest.approx((other.conf_low, other.conf_high))


def test_differences_of_elements_are_those_of_the_respondents(answers):
    found = estimate_element_index(answers)
    differences = answers - answers.mean(axis=1, keepdims=True)
    assert found.gaps == pytest.approx(differences.mean(axis=0))
    assert found.gap_errors == pytest.approx(scipy_stats.sem(differences))


def test_who_answered_nothing_is_no_respondent(answers):
    more = np.vstack([answers, np.full((3, 9), np.nan)])
    assert estimate_element_index(more).n == 60


def test_answers_that_are_all_alike_have_no_interval():
    found = estimate_element_index(np.full((12, 9), 4.0))
    assert (found.estimate, found.caveat[:20]) == (100.0, "all respondents answ")
    assert np.isnan([found.conf_low, found.conf_high]).all()


def test_no_interval_reaches_past_the_scale():
    found = estimate_element_index([[4, 4], [4, 4], [4, 3], [4, 4]])
    assert (found.conf_high, found.means_high[1]) == (100.0, 4.0)


@pytest.mark.parametrize(
    ("answers", "options", "message"),
    [
        ([[1, 2], [5, 3]], {}, "Every element needs an answer from 1 to 4; 1 lie outside, and 0 of 2"),
        ([[1, np.nan], [2, np.nan]], {}, "0 lie outside, and 1 of 2 elements have none"),
        ([1, 2, 3], {}, "answers of shape (respondents, elements); their shape is (3,)"),
        ([[1, 2], [2, 3]], {"strata": ["a", "b"]}, "one has a single one. Join it with another"),
        ([[1, 2]], {}, "one has a single one. Join it with another"),
        ([[1, 2], [2, 3]], {"population": 1}, "2 people answered of a population of 1"),
        ([[1, 2], [2, 3]], {"clusters": ["a"]}, "a stratum and a cluster; found 1 for 2"),
    ],
)
def test_what_cannot_be_an_index_is_refused(answers, options, message):
    with pytest.raises(DesignError) as refusal:
        estimate_element_index(answers, **options)
    assert message in str(refusal.value)


def test_a_change_is_that_of_welchs_test(answers):
    first, last = answers[:20], answers[20:]
    found = estimate_index_change(estimate_element_index(first), estimate_element_index(last))
    test = scipy_stats.ttest_ind(25 * last.mean(axis=1), 25 * first.mean(axis=1), equal_var=False)
    ends = test.confidence_interval(0.95)
    assert (found.p_value, found.df) == (pytest.approx(test.pvalue), pytest.approx(test.df))
    assert (found.conf_low, found.conf_high) == (pytest.approx(ends.low), pytest.approx(ends.high))


def test_a_change_between_surveys_without_error_has_no_interval():
    one, other = (estimate_element_index(np.full((9, 9), value)) for value in (3.0, 4.0))
    found = estimate_index_change(one, other)
    assert (found.estimate, found.caveat[:15]) == (25.0, "all respondents")
    assert np.isnan(found.p_value)
