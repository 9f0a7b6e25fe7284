"""The first findings at once, the others behind a switch, so that a first screen can hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

#: A list of up to so many findings is shown whole; of a longer one, the first few.
MOST_WHOLE: Final = 6
SHOWN: Final = 4
_LIST: Final = re.compile(r'<ul class="findings">(.*?)</ul>', re.DOTALL)
_ITEM: Final = re.compile(r"<li>.*?</li>", re.DOTALL)


def fold_findings(html: str, words: Mapping[str, str]) -> str:
    """Put all but the first few findings of a long list into a part that unfolds.

    Examples
    --------
    >>> long = '<ul class="findings">' + "<li>a</li>" * 10 + "</ul>"
    >>> "<summary>6 more findings</summary>" in fold_findings(long, {"more_findings": "{n} more findings"})
    True
    """

    def fold(match: re.Match[str]) -> str:
        items = _ITEM.findall(match[1])
        if len(items) <= MOST_WHOLE:
            return match[0]
        summary = escape(words["more_findings"].format(n=len(items) - SHOWN))
        first, rest = "".join(items[:SHOWN]), "".join(items[SHOWN:])
        return (
            f'<ul class="findings">{first}</ul><details class="more"><summary>{summary}</summary>'
            f'<ul class="findings">{rest}</ul></details>'
        )

    return _LIST.sub(fold, html)
