"""Numbers as people read them, in the locale of the language."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Final

from evalkit.present.reader import reader_language
from evalkit.vocabulary import Language

_DASH: Final = "–"
_FINER: Final = 3  # decimals that are tried, the first with those asked for
_SWAP: Final = {"en": str.maketrans({"-": "−"}), "id": str.maketrans({",": ".", ".": ",", "-": "−"})}


def format_number(value: float, *, digits: int = 2, lang: Language | None = None) -> str:
    """Write a number with a fixed count of decimals; integers have none, and a gap is a dash.

    A negative number has a minus sign (U+2212), which is as wide as a plus and no line ends after it; what
    machines read is written elsewhere.

    Examples
    --------
    >>> format_number(1234.5, digits=1)
    '1,234.5'
    >>> format_number(1234.5, digits=1, lang="id")
    '1.234,5'
    >>> format_number(-0.001), format_number(-0.25, lang="id")
    ('0.00', '−0,25')
    >>> format_number(float("nan"))
    '–'
    """
    if math.isnan(value):
        return _DASH
    text = f"{value:,}" if isinstance(value, Integral) else f"{round(value, digits) + 0.0:,.{digits}f}"
    return text.translate(_SWAP[reader_language(lang)])


def format_share(value: float, *, digits: int = 0, lang: Language | None = None) -> str:
    """Write a share between 0 and 1 as a percentage.

    Examples
    --------
    >>> format_share(0.705)
    '70 %'
    >>> format_share(0.705, digits=1, lang="id")
    '70,5 %'
    """
    text = format_number(100 * value, digits=digits, lang=lang)
    return text if text == _DASH else f"{text} %"


def format_p_value(value: float, *, digits: int = 3, lang: Language | None = None) -> str:
    """Write a p-value; what would round to zero is written as less than the last digit shown.

    Examples
    --------
    >>> format_p_value(0.0312), format_p_value(1e-9), format_p_value(1e-9, lang="id")
    ('0.031', '< 0.001', '< 0,001')
    """
    least = 10.0**-digits
    if value < least:
        return f"< {format_number(least, digits=digits, lang=lang)}"
    return format_number(value, digits=digits, lang=lang)


def format_interval(
    low: float, high: float, *, digits: int | None = None, share: bool = False, lang: Language | None = None
) -> str:
    """Write an interval in words, with 2 decimals, or none for shares, unless ``digits`` says otherwise.

    Examples
    --------
    >>> format_interval(0.124, 0.356)
    '0.12 to 0.36'
    >>> format_interval(0.1, 0.25, share=True, lang="id")
    '10 % sampai 25 %'
    >>> format_interval(float("nan"), float("nan"))
    'no interval'
    """
    if math.isnan(low) and math.isnan(high):
        return {"en": "no interval", "id": "tanpa selang"}[reader_language(lang)]
    write = format_share if share else format_number
    if digits is None:
        digits = 0 if share else 2
    word = {"en": "to", "id": "sampai"}[reader_language(lang)]
    return f"{write(low, digits=digits, lang=lang)} {word} {write(high, digits=digits, lang=lang)}"


def format_measured(
    value: float,
    low: float,
    high: float,
    *,
    digits: int | None = None,
    share: bool = False,
    lang: Language | None = None,
) -> str:
    """Write a number with its interval in brackets, finer where both ends would round to the number.

    Examples
    --------
    >>> format_measured(0.82, 0.784, 0.851), format_measured(float("nan"), 0.1, 0.2)
    ('0.82 (0.78 to 0.85)', '–')
    >>> format_measured(0.832, 0.829, 0.8341, share=True)
    '83.2 % (82.9 % to 83.4 %)'
    """
    if math.isnan(value):
        return _DASH
    write = format_share if share else format_number
    least = (0 if share else 2) if digits is None else digits
    told = next(
        (
            finer
            for finer in range(least, least + _FINER)
            if _is_seen(value, low, high, 100 if share else 1, finer)
        ),
        least,
    )
    interval = format_interval(low, high, digits=told, share=share, lang=lang)
    return f"{write(value, digits=told, lang=lang)} ({interval})"


def _is_seen(value: float, low: float, high: float, times: int, digits: int) -> bool:
    """Tell whether an interval shows that it is wider than a point."""
    return low == high or len({round(times * each, digits) for each in (value, low, high)}) > 1
