"""OpenDocument spreadsheets, read from their XML in one pass.

Source: OASIS OpenDocument 1.3, part 3, chapter 9 (tables).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from evalkit.intake.files.archives import check_archive, unpack
from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.merging import fill_merged
from evalkit.intake.files.refusals import EncryptedFileError, OversizedFileError, UnreadableFileError
from evalkit.intake.files.workbook import EMPTY, Merged, Sheet, Unusable, Value, Workbook

_NUMBERS: Final = frozenset({"float", "percentage", "currency"})
_CELLS: Final = ("table-cell", "covered-table-cell")
_ASIDE: Final = frozenset({"annotation", "tracked-changes"})


@dataclass(slots=True)
class _Table:
    """A table while it is read; empty rows and cells count once something stands after them."""

    name: str
    hidden: bool
    rows: list[list[Value]] = field(default_factory=list)
    n_rows: int = 0
    row: list[Value] = field(default_factory=list)
    n_columns: int = 0
    merged: list[Merged] = field(default_factory=list)


def read_ods(path: Path, limits: Limits = LIMITS) -> Workbook:
    """Read an ods.

    Raises
    ------
    RefusedFileError
        If it is broken, encrypted, unsafe, or beyond the limits.
    """
    with check_archive(path, limits) as archive:
        if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in b"".join(
            unpack(path, archive, "META-INF/manifest.xml")
        ):
            raise EncryptedFileError(f"{path.name} has a password. Save it without one, and read that file.")
        content = b"".join(unpack(path, archive, "content.xml"))
    try:
        sheets = tuple(_read_tables(path, content, limits))
    except (ElementTree.ParseError, ValueError, OverflowError):
        raise UnreadableFileError(
            f"{path.name} cannot be read as a spreadsheet: its content is broken. Open it in its program, "
            "save it "
            "anew, and read that file."
        ) from None
    return Workbook(file=path.name, kind="ods", sheets=sheets)


def _read_tables(path: Path, content: bytes, limits: Limits) -> Iterator[Sheet]:
    hidden_styles: set[str] = set()
    table: _Table | None = None
    aside, budget = 0, limits.n_cells
    for event, element in ElementTree.iterparse(BytesIO(content), events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if name in _ASIDE:
            aside += 1 if event == "start" else -1
            if event == "end":
                element.clear()
        elif aside:
            continue
        elif event == "start" and name == "table" and table is None:
            attributes = _attributes(element)
            table = _Table(attributes.get("name", ""), attributes.get("style-name") in hidden_styles)
        elif event == "end" and name == "style" and _is_hidden(element):
            hidden_styles.add(_attributes(element).get("name", ""))
        elif event == "end" and table is not None:
            budget -= _end(path, table, name, element, budget)
            if name == "table":
                yield _finish(path, table, limits)
                table = None


def _end(path: Path, table: _Table, name: str, element: ElementTree.Element, budget: int) -> int:
    """Take a cell or a row that ends; return how many cells it added to the sheet."""
    if name in _CELLS:
        _end_cell(path, table, element, budget)
        element.clear()
        return 0
    if name == "table-row":
        n_repeated = _count(element, "number-rows-repeated")
        added = _end_row(path, table, n_repeated, budget)
        element.clear()
        return added
    return 0


def _end_cell(path: Path, table: _Table, element: ElementTree.Element, budget: int) -> None:
    attributes = _attributes(element)
    n_repeated = _count(element, "number-columns-repeated")
    covered = element.tag.endswith("}covered-table-cell")
    value = EMPTY if covered else _read_value(element, attributes)
    if value != EMPTY:
        if table.n_columns + n_repeated > min(budget, 16_384):
            raise _too_large(path, table)
        table.row.extend([EMPTY] * (table.n_columns - len(table.row)) + [value] * n_repeated)
    n_rows, n_columns = _count(element, "number-rows-spanned"), _count(element, "number-columns-spanned")
    if n_rows * n_columns > 1:
        top, left = table.n_rows, table.n_columns
        table.merged.append(Merged(top, left, top + n_rows - 1, left + n_columns - 1))
    table.n_columns += n_repeated


def _end_row(path: Path, table: _Table, n_repeated: int, budget: int) -> int:
    n_before = len(table.rows)
    if table.row:
        n_added = table.n_rows + n_repeated - n_before
        if n_added * max(1, len(table.row)) > budget:
            raise _too_large(path, table)
        table.rows.extend([] for _ in range(table.n_rows - n_before))
        table.rows.extend(list(table.row) for _ in range(n_repeated))
    added = (len(table.rows) - n_before) * max(1, len(table.row))
    table.n_rows += n_repeated
    table.row, table.n_columns = [], 0
    return added


def _finish(path: Path, table: _Table, limits: Limits) -> Sheet:
    width = max(map(len, table.rows), default=0)
    reach = max((area.bottom for area in table.merged if area.top < len(table.rows)), default=0)
    if reach * width <= limits.n_cells:
        table.rows.extend([] for _ in range(reach + 1 - len(table.rows)))
    for row in table.rows:
        row.extend([EMPTY] * (width - len(row)))
    fill_merged(path, table.name, table.rows, table.merged, limits)
    return Sheet(name=table.name, rows=table.rows, hidden=table.hidden, merged=tuple(table.merged))


def _read_value(element: ElementTree.Element, attributes: Mapping[str, str]) -> Value:
    kind = attributes.get("value-type", "")
    if kind in _NUMBERS:
        return float(attributes["value"]) if "value" in attributes else Unusable.NOT_COMPUTED
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    if kind == "date" and (text := attributes.get("date-value")):
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    text = "\n".join("".join(part.itertext()) for part in element if part.tag.endswith("}p"))
    if text.startswith(("#", "Err:")) and "formula" in attributes:
        return Unusable.ERROR
    if "formula" in attributes and not kind:
        return Unusable.NOT_COMPUTED
    return text


def _is_hidden(style: ElementTree.Element) -> bool:
    return any(
        _attributes(part).get("display") == "false" for part in style.iter() if "table-prop" in part.tag
    )


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def _count(element: ElementTree.Element, name: str) -> int:
    """Return how often something stands; hostile counts stay whole numbers of at least one."""
    text = _attributes(element).get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _too_large(path: Path, table: _Table) -> OversizedFileError:
    return OversizedFileError(
        f"{path.name}, sheet {table.name!r}: it repeats its cells beyond what is read of a file. Copy the "
        "filled "
        "part into a new spreadsheet, or save the sheet as CSV."
    )
