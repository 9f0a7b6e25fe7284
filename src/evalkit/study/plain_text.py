"""Text that a spreadsheet shows, and does not run."""

from __future__ import annotations

from typing import Final

_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe.

    It is meant for the cells of CSV files, which cannot say what is text; numbers are no texts.

    Examples
    --------
    >>> neutralise("=cmd|' /C calc'!A0"), neutralise("Dumai")
    ("'=cmd|' /C calc'!A0", 'Dumai')
    """
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
