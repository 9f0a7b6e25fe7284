"""Control charts and run rules: published run lengths and limits, simulation, edges and refusals."""

import numpy as np
import pytest
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.stats import (
    RUN_RULES,
    WESTERN_ELECTRIC,
    average_run_length,
    chart_ewma,
    chart_individuals,
    chart_shares,
    ewma_run_length,
    find_rule_signals,
    signal_probability,
    simulate_false_alarms,
)

#: Champ & Woodall (1987), table 1: rules 1 (of one point), 2 (of three), 3 (of five), 4 (of eight).
RUN_LENGTHS = {
    "1": 370.40,
    "12": 225.44,
    "13": 166.05,
    "14": 152.73,
    "123": 132.89,
    "124": 122.05,
    "134": 105.78,
    "1234": 91.75,
}
#: Lucas & Saccucci (1990), table 3: weight, width, and run lengths at shifts of 0, .5, 1, 2 and 4 sigma.
EWMA_LENGTHS = [
    (0.40, 3.054, 500, 71.2, 14.3, 3.5, 1.4),
    (0.25, 2.998, 500, 48.2, 11.1, 3.6, 1.7),
    (0.20, 2.962, 500, 41.8, 10.5, 3.7, 1.9),
    (0.10, 2.814, 500, 31.3, 10.3, 4.4, 2.2),
    (0.05, 2.615, 500, 28.8, 11.4, 5.2, 2.7),
]
#: Montgomery, Statistical Quality Control, example 6.5: costs of processing loan applications, by week.
COSTS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
PRINTED = 0.005


def names(digits):
    return [f"western_electric_{digit}" for digit in digits]


@pytest.mark.parametrize(("digits", "length"), RUN_LENGTHS.items())
def test_run_lengths_are_the_published_ones(digits, length):
    assert average_run_length(names(digits)) == pytest.approx(length, abs=PRINTED)


@pytest.mark.parametrize("row", EWMA_LENGTHS, ids=lambda row: f"weight {row[0]}")
def test_run_lengths_of_an_ewma_are_the_published_ones(row):
    weight, width, *published = row
    found = [ewma_run_length(weight=weight, width=width, shift=shift) for shift in (0, 0.5, 1, 2, 4)]
    assert found[0] == pytest.approx(published[0], abs=0.5)
    assert found[1:] == pytest.approx(published[1:], abs=0.11)


def test_an_ewma_of_weight_one_is_a_shewhart_chart():
    assert ewma_run_length(weight=1.0, width=3.0) == pytest.approx(1 / (2 * norm.sf(3)), rel=1e-6)
    values = [0.1, 3.2, -3.4, 1.0]
    chart = chart_ewma(values, centre=0.0, sigma=1.0, weight=1.0, width=3.0)
    assert chart.signals[0].tolist() == find_rule_signals(values, names("1"))[0].tolist()


def test_an_ewma_with_the_default_limits_signals_as_seldom_as_three_sigma():
    assert ewma_run_length() == pytest.approx(370.4, abs=0.5)


def test_a_larger_shift_is_found_sooner():
    found = [average_run_length(shift=shift) for shift in (0, 0.5, 1, 2)]
    assert found == sorted(found, reverse=True)
    assert average_run_length(shift=-1) == pytest.approx(average_run_length(shift=1))
    assert average_run_length(names("1"), shift=1) == pytest.approx(
        43.89, abs=PRINTED
    )  # Montgomery, eq. 6.19


def test_the_probability_of_a_signal_adds_up_to_the_run_length():
    left = [1 - signal_probability(n) for n in range(0, 900, 10)]
    assert 10 * (np.sum(left) - 0.5 * left[0]) + 0.5 == pytest.approx(average_run_length(), rel=0.01)
    assert signal_probability(100, names("1")) == pytest.approx(1 - (1 - 2 * norm.sf(3)) ** 100)


@pytest.mark.parametrize(
    "rules", [names("1"), names("12"), WESTERN_ELECTRIC, ["western_electric_1", "nelson_2"]]
)
def test_false_alarms_with_known_limits_are_those_of_theory(rules):
    found = simulate_false_alarms(0, 52, rules=rules, n_samples=4000, rng=np.random.default_rng(2))
    error = np.sqrt(found.estimate * (1 - found.estimate) / 4000)
    assert abs(found.estimate - signal_probability(52, rules)) < 3.5 * error


def test_estimated_limits_give_more_false_alarms_the_fewer_points_they_rest_on():
    rng = np.random.default_rng(3)
    found = [simulate_false_alarms(n, 52, rules=names("1"), rng=rng).estimate for n in (10, 20, 50)]
    assert found[0] > found[1] > found[2] > signal_probability(52, names("1"))


@pytest.mark.parametrize(
    ("z", "rule", "at"),
    [
        ([0, 3.1], "western_electric_1", [1]),
        ([0, -3.1], "western_electric_1", [1]),
        ([2.1, 0, 2.1, -2.1], "western_electric_2", [2]),
        ([2.1, -2.1, -2.1], "western_electric_2", [2]),
        ([2.1, 0, 0, 2.1], "western_electric_2", []),
        ([1.1, 1.1, 0.5, 1.1, 1.1], "western_electric_3", [4]),
        ([0.1] * 8, "western_electric_4", [7]),
        ([0.1] * 7 + [-0.1] + [0.1] * 7, "western_electric_4", []),
        ([-0.1] * 9, "nelson_2", [8]),
    ],
)
def test_a_rule_signals_where_its_run_is_complete(z, rule, at):
    assert np.flatnonzero(find_rule_signals(z, [rule])[0]).tolist() == at


def test_rules_are_applied_to_many_charts_at_once():
    z = np.random.default_rng(1).standard_normal((5, 60)) * 1.5
    together = find_rule_signals(z)
    assert all((find_rule_signals(row) == together[:, i]).all() for i, row in enumerate(z))


def test_limits_of_individuals_are_those_of_the_textbook():
    chart = chart_individuals(COSTS)
    assert chart.centre == pytest.approx(300.5, abs=0.05)
    assert np.nanmean(chart.ranges) == pytest.approx(7.79, abs=PRINTED)
    assert chart.upper[0] == pytest.approx(321.22, abs=0.02)
    assert chart.lower[0] == pytest.approx(279.78, abs=0.02)
    assert chart.range_limit == pytest.approx(25.45, abs=0.02)
    assert chart.first_signal == -1


def test_limits_rest_on_the_baseline_alone():
    later = chart_individuals([*COSTS, 400], n_baseline=len(COSTS))
    assert later.centre == chart_individuals(COSTS).centre
    assert (later.first_signal, later.n_baseline) == (20, 20)


def test_limits_of_shares_widen_where_cases_are_few():
    chart = chart_shares([5, 6, 4, 5, 6, 5, 4, 5, 2], [50] * 8 + [5])
    assert chart.centre == pytest.approx(42 / 405)
    half = 3 * np.sqrt(chart.centre * (1 - chart.centre) / np.array([50, 5]))
    assert chart.upper[[0, 8]] == pytest.approx(chart.centre + half)
    assert chart.lower.min() == 0


def test_means_of_more_cases_move_an_ewma_alike_and_narrow_its_limits():
    x = np.random.default_rng(2).normal(size=30)
    one, many = chart_ewma(x, centre=0, sigma=1), chart_ewma(x, np.full(30, 4), centre=0, sigma=1)
    assert one.points == pytest.approx(many.points)
    assert many.upper == pytest.approx(one.upper / 2)
    steady = 2.859 * np.sqrt(0.2 / 1.8)
    assert one.upper[-1] == pytest.approx(steady, rel=1e-4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: chart_individuals([1, 2, 3]),
            "Limits rest on at least 8 points, none of them missing; there are 3",
        ),
        (lambda: chart_individuals([1, 2, np.nan] * 4), "4 of all 12 are missing"),
        (lambda: chart_individuals([5] * 9), "these are all alike"),
        (lambda: chart_shares([1] * 8, [1] * 8), "the mean share is 1"),
        (lambda: chart_shares([2] * 8, [1] * 8), "a count between 0 and its n above 0"),
        (lambda: chart_ewma(np.arange(9), weight=0), "An EWMA needs a weight above 0"),
        (lambda: find_rule_signals([0], ["western_electric_9"]), "A chart needs run rules among"),
        (lambda: average_run_length([]), "found none"),
        (lambda: simulate_false_alarms(3, 52, rng=np.random.default_rng(1)), "there are 3 and 52"),
    ],
)
def test_what_cannot_be_charted_is_refused(call, message):
    with pytest.raises(DesignError, match=message):
        call()


def test_every_rule_is_one_that_the_field_names():
    assert {(rule.hits, rule.of, rule.beyond) for rule in RUN_RULES.values()} == {
        (1, 1, 3), (2, 3, 2), (4, 5, 1), (8, 8, 0), (9, 9, 0),
    }  # fmt: skip
