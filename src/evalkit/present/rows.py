"""Tables made ready for people: several columns in one text, codes in words."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.present.labels import cell_label
from evalkit.present.wording.evidence import describe_rater_design
from evalkit.vocabulary import Language

_DESIGN: Final = (
    "place",
    "source",
    "indicator",
    "n_ratees",
    "n_raters",
    "ratings_median",
    "n_components",
    "share_largest",
)


def row_labels(frame: pd.DataFrame, *columns: str, lang: Language = "en") -> list[str]:
    """Write some columns of each row as one text; a column that never changes is left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"place": ["us", "us"], "indicator": ["case_flow", "integrity"]})
    >>> row_labels(frame, "place", "indicator")
    ['case flow', 'integrity']
    """
    telling = [name for name in columns if frame[name].nunique() > 1] or list(columns[-1:])
    texts = frame[telling].map(lambda value: cell_label(str(value), lang).replace("_", " "))
    return texts.agg(" · ".join, axis=1).tolist() if len(frame) else []


def tabulate_designs(designs: pd.DataFrame) -> pd.DataFrame:
    """Return who rated whom with the design in words; see `evidence.describe_designs`."""
    names = {"ratings_median": "median_ratings_each", "share_largest": "share_linked"}
    told = designs[list(_DESIGN)].rename(columns=names)
    return told.assign(design=designs["raters"].map(describe_rater_design))
