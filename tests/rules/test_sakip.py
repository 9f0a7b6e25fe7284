import pytest

from evalkit.errors import DesignError
from evalkit.rules import SAKIP_WEIGHTS, grade_sakip, require_comparable_sakip, score_sakip

FULL = dict.fromkeys(SAKIP_WEIGHTS, 100.0)


def test_the_weights_are_30_30_15_25():
    assert dict(SAKIP_WEIGHTS) == {"planning": 30, "measurement": 30, "reporting": 15, "evaluation": 25}
    assert score_sakip(FULL, year=2024) == 100


@pytest.mark.parametrize(("component", "weight"), SAKIP_WEIGHTS.items())
def test_losing_a_component_costs_its_weight(component, weight):
    assert score_sakip({**FULL, component: 0}, year=2022) == 100 - weight


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, "AA"),
        (90.01, "AA"),
        (90, "A"),
        (80.01, "A"),
        (80, "BB"),
        (70.01, "BB"),
        (70, "B"),
        (60.01, "B"),
        (60, "CC"),
        (50.01, "CC"),
        (50, "C"),
        (30.01, "C"),
        (30, "D"),
        (0, "D"),
    ],
)
def test_each_limit_belongs_to_the_lower_grade(score, grade):
    assert grade_sakip(score) == grade


def test_a_score_from_before_permenpanrb_88_2021_is_not_recomputed():
    with pytest.raises(DesignError) as caught:
        score_sakip(FULL, year=2021)
    assert str(caught.value) == (
        "SAKIP scores before 2022 used other weights than PermenPANRB 88/2021; found 2021. "
        "Take the score as it was published; it cannot be recomputed."
    )


def test_years_on_both_sides_of_permenpanrb_88_2021_are_not_compared():
    with pytest.raises(DesignError) as caught:
        require_comparable_sakip([2023, 2018, 2022])
    assert str(caught.value) == (
        "SAKIP scores from before and from after PermenPANRB 88/2021 have different weights; "
        "2018 and 2023 lie on both sides of 2022. Compare years of one side only."
    )


@pytest.mark.parametrize("years", [[2017, 2018, 2021], [2022, 2025], [2020], []])
def test_years_of_one_side_may_be_compared(years):
    require_comparable_sakip(years)


@pytest.mark.parametrize("components", [{"planning": 100}, {**FULL, "morale": 3}])
def test_missing_or_unknown_components_are_refused(components):
    with pytest.raises(
        ValueError, match="SAKIP needs the components planning, measurement, reporting, evaluation"
    ):
        score_sakip(components, year=2024)


@pytest.mark.parametrize("value", [-1, 100.5, float("nan")])
def test_values_off_the_scale_are_refused(value):
    with pytest.raises(ValueError, match="must lie between 0 and 100"):
        score_sakip({**FULL, "reporting": value}, year=2024)
    with pytest.raises(ValueError, match="lies between 0 and 100"):
        grade_sakip(value)
