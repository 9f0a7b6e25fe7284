"""Scenarios that differ in how many raters and quarters there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from types import MappingProxyType
from typing import Final

from evalkit.lab.corruption import Corruption
from evalkit.lab.scenarios import Scenario
from evalkit.lab.simulate import Dose
from evalkit.methods import MethodSpecification

#: Numbers that are tried: of raters of an employee (visitors: of a unit) in a quarter, and of quarters.
TRIED: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "supervisors": (1, 2, 3),
        "peers": (1, 2, 4),
        "citizens": (1, 2, 4),
        "visitors": (10, 20, 40),
        "quarters": (1, 2, 4),
    }
)
#: The number that each source of employees' ratings is dosed by.
_DOSED: Final = {"supervisor": "supervisors", "peer": "peers", "citizen": "citizens"}
_LEVELS: Final = 3


def list_dose_scenarios(
    *,
    n_replicates: int,
    profile: str = "administrative",
    corruptions: tuple[tuple[Corruption, ...], ...] = (),
    target_error: float | None = None,
) -> tuple[Scenario, ...]:
    """Return 27 scenarios: all combinations of supervisors, peers and quarters, with bundles.

    Citizens and visitors go together and follow an orthogonal array, so that each of their numbers meets each
    of the others equally often.

    Examples
    --------
    >>> scenarios = list_dose_scenarios(n_replicates=10)
    >>> len(scenarios), scenarios[0].name
    (27, 'supervisors=1 peers=1 citizens=1 visitors=10 quarters=1')
    """
    every = Scenario(
        name="every", profile=profile, corruptions=corruptions, bundles=True,
        n_replicates=n_replicates, target_error=target_error,
    )  # fmt: skip
    return tuple(
        _with_doses(every, (s, p, (s + p + q) % _LEVELS, q)) for s, p, q in product(range(_LEVELS), repeat=3)
    )


def _with_doses(every: Scenario, levels: tuple[int, int, int, int]) -> Scenario:
    supervisors, peers, citizens, quarters = levels
    at = {
        "supervisors": supervisors, "peers": peers, "citizens": citizens, "visitors": citizens,
        "quarters": quarters,
    }  # fmt: skip
    tried = {name: TRIED[name][level] for name, level in at.items()}
    name = " ".join(f"{key}={value}" for key, value in tried.items())
    n_quarters = tried.pop("quarters")
    return replace(every, name=name, dose=Dose(**tried), quarters=n_quarters)


def find_doses(method: MethodSpecification) -> tuple[str, ...]:
    """Return the numbers that a method's evidence depends on, in the order of `TRIED`.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> find_doses(load_methods()["surakarta"])
    ('supervisors', 'quarters')
    """
    found = {"quarters"}
    for part in method.components:
        for source in part.sources:
            if source == "citizen" and part.level == "unit":
                found.add("visitors")
            elif source in _DOSED:
                found.add(_DOSED[source])
    return tuple(name for name in TRIED if name in found)
