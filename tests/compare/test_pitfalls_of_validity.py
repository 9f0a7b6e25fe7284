"""Traps of validation, fed on purpose; each test states its design, figure and Monte Carlo error.

The error of a mean over R samples is SD/√R; directions are asserted at three of them.
"""

from __future__ import annotations

import numpy as np
import pytest
from score_maker import evidence_of, gather, make_method

from evalkit.compare import Criterion, measure_criterion_validity
from evalkit.methods import score_methods
from evalkit.stats import disattenuate, estimate_criterion_correlation

ERRORS = 3  # Monte Carlo standard errors between a figure and what it is said to exceed


@pytest.fixture
def rng():
    return np.random.default_rng(20250601)


def mean_and_error(values):
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


@pytest.mark.pitfall(16)
def test_16_the_same_source_for_score_and_criterion_inflates_r(rng):
    """Two traits that correlate .5, each rated by two sources; a rating is truth .5, view .3, error .2.

    R = 1,000 of 200 people. One source for both: r .55 (error .002); another for the criterion: .25 (.002).
    What two flawless measurements would show is .50.
    """
    same, other = [], []
    for _ in range(1000):
        truth = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=200)
        views = rng.normal(size=(200, 2))
        rated = np.sqrt(0.5) * truth[:, None, :] + np.sqrt(0.3) * views[:, :, None]
        rated = rated + np.sqrt(0.2) * rng.normal(size=(200, 2, 2))  # person, source, trait
        same.append(np.corrcoef(rated[:, 0, 0], rated[:, 0, 1])[0, 1])
        other.append(np.corrcoef(rated[:, 0, 0], rated[:, 1, 1])[0, 1])
    (inflated, error), (fair, error_of_fair) = mean_and_error(same), mean_and_error(other)
    assert inflated == pytest.approx(0.55, abs=0.01)
    assert fair == pytest.approx(0.25, abs=0.01)
    assert inflated - fair > ERRORS * np.hypot(error, error_of_fair)


@pytest.mark.pitfall(16)
def test_16_a_criterion_from_the_scores_own_source_is_refused_and_named(rng):
    """The very design above as evidence: the supervisor's criterion has no number, the citizens' has."""
    truth = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=60)
    rows = []
    for source in ("supervisor", "citizen"):
        rated = truth + rng.normal(size=(60, 1)) + 0.5 * rng.normal(size=(60, 2))
        rows += evidence_of(rated[:, None, None, :], ["work", "outcome"], source, units=np.arange(60) // 5)
    evidence = gather(rows)
    scores = score_methods(evidence, [make_method([("work", ("supervisor",), 1.0, "result")])])
    criteria = [
        Criterion(indicator="outcome", source=source, because="x") for source in ("supervisor", "citizen")
    ]
    found = measure_criterion_validity(scores, evidence, criteria=criteria, n_boot=50, rng=rng)
    assert found.associations["source"].to_list() == ["citizen"]
    assert found.contamination["verdict"].to_list() == ["own_source", "independent"]
    assert "their correlation would show one view twice" in found.refusals["reason"].iloc[0]


@pytest.mark.pitfall(15)
def test_15_a_low_observed_r_is_shown_beside_what_error_took_from_it(rng):
    """A true r of .80 at reliabilities .7 and .5, R = 1,000 of 200: observed .47 (error .002), freed .80."""
    observed = []
    for _ in range(1000):
        x, y = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=200).T
        x = np.sqrt(0.7) * x + np.sqrt(0.3) * rng.normal(size=200)
        y = np.sqrt(0.5) * y + np.sqrt(0.5) * rng.normal(size=200)
        observed.append(np.corrcoef(x, y)[0, 1])
    mean, error = mean_and_error(observed)
    assert mean + ERRORS * error < 0.8
    assert mean == pytest.approx(0.47, abs=0.01)
    assert disattenuate(mean, 0.7, 0.5) == pytest.approx(0.8, abs=0.015)


@pytest.mark.pitfall(21)
def test_21_what_holds_between_units_need_not_hold_of_the_people_in_them(rng):
    """Units correlate .8, people in them 0; 30 units of 10, units a fifth of the variance, R = 300.

    Between units .57 (error .007; their means carry error), within 0 (.004), people of a place together .15.
    """
    units = np.repeat(np.arange(30), 10)
    found = []
    for _ in range(300):
        level = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=30)[units]
        x, y = (np.sqrt(0.2) * level + np.sqrt(0.8) * rng.normal(size=(300, 2))).T
        at = estimate_criterion_correlation(x, y, clusters=units, n_boot=2, rng=rng)
        found.append((at.between_clusters, at.within_clusters))
    (between, error), (within, error_within) = (mean_and_error(part) for part in zip(*found, strict=True))
    assert abs(within) < ERRORS * error_within
    assert between > 0.5 > within
    assert between - within > ERRORS * np.hypot(error, error_within)


@pytest.mark.pitfall(21)
def test_21_a_criterion_of_units_has_no_figure_of_people(rng):
    score = rng.normal(size=(60, 1, 1, 1))
    rows = evidence_of(score, ["work"], "supervisor", units=np.arange(60) // 5)
    rows += [
        {
            "place": "here",
            "unit": f"u{i:03d}",
            "indicator": "report",
            "source": "agency_report",
            "value": float(i),
        }
        for i in range(12)
    ]
    evidence = gather(rows)
    scores = score_methods(evidence, [make_method([("work", ("supervisor",), 1.0, "result")])])
    criteria = [Criterion(indicator="report", source="agency_report", because="x")]
    found = measure_criterion_validity(scores, evidence, criteria=criteria, n_boot=50, rng=rng)
    row = found.associations.iloc[0]
    assert (row["level"], row["n"]) == ("unit", 12)
    assert row[["within_units", "between_units", "disattenuated"]].isna().all()
    assert "it says nothing of people within a unit" in row["caveat"]
