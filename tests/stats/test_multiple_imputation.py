"""What is missing is drawn from people who are alike, and shifted on purpose."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evalkit.errors import DesignError
from evalkit.stats import impute_with_shifts, multiple_imputation
from evalkit.stats.multiple_imputation import find_near, find_nearest

#: Means of two samplers of 40 tables each lie within this many of their joint errors.
ERRORS = 4


@pytest.fixture
def rng():
    return np.random.default_rng(20260819)


def make(rng, n=150, k=3, missing=0.2):
    """Columns that share half of their variance; the first is missing where the second is high."""
    x = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    complete = x.copy()
    likely = missing * 2 * (x[:, 1] > np.median(x[:, 1]))
    x[rng.random(n) < likely, 0] = np.nan
    return x, complete


def test_the_imputed_values_are_those_of_statsmodels_mice(rng):
    from statsmodels.imputation.mice import MICEData

    x, _ = make(rng)
    x[rng.random(len(x)) < 0.1, 2] = np.nan
    mine = impute_with_shifts(x, deltas=[0], n_imputations=40, rng=rng).tables[0]
    names = ["a", "b", "c"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = MICEData(pd.DataFrame(x, columns=names), perturbation_method="boot", k_pmm=5, rng=rng)
        other.update_all(10)
        theirs = []
        for _ in range(40):
            other.update_all(3)
            theirs.append(other.data[names].to_numpy(copy=True))
    for j in (0, 2):
        gaps = np.isnan(x[:, j])
        for figure in (np.mean, np.std):
            a, b = ([figure(table[gaps, j]) for table in tables] for tables in (mine, np.array(theirs)))
            assert abs(np.mean(a) - np.mean(b)) < ERRORS * np.hypot(np.std(a), np.std(b)) / 40**0.5


def test_what_hangs_on_another_column_is_found_again_and_a_mean_of_the_rest_is_not(rng):
    x, complete = make(rng, n=2000)
    found = impute_with_shifts(x, deltas=[0], n_imputations=5, rng=rng).tables[0, :, :, 0].mean()
    truth, naive = complete[:, 0].mean(), np.nanmean(x[:, 0])
    assert abs(found - truth) < 0.05
    assert abs(naive - truth) > 0.1


def test_a_shift_moves_what_was_missing_by_so_many_sd_and_nothing_else(rng):
    x, _ = make(rng)
    found = impute_with_shifts(x, deltas=[-1, 0, 0.5], n_imputations=4, rng=rng)
    gaps = np.isnan(x)
    assert (found.missing == gaps).all()
    spread = np.nanstd(x[:, 0], ddof=1)
    assert np.allclose(found.tables[0][:, gaps] - found.tables[1][:, gaps], -spread)
    assert np.allclose(found.tables[2][:, gaps] - found.tables[1][:, gaps], spread / 2)
    assert (found.tables[:, :, ~gaps] == x[~gaps]).all()
    drawn = found.tables[1][:, gaps]
    assert np.isin(drawn, x[~gaps]).all(), "a filled-in value is one that somebody has"


def test_columns_that_tell_the_same_twice_are_no_trouble(rng):
    x, _ = make(rng)
    doubled = np.column_stack([x, x[:, 1]])
    found = impute_with_shifts(doubled, deltas=[0], n_imputations=2, rng=rng)
    assert np.isfinite(found.tables).all()


def with_gap(values):
    values = values.copy()
    values[0, 0] = np.nan
    return values


FULL = np.random.default_rng(1).normal(size=(30, 2))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (FULL, "Nothing is missing in this evidence."),
        (with_gap(FULL[:15]), "at least 20 observed ones; a column has 14"),
        (with_gap(FULL)[:, :1], "there is none"),
        (np.vstack([FULL, [np.nan, np.nan]]), "Someone has no value at all"),
        (with_gap(np.column_stack([FULL[:, 0], np.ones(30)])), "does not vary"),
    ],
)
def test_what_leaves_nothing_to_draw_from_is_refused(values, message, rng):
    with pytest.raises(DesignError, match=message):
        impute_with_shifts(values, deltas=[0], rng=rng)


def test_one_imputation_or_no_shift_is_refused(rng):
    with pytest.raises(DesignError, match="two imputations or more, and a shift or more"):
        impute_with_shifts(with_gap(FULL), deltas=[], rng=rng)


NUMBERS = st.one_of(st.integers(0, 5).map(float), st.floats(-100, 100))


@given(
    targets=arrays(np.float64, st.integers(1, 8), elements=NUMBERS),
    values=arrays(np.float64, st.integers(20, 40), elements=NUMBERS),
)
def test_the_nearest_are_found_without_looking_at_everybody(targets, values):
    gaps = [
        np.sort(np.abs(values[find(targets, values, 5)] - targets[:, None]), axis=1)
        for find in (find_near, find_nearest)
    ]
    assert (gaps[0] == gaps[1]).all()


def test_many_people_are_filled_in_alike(rng, monkeypatch):
    x = rng.normal(size=(400, 1)) + 0.5 * rng.normal(size=(400, 2))
    x[:80, 0] = np.nan
    all_gaps = impute_with_shifts(x, deltas=[0], n_imputations=40, rng=rng)
    monkeypatch.setattr(multiple_imputation, "_MOST_GAPS", 0)
    near = impute_with_shifts(x, deltas=[0], n_imputations=40, rng=rng)
    means = [found.tables[0, :, :80, 0].mean(axis=1) for found in (all_gaps, near)]
    error = np.hypot(*(each.std(ddof=1) / 40**0.5 for each in means))
    assert abs(means[0].mean() - means[1].mean()) < ERRORS * error
