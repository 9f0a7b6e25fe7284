"""The name of a criterion: what was recorded, and by whom."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from evalkit.present.language import Translator


def name_criterion(tr: Translator, row: Mapping[Hashable, Any] | pd.Series) -> str:
    """Name a criterion and its source; once, where both are the same word.

    Examples
    --------
    >>> from evalkit.present.language import translator
    >>> name_criterion(translator("en"), {"indicator": "complaints", "source": "citizen"})
    'complaints (citizen)'
    """
    criterion, source = tr.label(row["indicator"]), tr.label(row["source"])
    if source == criterion:
        return criterion
    return tr("{criterion} ({source})", criterion=criterion, source=source)
