"""Intraclass correlations of complete and of unbalanced ratings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import f

from evalkit.errors import DesignError, UsageError
from evalkit.stats import (
    INTRACLASS_FORMS,
    bootstrap,
    estimate_alpha,
    estimate_intraclass_correlation,
    estimate_unbalanced_correlations,
    name_reliability,
    weighted_intraclass_correlation,
)

# Shrout & Fleiss (1979), Table 2
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
PRINTED = 0.0055  # the paper and psych::ICC print two decimals, the lowest ends three
#: REFERENCE_VALUES shrout_fleiss_1979: estimate, low, high of one rating and of the mean of four
SHROUT_FLEISS = {
    ("one_way", False): (0.17, -0.13, 0.72),
    ("agreement", False): (0.29, 0.019, 0.76),
    ("consistency", False): (0.71, 0.34, 0.95),
    ("one_way", True): (0.44, -0.88, 0.91),
    ("agreement", True): (0.62, 0.071, 0.93),
    ("consistency", True): (0.91, 0.68, 0.99),
}


@pytest.mark.parametrize(("form", "averaged"), SHROUT_FLEISS)
def test_shrout_and_fleiss_1979_in_all_six_forms(form, averaged):
    found = estimate_intraclass_correlation(JUDGES, form=form, averaged=averaged)
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx(
        SHROUT_FLEISS[form, averaged], abs=PRINTED
    )
    assert (found.n, found.n_raters, found.n_averaged) == (6, 4, 4 if averaged else 1)


@pytest.mark.pitfall(3)
def test_the_same_ratings_give_a_different_number_in_each_form():
    """A form left unnamed. The result names it, and the call cannot leave it out."""
    found = [estimate_intraclass_correlation(JUDGES, form=form) for form in INTRACLASS_FORMS]
    assert [one.form for one in found] == list(INTRACLASS_FORMS)
    assert np.ptp([one.estimate for one in found]) > 0.5
    with pytest.raises(TypeError):
        estimate_intraclass_correlation(JUDGES)


def test_the_mean_in_the_consistency_form_is_alpha_with_its_interval():
    found, alpha = (
        estimate_intraclass_correlation(JUDGES, form="consistency", averaged=True),
        estimate_alpha(JUDGES),
    )
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx(
        (alpha.estimate, alpha.conf_low, alpha.conf_high)
    )


def test_the_ends_of_the_one_way_interval_are_those_of_its_f_ratio():
    n, k = JUDGES.shape
    within = JUDGES.var(axis=1, ddof=1).mean()
    ratio = k * JUDGES.mean(axis=1).var(ddof=1) / within
    low = ratio / f.ppf(0.975, n - 1, n * (k - 1))
    found = estimate_intraclass_correlation(JUDGES, form="one_way")
    assert found.conf_low == pytest.approx((low - 1) / (low + k - 1))


@pytest.mark.parametrize("form", INTRACLASS_FORMS)
def test_the_order_of_people_and_raters_and_the_scale_change_nothing(rng, form):
    shuffled = 3 * JUDGES[rng.permutation(6)][:, rng.permutation(4)] - 7.0
    first, second = (estimate_intraclass_correlation(x, form=form) for x in (JUDGES, shuffled))
    assert (second.estimate, second.conf_low, second.conf_high) == pytest.approx(
        (first.estimate, first.conf_low, first.conf_high)
    )


def test_severity_lowers_agreement_and_not_consistency():
    severe = JUDGES + np.array([0, 0, 0, 20])
    consistency = [estimate_intraclass_correlation(x, form="consistency").estimate for x in (JUDGES, severe)]
    agreement = [estimate_intraclass_correlation(x, form="agreement").estimate for x in (JUDGES, severe)]
    assert consistency[0] == pytest.approx(consistency[1])
    assert agreement[1] < agreement[0] / 2


@pytest.mark.parametrize("form", INTRACLASS_FORMS)
def test_raters_who_copy_each_other_agree_perfectly(form):
    copies = np.repeat([[1.0], [2.0], [4.0]], 3, axis=1)
    found = estimate_intraclass_correlation(copies, form=form)
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx((1, 1, 1))


def test_people_who_are_all_alike_have_a_coefficient_below_zero():
    found = estimate_intraclass_correlation([[1, 2, 3], [3, 1, 2], [2, 3, 1]], form="one_way")
    assert found.estimate == pytest.approx(-0.5)


@pytest.mark.parametrize("form", INTRACLASS_FORMS)
def test_intervals_cover_as_they_promise(rng, form):
    """1 500 replicates have an error of .006; true values from variances 1, .5 and 1."""
    severity = 0.5 if form != "consistency" else 0.0
    hits = 0
    for _ in range(1500):
        raters = rng.normal(0, 0.5**0.5, size=(20, 4) if form == "one_way" else (1, 4))
        x = rng.normal(size=(20, 1)) + raters + rng.normal(size=(20, 4))
        found = estimate_intraclass_correlation(x, form=form)
        hits += found.conf_low <= 1 / (2 + severity) <= found.conf_high
    assert hits / 1500 == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([[1, 2]], r"at least two rows and two columns; their shape is \(1, 2\)"),
        ([[1, np.nan], [2, 3]], "1 of 4 item values are missing or infinite"),
        ([[2, 2], [2, 2]], "needs ratings that vary; all 4 are 2"),
    ],
)
def test_ratings_without_a_coefficient_are_refused(ratings, message):
    with pytest.raises(DesignError, match=message):
        estimate_intraclass_correlation(ratings, form="one_way")


@pytest.mark.parametrize("averaged", [False, True])
@pytest.mark.parametrize(
    ("ratings", "form"),
    [
        ([[1, 2], [2, 1]], "agreement"),  # severity is estimated at as much below zero as error is above
        ([[1.1, 2.3], [2.3, 1.1]], "agreement"),
        ([[1, 2], [1, 2]], "consistency"),  # what is left without severity does not vary
    ],
)
def test_variances_that_add_up_to_nothing_have_no_coefficient_and_say_so(ratings, form, averaged):
    found = estimate_intraclass_correlation(ratings, form=form, averaged=averaged)
    assert np.isnan([found.estimate, found.conf_low, found.conf_high]).all()
    assert found.caveat == "the variances that this form compares add up to nothing, so it has no value"


@given(
    first=st.floats(-5, 5).map(lambda x: round(x, 3)),
    second=st.floats(-5, 5).map(lambda x: round(x, 3)),
    form=st.sampled_from(INTRACLASS_FORMS),
)
def test_two_reversed_raters_of_two_people_never_divide_by_zero(first, second, form):
    assume(abs(first - second) > 0.01)
    found = estimate_intraclass_correlation([[first, second], [second, first]], form=form)
    assert np.isnan(found.estimate) if form == "agreement" else found.estimate == pytest.approx(-1)


def test_an_unknown_form_is_refused():
    with pytest.raises(UsageError, match="no form 'icc2'; there are one_way, agreement, consistency"):
        estimate_intraclass_correlation(JUDGES, form="icc2")


@pytest.mark.parametrize("form", INTRACLASS_FORMS)
def test_the_weighted_coefficient_is_that_of_the_rows_drawn(rng, form):
    counts = rng.multinomial(6, np.full(6, 1 / 6), size=5).astype(float)
    found = weighted_intraclass_correlation(form)(counts, JUDGES.astype(float))
    for row, value in zip(counts, found, strict=True):
        drawn = np.repeat(JUDGES, row.astype(int), axis=0)
        assert value == pytest.approx(estimate_intraclass_correlation(drawn, form=form).estimate)


def test_a_resample_of_one_value_has_no_coefficient():
    ratings = np.array([[1.0, 1.0], [1.0, 1.0], [4.0, 2.0]])
    weights = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    found = weighted_intraclass_correlation("one_way")(weights, ratings)
    assert np.isnan(found[0])
    assert np.isfinite(found[1])


def test_the_bootstrap_agrees_with_the_exact_interval_in_a_large_sample(rng):
    x = rng.normal(size=(500, 1)) + rng.normal(size=(500, 4))
    exact = estimate_intraclass_correlation(x, form="consistency")
    found = bootstrap(weighted_intraclass_correlation("consistency"), x, n_boot=1000, rng=rng)
    ends = float(found.conf_low), float(found.conf_high)
    assert ends == pytest.approx((exact.conf_low, exact.conf_high), abs=0.015)


def _long(table):
    people, raters = np.indices(table.shape)
    return table.ravel(), people.ravel(), raters.ravel()


def test_a_complete_table_gives_the_same_through_the_components():
    values, people, raters = _long(JUDGES)
    found = {
        (one.form, one.n_averaged): one for one in estimate_unbalanced_correlations(values, people, raters)
    }
    for form in ("agreement", "consistency"):
        for averaged, k in ((False, 1), (True, 4)):
            exact = estimate_intraclass_correlation(JUDGES, form=form, averaged=averaged).estimate
            assert found[form, k].estimate == pytest.approx(exact, abs=5e-4)
            assert found[form, k].conf_low < exact < found[form, k].conf_high


def test_without_shared_raters_the_components_give_the_one_way_form():
    values, people, _ = _long(JUDGES)
    single, mean = estimate_unbalanced_correlations(values, people)
    assert (single.form, mean.form) == ("one_way", "one_way")
    assert (single.estimate, mean.estimate) == pytest.approx((0.1657, 0.4428), abs=5e-4)


def test_the_mean_at_hand_is_that_of_the_harmonic_mean_of_the_ratings(rng):
    people = np.repeat(np.arange(40), np.r_[np.full(20, 2), np.full(20, 6)])
    values = rng.normal(size=40)[people] + rng.normal(size=len(people))
    single, mean = estimate_unbalanced_correlations(values, people)
    assert mean.n_averaged == pytest.approx(3)
    assert mean.estimate == pytest.approx(3 * single.estimate / (1 + 2 * single.estimate))


def test_missing_ratings_do_not_bias_the_components(rng):
    """Mean of 60 tables with a third of the ratings missing; its error is .01."""
    found = []
    for _ in range(60):
        x = rng.normal(size=(60, 1)) + rng.normal(size=(1, 8)) * 0.5 + rng.normal(size=(60, 8))
        values, people, raters = _long(x)
        kept = rng.random(len(values)) < 2 / 3
        found.append(estimate_unbalanced_correlations(values[kept], people[kept], raters[kept])[2].estimate)
    assert np.mean(found) == pytest.approx(0.5, abs=0.03)


def test_a_component_of_zero_is_said(rng):
    values = np.tile([1.0, 2.0, 3.0], 5) + 0.01 * rng.normal(size=15)
    found = estimate_unbalanced_correlations(values, np.repeat(np.arange(5), 3))
    assert found[0].estimate == 0
    assert found[0].caveat == "a component is estimated as zero"


def test_one_rating_a_person_is_refused():
    with pytest.raises(DesignError):
        estimate_unbalanced_correlations([1.0, 2.0, 3.0], ["a", "b", "c"])


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (-0.2, "poor"),
        (0.4999, "poor"),
        (0.5, "moderate"),
        (0.75, "moderate"),
        (0.751, "good"),
        (0.9, "good"),
        (0.901, "excellent"),
        (float("nan"), ""),
    ],
)
def test_bands_are_those_of_koo_and_li_2016(value, band):
    assert name_reliability(value) == band
