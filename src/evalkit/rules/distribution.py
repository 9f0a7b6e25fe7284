"""The pattern that an agency's predikats should follow, given the agency's own achievement.

Source: PermenPANRB 6/2022 has the predikats of employees follow the achievement of their agency; the bounds
are those that a later circular quotes. So individual predikats are not independent within an agency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from evalkit.vocabulary import PREDIKATS

Relation = Literal["at_most", "at_least", "some", "none"]

#: Achievements of an agency, lowest first.
ACHIEVEMENTS: Final = ("sangat_kurang", "kurang", "butuh_perbaikan", "baik", "istimewa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One bound on the share of some predikats.

    Attributes
    ----------
    predikats
        The predikats that are counted together.
    relation
        at_most or at_least a percentage; some: at least one person; none: nobody.
    percent
        The percentage; 0 for some and none.
    """

    predikats: tuple[str, ...]
    relation: Relation
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenBound:
    """A bound that an agency's predikats break, with the count that breaks it."""

    bound: Bound
    n: int
    n_employees: int


def _bound(relation: Relation, *predikats: str, percent: int = 0) -> Bound:
    return Bound(predikats=predikats, relation=relation, percent=percent)


#: Bounds by the achievement of the agency.
PATTERNS: Final[Mapping[str, tuple[Bound, ...]]] = MappingProxyType(
    {
        "istimewa": (_bound("at_most", "sangat_baik", percent=70),),
        "baik": (_bound("at_most", "baik", percent=70), _bound("some", "butuh_perbaikan", "kurang")),
        "butuh_perbaikan": (
            _bound("at_least", "butuh_perbaikan", percent=60),
            _bound("at_most", "sangat_baik", percent=10),
        ),
        "kurang": (
            _bound("at_least", "kurang", percent=60),
            _bound("at_least", "butuh_perbaikan", percent=10),
            _bound("at_most", "sangat_baik", percent=10),
        ),
        "sangat_kurang": (_bound("at_least", "sangat_kurang", percent=60), _bound("none", "sangat_baik")),
    }
)


def check_distribution(counts: Mapping[str, int], achievement: str) -> tuple[BrokenBound, ...]:
    """List the bounds that the predikats of an agency break; empty where they follow the pattern.

    Parameters
    ----------
    counts
        Number of employees by predikat; one that is left out counts none.
    achievement
        Achievement of the agency, one of `ACHIEVEMENTS`.

    Raises
    ------
    ValueError
        If the achievement or a predikat is unknown, a count is negative, or there are no employees.

    Examples
    --------
    >>> [broken.bound.relation for broken in check_distribution({"baik": 8, "sangat_baik": 2}, "baik")]
    ['at_most', 'some']
    """
    if achievement not in PATTERNS:
        raise ValueError(f"achievement must be one of {', '.join(ACHIEVEMENTS)}; found {achievement!r}")
    unknown = [name for name in counts if name not in PREDIKATS]
    if unknown:
        raise ValueError(f"a predikat must be one of {', '.join(PREDIKATS)}; found {', '.join(unknown)}")
    total = sum(counts.values())
    if total <= 0 or min(counts.values()) < 0:
        raise ValueError("counts must be those of at least one employee, and none negative")
    broken = []
    for bound in PATTERNS[achievement]:
        n = sum(counts.get(predikat, 0) for predikat in bound.predikats)
        if not _holds(bound, n, total):
            broken.append(BrokenBound(bound=bound, n=n, n_employees=total))
    return tuple(broken)


def _holds(bound: Bound, n: int, total: int) -> bool:
    """Compare in whole numbers: 7 of 10 is exactly 70 percent."""
    match bound.relation:
        case "at_most":
            return 100 * n <= bound.percent * total
        case "at_least":
            return 100 * n >= bound.percent * total
        case "some":
            return n > 0
        case "none":
            return n == 0
