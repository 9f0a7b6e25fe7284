"""Scenarios: how evidence is made, and the ways in which it is spoiled afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from evalkit.errors import UsageError, did_you_mean
from evalkit.lab.corruption import KINDS, Corruption
from evalkit.lab.profiles import Profile, find_profile
from evalkit.lab.simulate import QUARTERS, Dose
from evalkit.shown import Shown

_PANELS: Final = ("supervisor", "peer", "self_", "citizen")

#: Each share of variance that can be changed, with the parts of a profile that have it.
PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ratee": (*_PANELS, "records"),
        "view": _PANELS,
        "severity": _PANELS,
        "halo": _PANELS,
        "occasion": _PANELS,
        "error": (*_PANELS, "records"),
        "circumstances": ("records",),
        "unit": ("performance",),
        "place": ("performance",),
        "growth_spread": ("performance",),
        "wobble": ("performance",),
    }
)
#: What is left of the variance of performance for what is steady of a person.
_OF_PERSONS: Final = ("unit", "growth_spread", "wobble")
#: The leniency of self-ratings that is tried, in standard deviations before categories.
SELF_LENIENCY: Final = (-0.3, 0.6)


def vary(profile: Profile, part: str, factor: float) -> Profile:
    """Return a profile with one share of variance multiplied in every source that has it.

    All else stays, so that shares need no longer add up to 1: twice the halo adds variance to a rating, and
    takes none from performance. Of true performance, what is steady of a person makes way.

    Parameters
    ----------
    part
        One of `PARTS`; error is that of ratings and of records.
    factor
        0.5 for half, 2 for double; 0 takes the part away.

    Raises
    ------
    UsageError
        If there is no such part, or the factor leaves no variance that could be drawn.

    Examples
    --------
    >>> from evalkit.lab import find_profile
    >>> twice = vary(find_profile("administrative"), "halo", 2)
    >>> twice.supervisor.halo, twice.supervisor.error
    (0.4338, 0.1)
    """
    if part not in PARTS:
        raise UsageError(f"There is no share of variance {part!r}: {did_you_mean(part, PARTS)}")
    if not 0 <= factor < float("inf"):
        raise UsageError(f"A share of variance can be multiplied by 0 or more; found {factor!r} for {part}.")
    changed: dict[str, Any] = {name: _multiply(getattr(profile, name), part, factor) for name in PARTS[part]}
    varied = replace(profile, **changed)
    taken = sum(getattr(varied.performance, name) for name in _OF_PERSONS)
    if taken > 1:
        raise UsageError(
            f"{part} × {factor:g} leaves persons no variance of their own: {', '.join(_OF_PERSONS)} make "
            f"{taken:.2f} of 1. Choose a smaller factor."
        )
    return varied


def _multiply(of: Any, part: str, factor: float) -> Any:
    return replace(of, **{part: factor * getattr(of, part)})


def name_corruptions(corruptions: Iterable[Corruption]) -> str:
    """Return the name of what is done to evidence, such as ``refusal=0.3``; "" if nothing is.

    The order of the list does not matter, as it does not to `corrupt`.

    Examples
    --------
    >>> name_corruptions([Corruption("stale_records", 0.5), Corruption("refusal", 0.3)])
    'stale_records=0.5+refusal=0.3'
    """
    order = list(KINDS)
    some = sorted((one for one in corruptions if one.dose > 0), key=lambda one: order.index(one.kind))
    return "+".join(f"{one.kind}={float(one.dose):.12g}" for one in some)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Shown):
    """How evidence is made, and the ways in which it is spoiled, each applied alone to the same evidence.

    Attributes
    ----------
    name
        Unique in a plan, in no language.
    profile
        Name of the profile in `PROFILES`.
    part, factor
        One share of variance that is changed in every source (`vary`), and by how much; none by default.
    self_leniency
        Leniency of self-ratings in standard deviations before categories, where not the profile's.
    dose
        How many raters there are.
    quarters
        How many of the year's four quarters are observed, as evenly apart as can be, the last one always;
        true performance is that of the whole year.
    bundles
        Whether bundles of one principle and one aggregation are scored beside the methods (`load_bundles`).
    corruptions
        What is done to the evidence; evidence as it is always comes first, and need not be listed.
    n_replicates
        How often, at most.
    target_error
        The largest Monte Carlo error here, where it is not the plan's.

    Raises
    ------
    UsageError
        If a field cannot be, or two entries of ``corruptions`` are the same.

    Examples
    --------
    >>> twice = Scenario(name="administrative twice the halo", part="halo", factor=2, n_replicates=100)
    >>> twice.find_profile().peer.halo
    0.5396
    """

    name: str
    profile: str = "administrative"
    part: str = ""
    factor: float = 1.0
    self_leniency: float | None = None
    dose: Dose = field(default_factory=Dose)
    quarters: int = 4
    bundles: bool = False
    corruptions: tuple[tuple[Corruption, ...], ...] = ()
    n_replicates: int
    target_error: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be run, before anything is."""
        for name in ("quarters", "n_replicates"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise UsageError(
                    f"{name} of {self.name!r} must be a whole number from 1 on; found {value!r}."
                )
        if self.quarters > len(QUARTERS):
            raise UsageError(
                f"quarters of {self.name!r} must be at most {len(QUARTERS)}, a year; found {self.quarters}."
            )
        if self.target_error is not None and not self.target_error > 0:
            raise UsageError(
                f"target_error of {self.name!r} must be a number above 0; found {self.target_error!r}."
            )
        self._check_leniency()
        names = self.corruption_names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UsageError(
                f"{self.name!r} lists {twice[0] or 'evidence as it is'} more than once; "
                "evidence as it is always runs."
            )
        self.find_profile()

    def _check_leniency(self) -> None:
        low, high = SELF_LENIENCY
        if self.self_leniency is not None and not low <= self.self_leniency <= high:
            raise UsageError(
                f"self_leniency of {self.name!r} must lie from {low} to {high}; found {self.self_leniency!r}."
            )

    @property
    def corruption_names(self) -> tuple[str, ...]:
        """Name of each way in which the evidence is seen; the first one, "", is as it is."""
        return ("", *(name_corruptions(some) for some in self.corruptions))

    @property
    def periods(self) -> tuple[str, ...]:
        """The quarters that are observed.

        Examples
        --------
        >>> Scenario(name="twice a year", quarters=2, n_replicates=1).periods
        ('2025Q2', '2025Q4')
        """
        n = len(QUARTERS)
        return tuple(QUARTERS[-(-n * (i + 1) // self.quarters) - 1] for i in range(self.quarters))

    def find_profile(self) -> Profile:
        """Return the profile as this scenario changes it."""
        profile = find_profile(self.profile)
        if self.part or self.factor != 1:
            profile = vary(profile, self.part, self.factor)
        if self.self_leniency is not None:
            profile = replace(profile, self_=replace(profile.self_, leniency=self.self_leniency))
        return profile
