"""Files of SPSS (.sav, .zsav): names and labels of variables in the first two rows, then the cases."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.refusals import OversizedFileError, UnreadableFileError
from evalkit.intake.files.workbook import EMPTY, Sheet, Value, Workbook


def read_sav(path: Path, limits: Limits = LIMITS) -> Workbook:
    """Read a file of SPSS; what numbers stand for is kept beside them.

    The first row holds the names of the variables and the second their labels, as a sheet would. A value
    that the file declares missing is empty.

    Raises
    ------
    RefusedFileError
        If it is broken or beyond the limits.
    """
    import pyreadstat

    _, metadata = _call(path, pyreadstat.read_sav, metadataonly=True)
    n_cells = (metadata.number_rows or 0) * metadata.number_columns
    if n_cells > limits.n_cells:
        raise OversizedFileError(
            f"{path.name} holds {n_cells:,} values; at most {limits.n_cells:,} are read of a file. Save "
            "only the "
            "variables that are needed (SAVE OUTFILE … /KEEP)."
        )
    columns, metadata = _call(path, pyreadstat.read_sav, output_format="dict", user_missing=False)
    names: list[str] = list(metadata.column_names)
    told = [metadata.column_names_to_labels.get(name) or EMPTY for name in names]
    cases: list[list[Value]] = [
        list(map(_value, case)) for case in zip(*(columns[name] for name in names), strict=True)
    ]
    heads: list[list[Value]] = [[*names], [*told]]
    labels = {
        names.index(name): {float(key): str(text) for key, text in values.items() if _is_number(key)}
        for name, values in metadata.variable_value_labels.items()
    }
    n_cases = len(cases)
    sheet = Sheet(
        name="", rows=heads + cases, naming="case", lines=[0, 0, *range(1, n_cases + 1)], labels=labels
    )
    return Workbook(file=path.name, kind="sav", sheets=(sheet,))


def _call(path: Path, read: Any, **options: Any) -> Any:
    from pyreadstat import PyreadstatError, ReadstatError

    try:
        return read(path, **options)
    except (PyreadstatError, ReadstatError, UnicodeDecodeError, ValueError, OverflowError, MemoryError):
        raise UnreadableFileError(
            f"{path.name} cannot be read as a file of SPSS. Open it in SPSS or PSPP and save it anew, or "
            "save it as "
            "CSV with labels."
        ) from None


def _value(value: Any) -> Value:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return EMPTY
    return value.item() if hasattr(value, "item") else value  # type: ignore[no-any-return]


def _is_number(key: object) -> bool:
    return isinstance(key, int | float)
