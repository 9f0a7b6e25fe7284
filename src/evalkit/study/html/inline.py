"""Changes to the words of a rendered page that leave its tags, its code and its links alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_PIECES: Final = re.compile(r"(<!--.*?-->|<[^>]+>)", re.DOTALL)
_NAME: Final = re.compile(r"</?([A-Za-z][\w-]*)")
#: Text inside of these stays as it is.
_KEPT: Final = frozenset(
    ("a", "button", "code", "pre", "script", "style", "svg", "math", "summary", "caption", "th")
)
_HEADING: Final = re.compile(r"h[1-6]")
# The blank stands first, so that a search through megabytes of figures leaps from blank to blank.
_BOUND: Final = re.compile(
    r" (?:%(?<=[0-9] %)|(?<=[±→] )(?=[0-9])|(?<=[0-9] )(?=→ [0-9])|(?<=\bn )(?== [0-9])|(?<=\bn = )(?=[0-9]))"
)


def keep_together(html: str) -> str:
    r"""Let no line end between a number and its sign for per cent, its "±" or its "n =", nor at an arrow.

    Examples
    --------
    >>> keep_together("0.2 ± 0.1 (n = 27), 1 → 3").split(" ")
    ['0.2', '±\xa00.1', '(n\xa0=\xa027),', '1\xa0→\xa03']
    >>> keep_together("{% if %} 91 %") == "{% if %} 91\N{NO-BREAK SPACE}%"
    True
    """
    return _BOUND.sub(lambda match: "\N{NO-BREAK SPACE}" + match[0][1:], html)


def change_text(html: str, change: Callable[[str], str]) -> str:
    """Apply a change to each piece of running text of some HTML, and to nothing else.

    Examples
    --------
    >>> change_text("<p>x <code>x</code> <a href='x'>x</a></p>", lambda text: text.replace("x", "y"))
    "<p>y <code>x</code> <a href='x'>x</a></p>"
    """
    kept: list[str] = []
    pieces = []
    for piece in _PIECES.split(html):
        if piece.startswith("<") and (match := _NAME.match(piece)):
            _follow(kept, match[1].lower(), closing=piece.startswith("</"))
        pieces.append(piece if kept or piece.startswith("<") else change(piece))
    return "".join(pieces)


def _follow(kept: list[str], name: str, *, closing: bool) -> None:
    if name not in _KEPT and not _HEADING.fullmatch(name):
        return
    if not closing:
        kept.append(name)
    elif name in kept:
        del kept[len(kept) - 1 - kept[::-1].index(name) :]
