"""Importance that is derived: against plain correlations and the bootstrap."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from evalkit.errors import DesignError
from evalkit.stats import estimate_derived_importance


@pytest.fixture
def answers():
    rng = np.random.default_rng(3)
    whole = rng.normal(size=(400, 1))
    return whole * [1.0, 0.8, 0.6, 0.2] + rng.normal(size=(400, 4))


def correlate(x):
    return np.array([np.corrcoef(x[:, j], np.delete(x, j, axis=1).sum(axis=1))[0, 1] for j in range(4)])


def test_it_is_the_correlation_of_an_element_with_the_sum_of_the_others(answers):
    assert estimate_derived_importance(answers).estimate == pytest.approx(correlate(answers))


def test_its_errors_are_those_of_the_bootstrap(answers):
    rng = np.random.default_rng(4)
    drawn = np.array([correlate(answers[rng.integers(0, 400, 400)]) for _ in range(1000)])
    found = estimate_derived_importance(answers)
    reach = (
        (np.arctanh(found.conf_high) - np.arctanh(found.conf_low)) / 2 / scipy_stats.t.ppf(0.975, found.df)
    )
    assert reach == pytest.approx(np.arctanh(drawn).std(axis=0), rel=0.1)
    gaps = drawn - drawn.mean(axis=1, keepdims=True)
    assert found.gap_errors == pytest.approx(gaps.std(axis=0), rel=0.1)


def test_levels_of_units_and_units_of_answers_change_nothing(answers):
    units = np.arange(400) % 8
    one = estimate_derived_importance(answers, strata=units)
    other = estimate_derived_importance(3 * answers + 5.0 * units[:, None], strata=units)
    assert one.estimate == pytest.approx(other.estimate)
    assert (one.n, one.df) == (400, 392)


def test_who_left_an_element_out_takes_no_part(answers):
    holes = answers.copy()
    holes[:50, 1] = np.nan
    assert estimate_derived_importance(holes).estimate == pytest.approx(correlate(answers[50:]))


def test_an_element_that_everyone_answers_alike_has_none(answers):
    flat = answers.copy()
    flat[:, 3] = 4.0
    found = estimate_derived_importance(flat)
    assert np.isnan(found.estimate).tolist() == [False, False, False, True]
    assert np.isfinite(found.gaps[:3]).all()


def test_an_element_that_copies_the_others_has_an_interval_of_no_width():
    same = np.repeat(np.random.default_rng(1).normal(size=(50, 1)), 3, axis=1)
    found = estimate_derived_importance(same)
    assert found.conf_high - found.conf_low == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (np.ones((50, 2)), "Importance is derived from three elements or more; the answers are (50, 2)"),
        (
            np.eye(15, 3),
            "20 respondents or more beyond the number of units; 15 answered everything, in 1 units",
        ),
        (np.ones((50, 3)), "Everyone answered every element alike, so no element tells more than another"),
    ],
)
def test_too_little_is_refused(answers, message):
    with pytest.raises(DesignError) as refusal:
        estimate_derived_importance(answers)
    assert message in str(refusal.value)
