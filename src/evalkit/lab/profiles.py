"""What the laboratory is calibrated to: named profiles, each with its own consistent targets.

The published figures come from different studies and fit no single population, so that each profile has its
own. Shares of variance were solved from the targets by ``benchmarks/calibrate_laboratory.py``; tests compute
each target from simulated evidence, the way its study did, and hold it to the published value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

from evalkit.errors import UsageError, did_you_mean
from evalkit.shown import Shown

SALGADO: Final = "Salgado & Moscoso 2019, Front Psychol 10:2281"
CONWAY: Final = "Conway & Huffcutt 1997, Hum Perf 10:331"
HEIDEMEIER: Final = "Heidemeier & Moser 2009, J Appl Psychol 94:353"
BOMMER: Final = "Bommer et al. 1995, Pers Psychol 48:587"
CHEN: Final = "Chen 2005, Acad Manage J 48:101 (n = 65)"
SCULLEN: Final = "Scullen, Mount & Goff 2000, J Appl Psychol 85:956, first sample"
INSTEVAL: Final = "InstEval, 73 421 ratings of lecturers by students (lme4)"

#: How near a target is to be met where its study gives no interval.
NEAR: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Shown):
    """A published figure that a profile reproduces.

    Attributes
    ----------
    quantity
        Its name in the tests.
    value
        The published figure.
    study
        Where it stands.
    kind
        Whether it is as observed, or corrected for measurement error.
    raters
        Whether it is about single raters or their mean.
    of
        A composite of all indicators of a source, or single items.
    low, high
        Interval of the study, where its size is known; else `NEAR` around the value.
    """

    quantity: str
    value: float
    study: str
    kind: Literal["observed", "corrected"] = "observed"
    raters: Literal["single", "averaged"] = "single"
    of: Literal["composite", "item"] = "composite"
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares(Shown):
    """Where the variance of one rating comes from, before it is put into the categories of a scale.

    They add up to 1 within a place in a named profile; changed ones (halved, doubled) need not.

    Attributes
    ----------
    ratee
        True performance, which all sources see.
    view
        What raters of one source see alike, and other sources do not.
    severity
        How strict a rater is with everyone.
    halo
        What one rater holds of one person, whatever the indicator and the quarter.
    occasion
        The same, of one quarter only.
    error
        All else: indicator, quarter and chance.
    leniency
        How much higher this source rates, in standard deviations before categories.
    """

    ratee: float
    view: float = 0.0
    severity: float = 0.0
    halo: float = 0.0
    occasion: float = 0.0
    error: float
    leniency: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance(Shown):
    """How true performance varies; one unit of variance is that of people of one place in a quarter.

    Attributes
    ----------
    correlation
        Of any two dimensions.
    unit, place
        Variance of units within a place (part of the 1), and of places (beyond it).
    growth
        Mean gain per quarter.
    growth_spread
        Variance that differences in growth make, over the quarters on average.
    wobble
        Variance of what is true of one quarter only.
    """

    correlation: float = 0.6
    unit: float = 0.15
    place: float = 0.03
    growth: float = 0.05
    growth_spread: float = 0.02
    wobble: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Records(Shown):
    """What system records of a person hold: performance, circumstances that stay, and chance of a quarter."""

    ratee: float
    circumstances: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Shown):
    """One calibrated world.

    Attributes
    ----------
    ceiling
        Share of ratings at the best value of a scale of five, without leniency and growth.
    effects
        What an intervention adds to every dimension from the next quarter on, by kind, on average over
        leaders.
    effect_spread
        How far an effect varies over the leaders of units, by kind: its standard deviation, as a share of the
        effect. Mentoring's comes to .10.
    """

    name: str
    about: str
    supervisor: Shares
    peer: Shares
    self_: Shares
    citizen: Shares
    records: Records
    performance: Performance = Performance()
    ceiling: float = 0.2
    effects: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"training": 0.3, "mentoring": 0.15, "recognition": 0.0})
    )
    effect_spread: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"mentoring": 2 / 3}))
    targets: tuple[Target, ...] = ()

    def shares(self, source: str) -> Shares:
        """Return the shares of a source of ratings."""
        known = {
            "supervisor": self.supervisor,
            "peer": self.peer,
            "self": self.self_,
            "citizen": self.citizen,
        }
        return known[source]


_OF_COLLEAGUES: Final = (
    Target(quantity="peer with peer", value=0.37, study=CONWAY),
    Target(quantity="supervisor with peer", value=0.34, study=CONWAY),
    Target(quantity="supervisor with self", value=0.22, study=CONWAY),
    Target(quantity="peer with self", value=0.19, study=CONWAY),
    Target(quantity="self above supervisor, d", value=0.32, study=HEIDEMEIER),
    Target(quantity="records with supervisor", value=0.389, study=BOMMER, kind="corrected"),
)

_ADMINISTRATIVE: Final = Profile(
    name="administrative",
    about="ratings that count for something, as most ratings of civil servants do",
    supervisor=Shares(ratee=0.4719, view=0.0249, severity=0.08, halo=0.2169, occasion=0.1063, error=0.1),
    peer=Shares(ratee=0.3141, view=0.0561, severity=0.06, halo=0.2698, occasion=0.1, error=0.2),
    self_=Shares(ratee=0.1316, halo=0.4684, occasion=0.1, error=0.3, leniency=0.2949),
    citizen=Shares(ratee=0.175, severity=0.069, occasion=0.3, error=0.456),
    records=Records(ratee=0.136, circumstances=0.464, error=0.4),
    targets=(
        Target(quantity="supervisor with supervisor", value=0.45, study=SALGADO),
        *_OF_COLLEAGUES,
        Target(quantity="supervisor, wave 1 with 2", value=0.79, study=CHEN, low=0.677, high=0.866),
        Target(quantity="supervisor, wave 2 with 3", value=0.86, study=CHEN, low=0.780, high=0.912),
        Target(quantity="supervisor, wave 1 with 3", value=0.77, study=CHEN, low=0.649, high=0.853),
    ),
)

_RESEARCH: Final = replace(
    _ADMINISTRATIVE,
    name="research",
    about="ratings that count for nothing but a study",
    supervisor=Shares(ratee=0.4719, view=0.1485, severity=0.08, halo=0.0933, occasion=0.1063, error=0.1),
    records=Records(ratee=0.1832, circumstances=0.4168, error=0.4),
    targets=(
        Target(quantity="supervisor with supervisor", value=0.61, study=SALGADO),
        *_OF_COLLEAGUES,
        *_ADMINISTRATIVE.targets[-3:],
    ),
)

_SCULLEN_RATER: Final = Shares(
    ratee=0.2369, view=0.0682, severity=0.08, halo=0.4803, occasion=0.1, error=0.0346
)
_SCULLEN: Final = replace(
    _ADMINISTRATIVE,
    name="scullen",
    about="ratings that say more of the rater than of the person rated",
    supervisor=_SCULLEN_RATER,
    peer=_SCULLEN_RATER,
    targets=(
        Target(quantity="share of the ratee", value=0.21, study=SCULLEN, of="item"),
        Target(quantity="share of the rater", value=0.62, study=SCULLEN, of="item"),
        Target(quantity="share of error", value=0.11, study=SCULLEN, of="item"),
    ),
)

_INSTEVAL: Final = replace(
    _ADMINISTRATIVE,
    name="insteval",
    about="the administrative profile, held to a study of ratings by those who are served",
    targets=(
        Target(quantity="citizens: share of the rater", value=0.060, study=INSTEVAL, of="item"),
        Target(quantity="citizens: share of the ratee", value=0.155, study=INSTEVAL, of="item"),
        Target(quantity="citizens: share of the rest", value=0.785, study=INSTEVAL, of="item"),
    ),
)

#: Every profile by its name.
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {one.name: one for one in (_ADMINISTRATIVE, _RESEARCH, _SCULLEN, _INSTEVAL)}
)


def find_profile(name: str) -> Profile:
    """Return a profile by its name.

    Raises
    ------
    UsageError
        If there is none of this name; the message names the nearest one.

    Examples
    --------
    >>> find_profile("administrative").targets[0].value
    0.45
    """
    if name not in PROFILES:
        raise UsageError(f"The laboratory has no profile {name!r}: {did_you_mean(name, PROFILES)}")
    return PROFILES[name]
