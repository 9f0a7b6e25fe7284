"""Axes measured once where they stand: matplotlib asks a dozen times for their ticks and their size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import is_
from typing import Any, Final

import numpy as np
from matplotlib.axis import Axis
from matplotlib.spines import Spine
from matplotlib.transforms import Bbox, BboxBase


@dataclass
class _Measured:
    """The ticks of an axis where it stands, and what was measured of it there."""

    stand: tuple[Any, ...]
    decided: tuple[Any, ...]
    places: list[Any]  # held, so that no id is given twice
    ticks: list[Any]
    sizes: dict[Any, Any] = field(default_factory=dict)


_Known = dict[Axis, _Measured]


@contextmanager
def axes_measured_once() -> Iterator[None]:
    """Let matplotlib find and measure an axis's ticks once, and not each time that it asks for their room.

    They are found anew where what decides them has changed: what is in view, or how large the axes are. They
    are measured anew where the axes have moved.
    """
    known: _Known = {}
    with ExitStack() as stack:
        stack.enter_context(instead(BboxBase, "union", lambda _: staticmethod(_unite)))
        for owner, name, once in _ONCE if hasattr(Axis, "_update_ticks") else ():
            stack.enter_context(instead(owner, name, partial(once, known=known)))
        yield


@contextmanager
def instead(owner: Any, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Put what is made of a method in its place; a matplotlib that has it no more takes longer."""
    method = vars(owner).get(name)
    if method is None:
        yield
        return
    setattr(owner, name, make(method))
    try:
        yield
    finally:
        setattr(owner, name, method)


def _finding_once(find_ticks: Any, known: _Known) -> Any:
    def find(axis: Any) -> list[Any]:
        stand = *axis.get_view_interval(), axis.axes.bbox.get_points().tobytes()
        places, held = _list_places(axis), known.get(axis)
        if held and held.stand == stand and all(map(is_, held.places, places)):
            return held.ticks
        decided = _describe_ticks(axis, places)
        if held and held.decided == decided:
            ticks = list(held.ticks)
        else:
            ticks = find_ticks(axis)
            places = _list_places(axis)
            decided = _describe_ticks(axis, places)
        known[axis] = _Measured(stand, decided, places, ticks)
        return ticks

    return find


def _boxing_once(measure: Any, known: _Known) -> Any:
    def box(axis: Any, ticks: list[Any], renderer: Any) -> Any:
        held = known.get(axis)
        if held is None or held.ticks is not ticks:
            return measure(axis, ticks, renderer)
        return _keep(held.sizes, "labels", lambda: measure(axis, ticks, renderer))

    return box


def _enclosing_once(enclose: Any, known: _Known) -> Any:
    def measure(axis: Any, renderer: Any = None, *, for_layout_only: bool = False) -> Any:
        if not axis.get_visible():
            return None
        axis._update_ticks()
        return _keep(
            known[axis].sizes,
            for_layout_only,
            lambda: enclose(axis, renderer, for_layout_only=for_layout_only),
        )

    return measure


def _outlining_once(measure: Any, known: _Known) -> Any:
    def outline(spine: Any, renderer: Any = None) -> Any:
        axis = spine.axis
        if axis is None or not axis.get_visible():
            return measure(spine, renderer)
        axis._update_ticks()
        return _keep(known[axis].sizes, spine, lambda: measure(spine, renderer))

    return outline


_ONCE: Final = (
    (Axis, "_update_ticks", _finding_once),
    (Axis, "_get_ticklabel_bboxes", _boxing_once),
    (Axis, "get_tightbbox", _enclosing_once),
    (Spine, "get_window_extent", _outlining_once),
)


def _keep(sizes: dict[Any, Any], name: Any, measure: Callable[[], Any]) -> Any:
    if name not in sizes:
        sizes[name] = measure()
    return sizes[name]


def _unite(boxes: Any) -> Bbox:
    """Return the box around some, as `Bbox.union`."""
    if not len(boxes):
        raise ValueError("'bboxes' cannot be empty")
    points = np.array([box.get_points() for box in boxes])
    return Bbox([points.min(axis=(0, 1)), points.max(axis=(0, 1))])


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
