"""Names inside a picture: numbered in their order, since matplotlib makes them of the last bit of a place."""

from __future__ import annotations

import re
from itertools import count
from typing import Final

_MADE: Final = re.compile(r'(?<=id=")([a-zA-Z])[0-9a-f]{10}(?=["_])')


def number_names(svg: str) -> str:
    """Replace the names that matplotlib hashes by numbers, in the order in which they are defined.

    Two identical runs may place a panel apart by the last bit, which changes no written coordinate but the
    hash.

    Examples
    --------
    >>> number_names('<clipPath id="p80e3f1c708"/><g clip-path="url(#p80e3f1c708)"/>')
    '<clipPath id="p1"/><g clip-path="url(#p1)"/>'
    """
    numbers = count(1)
    names = {match.group(): f"{match.group(1)}{next(numbers)}" for match in _MADE.finditer(svg)}
    if not names:
        return svg
    found = re.compile("|".join(sorted(names, key=len, reverse=True)))
    return found.sub(lambda match: names[match.group()], svg)
