"""Figures and tables that the text of a notebook names, and the table that holds the numbers of a figure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from evalkit.errors import did_you_mean
from evalkit.study.options import read_options

#: ``@fig-x`` or ``@tbl-x``, as Quarto writes references; an address such as ``a@fig-x.org`` is none.
REFERENCE: Final = re.compile(r"(?<![\w@./])@((?:fig|tbl)-(?:[A-Za-z0-9_-]*[A-Za-z0-9])?)")
#: What `#| data:` says of a figure whose numbers stand in no table of its page.
RESULTS: Final = "results.csv"
_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def data_of(source: str, label: str) -> tuple[str, ...]:
    r"""Return what holds the numbers of a figure: what ``#| data:`` names, else the table of the same name.

    Several tables stand beside each other with commas between them. Where a figure draws people or cases one
    by one, ``#| summary:`` names the table that sums them up instead.

    Examples
    --------
    >>> data_of("#| label: fig-x\nplot()", "fig-x")
    ('tbl-x',)
    >>> data_of("#| label: fig-x\n#| data: tbl-y, tbl-z\nplot()", "fig-x")
    ('tbl-y', 'tbl-z')
    """
    options, _ = read_options(source)
    own = str(options.get("label", label)).removeprefix("fig-")
    named = str(options.get("data") or options.get("summary") or f"tbl-{own}")
    return tuple(name.strip() for name in named.split(","))


def is_summed_up(source: str) -> bool:
    """Tell whether the table that a figure names sums up what is drawn (``#| summary:``)."""
    return "summary" in read_options(source)[0]


def find_reference_faults(notebook: Mapping[str, Any], labels: Collection[str]) -> list[str]:
    """List what the text and the figures of a notebook refer to although its page does not have it.

    Parameters
    ----------
    labels
        Labels of the figures and tables that the page has.
    """
    return [
        f"{who}, which this report does not have: {did_you_mean(name, labels)}"
        for name, who in dict.fromkeys(_references(notebook))
        if name not in labels
    ]


def _references(notebook: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each label that is named, and what to say of it where it does not exist."""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if "remove-cell" in cell["metadata"].get("tags", []):
            continue
        if cell["cell_type"] == "markdown":
            for name in REFERENCE.findall(_CODE.sub("", source)):
                yield name, f"The text refers to @{name}"
        elif cell["cell_type"] == "code":
            options = read_options(source)[0]
            for option in ("data", "summary"):
                named = str(options.get(option) or RESULTS)
                for name in (name.strip() for name in named.split(",")):
                    if name != RESULTS:
                        yield name, f"A figure's '#| {option}: {named}' names {name}"
