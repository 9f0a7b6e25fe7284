"""Agreement on categories: published answers, a second package, properties, traps, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from evalkit.errors import DesignError, UsageError
from evalkit.stats import (
    bootstrap,
    category_weights,
    classification_agreement,
    estimate_chance_agreement,
    estimate_krippendorff,
    estimate_weighted_kappa,
)

GAP = np.nan
# Krippendorff (2011), four observers of twelve units; Gwet (2014) has the single rating of unit 12 from the
# third of them, which matters where raters are told apart
CODERS = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]).T  # fmt: skip
# Fleiss (1971), 30 patients, six psychiatrists, five categories
PSYCHIATRISTS = [
    "444444", "222555", "233335", "555555", "222444", "113333", "333355", "113334", "114444", "555555",
    "144444", "124444", "222333", "144444", "224445", "333335", "111455", "111112", "224444", "133555",
    "555555", "244444", "224555", "114444", "144445", "222224", "111155", "224444", "133333", "555555",
]  # fmt: skip
PATIENTS = np.array([[int(one) for one in row] for row in PSYCHIATRISTS], dtype=float)
PUBLISHED = 6e-4  # printed to three decimals, or four


@pytest.mark.parametrize(
    ("coefficient", "weights", "estimate", "low"),
    [
        ("raw", "identity", 0.81818, None),
        ("gwet", "identity", 0.77544, 0.461),
        ("fleiss", "identity", 0.76117, 0.424),
        ("brennan_prediger", "identity", 0.77273, None),
        ("gwet", "quadratic", 0.9140007, 0.685),
        ("fleiss", "quadratic", 0.8649351, None),
    ],
)
def test_four_coders_of_gwet_have_the_published_coefficients(coefficient, weights, estimate, low):
    found = estimate_chance_agreement(CODERS, coefficient=coefficient, weights=weights)
    assert found.estimate == pytest.approx(estimate, abs=PUBLISHED)
    assert low is None or found.conf_low == pytest.approx(low, abs=PUBLISHED)
    assert (found.n, found.n_raters, found.n_categories) == (12, 4, 5)


def test_four_coders_of_gwet_have_the_published_kappa_of_conger():
    coders = CODERS.copy()
    coders[11] = [GAP, GAP, 3, GAP]
    found = estimate_chance_agreement(coders, coefficient="conger")
    assert found.estimate == pytest.approx(0.76282, abs=PUBLISHED)


@pytest.mark.parametrize(
    ("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorffs_coders_have_the_published_alphas(rng, metric, alpha):
    found = estimate_krippendorff(CODERS, metric=metric, n_boot=200, rng=rng)
    assert found.estimate == pytest.approx(alpha, abs=PUBLISHED)
    assert found.conf_low < found.estimate < found.conf_high <= 1
    assert found.n == 11


def test_the_ordinal_metric_of_alpha_is_not_the_ordinal_weights_of_gwet():
    """irrCAC's ordinal weights give an alpha of .834, Krippendorff's ordinal metric .815."""
    distance = 1 - category_weights("ordinal", range(1, 6))
    assert alpha_slowly(CODERS, distance) == pytest.approx(0.83364, abs=PUBLISHED)


def alpha_slowly(ratings, distance):
    """Krippendorff's alpha with a given distance, pair by pair."""
    units = [[int(value) - 1 for value in row if not np.isnan(value)] for row in ratings]
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    found = sum(
        distance[a, b] / (len(unit) - 1)
        for unit in units
        for (i, a), (j, b) in product(enumerate(unit), repeat=2)
        if i != j
    )
    n = len(values)
    expected = sum(distance[a, b] for a, b in product(values, repeat=2)) / (n - 1)
    return 1 - found / expected


def test_psychiatrists_of_fleiss_1971_agree_43():
    found = estimate_chance_agreement(PATIENTS, coefficient="fleiss")
    counts = np.array([[(row == k).sum() for k in range(1, 6)] for row in PATIENTS])
    assert found.estimate == pytest.approx(0.430, abs=5e-4)
    assert found.estimate == pytest.approx(fleiss_kappa(counts))
    free = estimate_chance_agreement(PATIENTS, coefficient="brennan_prediger")
    assert free.estimate == pytest.approx(0.4444, abs=5e-5)


def test_kappa_of_fleiss_1981_and_weighted_kappa_of_cohen_1968_are_the_published_ones():
    """Fleiss (1981), section 13.1: kappa .68, standard error .087. Cohen (1968): .492, weighted .348."""
    table = [(0, 0)] * 75 + [(0, 1)] + [(0, 2)] * 4 + [(1, 0)] * 5 + [(1, 1)] * 4 + [(1, 2)] + [(2, 2)] * 10
    found = estimate_weighted_kappa(*np.array(table).T, weights="identity")
    assert (found.estimate, found.std_error) == pytest.approx((0.68, 0.087), abs=0.005)
    shares = np.array([[0.44, 0.05, 0.01], [0.07, 0.20, 0.03], [0.09, 0.05, 0.06]]) * 200
    assert cohens_kappa(shares).kappa == pytest.approx(0.492, abs=5e-4)
    distance = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert cohens_kappa(shares, weights=distance).kappa == pytest.approx(0.348, abs=5e-4)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_one_table_gives_the_same_numbers_by_every_route(rng, weights):
    a, b = rng.integers(0, 5, (2, 300)).astype(float)
    closeness = category_weights(weights, range(5))
    raw, gwet, kappa = classification_agreement(np.ones((1, 300)), a, b, closeness=closeness)[0]
    both = np.column_stack([a, b])
    assert raw == pytest.approx(estimate_chance_agreement(both, coefficient="raw").estimate)
    assert gwet == pytest.approx(estimate_chance_agreement(both, weights=weights).estimate)
    assert kappa == pytest.approx(estimate_weighted_kappa(a, b, weights=weights).estimate)


def test_raters_who_never_differ_have_a_kappa_of_1_without_an_error():
    """statsmodels takes the root of a variance that rounding leaves just below zero."""
    codes = np.repeat([0.0, 1, 2, 3], [2, 1, 2, 4])
    for weights in ("identity", "linear", "quadratic"):
        found = estimate_weighted_kappa(codes, codes, weights=weights, categories=range(6))
        assert (found.estimate, found.conf_high) == (1, 1)
        assert found.std_error == pytest.approx(0, abs=1e-7)
        assert found.conf_low == pytest.approx(1, abs=1e-6)


@pytest.mark.pitfall(8)
def test_kappa_sees_nothing_where_nearly_everyone_is_of_one_category_and_ac1_does():
    """Two raters of 40: 26 times both yes, once both no, 6 and 7 times apart: raw agreement is .675."""
    pairs = np.array([[1, 1]] * 26 + [[0, 0]] + [[1, 0]] * 6 + [[0, 1]] * 7, dtype=float)
    raw = estimate_chance_agreement(pairs, coefficient="raw")
    ac1 = estimate_chance_agreement(pairs)
    kappa = estimate_weighted_kappa(*pairs.T, weights="identity")
    assert raw.estimate == pytest.approx(0.675)
    assert kappa.estimate < 0.05
    assert ac1.estimate > 0.5
    assert ac1.conf_low > kappa.estimate


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_congers_kappa_of_two_raters_is_cohens_with_its_standard_error(rng, weights):
    """Fleiss, Cohen & Everitt divide the variance by n, here it is divided by n - 1."""
    a, b = rate_twice(rng, 80)
    found = estimate_chance_agreement(np.column_stack([a, b]), coefficient="conger", weights=weights)
    cohen = estimate_weighted_kappa(a, b, weights=weights)
    assert found.estimate == pytest.approx(cohen.estimate)
    assert found.std_error == pytest.approx(cohen.std_error * np.sqrt(80 / 79))


def test_the_standard_error_of_congers_kappa_is_that_of_resampled_units(rng):
    """Three raters, a fifth missing, 300 units; 400 resamples have an error of 4 %."""
    x = simulate_raters(rng, 300)
    options = {"coefficient": "conger", "categories": [0, 1, 2]}
    found = estimate_chance_agreement(x, **options)
    resampled = [
        estimate_chance_agreement(x[rng.integers(0, 300, 300)], **options).estimate for _ in range(400)
    ]
    assert found.std_error == pytest.approx(np.std(resampled), rel=0.12)


def test_a_rater_who_rated_nobody_changes_nothing():
    empty = np.column_stack([CODERS, np.full(12, GAP)])
    first, second = (estimate_chance_agreement(x, coefficient="conger") for x in (CODERS, empty))
    assert (second.estimate, second.std_error) == pytest.approx((first.estimate, first.std_error))


@pytest.mark.parametrize("coefficient", ["gwet", "fleiss", "conger", "brennan_prediger", "raw"])
def test_order_of_units_and_raters_and_names_of_categories_change_nothing(rng, coefficient):
    first = estimate_chance_agreement(CODERS, coefficient=coefficient)
    shuffled = (10 - 2 * CODERS)[rng.permutation(12)][:, [2, 0, 3, 1]]
    second = estimate_chance_agreement(shuffled, coefficient=coefficient)
    assert (second.estimate, second.std_error) == pytest.approx((first.estimate, first.std_error))


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_1_for_equal_raters_and_0_for_unrelated_ones(rng, metric):
    same = rng.integers(0, 4, (60, 1)).repeat(3, axis=1)
    assert estimate_krippendorff(same, metric=metric, n_boot=20, rng=rng).estimate == 1
    apart = rng.integers(0, 4, (20_000, 2))
    assert estimate_krippendorff(apart, metric=metric, n_boot=2, rng=rng).estimate == pytest.approx(
        0, abs=0.03
    )


def test_ordinal_alpha_ignores_a_monotone_change_of_the_values(rng):
    first, second = (
        estimate_krippendorff(values, metric="ordinal", n_boot=20, rng=rng).estimate
        for values in (CODERS, np.exp(CODERS))
    )
    assert first == pytest.approx(second)


def test_a_rare_category_that_may_be_given_counts():
    short = estimate_chance_agreement([[1, 1], [2, 2], [1, 2], [2, 2]])
    known = estimate_chance_agreement([[1, 1], [2, 2], [1, 2], [2, 2]], categories=[1, 2, 3])
    assert (short.n_categories, known.n_categories) == (2, 3)
    assert known.expected < short.expected


def test_clusters_of_copies_are_worth_one_unit():
    """Each unit four times over: without clusters the error is halved, with them it stays."""
    once = estimate_chance_agreement(PATIENTS)
    copied = np.repeat(PATIENTS, 4, axis=0)
    naive = estimate_chance_agreement(copied)
    honest = estimate_chance_agreement(copied, clusters=np.repeat(np.arange(30), 4))
    assert honest.std_error == pytest.approx(once.std_error)
    assert naive.std_error < 0.55 * once.std_error


def test_ac1_covers_with_missing_ratings(rng):
    """Three raters see the truth with probability .8; 60 units, a fifth missing; 2 000 replicates (.005)."""
    population = simulate_raters(rng, 200_000)
    truth = estimate_chance_agreement(population).estimate
    hits = 0
    for _ in range(2000):
        found = estimate_chance_agreement(simulate_raters(rng, 60), categories=[0, 1, 2])
        hits += found.conf_low <= truth <= found.conf_high
    assert 0.93 < hits / 2000 < 0.975


def test_alpha_and_kappa_cover(rng):
    """60 units as above, and two raters of four categories; 400 replicates (.011)."""
    alpha = estimate_krippendorff(simulate_raters(rng, 100_000), metric="nominal", n_boot=1, rng=rng).estimate
    kappa = estimate_weighted_kappa(*rate_twice(rng, 400_000)).estimate
    hits = np.zeros(2)
    for _ in range(400):
        first = estimate_krippendorff(simulate_raters(rng, 60), metric="nominal", n_boot=300, rng=rng)
        second = estimate_weighted_kappa(*rate_twice(rng, 60))
        hits += [first.conf_low <= alpha <= first.conf_high, second.conf_low <= kappa <= second.conf_high]
    assert (hits / 400 > 0.9).all()


def rate_twice(rng, n):
    seen = rng.normal(size=(n, 1)) + rng.normal(size=(n, 2))
    return np.digitize(seen, [-1.5, 0, 1.5]).astype(float).T


def simulate_raters(rng, n):
    true = rng.choice(3, (n, 1), p=[0.7, 0.2, 0.1])
    seen = np.where(rng.random((n, 3)) < 0.8, true, rng.integers(0, 3, (n, 3))).astype(float)
    seen[rng.random((n, 3)) < 0.2] = np.nan
    return seen


def test_the_bootstrap_of_a_classification_is_that_of_its_rows(rng):
    a, b = rng.integers(0, 3, (2, 50)).astype(float)
    closeness = category_weights("linear", range(3))
    drawn = rng.integers(0, 50, 50)
    counts = np.bincount(drawn, minlength=50)[None, :].astype(float)
    by_weight = classification_agreement(counts, a, b, closeness=closeness)
    by_rows = classification_agreement(np.ones((1, 50)), a[drawn], b[drawn], closeness=closeness)
    np.testing.assert_allclose(by_weight, by_rows)
    found = bootstrap(
        lambda w, x, y: classification_agreement(w, x, y, closeness=closeness), a, b, n_boot=50, rng=rng
    )
    assert found.estimate.shape == (3,)


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([1, 2, 3], r"a table of units by two or more raters; its shape is \(3,\)"),
        ([[1, GAP], [GAP, 2], [1, 1]], "two or more units with two ratings each; 1 of 3 have them"),
        ([[1, np.inf], [1, 2]], "finite ratings; a missing one is NaN"),
        ([[3, 3], [3, 3]], "All ratings are 3, and no other category is known"),
    ],
)
def test_ratings_without_an_agreement_are_refused(ratings, message):
    with pytest.raises(DesignError, match=message):
        estimate_chance_agreement(ratings)


def test_unknown_names_and_categories_are_refused(rng):
    with pytest.raises(UsageError, match="There is no coefficient 'gwett': did you mean 'gwet'"):
        estimate_chance_agreement(CODERS, coefficient="gwett")
    with pytest.raises(UsageError, match="There are no weights 'squared'"):
        estimate_chance_agreement(CODERS, weights="squared")
    with pytest.raises(UsageError, match="There is no metric 'nominl': did you mean 'nominal'"):
        estimate_krippendorff(CODERS, metric="nominl", n_boot=2, rng=rng)
    with pytest.raises(DesignError, match="The ratings 5 are not among the categories 1, 2, 3, 4"):
        estimate_chance_agreement(CODERS, categories=[1, 2, 3, 4])
    with pytest.raises(DesignError, match="All ratings fall into one category"):
        estimate_chance_agreement([[1, 1], [1, 1]], coefficient="fleiss", categories=[1, 2])
    with pytest.raises(DesignError, match="needs two or more clusters of units; there is 1"):
        estimate_chance_agreement(CODERS, clusters=[1] * 12)


def test_alpha_and_kappa_without_variation_are_refused(rng):
    with pytest.raises(DesignError, match="needs ratings that differ; all are 2"):
        estimate_krippendorff([[2, 2], [2, 2]], metric="interval", n_boot=2, rng=rng)
    with pytest.raises(DesignError, match="needs ratings of 0 or more; the lowest is -1"):
        estimate_krippendorff([[-1, 2], [2, 2]], metric="ratio", n_boot=2, rng=rng)
    with pytest.raises(DesignError, match="takes up to 200 different ratings; there are 600"):
        estimate_krippendorff(rng.normal(size=(300, 2)), metric="interval", n_boot=2, rng=rng)
    with pytest.raises(DesignError, match="Kappa needs ratings that differ; all 2 pairs are 1"):
        estimate_weighted_kappa([1, 1], [1, 1])
