"""Figures as SVG: laid out once and drawn once, with bytes that depend on nothing but the figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any, Final

import matplotlib.pyplot as plt
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

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
    with _texts_laid_out_once(), _ticks_found_once():
        with _as_svg(figure):
            if engine := figure.get_layout_engine():
                engine.execute(figure)
            box = figure.get_tightbbox().padded(plt.rcParams["savefig.pad_inches"])
        return _draw(figure, box)


@contextmanager
def _texts_laid_out_once() -> Iterator[None]:
    """Let matplotlib lay out a text once, and not each of the dozen times that it asks how large it is."""
    lay_out: Any = getattr(Text, "_get_layout", None)
    if lay_out is None:  # a matplotlib that has it no more takes longer
        yield
        return
    known: dict[Any, Any] = {}

    def find(text: Text, renderer: Any) -> Any:
        if text.get_wrap():
            return lay_out(text, renderer)
        key = tuple(getattr(text, name, None) for name in _LAYOUT), *_measure(text)
        if key not in known:
            known[key] = lay_out(text, renderer)
        return known[key]

    Text._get_layout = find  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Text._get_layout = lay_out  # type: ignore[attr-defined]


def _measure(text: Text) -> tuple[Any, ...]:
    figure = text.get_figure(root=True)
    return text.get_text(), hash(text.get_fontproperties()), text.get_rotation(), figure and figure.dpi


@contextmanager
def _ticks_found_once() -> Iterator[None]:
    """Let matplotlib find an axis's ticks once, and not each time that it asks how much room they take.

    They are found anew where what decides them has changed: what is in view, or how large the axes are.
    """
    find_ticks: Any = getattr(Axis, "_update_ticks", None)
    if find_ticks is None:  # a matplotlib that has it no more takes longer
        yield
        return
    known: dict[Axis, tuple[Any, Any, list[Any]]] = {}

    def find(axis: Any) -> list[Any]:
        if axis in known and known[axis][0] == _describe_ticks(axis, _list_places(axis)):
            return known[axis][2]
        ticks: list[Any] = find_ticks(axis)
        places = _list_places(axis)
        known[axis] = _describe_ticks(axis, places), places, ticks  # held, so that no id is given twice
        return ticks

    Axis._update_ticks = find  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Axis._update_ticks = find_ticks  # type: ignore[attr-defined]


def _list_places(axis: Any) -> list[Any]:
    """Return where the formatters of an axis put their last ticks; axes may share one, which knows one's."""
    return [
        vars(part.formatter).get("_locs", vars(part.formatter).get("locs"))
        for part in (axis.major, axis.minor)
    ]


def _describe_ticks(axis: Any, places: list[Any]) -> tuple[Any, ...]:
    """Return what decides the ticks of an axis, beside its scale."""
    parts = [(part.locator, part.formatter) for part in (axis.major, axis.minor)]
    counts = len(axis.majorTicks), len(axis.minorTicks)
    return tuple(axis.get_view_interval()), axis.get_tick_space(), counts, *parts, *map(id, places)


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
