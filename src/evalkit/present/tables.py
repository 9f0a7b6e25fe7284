"""Tables for reports: readable text for people, the unrounded numbers beside it for machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from itertools import chain, compress
from math import isnan
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.present.cells import class_of, kind_of, write_row
from evalkit.present.columns import describe_column, letter_doubts
from evalkit.present.labels import cell_label, heading
from evalkit.present.language import mark, reader_language, translator
from evalkit.present.numbers import (
    format_interval,
    format_measured,
    format_number,
    format_p_value,
    format_share,
)
from evalkit.present.suppression import is_protecting, names_people, suppress
from evalkit.present.withheld import WITHHELD_MIME, list_withheld
from evalkit.vocabulary import TABLE_MIME, Language

_INTERVAL: Final = ("estimate", "conf_low", "conf_high")
_P_VALUE: Final = re.compile(r"(?:^|_)p(?:_value|_adjusted|_flipped)?$")  # such as nemenyi_p, p_adjusted
#: A table, or a figure with a row each, is shown whole up to so many rows; of a longer one a page shows some.
MOST_WHOLE: Final = 48
#: What stands below a table that lacks numbers about few people, and in place of one that names people.
LEFT_OUT: Final = mark(
    "–: also what would tell something of fewer than five people; 'evalkit run --people' shows it, apart."
)
TABLE_OF_PEOPLE: Final = mark(
    "This table has a row for each of some people, and is left out; 'evalkit run --people' shows it, apart."
)
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_YES_NO: Final = {"en": {True: "yes", False: "no"}, "id": {True: "ya", False: "tidak"}}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A captioned table that shows itself in a notebook.

    Attributes
    ----------
    frame
        The numbers, unrounded, one tidy row each; published beside the report as CSV.
    label
        Name of the table in files and links, such as ``tbl-coverage``.
    caption
        What the table shows, one sentence.
    empty
        What stands in place of a table without rows; empty: its heading alone.
    most, whole
        Rows that a page shows of a table of more than ``whole`` rows; the CSV holds all.
    largest
        Heading of the column by which the rows stand, the largest first; empty: as they came.
    """

    frame: pd.DataFrame
    label: str
    caption: str
    lang: Language = "en"
    digits: int | Mapping[str, int] = 2
    shares: frozenset[str] = frozenset()
    headings: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    empty: str = ""
    most: int = 16
    whole: int = MOST_WHOLE
    largest: str = ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if is_protecting():
            table, withheld = self._without_people()
            return {**table._bundle(), WITHHELD_MIME: withheld}
        return self._bundle()

    def _without_people(self) -> tuple[Table, dict[str, Any]]:
        """Return the table without what tells something of single people, and what it lacks now."""
        if names_people(self.frame):
            empty = self.frame.iloc[:0].drop(columns=list(self.frame.columns)[1:])
            empty.columns = ["–"]
            return replace(self, frame=empty, empty=translator(self.lang)(TABLE_OF_PEOPLE)), {"texts": []}
        found = suppress(self.frame, shares=self.shares)
        withheld = {"texts": list_withheld(found, self.lang), "label": self.label, "n": int(found.rows.sum())}
        if not withheld["n"]:
            return self, withheld
        note = f"{self.note} {translator(self.lang)(LEFT_OUT)}".strip()
        return replace(self, frame=found.frame, note=note), withheld

    def _bundle(self) -> dict[str, Any]:
        columns = [self.frame[name].tolist() for name in self.frame.columns]
        payload = {
            "label": self.label,
            "caption": self.caption,
            "columns": list(self.frame.columns),
            "rows": list(zip(*columns, strict=True)),
            **self._description(),
        }
        return {"text/html": self.to_html(), "text/plain": self.caption, TABLE_MIME: to_plain(payload)}

    def to_html(self) -> str:
        """Write the table as HTML with scopes on every header and no style of its own.

        A table with sentences in it is marked, so that a narrow page can stack its cells; the roles keep it a
        table for those who hear it. A table without rows is one sentence, where there is one; a column in
        which no row says anything is left out, and stays in the CSV.
        """
        if self.frame.empty and (why := self._why_empty()):
            return f'<p class="table-note" id="{escape(self.label)}">{escape(why)}</p>'
        if len(self.frame) > self.whole:
            note = f"{self._cut()} {self.note}".strip()
            return replace(self, frame=self.frame.head(self.most), note=note).to_html()
        shown, notes = letter_doubts(_without_silent(self._texts()))
        numeric = self._numeric()
        kinds = {name: kind_of(name in numeric, texts) for name, texts in shown.items()}
        headings = {name: escape(self._heading(name)) for name in shown}
        head = "".join(
            f'<th scope="col" role="columnheader"{class_of(kinds[name])}>{text}</th>'
            for name, text in headings.items()
        )
        rows = zip(*shown.values(), strict=True)
        body = "".join(write_row(dict(zip(shown, row, strict=True)), kinds, headings) for row in rows)
        note = "".join(f'<p class="table-note">{escape(text)}</p>' for text in (*notes, self.note) if text)
        stacked = ' class="stacked"' if "long" in kinds.values() else ""
        caption = escape(self.caption)
        return (
            f'<div class="table-box" id="{escape(self.label)}" tabindex="0" role="region" '
            f'aria-label="{caption}"><table role="table"{stacked}><caption>{caption}</caption>'
            f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f'<tbody role="rowgroup">{body}</tbody></table></div>{note}'
        )

    def shown(self) -> pd.DataFrame:
        """Return the table as text: intervals in one column, numbers rounded, codes replaced by labels."""
        return pd.DataFrame(self._texts())

    def _texts(self) -> dict[str, list[str]]:
        frame = self.frame
        ends = self._ends()
        hidden = {*chain.from_iterable(ends.values()), *(_INTERVAL[1:] if self._has_interval() else ())}
        text: dict[str, list[str]] = {}
        for name in frame.columns:
            if name in ends:
                text[name] = self._measured(name, *ends[name])
            elif name not in hidden:
                text[name] = [self._cell(name, value) for value in frame[name]]
            if name == "estimate" and self._has_interval():
                text["interval"] = self._intervals()
        return text

    def _ends(self) -> dict[str, tuple[str, str]]:
        """Return the columns of numbers that are followed by both ends of their interval, with these."""
        names = [str(name) for name in self.frame.columns]
        numbers = set(self.frame.select_dtypes("number").columns)
        ends = {
            name: (low, high)
            for name, low, high in zip(names, names[1:], names[2:], strict=False)
            if (low, high)
            in [(f"{stem}_low", f"{stem}_high") for stem in (name, name.removesuffix("_size"), "conf")]
        }
        return {name: pair for name, pair in ends.items() if name in numbers and name != "estimate"}

    def _measured(self, name: str, low: str, high: str) -> list[str]:
        """Write a column of numbers, each with its interval in brackets."""
        write = partial(format_measured, digits=self._digits(name), share=name in self.shares, lang=self.lang)
        rows = self.frame[[name, low, high]].astype(float).itertuples(index=False)
        return [write(*row) for row in rows]

    def _why_empty(self) -> str:
        """Return what stands in place of a table without rows; a note says it of what its caption names."""
        return self.empty or (self.note and f"{self.caption} {self.note}")

    def _cut(self) -> str:
        """Say which rows a page shows of a long table, and where the others are."""
        tr = translator(self.lang)
        counts = {"shown": tr.number(self.most), "n": tr.number(len(self.frame)), "label": self.label}
        if not self.largest:
            return tr("The first {shown} of {n} rows; the CSV file {label} holds all.", **counts)
        return tr(
            "Of {n} rows, the {shown} with the largest “{name}”; the CSV file {label} holds all.",
            name=self.largest,
            **counts,
        )

    def _description(self) -> dict[str, Any]:
        """Say how a page writes the table, for whoever writes it anew: headings, decimals, labels, notes."""
        is_cut = len(self.frame) > self.whole
        return {
            "fields": [self._describe(name) for name in self.frame.columns],
            "note": self.note,
            "empty": self.empty,
            "cut": self._cut() if is_cut else "",
            "n_shown": self.most if is_cut else len(self.frame),
        }

    def _describe(self, name: str) -> dict[str, Any]:
        alike = "estimate" if name in _INTERVAL and self._has_interval() else name
        return describe_column(
            self.frame[name],
            title=self._heading(name),
            decimals=self._digits(alike),
            share=alike in self.shares,
            p_value=bool(_P_VALUE.search(name)),
            lang=self.lang,
        )

    def _has_interval(self) -> bool:
        return set(_INTERVAL) <= set(self.frame.columns)

    def _intervals(self) -> list[str]:
        ends = zip(self.frame["conf_low"], self.frame["conf_high"], strict=True)
        share = "estimate" in self.shares
        digits = self._digits("estimate")
        texts = [format_interval(low, high, digits=digits, share=share, lang=self.lang) for low, high in ends]
        return [
            "–" if missing else text
            for missing, text in zip(self.frame["estimate"].isna(), texts, strict=True)
        ]

    def _numeric(self) -> set[str]:
        numbers = {str(name) for name in self.frame.select_dtypes("number").columns} - set(self._ends())
        return numbers | ({"interval"} if self._has_interval() else set())

    def _digits(self, name: str) -> int:
        whole = name in self.shares or name == "n" or name.startswith("n_")
        standard = 0 if whole else 2
        if isinstance(self.digits, int):
            return standard if whole else self.digits
        return self.digits.get(name, standard)

    def _cell(self, name: str, value: object) -> str:
        if isinstance(value, bool | np.bool_):
            return _YES_NO[self.lang][bool(value)]
        if isinstance(value, float | np.floating) and _P_VALUE.search(name):
            return format_p_value(float(value), lang=self.lang)
        if isinstance(value, float | np.floating | int | np.integer):
            write = format_share if name in self.shares else format_number
            return write(value, digits=self._digits(name), lang=self.lang)  # type: ignore[arg-type]
        if value is None or value is pd.NA:
            return "–"
        return str(value) if name == "file" else cell_label(str(value), self.lang)

    def _heading(self, name: str) -> str:
        return _name_column(name, self.headings.get(name), self.lang)


def make_table(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    columns: Mapping[str, str] | None = None,
    digits: int | Mapping[str, int] = 2,
    shares: tuple[str, ...] = (),
    note: str = "",
    empty: str = "",
    most: int = 16,
    whole: int = MOST_WHOLE,
    largest: str = "",
    lang: Language | None = None,
) -> Table:
    """Make a captioned table of some columns of a tidy frame.

    Parameters
    ----------
    columns
        The columns to show, in order, with their headings; an empty heading takes the standard one.
        All columns by default. ``conf_low`` and ``conf_high`` come along with ``estimate``.
    digits
        Decimals of numbers, for all or by column; shares and counts (``n``, ``n_…``) have none unless named.
    shares
        Columns between 0 and 1 that are shown as percentages.
    empty
        Sentence in place of a table without rows, such as the reason why there are none.
    most, whole, largest
        Rows that a page shows of a table of more than ``whole`` rows, and the column whose largest values
        come first there; a shorter table is shown whole, in the order of the frame, and so are the first rows
        of one whose values in that column are all alike.

    Examples
    --------
    >>> columns = ["source", "estimate", "conf_low", "conf_high"]
    >>> frame = pd.DataFrame([["citizen", 0.5, 0.4, 0.6]], columns=columns)
    >>> make_table(frame, label="tbl-x", caption="Share.", shares=("estimate",)).shown().iloc[0].tolist()
    ['citizen', '50 %', '40 % to 60 %']
    """
    lang = reader_language(lang)
    tr = translator(lang)
    names = list(columns) if columns else list(frame.columns)
    headings = {name: text for name, text in (columns or {}).items() if text}
    varies = bool(largest) and frame[largest].nunique() > 1
    by = largest if varies and len(frame) > whole else ""
    if by:
        frame = frame.sort_values(by, ascending=False, kind="stable")
    if "estimate" in names:
        at = names.index("estimate") + 1
        names[at:at] = [name for name in _INTERVAL[1:] if name in frame.columns and name not in names]
    return Table(
        frame=frame[names].reset_index(drop=True),
        label=label,
        caption=tr(caption),
        lang=lang,
        digits=digits,
        shares=frozenset(shares),
        headings=headings,
        note=tr(note),
        empty=tr(empty),
        most=most,
        whole=whole,
        largest=_name_column(by, headings.get(by), lang) if by else "",
    )


def _name_column(column: str, given: str | None, lang: Language | None) -> str:
    """Return the heading of a column."""
    return translator(lang)(given) if given else heading(column, lang)


def _without_silent(shown: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out columns in which no row says anything, but for the first, which names the rows."""
    says = [number == 0 or any(texts) or not texts for number, texts in enumerate(shown.values())]
    return dict(compress(shown.items(), says))


def to_plain(value: Any) -> Any:
    """Turn numpy and pandas scalars into what JSON knows; what is missing becomes null."""
    kind = type(value)
    if kind in _PLAIN or (kind is float and not isnan(value)):
        return value
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and isnan(value)):
        return None
    return value if isinstance(value, str | int | float) else str(value)
