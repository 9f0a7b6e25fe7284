"""Ratings by persons: true performance seen through raters, in the few categories of a scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from evalkit.lab.people import Codes, People
from evalkit.lab.profiles import Profile, Shares
from evalkit.lab.streams import Streams
from evalkit.lab.truth import DIMENSIONS, Truth

Values = NDArray[np.float64]

#: Which dimension an indicator is about; an overall rating is about the mean of all.
ABOUT: Final[Mapping[str, str]] = {
    "work_result": "task",
    "target_achievement_rating": "task",
    "measurable_indicators": "task",
    "service_quality": "service",
    "communication": "service",
    "responsiveness": "service",
    "staff_conduct": "service",
    "adaptability": "adaptive",
    "initiative": "adaptive",
    "innovation": "adaptive",
    "collaboration": "collaborative",
    "team_contribution": "collaborative",
    "integrity": "disciplined",
    "discipline": "disciplined",
    "overall_rating": "",
}
_OF_FOUR: Final = ("staff_conduct",)  # answered 1 to 4, as in satisfaction surveys
_SENAPELAN: Final = ("target_achievement_rating", "measurable_indicators", "communication", "responsiveness")

#: What each source is asked: all that the five methods read from it; of the supervisor an overall rating too.
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "supervisor": tuple(name for name in ABOUT if name != "staff_conduct"),
    "peer": ("collaboration", "team_contribution", *_SENAPELAN),
    "self": _SENAPELAN,
    "citizen": (
        *("work_result", "service_quality", "adaptability", "initiative", "collaboration", "integrity"),
        "staff_conduct",
    ),
}

_MET: Final = 8  # people of a unit whom one citizen rates in a quarter, about

#: Where the categories of the scales end on a standard normal scale; the last cut of five is the ceiling's.
_CUTS_OF_FIVE: Final = (-2.3, -1.4, -0.4)
CUTS_OF_FOUR: Final = (-2.2, -1.2, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raters:
    """Who rates whom in one source.

    Attributes
    ----------
    number
        Number of the rater among the source's raters, shape (employee, rater of the employee, period).
    names
        Pseudonym of each rater.
    """

    number: Codes
    names: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One source's view of everyone, before it is put into the categories of a scale.

    Attributes
    ----------
    noise
        All but the true performance, shape (employee, rater of the employee, period, indicator).
    """

    source: str
    raters: Raters
    noise: Values
    shares: Shares

    @property
    def indicators(self) -> tuple[str, ...]:
        """What the source is asked, in the order of the last axis."""
        return ASKED[self.source]

    def rate(self, truth: Truth, profile: Profile) -> Values:
        """Return the ratings that this source gives to some true performance."""
        seen = np.sqrt(self.shares.ratee) * (truth @ _weights(self.indicators, profile))
        latent = self.noise + seen[:, None] + self.shares.leniency
        rated: Values = np.empty_like(latent)
        for of_four in (False, True):
            chosen = [i for i, name in enumerate(self.indicators) if (name in _OF_FOUR) == of_four]
            cuts = CUTS_OF_FOUR if of_four else cuts_of_five(profile.ceiling)
            rated[..., chosen] = categorise(latent[..., chosen], cuts)
        return rated


def cuts_of_five(ceiling: float) -> tuple[float, ...]:
    """Return the cuts of a scale of five whose best value is given to a share of all."""
    return (*_CUTS_OF_FIVE, max(float(norm.ppf(1 - ceiling)), _CUTS_OF_FIVE[-1]))


def categorise(latent: Values, cuts: tuple[float, ...]) -> Values:
    """Return the category of each value, from 1 on."""
    category = np.ones(latent.shape, dtype=np.float64)
    for cut in cuts:
        category += latent > cut
    return category


def _weights(indicators: tuple[str, ...], profile: Profile) -> Values:
    """Return what each indicator is about, as weights of the dimensions with a variance of one."""
    k = len(DIMENSIONS)
    overall = 1 / np.sqrt(k * (1 + (k - 1) * profile.performance.correlation))
    columns = [
        np.full(k, overall) if not ABOUT[name] else np.eye(k)[DIMENSIONS.index(ABOUT[name])]
        for name in indicators
    ]
    weights: Values = np.stack(columns, axis=1)
    return weights


def seat_raters(source: str, people: People, periods: tuple[str, ...], n: int, streams: Streams) -> Raters:
    """Choose who rates whom.

    Supervisors rate one unit each. Peers are a panel in each unit; its members rate all but themselves.
    Citizens come anew each quarter and meet about eight people of a unit.
    """
    if source == "self":
        return Raters(number=_everywhere(np.arange(people.n)[:, None], periods), names=people.names)
    if source == "supervisor":
        number = people.unit[:, None] * n + np.arange(n)
        names = [f"{unit}-supervisor-{k}" for unit in people.unit_names for k in range(1, n + 1)]
        return Raters(number=_everywhere(number, periods), names=names)
    if source == "peer":
        members = np.arange(n) + (np.arange(n) >= people.position[:, None])  # the panel less oneself
        number = people.first[people.unit][:, None] + members
        return Raters(number=_everywhere(number, periods), names=people.names)
    return _citizens(people, periods, n, streams)


def _everywhere(number: Codes, periods: tuple[str, ...]) -> Codes:
    """Let the same raters rate in every period."""
    return np.repeat(number[:, :, None], len(periods), axis=2)


def _citizens(people: People, periods: tuple[str, ...], n: int, streams: Streams) -> Raters:
    """Draw the k-th citizen of everyone from the k-th part of those who came, so that no two are the same."""
    part = -(-people.unit_sizes // _MET)
    came = part * n
    first = np.cumsum(came) - came
    shape = (people.n, n, len(periods))
    drawn = streams("citizens who came").integers(0, part[people.unit][:, None, None], shape)
    within = drawn + np.arange(n)[:, None] * part[people.unit][:, None, None]
    number = within + first[people.unit][:, None, None] + np.arange(len(periods)) * came.sum()
    names = [
        f"{unit}-citizen-{period}-{i:04d}"
        for period in periods
        for unit, count in zip(people.unit_names, came, strict=True)
        for i in range(1, count + 1)
    ]
    return Raters(number=number, names=names)


def draw_panel(source: str, people: People, raters: Raters, profile: Profile, streams: Streams) -> Panel:
    """Draw all that makes a source's ratings differ from true performance."""
    rng, shares = streams(source), profile.shares(source)
    n, n_raters, n_periods = raters.number.shape

    def draw(variance: float, *shape: int) -> Values:
        drawn: Values = np.sqrt(variance) * rng.standard_normal(shape)
        return drawn

    view = draw(shares.view, n, 1, 1, 1)
    severity = draw(shares.severity, len(raters.names))[raters.number][..., None]
    halo = draw(shares.halo, n, n_raters, 1, 1)
    occasion = draw(shares.occasion, n, n_raters, n_periods, 1)
    noise = draw(shares.error, n, n_raters, n_periods, len(ASKED[source]))
    noise += view + severity + halo + occasion
    return Panel(source=source, raters=raters, noise=noise, shares=shares)
