"""Solve the laboratory's shares of variance from the targets of its profiles, and print both.

Latent ratings are normal, and categories cut them. The covariance of two cut variables is a power series in
the correlation of the uncut ones (Mehler's formula), so that nothing is simulated here.

    python benchmarks/calibrate_laboratory.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import norm

from evalkit.lab.profiles import PROFILES, Profile, Records, Shares
from evalkit.lab.ratings import ABOUT, ASKED, cuts_of_five

N_TERMS = 120
PERIODS = 4
DECIMALS = 4


def coefficients(cuts: Sequence[float], shift: float, spread: float) -> np.ndarray:
    """Return the coefficients of the number of cuts passed in normalised Hermite polynomials."""
    at = (np.array(cuts) - shift) / spread
    before, now = np.zeros_like(at), np.ones_like(at)
    found = []
    for k in range(1, N_TERMS + 1):
        found.append(np.sum(norm.pdf(at) * now) / np.sqrt(k))
        before, now = now, (at * now - np.sqrt(k - 1) * before) / np.sqrt(k)
    return np.array(found)


def variance(cuts: Sequence[float], shift: float, spread: float) -> float:
    """Return the variance of the number of cuts passed, of which the series gives too little."""
    above = norm.sf((np.array(cuts) - shift) / spread)
    order = np.arange(len(above))
    return float(np.sum(above[np.maximum.outer(order, order)]) - np.sum(above) ** 2)


class World:
    """What a profile implies for composites of ratings, in one place and without interventions."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.cuts = cuts_of_five(profile.ceiling)
        self.known: dict[tuple[str, int], np.ndarray] = {}

    def truth(self, q: int, r: int) -> float:
        """Return the covariance of one dimension in two quarters."""
        of = self.profile.performance
        centred = np.arange(PERIODS) - (PERIODS - 1) / 2
        slope = of.growth_spread / np.mean(centred**2) * centred[q] * centred[r]
        return float(1 - of.growth_spread - of.wobble + slope + of.wobble * (q == r))

    def spread(self, source: str, q: int) -> float:
        """Return the standard deviation of a source's uncut answers in a quarter."""
        s = self.profile.shares(source)
        rest = s.view + s.severity + s.halo + s.occasion + s.error
        return float(np.sqrt(s.ratee * self.truth(q, q) + rest))

    def covariance(
        self, a: str, b: str, *, rater: bool = False, q: int = 0, r: int = 0, items: Sequence[str] = ()
    ) -> float:
        """Return the covariance of the means of all indicators, or of some, of two sources."""
        one, two = self.profile.shares(a), self.profile.shares(b)
        kinds = Counter(
            (ABOUT[i] == ABOUT[j], rater and i == j and q == r)
            for i in items or composite(a)
            for j in items or composite(b)
        )
        total = 0.0
        for (alike, same), n in kinds.items():
            seen = 1.0 if alike else self.profile.performance.correlation
            common = np.sqrt(one.ratee * two.ratee) * seen * self.truth(q, r)
            common += one.view * (a == b) + (one.severity + one.halo + one.occasion * (q == r)) * rater
            total += n * self.cut(a, b, common + one.error * same, q, r)
        return total / kinds.total()

    def cut(self, a: str, b: str, common: float, q: int = 0, r: int = 0) -> float:
        """Return the covariance of two answers whose uncut covariance is given."""
        first, second = self.series(a, q), self.series(b, r)
        rho = common / self.spread(a, q) / self.spread(b, r)
        if a == b and q == r and np.isclose(rho, 1):
            return variance(self.cuts, self.shift(a, q), self.spread(a, q))
        return float(np.sum(first * second * rho ** np.arange(1, N_TERMS + 1)))

    def series(self, source: str, q: int) -> np.ndarray:
        """Return the coefficients of a source's answers in a quarter."""
        if (source, q) not in self.known:
            self.known[source, q] = coefficients(self.cuts, self.shift(source, q), self.spread(source, q))
        return self.known[source, q]

    def shift(self, source: str, q: int) -> float:
        """Return the mean of a source's uncut answers in a quarter."""
        of = self.profile.shares(source)
        return float(of.leniency + np.sqrt(of.ratee) * self.profile.performance.growth * q)

    def correlation(self, a: str, b: str, *, rater: bool = False, q: int = 0, r: int = 0) -> float:
        """Return the correlation of the composites of two sources, or of two quarters."""
        total = self.covariance(a, a, rater=True, q=q, r=q) * self.covariance(b, b, rater=True, q=r, r=r)
        return self.covariance(a, b, rater=rater, q=q, r=r) / np.sqrt(total)

    def leniency(self) -> float:
        """Return how far self-ratings lie above the supervisor's, in pooled standard deviations."""
        shared = [name for name in ASKED["self"] if name in ASKED["supervisor"]]
        means, variances = [], []
        for source in ("self", "supervisor"):
            at = (np.array(self.cuts) - self.profile.shares(source).leniency) / self.spread(source, 0)
            means.append(np.sum(norm.sf(at)))
            variances.append(self.covariance(source, source, rater=True, items=shared))
        return float((means[0] - means[1]) / np.sqrt(np.mean(variances)))

    def records(self) -> float:
        """Return the correlation of records with the supervisor's ratings, free of the error of both."""
        of, items = self.profile.records, composite("supervisor")
        ratee = (
            np.sqrt(of.ratee * self.profile.supervisor.ratee)
            * self.truth(0, 0)
            / self.spread("supervisor", 0)
        )
        alike = [1.0 if ABOUT[i] == "task" else self.profile.performance.correlation for i in items]
        covariance = coefficients(self.cuts, 0, self.spread("supervisor", 0))[0] * ratee * np.mean(alike)
        steady = np.mean([self.truth(q, r) for q in range(PERIODS) for r in range(q)])
        reliable = of.ratee * steady + of.circumstances
        same = self.covariance("supervisor", "supervisor")
        return float(covariance / np.sqrt(reliable * same))

    def items(self, common: float, source: str = "supervisor") -> float:
        """Return the correlation of two answers of one source whose uncut covariance is given."""
        total = self.spread(source, 0) ** 2
        return self.cut(source, source, common) / self.cut(source, source, total)


def composite(source: str) -> list[str]:
    """Return what is averaged: all on the scale of five but the overall rating."""
    return [name for name in ASKED[source] if name not in ("overall_rating", "staff_conduct")]


def solve(profile: Profile, names: Sequence[str], misses: Callable[[World], Sequence[float]]) -> Profile:
    """Change some shares until nothing misses; halo takes what is left of supervisors and peers."""
    start = [getattr(read(profile, name), name.split(".")[1]) for name in names]

    def at(values: Sequence[float]) -> Profile:
        changed = profile
        for name, value in zip(names, values, strict=True):
            part, attribute = name.split(".")
            changed = replace(changed, **{part: replace(getattr(changed, part), **{attribute: float(value)})})
        for part in ("supervisor", "peer", "self_"):
            changed = replace(changed, **{part: fill(getattr(changed, part), "halo")})
        rest = 1 - changed.records.ratee - changed.records.error
        changed = replace(changed, records=replace(changed.records, circumstances=rest))
        return replace(changed, citizen=fill(changed.citizen, "error"))

    found = least_squares(lambda x: misses(World(at(x))), start, bounds=(0, 1), xtol=1e-12, ftol=1e-12)
    if np.abs(found.fun).max() > 5e-4:
        print(f"  not met: {dict(zip(names, found.x.round(4), strict=True))} misses {found.fun.round(4)}")
    return at(found.x)


def read(profile: Profile, name: str) -> Shares | Records:
    return getattr(profile, name.partition(".")[0])


def fill(shares: Shares, name: str) -> Shares:
    """Let one share take what is left of 1."""
    others = sum(getattr(shares, one.name) for one in fields(shares) if one.name not in (name, "leniency"))
    return replace(shares, **{name: 1 - others})


def solve_colleagues(profile: Profile, agreement: float) -> Profile:
    """Meet the targets of the profiles in which colleagues rate one another."""
    names = [
        *("supervisor.ratee", "supervisor.view", "supervisor.occasion", "peer.ratee", "peer.view"),
        *("self_.ratee", "self_.leniency", "records.ratee"),
    ]

    def misses(world: World) -> list[float]:
        waves = [
            world.correlation("supervisor", "supervisor", rater=True, q=q, r=r)
            for q, r in ((0, 1), (1, 2), (0, 2))
        ]
        return [
            world.correlation("supervisor", "supervisor") - agreement,
            world.correlation("peer", "peer") - 0.37,
            world.correlation("supervisor", "peer") - 0.34,
            world.correlation("supervisor", "self") - 0.22,
            world.correlation("peer", "self") - 0.19,
            world.leniency() - 0.32,
            world.records() - 0.389,
            float(np.mean(waves)) - np.mean([0.79, 0.86, 0.77]),
        ]

    return solve(profile, names, misses)


def solve_scullen(profile: Profile) -> Profile:
    """Meet the shares of single answers; peers are as supervisors."""

    def misses(world: World) -> list[float]:
        s = world.profile.supervisor
        ratee = s.ratee * world.truth(0, 0)
        rater = s.severity + s.halo + s.occasion
        return [
            world.items(ratee) - 0.21,
            world.items(ratee + s.view) - 0.27,
            world.items(ratee + s.view + rater) - 0.89,
        ]

    found = solve(profile, ["supervisor.ratee", "supervisor.view", "supervisor.error"], misses)
    return replace(found, peer=found.supervisor)


def solve_citizens(profile: Profile) -> Profile:
    def misses(world: World) -> list[float]:
        s = world.profile.citizen
        return [
            world.items(s.ratee * world.truth(0, 0), "citizen") - 0.155,
            world.items(s.severity, "citizen") - 0.06,
        ]

    return solve(profile, ["citizen.ratee", "citizen.severity"], misses)


def show(profile: Profile) -> None:
    print(profile.name)
    for name in ("supervisor", "peer", "self_", "citizen", "records"):
        part = getattr(profile, name)
        print(f"  {name}:", {one.name: round(getattr(part, one.name), DECIMALS) for one in fields(part)})


if __name__ == "__main__":
    with_citizens = solve_citizens(PROFILES["administrative"])
    administrative = solve_colleagues(with_citizens, 0.45)
    show(administrative)
    show(solve_colleagues(replace(administrative, name="research"), 0.61))
    show(solve_scullen(replace(PROFILES["scullen"], citizen=administrative.citizen)))
