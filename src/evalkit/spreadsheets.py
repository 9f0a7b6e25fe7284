"""Text that is safe in a spreadsheet: what a study's files say must not run where its tables are opened."""

from __future__ import annotations

from typing import Final

#: What a spreadsheet program would take for the beginning of a formula.
_BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutralise(text: str) -> str:
    """Return a text as it may stand in a cell: an apostrophe keeps it from being a formula; numbers stay.

    Every writer of CSV or XLSX passes text through here.

    Examples
    --------
    >>> neutralise("=cmd|' /C calc'!A0"), neutralise("unit 3"), neutralise("-0.5")
    ("'=cmd|' /C calc'!A0", 'unit 3', '-0.5')
    """
    if not text.startswith(_BEGINNINGS) or _is_number(text):
        return text
    return f"'{text}"


def restore(text: str) -> str:
    """Return the text that `neutralise` was given, where programs that know texts from formulas read it.

    Examples
    --------
    >>> restore("'=1+1"), restore("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and neutralise(text[1:]) == text else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip()
