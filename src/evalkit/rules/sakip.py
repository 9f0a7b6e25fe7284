"""SAKIP: the evaluation of an agency's accountability for its performance.

Source: Peraturan Menteri PANRB 88/2021 on the evaluation of the accountability of government agencies.
Earlier evaluations used other weights, so scores are never recomputed or compared across that line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from evalkit.errors import DesignError

#: Percent of the score that each component carries.
SAKIP_WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {"planning": 30, "measurement": 30, "reporting": 15, "evaluation": 25}
)
#: A score above the limit has the grade; the last one has the rest.
SAKIP_GRADES: Final = (("AA", 90), ("A", 80), ("BB", 70), ("B", 60), ("CC", 50), ("C", 30))
#: First year of evaluation under PermenPANRB 88/2021, which is dated at the end of 2021.
FIRST_YEAR: Final = 2022


def score_sakip(components: Mapping[str, float], *, year: int) -> float:
    """Return the SAKIP score, 0 to 100, of four components, each 0 to 100.

    Parameters
    ----------
    components
        Attained percentage of planning, measurement, reporting and (internal) evaluation.
    year
        Year in which the evaluation was held.

    Raises
    ------
    DesignError
        If the year lies before PermenPANRB 88/2021.
    ValueError
        If a component is missing, unknown or off its scale.

    Examples
    --------
    >>> score_sakip({"planning": 80, "measurement": 70, "reporting": 60, "evaluation": 40}, year=2024)
    64.0
    """
    if year < FIRST_YEAR:
        raise DesignError(
            f"SAKIP scores before {FIRST_YEAR} used other weights than PermenPANRB 88/2021; found {year}. "
            "Take the score as it was published; it cannot be recomputed."
        )
    if set(components) != set(SAKIP_WEIGHTS):
        raise ValueError(
            f"SAKIP needs the components {', '.join(SAKIP_WEIGHTS)}; found {', '.join(components)}"
        )
    for name, value in components.items():
        if not 0 <= value <= 100:
            raise ValueError(f"the SAKIP component {name} must lie between 0 and 100; found {value}")
    return sum(SAKIP_WEIGHTS[name] * value for name, value in components.items()) / 100


def grade_sakip(score: float) -> str:
    """Return the grade of a SAKIP score: AA, A, BB, B, CC, C or D; a limit itself belongs to the lower grade.

    Raises
    ------
    ValueError
        If the score lies outside 0 to 100.

    Examples
    --------
    >>> grade_sakip(80), grade_sakip(80.01)
    ('BB', 'A')
    """
    if not 0 <= score <= 100:
        raise ValueError(f"a SAKIP score lies between 0 and 100; found {score}")
    return next((grade for grade, limit in SAKIP_GRADES if score > limit), "D")


def require_comparable_sakip(years: Iterable[int]) -> None:
    """Refuse to compare SAKIP scores from before and from after PermenPANRB 88/2021.

    Raises
    ------
    DesignError
        If the years lie on both sides of the line.

    Examples
    --------
    >>> require_comparable_sakip([2022, 2025])
    """
    ordered = sorted(set(years))
    if ordered and ordered[0] < FIRST_YEAR <= ordered[-1]:
        raise DesignError(
            "SAKIP scores from before and from after PermenPANRB 88/2021 have different weights; "
            f"{ordered[0]} and {ordered[-1]} lie on both sides of {FIRST_YEAR}. "
            "Compare years of one side only."
        )
