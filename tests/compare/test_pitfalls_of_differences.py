"""Traps of comparing means, fed on purpose; each test states its design, figure and Monte Carlo error.

The standard error of a share p from R samples is √(p(1 - p)/R); directions are asserted at three of them.
"""

from __future__ import annotations

import inspect
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalkit.compare import compare_means, paired, pairwise
from evalkit.stats import adjust_p_values, assess_equivalence, estimate_contrast, wild_cluster_bootstrap

LEVEL = 0.05
ERRORS = 3  # Monte Carlo standard errors between a figure and what it is said to exceed


def error(share: float, n_samples: int) -> float:
    return float(np.sqrt(share * (1 - share) / n_samples))


@pytest.fixture
def rng():
    return np.random.default_rng(20250601)


@pytest.mark.pitfall(9)
def test_9_every_p_value_stands_beside_a_size_and_an_interval(rng):
    values = pd.DataFrame(rng.normal(size=(25, 4)), columns=list("abcd"))
    found = compare_means(values, pd.Series([""] * 25), margin=0.3, n_boot=100, rng=rng)
    sizes = [
        "estimate",
        "conf_low",
        "conf_high",
        "effect_size",
        "effect_low",
        "superiority",
        "superiority_low",
    ]
    assert found.pairs[["p_value", *sizes, "n"]].notna().all(axis=None)
    columns = list(found.pairs.columns)
    assert columns.index("estimate") < columns.index("p_value") < columns.index("p_adjusted")


@pytest.mark.pitfall(9)
def test_9_a_test_chosen_by_a_normality_pretest_errs_and_none_is_chosen_here(rng):
    """Forty skewed differences of mean 0 (exponential less 1), R = 600: pretest .20, t .07, error .016."""
    n_samples = 600
    pretested = plain = 0
    for _ in range(n_samples):
        difference = rng.exponential(size=40) - 1
        normal = stats.shapiro(difference).pvalue > LEVEL
        chosen = stats.ttest_1samp(difference, 0) if normal else stats.wilcoxon(difference)
        pretested += chosen.pvalue < LEVEL
        plain += estimate_contrast(difference).p_value < LEVEL
    gap = (pretested - plain) / n_samples
    assert gap > ERRORS * error(pretested / n_samples, n_samples)
    source = inspect.getsource(pairwise) + inspect.getsource(paired)
    assert not re.search(r"shapiro|normaltest|levene|kstest|anderson", source)


@pytest.mark.pitfall(10)
def test_10_ten_unadjusted_pairs_find_what_is_not_there_and_holm_does_not(rng):
    """Five methods alike, 60 people, ten pairs, R = 400.

    Any p < .05: .27 unadjusted, .03 by Holm, error .022.
    """
    n_samples = 400
    a, b = np.triu_indices(5, 1)
    scores = rng.normal(size=(n_samples, 60, 1)) + rng.normal(size=(n_samples, 60, 5))
    p_values = stats.ttest_1samp(scores[:, :, a] - scores[:, :, b], 0, axis=1).pvalue
    unadjusted = np.mean((p_values < LEVEL).any(axis=1))
    adjusted = np.mean([(adjust_p_values(p) < LEVEL).any() for p in p_values])
    assert unadjusted > LEVEL + ERRORS * error(unadjusted, n_samples)
    assert unadjusted > 4 * adjusted
    assert adjusted < LEVEL + ERRORS * error(LEVEL, n_samples)


@pytest.mark.pitfall(12)
def test_12_not_told_apart_is_not_equal(rng):
    """A true difference on the margin (.5), 15 people, SD 1.5, R = 1,000.

    No difference is found in .79; equivalence is claimed in .01 and may be in at most .05, error .007.
    """
    n_samples = 1000
    fits = [estimate_contrast(rng.normal(0.5, 1.5, size=15)) for _ in range(n_samples)]
    missed = np.mean([fit.p_value >= LEVEL for fit in fits])
    claimed = np.mean(
        [assess_equivalence(fit.estimate, fit.std_error, fit.df, margin=0.5).equivalent for fit in fits]
    )
    assert missed > 0.5 + ERRORS * error(missed, n_samples)
    assert claimed < LEVEL + ERRORS * error(LEVEL, n_samples)


@pytest.mark.pitfall(12)
def test_12_an_undecided_pair_is_called_undecided(rng):
    values = pd.DataFrame({"a": rng.normal(0.3, 1, size=12), "b": rng.normal(0, 1, size=12)})
    found = compare_means(values, pd.Series([""] * 12), margin=0.2, n_boot=100, rng=rng)
    assert found.pairs["p_adjusted"].iloc[0] > LEVEL
    assert found.pairs["verdict"].tolist() == ["undecided"]


@pytest.mark.pitfall(13)
def test_13_ignored_clusters_find_what_is_not_there(rng):
    """Three of twelve units differ in nothing; 20 people each, ICC .2, R = 800.

    False findings: ignoring units .33 (error .017), CR1 .09 (.010), CR3 .06 (.008).
    """
    n_samples = 800
    units = np.repeat(np.arange(12), 20)
    X = np.column_stack([np.ones(240), units < 3]).astype(float)
    found = dict.fromkeys(("ignored", "CR1", "CR3"), 0)
    for _ in range(n_samples):
        y = 0.5 * rng.normal(size=12)[units] + rng.normal(size=240)
        found["ignored"] += estimate_contrast(y, X).p_value < LEVEL
        for correction in ("CR1", "CR3"):
            fit = estimate_contrast(y, X, clusters=units, correction=correction)
            found[correction] += fit.p_value < LEVEL
    share = {name: count / n_samples for name, count in found.items()}
    assert share["ignored"] > 0.2 + ERRORS * error(share["ignored"], n_samples)
    assert share["CR1"] > LEVEL + ERRORS * error(LEVEL, n_samples)
    assert share["CR3"] < share["CR1"]
    assert share["CR3"] < LEVEL + 2 * ERRORS * error(LEVEL, n_samples)


@pytest.mark.pitfall(13)
def test_13_turning_whole_units_around_keeps_the_level_with_twelve(rng):
    """The mean of paired differences in twelve unequal units, no difference, R = 400: .05, error .011."""
    n_samples = 400
    refused = 0
    for _ in range(n_samples):
        units = np.repeat(np.arange(12), rng.integers(5, 40, size=12))
        y = 0.5 * rng.normal(size=12)[units] + rng.normal(size=len(units))
        found = wild_cluster_bootstrap(y, clusters=units, n_boot=399, rng=rng, interval=False)
        refused += found.p_value <= LEVEL
    assert abs(refused / n_samples - LEVEL) < ERRORS * error(LEVEL, n_samples)
