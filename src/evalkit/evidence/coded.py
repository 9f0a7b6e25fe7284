"""Texts as numbers, for what puts the same observations into groups many times."""

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
