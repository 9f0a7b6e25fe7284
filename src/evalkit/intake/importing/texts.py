"""Texts of a sheet as a study may hold them: no formula, no control character, no number of a person."""

from __future__ import annotations

import re
from typing import Final

#: What a spreadsheet program would take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@")
_SPACES: Final = re.compile(r"\s+")
_LONGEST: Final = 200


def tidy_text(value: object, *, longest: int = _LONGEST) -> tuple[str, bool]:
    r"""Return a text on one line that no program runs, and whether more than white space was changed.

    Examples
    --------
    >>> tidy_text(" Dinas\n Kesehatan ")
    ('Dinas Kesehatan', False)
    >>> tidy_text("=1+1")
    ("'=1+1", True)
    """
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    line = _SPACES.sub(" ", plain).strip()
    text = "".join(letter if letter.isprintable() else " " for letter in line)
    text = _SPACES.sub(" ", text)[:longest].strip()
    while text.startswith("'"):
        text = text[1:].strip()
    if text.startswith(_FORMULA):
        return f"'{text}", True
    return text, text != line
