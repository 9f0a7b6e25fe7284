"""Where the tables of a sheet begin, and which layout each is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evalkit.intake.files import EMPTY, Sheet, Unusable, Value, is_empty
from evalkit.intake.layouts.answers import is_answer
from evalkit.intake.layouts.fields import LAYOUTS
from evalkit.intake.layouts.items import name_rater
from evalkit.intake.layouts.layout import BESIDE, Layout
from evalkit.intake.layouts.numbers import read_numbers
from evalkit.intake.layouts.raters import MANY, split_rater
from evalkit.intake.layouts.refusals import AmbiguityError, LayoutError

_DEEPEST: Final = 3
_MOST_LETTERS: Final = 200
_MOST_KNOWN: Final = 100_000
_NUMERIC: Final = frozenset({"answer", "mean", "number", "points", "expectation_code", "predikat_code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The heading of one table.

    Attributes
    ----------
    layout
        The layout that it fits.
    top, first
        Its first row, and the first row below it; counted from 0.
    columns
        Column of each field.
    headings
        By field, every text that stands above its values.
    words
        Answers in words, in plain letters, that a mapping file numbers.
    """

    layout: Layout
    top: int
    first: int
    columns: Mapping[str, int]
    headings: Mapping[str, tuple[str, ...]]
    words: frozenset[str] = frozenset()

    @property
    def score(self) -> float:
        """Share of the layout's fields that have a column."""
        return len(self.columns) / len(self.layout.kinds)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Fields with a column, in the order of the columns."""
        return tuple(sorted(self.columns, key=lambda name: self.columns[name]))


def find_headers(
    sheet: Sheet,
    *,
    layouts: Sequence[Layout] = tuple(LAYOUTS.values()),
    mapping: Mapping[str, str] | None = None,
    words: frozenset[str] = frozenset(),
) -> list[Header]:
    """Find the heading of every table of a sheet, in order.

    Parameters
    ----------
    layouts
        What is looked for; of several that fit a heading, the one with most columns is meant, and of those
        with as many the first.
    mapping
        Field by heading, for columns that are headed otherwise.
    words
        Answers in words, in plain letters, that a mapping file numbers.

    Raises
    ------
    AmbiguityError
        If two columns of one table claim the same field.
    """
    own = {text.strip(): field for text, field in (mapping or {}).items()}
    extended = [layout.extend(own.values()) for layout in layouts]
    matchers = [(layout, _Match(layout, own)) for layout in extended]
    barren: set[Value] = {EMPTY}
    headers: list[Header] = []
    row = 0
    while row < len(sheet.rows):
        found = _best(sheet, row, matchers) if _may_head(sheet.rows[row], matchers, barren) else None
        if found is None:
            row += 1
            continue
        found = _extend(sheet, replace(found, words=words))
        headers.append(found)
        row = found.first
    return headers


class _Match:
    """Matches headings, each text once."""

    def __init__(self, layout: Layout, own: Mapping[str, str]) -> None:
        self._layout = layout
        self._own = {text: field for text, field in own.items() if field in layout.kinds}
        self._known: dict[str, str | None] = {}

    def __call__(self, value: Value) -> str | None:
        if not isinstance(value, str) or not value or len(value) > _MOST_LETTERS:
            return None
        if value not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[value] = self._own.get(value.strip()) or self._layout.match(value)
        return self._known[value]


def _may_head(cells: Sequence[Value], matchers: Sequence[tuple[Layout, _Match]], barren: set[Value]) -> bool:
    """Tell whether a row names two fields of a layout.

    Parameters
    ----------
    barren
        Values that name no field, as far as they are known: most rows hold nothing else. It is added to.
    """
    texts = set(cells) - barren
    if len(texts) < 2:
        return False
    if len(barren) > _MOST_KNOWN:
        barren.clear()
    barren |= {each for each in texts if not _names_field(each, matchers)}
    texts -= barren
    return len(texts) > 1 and any(len({match(text) for text in texts} - {None}) > 1 for _, match in matchers)


def _names_field(value: Value, matchers: Sequence[tuple[Layout, _Match]]) -> bool:
    """Tell whether a value, if it is a text and no number, names a field of some layout."""
    return isinstance(value, str) and not value.isdecimal() and any(match(value) for _, match in matchers)


def _best(sheet: Sheet, row: int, matchers: Sequence[tuple[Layout, _Match]]) -> Header | None:
    """Return the heading that begins on a row, of the layout and depth that give most columns.

    Raises
    ------
    AmbiguityError
        If two of its columns claim one field.
    """
    found = [
        read
        for layout, match in matchers
        for depth in range(1, _DEEPEST + 1)
        if (read := _read_header(sheet, row, depth, layout, match)) is not None
    ]
    best, refusal = max(found, key=lambda each: len(each[0].columns), default=(None, None))
    if refusal:
        raise refusal
    return best


def _read_header(
    sheet: Sheet, top: int, depth: int, layout: Layout, match: _Match
) -> tuple[Header, AmbiguityError | None] | None:
    """Return the heading of some rows, and what is ambiguous in it; none if a needed field has no column."""
    rows = range(top, min(top + depth, len(sheet.rows)))
    if len(rows) < depth:
        return None
    columns: dict[str, int] = {}
    twice: list[tuple[str, int]] = []
    for column in range(max(len(sheet.rows[row]) for row in rows)):
        texts = [sheet.value(row, column) for row in rows]
        field = next(filter(None, map(match, reversed(texts))), None)
        if field is None:
            continue
        if layout.is_rating(field) and "." not in field and depth > 1:
            field = _add_rater(sheet, rows[:-1], column, field)
        if field in columns and layout.kinds[field] not in BESIDE:
            twice.append((field, column))
        columns.setdefault(field, column)
    if not layout.fits(set(columns)):
        return None
    refusals = [_refuse_twice(sheet, rows[-1], field, columns[field], column) for field, column in twice]
    headings = {
        field: _texts_above(sheet, range(max(0, top - 1), top + depth), at) for field, at in columns.items()
    }
    header = Header(layout=layout, top=top, first=top + depth, columns=columns, headings=headings)
    return header, next(iter(refusals), None)


def _add_rater(sheet: Sheet, rows: range, column: int, field: str) -> str:
    """Return the field of an item with the rater above it: in its own column, or where a group begins."""
    texts = []
    for row in rows:
        group = next((v for at in range(column, -1, -1) if not is_empty(v := sheet.value(row, at))), EMPTY)
        texts.append(str(group))
    source = name_rater(texts)
    return f"{source}.{field}" if source else field


def _refuse_twice(sheet: Sheet, row: int, field: str, first: int, second: int) -> AmbiguityError:
    both = f"{sheet.name_cell(row, first)} and {sheet.short_name(row, second)} both head {field}."
    if split_rater(field.partition(".")[0])[0] in MANY:
        return AmbiguityError(
            f"{both} Number the raters where they are several, such as Rekan 1 and Rekan 2, or delete "
            "the one that is not meant."
        )
    return AmbiguityError(f"{both} Rename or delete the one that is not meant.")


def _extend(sheet: Sheet, header: Header) -> Header:
    """Take rows into the heading that hold words where numbers belong: what the elements are called."""
    first = max(header.first, 2) if sheet.naming == "case" else header.first  # names, then labels
    while first < min(len(sheet.rows), header.first + _DEEPEST) and _names_columns(sheet, header, first):
        first += 1
    rows = range(max(0, header.top - 1), first)
    headings = {field: _texts_above(sheet, rows, at) for field, at in header.columns.items()}
    return replace(header, first=first, headings=headings)


def _names_columns(sheet: Sheet, header: Header, row: int) -> bool:
    numeric = [at for field, at in header.columns.items() if header.layout.kinds[field] in _NUMERIC]
    values = [value for at in numeric if not is_empty(value := sheet.value(row, at))]
    if len(values) * 2 <= len(numeric) or any(isinstance(value, Unusable) for value in values):
        return False
    if any(is_answer(value, header.words) for value in values):
        return False
    return all(why == "word" for why in read_numbers(values).faults.values()) and len(
        read_numbers(values).faults
    ) == len(values)


def _texts_above(sheet: Sheet, rows: range, column: int) -> tuple[str, ...]:
    """Return the texts over a column; one that is merged over most of a row names no single column."""
    texts = []
    for row in rows:
        value = sheet.value(row, column)
        if isinstance(value, str) and value != EMPTY and Counter(sheet.rows[row])[value] == 1:
            texts.append(value)
    return tuple(dict.fromkeys(texts))


def choose_layouts(name: str) -> tuple[Layout, ...]:
    """Return the layouts of a name; ``auto`` are all of them.

    Raises
    ------
    LayoutError
        If there is no such layout.
    """
    if name == "auto":
        return tuple(LAYOUTS.values())
    if name not in LAYOUTS:
        raise LayoutError(f"There is no layout {name!r}; known are auto, {', '.join(LAYOUTS)}.")
    return (LAYOUTS[name],)
