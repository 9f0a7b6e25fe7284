"""Reliability."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import N_BOOT, Ends, bootstrapped, ends, items, simulate
from evalkit import stats
from evalkit.stats import bootstrap


@simulate(
    "43 persons, 5 items of one strength, correlation .36", exact=True, alpha_Feldt=5 * 0.36 / (1 + 4 * 0.36)
)
def alpha(rng: Generator) -> Ends:
    return ends(stats.estimate_alpha(items(rng, 43, [0.6] * 5)))


@simulate("43 persons, 6 items, loadings .5 to .9", omega=4.2**2 / (4.2**2 + 6 - 3.08))
def omega(rng: Generator) -> Ends:
    x = items(rng, 43, [0.5, 0.5, 0.7, 0.7, 0.9, 0.9])
    return ends(stats.estimate_omega(x, n_boot=199, rng=rng))


@simulate("30 persons, 3 items, loadings .6 to .8", omega=2.1**2 / (2.1**2 + 3 - 1.49))
def omega_few(rng: Generator) -> Ends:
    return ends(stats.estimate_omega(items(rng, 30, [0.6, 0.7, 0.8]), n_boot=199, rng=rng))


TWO_FACTORS = np.array([0.8, 0.7, 0.6, 0.7, 0.6, 0.5])
APART_BY = np.kron([[1, 0.4], [0.4, 1]], np.ones((3, 3))) * np.outer(TWO_FACTORS, TWO_FACTORS)
np.fill_diagonal(APART_BY, 1.0)
MISFIT = APART_BY.copy()
MISFIT[0, 3] = MISFIT[3, 0] = APART_BY[0, 3] + 0.1  # two items of different factors share more than these
TRUE_MISFIT = stats.fit_factors_to_moments(
    {"all": stats.Moments(covariance=MISFIT, means=np.zeros(6), n=10**7)}, "aaabbb"
).fit.rmsea


@simulate(
    "100 persons, 2 factors of 3 items",
    omega_of_a_factor_loadings_8_to_6=2.1**2 / (2.1**2 + 3 - 1.49),
    omega_of_a_factor_loadings_7_to_5=1.8**2 / (1.8**2 + 3 - 1.1),
)
def factor_omega(rng: Generator) -> Ends:
    x = rng.multivariate_normal(np.zeros(6), APART_BY, size=100)
    found = stats.estimate_factor_omega(x, "aaabbb", n_boot=199, rng=rng)
    return list(zip(found.conf_low, found.conf_high, strict=True))


@simulate("300 persons, 2 factors of 3 items that share more", nominal=0.9, RMSEA_90_percent=TRUE_MISFIT)
def misfit(rng: Generator) -> Ends:
    x = rng.multivariate_normal(np.zeros(6), MISFIT, size=300)
    return ends(stats.fit_confirmatory_factors(x, "aaabbb").fit, "rmsea")


@simulate(
    "43 persons by 4 raters; variances 1, .3 and 1",
    exact=True,
    ICC_1=1 / 2.3,
    ICC_1_mean=1 / (1 + 1.3 / 4),
)
def one_way(rng: Generator) -> Ends:
    x = rng.normal(size=(43, 1)) + np.sqrt(1.3) * rng.normal(size=(43, 4))
    return [
        ends(stats.estimate_intraclass_correlation(x, form="one_way", averaged=mean))[0]
        for mean in (False, True)
    ]


@simulate("43 persons by 4 raters; variances 1, .3 and 1", ICC_A=1 / 2.3, ICC_C=0.5)
def two_way(rng: Generator) -> Ends:
    x = rng.normal(size=(43, 1)) + np.sqrt(0.3) * rng.normal(size=4) + rng.normal(size=(43, 4))
    forms: tuple[stats.IntraclassForm, ...] = ("agreement", "consistency")
    return [ends(stats.estimate_intraclass_correlation(x, form=form))[0] for form in forms]


@simulate("43 persons by 4 raters; variances 1, .3 and 1", ICC_C_percentile=0.5)
def resampled_icc(rng: Generator) -> Ends:
    x = rng.normal(size=(43, 1)) + np.sqrt(0.3) * rng.normal(size=4) + rng.normal(size=(43, 4))
    found = bootstrap(stats.weighted_intraclass_correlation("consistency"), x, n_boot=999, rng=rng)
    return bootstrapped(found)


@simulate(  # one of the samples has no interval
    "40 persons with 2 to 5 ratings each; variances 1 and 1.5", n=2001, ICC_1_unbalanced=0.4
)
def unbalanced_icc(rng: Generator) -> Ends:
    people = np.repeat(np.arange(40), np.tile([2, 3, 4, 5], 10))
    y = rng.normal(size=40)[people] + np.sqrt(1.5) * rng.normal(size=len(people))
    return ends(stats.estimate_unbalanced_correlations(y, people)[0])


@simulate(
    "40 persons, each rated by 4 of 12 raters; variances 1, .3 and 1",
    variance_of_persons_profile=1.0,
    variance_of_raters_profile=0.3,
    residual_variance_profile=1.0,
    share_of_persons_profile=1 / 2.3,
    phi_of_4_profile=1 / (1 + 1.3 / 4),
    generalizability_of_4_profile=0.8,
)
def profiles(rng: Generator) -> Ends:
    people = np.repeat(np.arange(40), 4)
    raters = np.concatenate([rng.choice(12, 4, replace=False) for _ in range(40)])
    y = rng.normal(size=40)[people] + np.sqrt(0.3) * rng.normal(size=12)[raters] + rng.normal(size=160)
    fit = stats.fit_variance_components(y, {"p": people, "r": raters})
    shares = {
        "share": lambda v: v["p"] / sum(v.values()),
        "phi": lambda v: v["p"] / (v["p"] + (v["r"] + v["residual"]) / 4),
        "rho": lambda v: v["p"] / (v["p"] + v["residual"] / 4),
    }
    found = stats.profile_interval(fit, functions=shares)
    return list(zip(found.conf_low, found.conf_high, strict=True))


@simulate(
    "30 persons with 3 ratings each; variances 1 and 1",
    variance_of_persons_bootstrap=1.0,
    residual_variance_bootstrap=1.0,
    share_of_persons_bootstrap=0.5,
)
def refitted(rng: Generator) -> Ends:
    people = np.repeat(np.arange(30), 3)
    y = rng.normal(size=30)[people] + rng.normal(size=90)
    fit = stats.fit_variance_components(y, {"p": people})
    found = stats.bootstrap_interval(
        fit, n_boot=99, rng=rng, functions={"share": lambda v: v["p"] / (v["p"] + v["residual"])}
    )
    return list(zip(found.conf_low, found.conf_high, strict=True))


@simulate("43 persons, 6 items, correlation .8", first_component_share=0.8 + 0.2 / 6, mean_correlation=0.8)
def common_share(rng: Generator) -> Ends:
    x = items(rng, 43, [np.sqrt(0.8)] * 6)
    return ends(stats.estimate_common_share(x, n_boot=N_BOOT, rng=rng), "share", "mean_r")
