"""Hold the text cells of one table to its columns: convert what fits, and report all that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import Fault
from evalkit.evidence.schema import Column, Kind, Table
from evalkit.rules import holds_nip, mask_nip

_PERIOD: Final = re.compile(r"[0-9]{4}Q[1-4]")
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
)
_DECIMAL_COMMA: Final = re.compile(r"-?[0-9]+(?:\.[0-9]{3})*,[0-9]+")
_NIP_AS_NUMBER: Final = re.compile(r"[0-9]{18}(?:\.0)?")
_NIP_RULE: Final = "must be no number of a person; this looks like a NIP, which must not enter a study"
_TRUE: Final = ("true", "True", "TRUE", "1")
_FALSE: Final = ("false", "False", "FALSE", "0")

#: What a column's check finds: a rule, and for each row whether it is broken.
Broken = tuple[str, "pd.Series[bool]"]


def convert_cells(cells: pd.DataFrame, table: Table, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Convert text cells to the types of a table, and list every cell that breaks its column or key.

    A column that is not in the cells is added empty and not checked: a missing column is a fault of the file.
    An integer column with empty cells is float64 with NaN, a boolean one is pandas' nullable boolean.
    """
    faults: list[Fault] = []
    columns = {}
    for column in table.columns:
        text = cells[column.name] if column.name in cells else pd.Series("", cells.index, dtype="str")
        columns[column.name], broken = _convert_column(text, column, check=column.name in cells)
        for rule, rows in broken:
            faults += list_faults(file, column.name, rule, text[rows])
    frame = pd.DataFrame(columns, index=cells.index)
    if table.key and set(table.key) <= set(cells.columns):
        numbered = {name: _number_texts(cells[name], frame[name]) for name in table.key}
        faults += _check_key(pd.DataFrame(numbered), table, file)
    return frame, faults


def _convert_column(text: pd.Series[str], column: Column, *, check: bool) -> tuple[pd.Series, list[Broken]]:
    """Convert each distinct text of a column once, and say in which rows stand those that break a rule."""
    categories = text.astype("category").cat
    codes, names = categories.codes.to_numpy(), pd.Series(categories.categories, dtype="str")
    values, broken = _CONVERTERS[column.kind](names)
    if check:
        broken += _check_text(names, column) + _check_bounds(values, column)
    rows = [(rule, pd.Series(each.to_numpy(dtype=bool)[codes], text.index)) for rule, each in broken]
    return values.take(codes).set_axis(text.index), rows


def list_faults(file: str, column: str, rule: str, values: pd.Series[str]) -> list[Fault]:
    """Make one fault of each value; the index is its row, and what looks like a NIP is masked."""
    return [
        Fault(file, int(row), column, rule, _show(value))
        for row, value in zip(values.index.tolist(), values.tolist(), strict=True)
    ]


def _show(value: object) -> str:
    text = mask_nip(str(value))
    return text if text == text.strip() and text.isprintable() else repr(text)


def _check_text(text: pd.Series[str], column: Column) -> list[Broken]:
    """Check what stands in the cells, whatever their kind."""
    empty, broken = text == "", []
    if column.filled:
        broken.append(("must be filled", empty))
    if column.codes:
        broken.append((f"must be one of {', '.join(column.codes)}", ~empty & ~text.isin(column.codes)))
    elif column.kind == "text":
        broken.append((_NIP_RULE, _for_each_value(text, holds_nip)))
    elif column.kind in ("number", "integer"):
        broken.append((_NIP_RULE, _match(text, _NIP_AS_NUMBER)))
    return broken


def _for_each_value(text: pd.Series[str], test: Callable[[str], bool]) -> pd.Series[bool]:
    return pd.Series([test(value) for value in text.tolist()], text.index, dtype=bool)


def _match(text: pd.Series[str], pattern: re.Pattern[str]) -> pd.Series[bool]:
    return _for_each_value(text, lambda value: pattern.fullmatch(value) is not None)


def _check_bounds(values: pd.Series, column: Column) -> list[Broken]:
    broken = []
    if column.low is not None:
        broken.append((f"must be at least {column.low:g}", values < column.low))
    if column.high is not None:
        broken.append((f"must be at most {column.high:g}", values > column.high))
    return broken


def _number_texts(text: pd.Series[str], values: pd.Series) -> pd.Series:
    """Return a number for each text of a column, which compares faster; other values stay as they are."""
    return text.astype("category").cat.codes if values.dtype == "str" else values


def _check_key(frame: pd.DataFrame, table: Table, file: str) -> list[Fault]:
    """List every row whose key another row has too: which of them is right, nobody but the owner knows."""
    repeated = frame[frame.duplicated(list(table.key), keep=False)]
    if repeated.empty:
        return []
    groups = repeated.groupby(list(table.key), sort=False).ngroup()
    rows = pd.Series(groups.index.astype(str), groups.index).groupby(groups).transform(_join_rows)
    return list_faults(file, "", f"the key ({', '.join(table.key)}) must be unique", rows)


def check_shared_key(table: Table, files: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """List every row whose key a row in another file of the same table has too.

    Parameters
    ----------
    files
        Typed rows of each file of the table, by its name; the index is the spreadsheet row.
    """
    key = list(table.key)
    if not key or any(not set(key) <= set(rows.columns) for rows in files.values()):
        return []
    if "period" in key and _are_disjoint([set(rows["period"].unique()) for rows in files.values()]):
        return []
    rows = pd.concat([each[key] for each in files.values()], keys=list(files), names=["file", "row"])
    repeated = rows[rows.duplicated(key, keep=False)]
    if repeated.empty:
        return []
    rule = f"the key ({', '.join(key)}) must be unique among all files of the table"
    places = repeated.index.to_frame(index=False)
    faults = []
    for _, group in places.groupby(repeated.groupby(key, sort=False).ngroup().to_numpy(), sort=False):
        at = list(zip(group["file"].tolist(), group["row"].tolist(), strict=True))
        for file, row in at:
            other = next((each for each in at if each[0] != file), None)
            if other is not None:
                faults.append(Fault(file, int(row), "", rule, f"as {other[0]}, row {other[1]}"))
    return faults


def _are_disjoint(sets: Sequence[set[str]]) -> bool:
    return len(set().union(*sets)) == sum(map(len, sets))


def _join_rows(rows: pd.Series[str], limit: int = 4) -> str:
    more = f" and {len(rows) - limit} more" if len(rows) > limit else ""
    return "rows " + ", ".join(rows.tolist()[:limit]) + more


def _convert_text(text: pd.Series[str]) -> tuple[pd.Series, list[Broken]]:
    return text, []


def _convert_period(text: pd.Series[str]) -> tuple[pd.Series, list[Broken]]:
    return text, [("must be a quarter such as 2025Q1", (text != "") & ~_match(text, _PERIOD))]


def _convert_number(text: pd.Series[str]) -> tuple[pd.Series, list[Broken]]:
    values = pd.to_numeric(text.where(text != ""), errors="coerce").astype("float64")
    values = values.where(np.isfinite(values))
    broken = (text != "") & values.isna()
    comma = broken & _match(text.where(broken, ""), _DECIMAL_COMMA)
    return values, [
        ("must be a number with a decimal point; this one has a decimal comma", comma),
        ("must be a number", broken & ~comma),
    ]


def _convert_integer(text: pd.Series[str]) -> tuple[pd.Series, list[Broken]]:
    values, broken = _convert_number(text)
    broken.append(("must be a whole number", np.isfinite(values) & (values != np.floor(values))))
    whole = bool(np.isfinite(values).all()) and not broken[-1][1].any()
    return (values.astype("int64") if whole else values), broken


def _convert_boolean(text: pd.Series[str]) -> tuple[pd.Series, list[Broken]]:
    values = pd.Series(pd.NA, text.index, dtype="boolean")
    values[text.isin(_TRUE)] = True
    values[text.isin(_FALSE)] = False
    broken = (text != "") & values.isna()
    return (values if values.isna().any() else values.astype(bool)), [("must be true or false", broken)]


def _convert_date(text: pd.Series[str]) -> tuple[pd.Series, list[Broken]]:
    shaped = _match(text, _DATE)
    values = pd.to_datetime(text.where(shaped), format="ISO8601", errors="coerce").astype("datetime64[us]")
    return values, [("must be a date such as 2025-03-31", (text != "") & values.isna())]


_CONVERTERS: Final[dict[Kind, Callable[[pd.Series[str]], tuple[pd.Series, list[Broken]]]]] = {
    "text": _convert_text,
    "period": _convert_period,
    "number": _convert_number,
    "integer": _convert_integer,
    "boolean": _convert_boolean,
    "date": _convert_date,
}
