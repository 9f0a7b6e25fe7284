"""Mark what is synthetic, or tells of single people: the word stands in every figure and on every table.

A figure or a table is copied out of its page sooner or later, and must then still say that it is about
nobody, or not to be passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from evalkit.study.harvest import is_figure
from evalkit.study.html.words import say_in, words
from evalkit.study.options import read_options
from evalkit.vocabulary import TABLE_MIME, Language

_STYLE: Final = "font-family: sans-serif; font-weight: bold; fill: #8a1f11"
_END: Final = re.compile(r"</svg\s*>\s*$")
_SIZE: Final = re.compile(
    r'width="(?P<width>[\d.]+)pt" height="(?P<height>[\d.]+)pt" viewBox="0 0 (?P=width) (?P=height)"'
    r"(?P<rest>[^>]*>)"
)
_STRIP: Final = 11  # points that the small mark takes
_CAPTION: Final = re.compile(r"(<caption[^>]*>)")
_TABLE: Final = re.compile(r"(<table[^>]*>)")
_LABEL: Final = re.compile(r'(aria-label=")')


def stamp_notebook(notebook: Any, lang: Language, *, mark: str = "") -> Any:
    """Stamp every figure and table that the cells of an executed notebook show; the notebook is changed.

    Parameters
    ----------
    mark
        What to write; by default that the evidence is synthetic.
    """
    mark = mark or words(lang)["synthetic_mark"]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            for output in cell["outputs"]:
                _stamp_output(output, cell, mark, lang)
    return notebook


def _stamp_output(output: Any, cell: Mapping[str, Any], mark: str, lang: Language) -> None:
    data = output.get("data", {})
    for mime, stamp in _STAMPS.items():
        if mime in data:
            data[mime] = stamp(data[mime], mark)
    if is_figure(output):
        options, _ = read_options("".join(cell["source"]))
        known = {**options, **output.setdefault("metadata", {}).get("evalkit", {})}
        said = {name: f"{mark}. {say_in(str(known[name]), lang)}" for name in _WORDS if known.get(name)}
        output["metadata"]["evalkit"] = {**output["metadata"].get("evalkit", {}), **said}


def stamp_svg(svg: str | list[str], mark: str) -> str:
    """Write the mark across a figure, large and faint, and small and clear in a strip of its own below it.

    Examples
    --------
    >>> "SYNTHETIC</text>" in stamp_svg("<svg></svg>", "SYNTHETIC")
    True
    """
    text = escape(mark)
    faint = f'x="50%" y="55%" text-anchor="middle" style="{_STYLE}; font-size: 44px; opacity: 0.12"'
    clear = f'x="99.5%" y="100%" dy="-2.5" text-anchor="end" style="{_STYLE}; font-size: 9px"'
    across, corner = (f"<text {how}>{text}</text>" for how in (faint, clear))
    return _END.sub(f"{across}{corner}</svg>\n", _SIZE.sub(_lengthen, "".join(svg), count=1))


def _lengthen(size: re.Match[str]) -> str:
    """Return the size of a figure with a strip below it, where nothing is drawn yet."""
    width, height = size["width"], float(size["height"])
    tall = f"{height + _STRIP:g}"
    return (
        f'width="{width}pt" height="{tall}pt" viewBox="0 0 {width} {tall}"{size["rest"]}'
        f'<rect x="0" y="{height - 1:g}" width="{width}" height="{_STRIP + 1}" style="fill: #ffffff"/>'
    )


def stamp_html(html: str | list[str], mark: str) -> str:
    """Begin the caption of every table with the mark; a table without a caption gets one.

    Examples
    --------
    >>> stamp_html("<table><caption>Scores.</caption></table>", "SYNTHETIC")
    '<table><caption><strong>SYNTHETIC</strong> Scores.</caption></table>'
    """
    text, html = escape(mark), "".join(html)
    if _CAPTION.search(html):
        return _LABEL.sub(rf"\1{text}. ", _CAPTION.sub(rf"\1<strong>{text}</strong> ", html), count=1)
    return _TABLE.sub(rf"\1<caption><strong>{text}</strong></caption>", html)


def _stamp_table(table: Mapping[str, Any], mark: str) -> dict[str, Any]:
    return {**table, "caption": f"{mark}. {table['caption']}"}


_WORDS: Final = ("fig-cap", "fig-alt", "caption", "alt")
_STAMPS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "image/svg+xml": stamp_svg,
    "text/html": stamp_html,
    TABLE_MIME: _stamp_table,
}
