"""Multitrait-multimethod matrices: published means, coverage, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import correlation_interval, disattenuate, spearman_brown, summarise_multitrait
from evalkit.stats.multitrait import NO_SIZE, _covariance

TRAITS, METHODS = ["a", "b", "c"] * 2, ["peer"] * 3 + ["self"] * 3
TRUE = np.array([
    [1, 0.5, 0.5, 0.6, 0.3, 0.3],
    [0.5, 1, 0.5, 0.3, 0.6, 0.3],
    [0.5, 0.5, 1, 0.3, 0.3, 0.6],
    [0.6, 0.3, 0.3, 1, 0.4, 0.4],
    [0.3, 0.6, 0.3, 0.4, 1, 0.4],
    [0.3, 0.3, 0.6, 0.4, 0.4, 1],
])  # fmt: skip


def test_means_are_those_of_the_three_kinds_of_cells():
    found = summarise_multitrait(TRUE, TRAITS, METHODS)
    assert (found.convergent, found.discriminant, found.same_method) == pytest.approx((0.6, 0.3, 0.45))
    assert (found.n_convergent, found.n_discriminant, found.n_same_method) == (3, 6, 6)
    assert found.difference == pytest.approx(0.3)


def test_a_matrix_without_a_size_has_no_interval_and_says_so():
    found = summarise_multitrait(TRUE, TRAITS, METHODS)
    assert np.isnan(found.conf_low)
    assert found.caveat == NO_SIZE


def test_a_missing_cell_is_left_out_of_its_mean_and_of_any_interval():
    gap = TRUE.copy()
    gap[0, 1] = gap[1, 0] = np.nan
    found = summarise_multitrait(gap, TRAITS, METHODS, n=100)
    assert found.n_same_method == 5
    assert found.same_method == pytest.approx((0.5 * 2 + 0.4 * 3) / 5)
    assert np.isnan(found.conf_high)
    assert "missing" in found.caveat


def test_the_variance_of_one_correlation_is_the_known_one():
    i = list(zip(*np.triu_indices(6, 1), strict=True)).index((0, 3))
    assert _covariance(TRUE)[i, i] == pytest.approx((1 - 0.6**2) ** 2)


def test_the_interval_covers(rng):
    """60 people, six ratings; 2 000 replicates (.005)."""
    root = np.linalg.cholesky(TRUE)
    hits = 0
    for _ in range(2000):
        r = np.corrcoef(rng.normal(size=(60, 6)) @ root.T, rowvar=False)
        np.fill_diagonal(r, 1)
        found = summarise_multitrait((r + r.T) / 2, TRAITS, METHODS, n=60)
        hits += found.conf_low <= 0.3 <= found.conf_high
    assert 0.93 < hits / 2000 < 0.97


def test_the_order_of_the_variables_changes_nothing(rng):
    order = rng.permutation(6)
    first = summarise_multitrait(TRUE, TRAITS, METHODS, n=80)
    second = summarise_multitrait(
        TRUE[np.ix_(order, order)], [TRAITS[i] for i in order], [METHODS[i] for i in order], n=80
    )
    assert (second.difference, second.conf_low) == pytest.approx((first.difference, first.conf_low))


@pytest.mark.pitfall(15)
def test_a_true_correlation_of_80_shows_as_47_and_is_found_again(rng):
    """Reliabilities .7 and .5, 100,000 people: the error of a correlation is .003, corrected .004."""
    true = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=100_000)
    seen = true + np.sqrt([0.3 / 0.7, 1]) * rng.normal(size=true.shape)
    found = np.corrcoef(seen.T)[0, 1]
    assert found == pytest.approx(0.47, abs=0.012)
    assert disattenuate(found, 0.7, 0.5) == pytest.approx(0.8, abs=0.015)


@pytest.mark.parametrize(
    ("one", "n", "many"),
    [(0.5, 2, 0.67), (0.5, 3, 0.75), (0.37, 3, 0.64), (0.37, 5, 0.75), (0.155, 10, 0.65)],
)
def test_spearman_and_browns_formula_gives_the_known_steps(one, n, many):
    assert spearman_brown(one, n) == pytest.approx(many, abs=0.005)


def test_a_published_correlation_of_65_pairs_has_fishers_interval():
    assert correlation_interval(0.79, 65) == pytest.approx((0.676, 0.867), abs=5e-4)
    assert correlation_interval(1, 10) == (1, 1)


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (
            lambda: summarise_multitrait(TRUE, TRAITS[:5], METHODS),
            r"5 traits and 6 methods name .* shape \(6, 6\)",
        ),
        (lambda: summarise_multitrait(TRUE, ["a"] * 6, METHODS), "the same trait and the same method"),
        (
            lambda: summarise_multitrait(TRUE, list("abcdef"), METHODS),
            "there are 0 and 9",
        ),
        (lambda: summarise_multitrait(TRUE + 0.1, TRAITS, METHODS), "ones on its diagonal"),
        (lambda: summarise_multitrait(TRUE, TRAITS, METHODS, n=3), "at least four; n is 3"),
        (lambda: disattenuate(0.3, 0, 0.5), "reliabilities above 0, up to 1; they are 0 and 0.5"),
        (lambda: correlation_interval(0.3, 4), "at least 5 pairs; r is 0.3 and n is 4"),
    ],
)
def test_what_is_no_such_matrix_is_refused(compute, message):
    with pytest.raises(DesignError, match=message):
        compute()
