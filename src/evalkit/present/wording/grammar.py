"""Small words that sentences share."""

from __future__ import annotations

from collections.abc import Sequence


def count(n: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> count(1, "official"), count(43, "official"), count(2, "person", "people")
    ('1 official', '43 officials', '2 people')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> listed(["Semarang"]), listed(["Semarang", "Bengkulu", "Surakarta"])
    ('Semarang', 'Semarang, Bengkulu and Surakarta')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
