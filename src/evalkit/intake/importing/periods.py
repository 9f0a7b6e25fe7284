"""The quarter of a row, from what the sheet says and what is told of it; the two have to agree."""

from __future__ import annotations

import re
from typing import Final

_PARTS: Final = re.compile(r"(\d{4})?(Q[1-4])?", re.ASCII)


def resolve_period(stated: str, told: str) -> tuple[str, str]:
    """Return a quarter and, where there is none, why.

    Parameters
    ----------
    stated, told
        A quarter such as 2025Q1, a year, Q1, or nothing: of the sheet, and of whoever imports it.

    Examples
    --------
    >>> resolve_period("2024", "Q4"), resolve_period("2025Q1", ""), resolve_period("", "")
    (('2024Q4', ''), ('2025Q1', ''), ('', ''))
    >>> resolve_period("2024", "2025Q1"), resolve_period("2024", "")
    (('', 'other_year'), ('', 'year_without_quarter'))
    """
    found = [_PARTS.fullmatch(text) for text in (stated, told)]
    if not stated and not told:
        return "", ""
    if not found[0] or not found[1]:
        return "", "other_period"
    years, quarters = ({each[part] for each in found if each and each[part]} for part in (1, 2))
    if len(years) > 1 or len(quarters) > 1:
        return "", "other_year" if len(years) > 1 else "other_period"
    if not years or not quarters:
        return "", "year_without_quarter" if years else "quarter_without_year"
    return years.pop() + quarters.pop(), ""
