"""Results that show themselves: one alone at the end of a notebook cell is a table, and no dump."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from html import escape
from typing import Any, Final

_MOST_VALUES: Final = 12  # of an array in one row; of a longer one its shape is told
_MOST_ROWS: Final = 10
_MOST_LETTERS: Final = 200


class Shown:
    """Mixin of dataclasses: Jupyter shows each field and its value, numbers to six digits.

    Tables that list people are counted and not listed.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True)
    ... class Mean(Shown):
    ...     '''A mean.'''
    ...
    ...     estimate: float
    >>> Mean(2 / 3)._repr_html_()
    '<table><caption>Mean: A mean.</caption><tr><th scope="row">estimate</th><td>0.666667</td></tr></table>'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return show(self)


def show(result: Any) -> str:
    """Write a dataclass as a table of HTML: its fields in rows, under the first line of its docstring."""
    told = (type(result).__doc__ or "").strip().partition("\n")[0]
    rows = "".join(
        f'<tr><th scope="row">{field.name}</th><td>{_cell(getattr(result, field.name))}</td></tr>'
        for field in fields(result)
    )
    return f"<table><caption>{escape(f'{type(result).__name__}: {told}')}</caption>{rows}</table>"


def _cell(value: Any) -> str:
    if hasattr(value, "to_html"):
        return show_frame(value)
    if isinstance(value, Mapping):
        return _rows([(escape(str(key)), _cell(item)) for key, item in value.items()])
    if is_dataclass(value) and not isinstance(value, type):
        return show(value)
    if isinstance(value, tuple | list) and value and all(map(is_dataclass, value)):
        return _rows([(str(number), show(item)) for number, item in enumerate(value, start=1)])
    if hasattr(value, "shape") and hasattr(value, "tolist"):
        return _array(value)
    return _plain(value)


def show_frame(frame: Any) -> str:
    """Write the first rows of a frame as HTML; of one that lists people its size and columns."""
    size = f"{len(frame)} rows: {', '.join(map(str, frame.columns))}"
    if "employee" in frame.columns or "rater" in frame.columns:
        return escape(size)
    more = "" if len(frame) <= _MOST_ROWS else f"<p>The first {_MOST_ROWS} of {len(frame)} rows.</p>"
    return str(frame.head(_MOST_ROWS).to_html(index=False)) + more


def _array(values: Any) -> str:
    if not values.shape:
        return _plain(values.item())
    size = " × ".join(map(str, values.shape))
    if len(values.shape) > 2 or max(values.shape) > _MOST_VALUES:
        return f"array of {size}"
    rows = values.tolist() if len(values.shape) == 2 else [values.tolist()]
    return "<br>".join(", ".join(map(_plain, row)) for row in rows) or f"array of {size}"


def _rows(pairs: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{cell}</td></tr>' for name, cell in pairs[:_MOST_ROWS]
    )
    more = "" if len(pairs) <= _MOST_ROWS else f"<br>… {len(pairs)} in all"
    return f"<table>{rows}</table>{more}" if pairs else "none"


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return escape(text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…")
