"""Targets say what the evidence of the laboratory is about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import DesignError
from evalkit.lab import (
    COMMON_TARGET,
    DIMENSIONS,
    MEASURED,
    PROFILES,
    Dose,
    as_text,
    draw_targets,
    find_own_target,
    load_baselines,
    simulate,
    unit_weight,
    vary,
)
from evalkit.lab.targets import average_truth, weigh_truth
from evalkit.methods import load_methods
from evalkit.methods.checking import check_specification

ROUNDING = 1e-12
LOWER_IS_BETTER = ("complaints", "complaint_response_days", "ktp_days", "birth_certificate_days")


@pytest.fixture(scope="module")
def methods():
    return load_methods() | load_baselines()


@pytest.fixture(scope="module")
def clear():
    """Evidence with little error, dimensions that have nothing to do with one another, and unlike units."""
    profile = PROFILES["administrative"]
    for part in ("view", "severity", "halo", "occasion", "error", "circumstances"):
        profile = vary(profile, part, 0.05)
    performance = replace(profile.performance, correlation=0.0, unit=0.5)
    return simulate(
        {"somewhere": 4_000},
        seed=2,
        profile=replace(profile, performance=performance),
        dose=Dose(visitors=30),
    )


@pytest.fixture(scope="module")
def by_indicator(clear):
    """Return what is known of each owner by indicator, and the truth of it."""
    rows = as_text(clear).observations
    truth = clear.truth.groupby("employee")[list(DIMENSIONS)].mean()
    offices = truth.groupby(clear.employees.set_index("employee")["unit"]).mean()
    known = {}
    for (name, of_unit), some in rows.groupby(["indicator", rows["employee"] == ""]):
        owner = "unit" if of_unit else "employee"
        values = some.groupby(owner)["value"].mean()
        known[name] = values, (offices if of_unit else truth).loc[values.index]
    return known


@pytest.mark.parametrize("indicator", MEASURED)
def test_an_indicator_goes_with_the_dimension_that_it_is_about(by_indicator, indicator):
    values, truth = by_indicator[indicator]
    sign = -1 if indicator in LOWER_IS_BETTER else 1
    r = {name: sign * np.corrcoef(values, truth[name])[0, 1] for name in DIMENSIONS}
    about = MEASURED[indicator]
    if about:
        assert max(r, key=r.get) == about
        others = [value for name, value in r.items() if name != about]
        assert r[about] > 0.1 + max(others)
    else:
        assert min(r.values()) > 0.2


def test_every_indicator_that_the_laboratory_makes_is_about_something(by_indicator):
    assert set(by_indicator) == set(MEASURED)


@pytest.mark.parametrize("method", [*load_methods(), *load_baselines()])
def test_own_weights_add_up_and_keep_to_the_level_of_the_components(methods, method):
    own = find_own_target(methods[method])
    assert sum(own.employee) + sum(own.unit) == pytest.approx(1, abs=ROUNDING)
    assert sum(own.unit) == pytest.approx(unit_weight(methods[method]), abs=ROUNDING)


def test_bengkulu_is_about_the_unit_in_65_of_100(methods):
    own = find_own_target(methods["bengkulu"])
    # identity cards and certificates; complaint handling; a fifth of the report to each
    assert dict(zip(DIMENSIONS, own.unit, strict=True)) == pytest.approx(
        {"task": 0.29, "service": 0.24, "adaptive": 0.04, "collaborative": 0.04, "disciplined": 0.04}
    )
    assert dict(zip(DIMENSIONS, own.employee, strict=True)) == pytest.approx(
        {"task": 0, "service": 0.2, "adaptive": 0.15, "collaborative": 0, "disciplined": 0}
    )


def test_an_indicator_that_the_laboratory_does_not_make_is_refused(methods):
    component = replace(methods["semarang"].components[0], indicators=("sakip",))
    with pytest.raises(DesignError) as raised:
        find_own_target(replace(methods["semarang"], components=(component,)))
    assert str(raised.value) == (
        "semarang reads 'sakip', which the laboratory does not make, so that its target cannot be known. The "
        f"laboratory makes {', '.join(MEASURED)}."
    )


def test_drawn_targets_are_any_mixture_and_always_the_same():
    drawn = np.array([target.employee for target in draw_targets(4_000)])
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx(0.2, abs=4 * drawn.std() / np.sqrt(4_000))
    assert (drawn > 0.5).mean() == pytest.approx(0.5**4, abs=0.01)  # of Dirichlet(1) in five dimensions
    assert draw_targets() == draw_targets()
    assert draw_targets(20)[:16] == draw_targets()


def test_truth_is_the_mean_of_the_quarters(clear):
    few = replace(clear, employees=clear.employees.iloc[1_000::-1].reset_index(drop=True))
    expected = clear.truth.groupby("employee")[list(DIMENSIONS)].mean().loc[few.employees["employee"]]
    assert np.allclose(average_truth(few), expected, atol=ROUNDING)


def test_evidence_without_truth_is_refused(clear):
    with pytest.raises(DesignError) as raised:
        average_truth(replace(clear, truth=clear.truth.iloc[:0]))
    assert str(raised.value) == (
        "True performance is known of 0 of 4000 employees; outcomes need all of them. "
        "Only simulated evidence has a truth."
    )


def test_the_common_target_is_the_mean_of_all_dimensions():
    truth = np.random.default_rng(1).normal(size=(9, 5))
    found = weigh_truth(truth, np.arange(9) // 3, [COMMON_TARGET])
    assert found[0] == pytest.approx(truth.mean(axis=1))


def test_baselines_are_methods_like_others(methods, clear):
    for name in load_baselines():
        assert check_specification(methods[name], clear.indicators) == []
    read = {
        (name, source)
        for method in load_methods().values()
        for part in method.components
        for name in part.indicators
        for source in part.sources
    }
    everything = methods["all_evidence"].components
    assert {(part.name, source) for part in everything for source in part.sources} == read
    assert pd.Series([part.weight for part in everything]).nunique() == 1
