"""Means of many groups, shrunken toward the mean of all."""

import numpy as np
import pytest
from scipy.integrate import quad_vec
from scipy.stats import t

from evalkit.errors import DesignError
from evalkit.stats import fit_variance_components, shrink_group_means
from evalkit.stats.shrinkage import _predict

#: Davies & Goldsmith (1972): yields of six batches of dyestuff.
YIELDS = [
    *[1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560],
    *[1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445],
]
BATCHES = np.repeat(list("ABCDEF"), 5)
#: What lme4 predicts for the batches at its REML estimates: ranef(lmer(Yield ~ 1 + (1 | Batch), Dyestuff)),
#: Bates et al. (2015), doi:10.18637/jss.v067.i01, and chapter 1 of Bates's book on lme4.
PREDICTED = [-17.6069, 0.3913, 28.5622, -23.0845, 56.7332, -44.9955]
#: Digits of what was published, and of a REML optimum that is found a little otherwise.
PRINTED = 0.01
#: A sum over a grid stands for an integral.
GRID = 2e-3


def uneven():
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(7), [2, 9, 4, 4, 12, 3, 6])
    return 10 + 2 * rng.normal(size=7)[groups] + 3 * rng.normal(size=len(groups)), groups


def test_at_one_ratio_of_variances_the_deviations_are_those_that_lme4_predicts():
    fit = fit_variance_components(YIELDS, {"batch": BATCHES}).components
    means = np.reshape(YIELDS, (6, 5)).mean(axis=1)
    within = float(((np.reshape(YIELDS, (6, 5)) - means[:, None]) ** 2).sum())
    found = _predict(fit["batch"] / fit["residual"], means, np.full(6, 5), within)
    assert found["deviation"][0] == pytest.approx(PREDICTED, abs=PRINTED)
    assert found["overall"][0] == pytest.approx([1527.5])


def dense_posterior(y, groups, pulled, of):
    """Return the likelihood, and location and scale of a contrast of groups, from the covariance matrix."""
    n = np.bincount(groups)
    typical = len(n) / (1 / n).sum()
    ratio = (1 - pulled) / (pulled * typical)
    Z, one = np.eye(len(n))[groups], np.ones(len(y))
    V = np.eye(len(y)) + ratio * Z @ Z.T
    inverse = np.linalg.inv(V)
    information = one @ inverse @ one
    centre = one @ inverse @ y / information
    rest = y - centre
    quadratic = rest @ inverse @ rest
    density = np.exp(-np.linalg.slogdet(V)[1] / 2 - np.log(information) / 2)
    density *= (quadratic / len(y)) ** (-(len(y) - 1) / 2)
    shared = ratio * Z @ of
    weight = of.sum() - shared @ inverse @ one
    variance = ratio * of @ of - shared @ inverse @ shared + weight**2 / information
    location = of.sum() * centre + shared @ inverse @ rest
    return density, location, np.sqrt(quadratic / (len(y) - 1) * variance)


def integrate(y, groups, contrast, what):
    """Integrate over the prior 1/√B of the share B, by B = u²; what gets location and scale."""

    def part(u):
        density, mean, sd = dense_posterior(y, groups, u**2, contrast)
        return density / scale * np.array([1.0, what(mean, sd)])

    scale = dense_posterior(y, groups, 0.5, contrast)[0]
    total, found = quad_vec(part, 1e-6, 1 - 1e-9, epsabs=1e-8)[0]
    return found / total


def test_the_mixture_is_the_integral_over_what_is_not_known():
    y, groups = uneven()
    found = shrink_group_means(y, groups)
    n = np.bincount(groups)
    first, average = np.eye(7)[0], n / n.sum()
    df = len(y) - 1
    cases = [
        (first, found.estimates[0], found.conf_low[0], found.conf_high[0]),
        (average, found.overall, found.overall_low, found.overall_high),
        (first - average, found.deviations[0], found.deviation_low[0], found.deviation_high[0]),
    ]
    for contrast, estimate, low, high in cases:
        assert estimate == pytest.approx(integrate(y, groups, contrast, lambda mean, sd: mean), abs=GRID)
        for end, share in ((low, 0.025), (high, 0.975)):
            below = integrate(y, groups, contrast, lambda mean, sd, end=end: t.cdf((end - mean) / sd, df))
            assert below == pytest.approx(share, abs=GRID)


def test_the_probability_below_a_target_is_that_of_the_mixture():
    y, groups = uneven()
    found = shrink_group_means(y, groups)
    below = integrate(y, groups, np.eye(7)[0], lambda mean, sd: t.cdf((9 - mean) / sd, len(y) - 1))
    assert found.probability_below(9.0)[0] == pytest.approx(below, abs=GRID)


def test_the_order_of_rows_and_the_names_of_groups_change_nothing():
    y, groups = uneven()
    order = np.random.default_rng(1).permutation(len(y))
    names = np.array([f"unit {i}" for i in range(7)])
    found, turned = shrink_group_means(y, groups), shrink_group_means(y[order], names[groups[order]])
    assert turned.estimates == pytest.approx(found.estimates)
    assert turned.conf_high == pytest.approx(found.conf_high)


def test_shifting_and_rescaling_values_shifts_and_rescales_the_answer():
    y, groups = uneven()
    found, other = shrink_group_means(y, groups), shrink_group_means(100 - 5 * y, groups)
    assert other.estimates == pytest.approx(100 - 5 * found.estimates)
    assert other.conf_low == pytest.approx(100 - 5 * found.conf_high)
    assert other.deviation_high == pytest.approx(-5 * found.deviation_low)
    assert other.kept == pytest.approx(found.kept)


def test_small_groups_are_pulled_more_than_large_ones():
    y, groups = uneven()
    found = shrink_group_means(y, groups)
    by_size = found.kept[np.argsort(found.n, kind="stable")]
    assert (np.diff(by_size) > -1e-9).all()
    assert by_size[0] < by_size[-1] < 1
    assert np.abs(found.deviations).sum() < np.abs(found.means - found.overall).sum()


def test_groups_that_differ_by_chance_alone_are_pulled_together():
    rng = np.random.default_rng(3)
    found = shrink_group_means(rng.normal(size=400), np.repeat(np.arange(40), 10))
    assert np.ptp(found.estimates) < 0.4 * np.ptp(found.means)
    assert (found.conf_low < 0).all()
    assert (found.conf_high > 0).all()


def test_two_groups_have_an_answer_and_their_mean_a_narrower_one():
    rng = np.random.default_rng(4)
    found = shrink_group_means(np.r_[rng.normal(size=13), 1 + rng.normal(size=14)], [0] * 13 + [1] * 14)
    assert np.isfinite(found.conf_low).all()
    assert found.overall_high - found.overall_low < (found.conf_high - found.conf_low).min()
    assert found.overall_low < 0.5 < found.overall_high


def test_one_group_has_its_plain_mean_and_students_interval():
    y = np.array([1.0, 2.0, 4.0, 7.0])
    found = shrink_group_means(y, ["a"] * 4)
    reach = t.ppf(0.975, 3) * y.std(ddof=1) / 2
    assert (found.estimates[0], found.conf_low[0]) == pytest.approx((3.5, 3.5 - reach))
    assert np.isnan(found.deviations[0])


def test_wider_intervals_hold_narrower_ones():
    y, groups = uneven()
    narrow, wide = (shrink_group_means(y, groups, conf_level=level) for level in (0.8, 0.99))
    assert (wide.conf_low < narrow.conf_low).all()
    assert (narrow.conf_high < wide.conf_high).all()


@pytest.mark.parametrize(
    ("values", "groups", "message"),
    [
        ([1.0, 2.0], ["a", "b"], "Means of groups need two values in some group; 2 values are in 2 groups."),
        ([1.0, 1.0, 2.0, 2.0], list("aabb"), "Values do not vary within groups"),
        ([1.0, np.nan], list("aa"), "Means of groups need values without gaps"),
        ([1.0, 2.0, 3.0], list("ab"), r"the shapes are \(3,\) and \(2,\)"),
    ],
)
def test_what_cannot_be_shrunken_is_refused(values, groups, message):
    with pytest.raises(DesignError, match=message):
        shrink_group_means(values, groups)
