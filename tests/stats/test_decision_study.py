"""Dependability of the mean of n ratings."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import estimate_alpha, estimate_dependability, fit_variance_components

INSTEVAL = {"s": 0.1062, "d": 0.2738, "residual": 1.3872}

# Shrout & Fleiss (1979), Table 2
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


@pytest.fixture(scope="module")
def panel():
    target, judge = np.indices(JUDGES.shape)
    return fit_variance_components(JUDGES.ravel(), {"target": target.ravel(), "judge": judge.ravel()})


def test_shrout_and_fleiss_1979_agreement_and_consistency(panel):
    curve = estimate_dependability(panel, "target", crossed=["judge"], n_ratings=[1, 4])
    assert curve.phi == pytest.approx([0.2898, 0.6201], abs=5e-4)  # ICC(A,1), ICC(A,k)
    assert curve.generalizability == pytest.approx([0.7148, 0.9093], abs=5e-4)  # ICC(C,1), ICC(C,k)
    assert curve.generalizability[1] == pytest.approx(estimate_alpha(JUDGES).estimate, abs=1e-4)


def test_phi_follows_its_definition_and_inverts():
    curve = estimate_dependability(INSTEVAL, "d", n_ratings=range(1, 101))
    error = INSTEVAL["s"] + INSTEVAL["residual"]
    assert curve.phi == pytest.approx(0.2738 / (0.2738 + error / np.arange(1, 101)))
    assert curve.sem == pytest.approx(np.sqrt(error / np.arange(1, 101)))
    needed = curve.ratings_needed(0.80)
    assert needed.estimate == 22
    assert curve.phi[21] >= 0.80 > curve.phi[20]
    assert math.isnan(needed.conf_low)
    assert curve.caveat == "components without their data have no interval"


def test_nested_raters_make_no_difference_between_the_two_coefficients():
    curve = estimate_dependability(INSTEVAL, "d")
    assert np.array_equal(curve.phi, curve.generalizability)


def test_the_interval_of_a_fit_holds_the_curve_and_turns_over_for_the_ratings_needed(panel):
    curve = estimate_dependability(panel, "target", crossed=["judge"], n_ratings=[1, 5, 25])
    assert (curve.phi_low < curve.phi).all()
    assert (curve.phi < curve.phi_high).all()
    assert (curve.sem_low < curve.sem).all()
    assert (curve.sem < curve.sem_high).all()
    needed = curve.ratings_needed(0.80)
    assert needed.conf_low < needed.estimate < needed.conf_high
    assert np.all(np.diff(curve.phi) > 0)


def test_an_object_without_variance_never_reaches_a_target():
    curve = estimate_dependability({"p": 0.0, "residual": 1.0}, "p", n_ratings=[1, 10])
    assert curve.phi.tolist() == [0, 0]
    assert curve.ratings_needed().estimate == math.inf


def test_one_rating_is_the_fewest():
    assert estimate_dependability({"p": 99.0, "residual": 1.0}, "p").ratings_needed(0.8).estimate == 1


@pytest.mark.parametrize(
    ("components", "measured", "options", "message"),
    [
        (INSTEVAL, "x", {}, "There is no component 'x'; there are s, d, residual"),
        (INSTEVAL, "d", {"crossed": ["z"]}, "There is no component 'z'"),
        (INSTEVAL, "d", {"crossed": ["d"]}, "'d' is what is measured"),
        ({"p": 1.0}, "p", {}, "at least one source of error"),
        ({"p": 1.0, "residual": -1.0}, "p", {}, "variances ≥ 0"),
        (INSTEVAL, "d", {"n_ratings": [0]}, "The numbers of ratings must be 1 or more"),
    ],
)
def test_an_impossible_decision_study_is_refused(components, measured, options, message):
    with pytest.raises(DesignError, match=message):
        estimate_dependability(components, measured, **options)


def test_an_impossible_target_is_refused():
    with pytest.raises(DesignError, match=r"between 0 and 1, such as \.80; it is 80"):
        estimate_dependability(INSTEVAL, "d").ratings_needed(80)
