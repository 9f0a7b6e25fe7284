"""Numbers of the figures and tables of a page, and the links of its text to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from evalkit.study.bundles import code_cells
from evalkit.study.harvest import figures_of, is_figure
from evalkit.study.html.inline import change_text
from evalkit.study.references import REFERENCE, RESULTS, data_of, is_summed_up
from evalkit.vocabulary import TABLE_MIME

_KINDS: Final = {"fig": "figure", "tbl": "table"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A figure or table of a page.

    Attributes
    ----------
    kind
        ``figure`` or ``table``; its word stands in ``evalkit.study.html.words``.
    data
        What holds the numbers of a figure: labels of tables of the page, or ``results.csv``.
    summed_up
        Those tables sum up what is drawn; people or cases one by one are not published.
    """

    kind: str
    number: int
    summed_up: bool = False
    data: tuple[str, ...] = ()

    def name(self, words: Mapping[str, str]) -> str:
        """Return what text calls it, such as "Figure 3"."""
        return f"{words[self.kind]} {self.number}"


def number_items(notebook: Mapping[str, Any]) -> dict[str, Item]:
    """Give the figures and the tables of an executed notebook numbers, each from 1, by their labels."""
    items: dict[str, Item] = {}
    counts = dict.fromkeys(_KINDS.values(), 0)
    for label, kind, source in _labels(notebook):
        counts[kind] += 1
        data = data_of(source, label) if kind == "figure" else ()
        items.setdefault(
            label, Item(kind=kind, number=counts[kind], data=data, summed_up=is_summed_up(source))
        )
    known = {label for label, item in items.items() if item.kind == "table"} | {RESULTS}
    return {
        label: replace(item, data=tuple(name for name in item.data if name in known))
        for label, item in items.items()
    }


def _labels(notebook: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the label and kind of each figure and table, and the code of its cell."""
    for cell in code_cells(notebook):
        figures = iter(figures_of(cell))
        for output in cell["outputs"]:
            if is_figure(output):
                figure = next(figures)
                yield figure.label, "figure", "".join(cell["source"])
            elif TABLE_MIME in output.get("data", {}):
                yield output["data"][TABLE_MIME]["label"], "table", ""


def link_references(html: str, items: Mapping[str, Item], words: Mapping[str, str]) -> str:
    """Turn ``@fig-x`` and ``@tbl-x`` of running text into links that say the number.

    Examples
    --------
    >>> items = {"fig-x": Item(kind="figure", number=3)}
    >>> link_references("<p>See @fig-x.</p>", items, {"figure": "Figure"})
    '<p>See <a href="#fig-x">Figure 3</a>.</p>'
    """

    def link(match: re.Match[str]) -> str:
        item = items.get(match[1])
        return f'<a href="#{match[1]}">{item.name(words)}</a>' if item else match[0]

    return change_text(html, lambda text: REFERENCE.sub(link, text))
