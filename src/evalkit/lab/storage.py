"""Small tables in Parquet: the same rows give the same bytes, and a file is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from evalkit.databases import connect_again
from evalkit.evidence.coded import share_texts
from evalkit.methods.reading import quote
from evalkit.whole_file import replacing


def write_table(frame: pd.DataFrame, file: Path, *, decimals: int | None = None) -> None:
    """Write a table at once; numbers keep all their digits, or as many decimals as are asked for.

    Decimals are stored as decimals, which takes a third of the room.
    """
    columns = ", ".join(
        f'CASE WHEN isnan("{name}") THEN NULL ELSE "{name}"::DECIMAL(18, {decimals}) END AS "{name}"'
        if decimals is not None and pd.api.types.is_float_dtype(frame[name])
        else f'"{name}"'
        for name in frame.columns
    )
    with replacing(file) as part, connect_again() as connection:
        connection.register("rows", frame)
        connection.execute(
            f"COPY (SELECT {columns} FROM rows) TO {quote(str(part))} (FORMAT parquet, COMPRESSION zstd)"
        )


def read_table(file: Path) -> pd.DataFrame:
    """Read a table that `write_table` wrote; what was NaN is NaN."""
    with connect_again() as connection:
        kinds = connection.from_parquet(str(file))
        columns = ", ".join(
            f'"{name}"::DOUBLE AS "{name}"' if kind.id == "decimal" else f'"{name}"'
            for name, kind in zip(kinds.columns, kinds.types, strict=True)
        )
        return share_texts(kinds.project(columns).df())
