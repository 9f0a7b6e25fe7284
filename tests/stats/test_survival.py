"""Kaplan–Meier: published answers, another package, edges and refusals."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from evalkit.errors import DesignError
from evalkit.stats import estimate_survival

#: Freireich et al. (1963), weeks in remission on 6-MP; open where the second row has 0.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
#: Half of the last digit that is printed.
PRINTED = 0.0005


def test_remissions_are_those_of_the_textbook():
    # Kleinbaum & Klein, Survival Analysis, chapter 2; ends by R: survfit(…, conf.type="log-log")
    found = estimate_survival(WEEKS, ENDED)
    assert found.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.share_open == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=PRINTED)
    assert (found.median, found.n, found.n_closed) == (23, 21, 9)
    assert found.conf_low == pytest.approx([0.620, 0.563, 0.503, 0.432, 0.368, 0.268, 0.188], abs=PRINTED)
    assert found.conf_high == pytest.approx([0.952, 0.923, 0.889, 0.849, 0.805, 0.747, 0.680], abs=PRINTED)
    assert (found.median_low, found.median_high) == (13, np.inf)


def test_without_censoring_it_is_the_empirical_share():
    found = estimate_survival(PLACEBO, np.ones(21))
    empirical = [np.mean(np.array(PLACEBO) > day) for day in found.days]
    assert found.share_open == pytest.approx(empirical)
    assert (found.median, found.median_low, found.median_high) == (8, 4, 11)  # R: survfit, log-log


@pytest.mark.parametrize("seed", range(5))
def test_it_is_that_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    days = np.ceil(rng.exponential(9, 200))
    closed = (rng.random(200) < 0.7) & (days < days.max())  # theirs divides by zero where none is left open
    ours, theirs = estimate_survival(days, closed), SurvfuncRight(days, closed.astype(int))
    assert ours.days.tolist() == theirs.surv_times.tolist()
    assert ours.share_open == pytest.approx(theirs.surv_prob)
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert (ours.median, ours.median_low, ours.median_high) == (theirs.quantile(0.5), low, high)


def test_order_does_not_matter_and_a_longer_open_case_never_makes_it_faster():
    rng = np.random.default_rng(3)
    days, closed = np.ceil(rng.exponential(9, 60)), rng.random(60) < 0.7
    order = rng.permutation(60)
    one, other = estimate_survival(days, closed), estimate_survival(days[order], closed[order])
    assert one.share_open.tolist() == other.share_open.tolist()
    longer = estimate_survival(np.where(closed, days, days + 50), closed)
    assert np.all(longer.share_open >= one.share_open - 1e-12)


def test_cases_that_all_close_on_one_day_leave_none_open():
    found = estimate_survival([2, 2, 2], [True, True, True])
    assert (found.median, found.median_low, found.median_high) == (2, 2, 2)
    assert found.share_open.tolist() == found.conf_high.tolist() == [0]


def test_a_median_that_is_not_reached_is_infinite():
    found = estimate_survival([1, 5, 5, 5], [True, False, False, False])
    assert found.median == np.inf


@pytest.mark.parametrize(
    ("days", "closed", "message"),
    [
        ([], [], "there are 0 ages for 0 cases"),
        ([1, -1], [True, True], "1 are negative or missing"),
        ([1, np.nan], [True, True], "1 are negative or missing"),
        ([1, 2], [True], "there are 2 ages for 1 cases"),
        ([1, 2], [False, False], "None of 2 cases was closed"),
    ],
)
def test_what_cannot_be_is_refused(days, closed, message):
    with pytest.raises(DesignError, match=message):
        estimate_survival(days, closed)
