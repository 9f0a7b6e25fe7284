"""Covariance components of the parts of a score, and the dependability of their weighted sum."""

import numpy as np
import pytest
from score_maker import draw_ratings

from evalkit.errors import DesignError
from evalkit.stats import (
    RatingTable,
    combine_dependability,
    estimate_covariance_components,
    estimate_score_designs,
)
from evalkit.stats.score_designs import FEW_CLUSTERS

COVARIANCES = {
    "universe": [[100, 60], [60, 80]],
    "occasion": [[20, 5], [5, 30]],
    "rater": [[60, 40], [40, 50]],
    "residual": [[100, 20], [20, 120]],
}
WEIGHTS = np.array([0.6, 0.4])
EXACT = 1e-9  # the same numbers by another formula


def table_of(values, *, panel=False):
    """Lay out ratings of shape (n, occasions, raters, k); raters are their person's own unless a panel."""
    person, occasion, rater, part = (index.ravel() for index in np.indices(values.shape))
    return RatingTable(
        values=values.ravel(),
        objects=person,
        parts=part,
        occasions=occasion,
        raters=rater if panel else person * values.shape[2] + rater,
        holder=np.arange(len(values)),
    )


def estimate(values, *, panel=False, **options):
    k = values.shape[3]
    return estimate_covariance_components(
        [table_of(values, panel=panel)],
        n_parts=k,
        **{"rated": [True] * k, "shared_panel": [panel] * k, **options},
    )


def unprojected(found, name):
    return found.deviations[name].mean(axis=0)


def anova(y):
    """Expected mean squares of people × occasions × raters, Brennan (2001), table 3.3."""
    n, n_o, n_r = y.shape
    m = y.mean()
    p, o, r = y.mean((1, 2)), y.mean((0, 2)), y.mean((0, 1))
    po, pr, ro = y.mean(2), y.mean(1), y.mean(0)
    square = {
        "p": n_o * n_r * p.var(ddof=1),
        "r": n * n_o * r.var(ddof=1),
        "po": n_r * ((po - p[:, None] - o + m) ** 2).sum() / ((n - 1) * (n_o - 1)),
        "pr": n_o * ((pr - p[:, None] - r + m) ** 2).sum() / ((n - 1) * (n_r - 1)),
        "ro": n * ((ro - o[:, None] - r + m) ** 2).sum() / ((n_o - 1) * (n_r - 1)),
    }
    rest = y - po[:, :, None] - pr[:, None, :] - ro + p[:, None, None] + o[:, None] + r - m
    e = (rest**2).sum() / ((n - 1) * (n_o - 1) * (n_r - 1))
    return {
        "universe": (square["p"] - square["po"] - square["pr"] + e) / (n_o * n_r),
        "occasion": (square["po"] - e) / n_r,
        "rater": (square["pr"] - e) / n_o,
        "severity": (square["r"] - square["pr"] - square["ro"] + e) / (n * n_o),
        "residual": e + (square["ro"] - e) / n,
    }


def drawn(n=200, seed=1, **options):
    options = {"n_raters": 3, "n_occasions": 4, "covariances": COVARIANCES, **options}
    return draw_ratings(n, rng=np.random.default_rng(seed), **options)


def test_a_complete_panel_gives_the_components_of_the_analysis_of_variance():
    y = drawn(12, panel=True, severity=np.diag([400.0, 400.0]))[..., :1]
    found, known = estimate(y, panel=True), anova(y[..., 0])
    assert unprojected(found, "universe")[0, 0] == pytest.approx(known["universe"], rel=EXACT)
    assert unprojected(found, "occasion")[0, 0] == pytest.approx(known["occasion"], rel=EXACT)
    assert found.severity[0, 0] == pytest.approx(known["severity"], rel=EXACT)
    rater = unprojected(found, "rater")[0, 0] - found.severity[0, 0]
    assert rater == pytest.approx(known["rater"], rel=EXACT)
    assert unprojected(found, "residual")[0, 0] == pytest.approx(known["residual"], rel=EXACT)


def test_occasions_of_several_parts_give_the_multivariate_analysis_of_variance():
    """One value an occasion: cross-products between people less those within, over the occasions."""
    y = drawn(30)[:, :, :1, :]
    found = estimate(y, rated=[False, False])
    table = y[:, :, 0, :]
    means = table.mean(axis=1)
    between = 4 * np.cov(means, rowvar=False)
    rest = table - means[:, None] - table.mean(axis=0) + table.mean(axis=(0, 1))
    within = np.einsum("noj,nok->jk", rest, rest) / (29 * 3)
    np.testing.assert_allclose(unprojected(found, "universe"), (between - within) / 4, rtol=EXACT)
    np.testing.assert_allclose(unprojected(found, "occasion"), within, rtol=EXACT)
    assert not found.residual.any()


def test_known_components_are_recovered_with_raters_of_ones_own():
    runs = [estimate(drawn(200, seed)) for seed in range(40)]
    for name, matrix in COVARIANCES.items():
        estimates = np.array([unprojected(each, name) for each in runs])
        error = estimates.std(axis=0, ddof=1) / len(runs) ** 0.5
        assert (abs(estimates.mean(axis=0) - matrix) < 3.5 * error).all(), name


def test_what_is_known_of_whole_groups_is_estimated_between_groups():
    """A unit's survey: the same value for everyone in it, other respondents each quarter."""
    rng, found = np.random.default_rng(3), []
    unit = np.repeat(np.arange(30), 10)
    for _ in range(60):
        of_unit = rng.normal(0, 5, size=30)
        survey = (
            of_unit[:, None, None] + rng.normal(0, 3, size=(30, 4, 1)) + rng.normal(0, 8, size=(30, 4, 6))
        )
        own = of_unit[unit][:, None] + rng.normal(0, 7, size=(300, 1)) + rng.normal(0, 4, size=(300, 4))
        g, o, r = (index.ravel() for index in np.indices(survey.shape))
        office = RatingTable(
            values=survey.ravel(),
            objects=g,
            parts=0 * g + 1,
            occasions=o,
            raters=(g * 4 + o) * 6 + r,
            holder=unit,
        )
        people = table_of(own[:, :, None, None])
        each = estimate_covariance_components([people, office], n_parts=2, rated=[False, True])
        found.append([each.deviations[name].mean(axis=0) for name in ("universe", "occasion", "residual")])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / 60**0.5
    known = [[[74, 25], [25, 25]], [[16, 0], [0, 9]], [[0, 0], [0, 64]]]
    assert (abs(mean - known) <= 3.5 * error + 1e-9).all()


def test_the_order_of_rows_and_the_names_of_raters_change_nothing():
    y = drawn(20)
    table, rng = table_of(y), np.random.default_rng(5)
    order, names = rng.permutation(len(table.values)), rng.permutation(int(table.raters.max()) + 1)
    shuffled = RatingTable(
        values=table.values[order],
        objects=table.objects[order],
        parts=table.parts[order],
        occasions=table.occasions[order],
        raters=names[table.raters[order]],
        holder=table.holder,
    )
    first, second = (
        estimate_covariance_components([each], n_parts=2, rated=[True, True]) for each in (table, shuffled)
    )
    np.testing.assert_allclose(first.universe, second.universe, rtol=1e-9)
    np.testing.assert_allclose(first.error(), second.error(), rtol=1e-9)


def test_missing_ratings_leave_the_estimates_unbiased():
    runs = []
    for seed in range(40):
        table = table_of(drawn(200, seed))
        keep = np.random.default_rng(seed).random(len(table.values)) < 0.7
        columns = {
            name: getattr(table, name)[keep] for name in ("values", "objects", "parts", "occasions", "raters")
        }
        sparse = RatingTable(**columns, holder=table.holder)
        found = estimate_covariance_components([sparse], n_parts=2, rated=[True, True])
        runs.append(unprojected(found, "universe"))
    error = np.std(runs, axis=0, ddof=1) / len(runs) ** 0.5
    assert (abs(np.mean(runs, axis=0) - COVARIANCES["universe"]) < 3.5 * error).all()


def test_the_error_at_hand_is_that_of_the_means_which_are_reported():
    """Observed variance of the reported score is its universe variance and its error together."""
    y = drawn(400)
    found = estimate(y)
    score = y.mean(axis=(1, 2)) @ WEIGHTS
    error = WEIGHTS @ found.error(absolute=False) @ WEIGHTS
    assert WEIGHTS @ found.universe @ WEIGHTS + error == pytest.approx(score.var(ddof=1), rel=0.01)


def test_a_score_is_what_its_components_make_of_it():
    found = estimate(drawn())
    designs = estimate_score_designs(
        found, WEIGHTS, [(1, 1), (8, 2)], n_boot=200, rng=np.random.default_rng(1)
    )
    part = {name: getattr(found, name) for name in ("occasion", "rater", "residual")}
    error = part["occasion"] / 8 + part["rater"] / 6 + part["residual"] / 48 + found.shift / 8
    known = combine_dependability(found.universe, error, WEIGHTS)
    assert designs.phi[2] == pytest.approx(known.phi, rel=1e-9)
    assert designs.sem[2] == pytest.approx(known.sem, rel=1e-9)
    assert (designs.phi_low <= designs.phi).all()
    assert (designs.phi <= designs.phi_high).all()
    assert designs.universe_shares.sum() == pytest.approx(1)


def test_more_occasions_and_more_raters_never_make_a_score_worse():
    found = estimate(drawn(60))
    sizes = [(n, times) for n in (1, 2, 4, 8) for times in (1, 2, 5)]
    phi = estimate_score_designs(found, WEIGHTS, sizes, n_boot=20, rng=np.random.default_rng(1)).phi[1:]
    grid = phi.reshape(4, 3)
    assert (np.diff(grid, axis=0) >= 0).all()
    assert (np.diff(grid, axis=1) >= 0).all()


def test_what_lifts_everyone_on_one_occasion_lowers_phi_and_not_the_order():
    y = drawn(200)
    moved = y + np.array([-30, -10, 10, 30])[:, None, None]
    still, shifted = (
        estimate_score_designs(estimate(each), WEIGHTS, n_boot=20, rng=np.random.default_rng(1))
        for each in (y, moved)
    )
    assert shifted.phi[0] < still.phi[0] - 0.2
    assert shifted.generalizability[0] == pytest.approx(still.generalizability[0], abs=1e-9)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """150 samples of 60 people at 95 %: fewer than 132 or more than 149 would be a chance of 1 in 1,000."""
    covariances = {name: np.asarray(matrix, float) for name, matrix in COVARIANCES.items()}
    error = covariances["occasion"] / 4 + covariances["rater"] / 3 + covariances["residual"] / 12
    truth = combine_dependability(covariances["universe"], error, WEIGHTS).phi
    held = 0
    for seed in range(150):
        found = estimate(drawn(60, seed))
        each = estimate_score_designs(found, WEIGHTS, n_boot=200, rng=np.random.default_rng(seed))
        held += each.generalizability_low[0] <= truth <= each.generalizability_high[0]
    assert 132 <= held <= 149


def test_raters_on_one_occasion_say_nothing_of_occasions():
    y = drawn(300, n_occasions=1, n_raters=4)
    found = estimate(y, over_occasions=False)
    assert found.n_occasions == 1
    assert not found.occasion.any()
    assert not found.shift.any()
    within = y[:, 0] - y[:, 0].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(
        found.residual, np.einsum("nrj,nrk->jk", within, within) / (300 * 3), rtol=0.02
    )


def test_parts_that_no_two_raters_saw_on_different_occasions_are_refused():
    y = drawn(20, n_occasions=1)
    with pytest.raises(DesignError) as raised:
        estimate(y)
    assert str(raised.value) == (
        "Parts [0, 0] were hardly ever seen by different raters on different occasions for the same person, "
        "so what they have in common cannot be told from error."
    )


def test_a_score_on_which_people_do_not_differ_is_refused():
    y = drawn(40, covariances={**COVARIANCES, "universe": np.zeros((2, 2))}, seed=2)
    level = y - y.mean(axis=(1, 2), keepdims=True)
    with pytest.raises(DesignError, match="the parts do not vary together between people"):
        estimate_score_designs(estimate(level), WEIGHTS, n_boot=20, rng=np.random.default_rng(1))


def test_few_people_carry_what_their_interval_covered():
    for n, caveat in ((60, FEW_CLUSTERS), (120, "")):
        found = estimate_score_designs(estimate(drawn(n)), WEIGHTS, n_boot=20, rng=np.random.default_rng(1))
        assert found.caveat == caveat
