"""Figures as SVG: laid out once and drawn once, with bytes that depend on nothing but the figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from typing import Any, Final

import matplotlib.pyplot as plt
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from evalkit.present.measures import axes_measured_once, instead
from evalkit.present.outlines import texts_shaped_once
from evalkit.present.suppression import is_protecting
from evalkit.present.withheld import told_of

#: What decides the layout of a text, beside its font and what it says.
_LAYOUT: Final = (
    *("_horizontalalignment", "_verticalalignment", "_multialignment", "_rotation_mode"),
    *("_linespacing", "_usetex", "_parse_math", "_language", "_features"),
)


def write_marked_svg(figure: Figure) -> str | tuple[str, dict[str, str]] | None:
    """Return a figure as SVG; where people are protected, with the mark whether it may be shown."""
    svg = write_svg(figure)
    if svg is None or not is_protecting():
        return svg
    return svg, {"evalkit": told_of(figure)}


def write_svg(figure: Figure) -> str | None:
    """Return a figure as SVG, cut to what is drawn; nothing where nothing is.

    The picture is that of ``figure.savefig(..., format="svg", bbox_inches="tight")``, which draws every
    figure once more beforehand, to find out how large it is: that is known once it is laid out.
    """
    if not (figure.axes or figure.lines):
        return None
    with texts_shaped_once(), _texts_laid_out_once(), axes_measured_once():
        with _as_svg(figure):
            if engine := figure.get_layout_engine():
                engine.execute(figure)
            box = figure.get_tightbbox().padded(plt.rcParams["savefig.pad_inches"])
        return _draw(figure, box)


def _texts_laid_out_once() -> AbstractContextManager[None]:
    """Let matplotlib lay out a text once, and not each of the dozen times that it asks how large it is."""
    known: dict[Any, Any] = {}

    def laying_out_once(lay_out: Any) -> Any:
        def find(text: Text, renderer: Any) -> Any:
            if text.get_wrap():
                return lay_out(text, renderer)
            key = tuple(getattr(text, name, None) for name in _LAYOUT), *_measure(text)
            if key not in known:
                known[key] = lay_out(text, renderer)
            return known[key]

        return find

    return instead(Text, "_get_layout", laying_out_once)


def _measure(text: Text) -> tuple[Any, ...]:
    figure = text.get_figure(root=True)
    return text.get_text(), hash(text.get_fontproperties()), text.get_rotation(), figure and figure.dpi


@contextmanager
def _as_svg(figure: Figure) -> Iterator[None]:
    """Let a figure measure its texts as they will be drawn."""
    canvas, dpi = figure.canvas, figure.dpi
    figure.set_dpi(FigureCanvasSVG(figure).fixed_dpi)
    try:
        yield
    finally:
        figure.set_canvas(canvas)
        figure.set_dpi(dpi)


def _draw(figure: Figure, box: Bbox) -> str:
    """Draw a figure that is laid out already."""
    engine, text = figure.get_layout_engine(), StringIO()
    try:
        with plt.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
            figure.set_layout_engine(None)
        figure.savefig(
            text,
            format="svg",
            dpi=figure.dpi,
            facecolor=figure.get_facecolor(),
            edgecolor=figure.get_edgecolor(),
            bbox_inches=box,
            metadata={"Date": None},
        )
    finally:
        figure.set_layout_engine(engine)
    return text.getvalue()
