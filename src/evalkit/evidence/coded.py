"""Texts that occur many times: as numbers, or as one object each."""

from __future__ import annotations

import pandas as pd


def code_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its columns of texts as categories, in the order of the texts.

    Groups are then found among numbers. What occurs in no row of a part of the table is in no group of it.

    Examples
    --------
    >>> rows = code_texts(pd.DataFrame({"rater": ["b", "a", "b"], "value": [1.0, 2.0, 3.0]}))
    >>> rows.groupby("rater")["value"].mean().to_dict()
    {'a': 2.0, 'b': 2.0}
    """
    texts = rows.columns[rows.dtypes == "str"]
    return rows.astype(dict.fromkeys(texts, "category"))


def share_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which equal texts of a column are one object: it is less to keep and to compare.

    Examples
    --------
    >>> rows = share_texts(pd.DataFrame({"rater": ["".join(["r", "1"]), "".join(["r", "1"]), None]}))
    >>> first, second, gap = rows["rater"]
    >>> first is second, gap
    (True, nan)
    """
    texts = rows.columns[rows.dtypes == "str"]
    return rows.assign(**{name: _share(rows[name]) for name in texts})


def _share(column: pd.Series) -> pd.Series:
    codes, names = pd.factorize(column)
    return pd.Series(names.array.take(codes, allow_fill=True), column.index)
