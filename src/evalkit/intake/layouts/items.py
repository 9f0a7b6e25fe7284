"""Sheets with a column per item: which indicator a heading names, and whose rating stands below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from evalkit.evidence import standard_indicators
from evalkit.intake.layouts.raters import numbered_fields, read_rater, split_rater
from evalkit.intake.layouts.words import plain
from evalkit.vocabulary import SOURCES

if TYPE_CHECKING:
    from evalkit.intake.layouts.reading import Reading

#: What the ratings of a sheet with a column per item may be about: indicators with a scale of ratings.
_UNIT: Final = "rating"
_RATERS: Final = tuple(source for source in SOURCES if source not in ("system", "agency_report"))
_BETWEEN: Final = re.compile(r"\s*[-–—:()/|\n]\s*")
_FIELD: Final = re.compile(
    r"(?:(?P<source>[a-z]+(?:_[1-9]\d?)?)\.)?(?P<indicator>[a-z0-9_]+)(?:/(?P<item>.+))?"
)
_OF_FIELD: Final = ("field", "source", "indicator", "item", "number")
RATING_COLUMNS: Final = ("at", *_OF_FIELD, "value")


@lru_cache(maxsize=1)
def item_headings() -> Mapping[str, str]:
    """Return the standard indicators by what they are called, in plain letters."""
    frame = standard_indicators()
    rated = frame[frame["unit"] == _UNIT]
    names = (rated[name] for name in ("label_en", "label_id", "indicator"))
    return {
        plain(str(text)): code
        for texts in names
        for text, code in zip(texts, rated["indicator"], strict=True)
    }


def item_fields() -> tuple[str, ...]:
    """Return the fields that a column of ratings may have: an indicator, or a rater and an indicator."""
    codes = tuple(dict.fromkeys(item_headings().values()))
    raters = (*_RATERS, *numbered_fields())
    return (*codes, *(f"{rater}.{code}" for rater in raters for code in codes))


def match_item(text: str) -> str | None:
    """Return the field that one heading names, with the rater where it names one.

    Examples
    --------
    >>> match_item("Disiplin"), match_item("Integritas (Atasan)"), match_item("Golongan")
    ('discipline', 'supervisor.integrity', None)
    >>> match_item("Rekan 2 - Integritas")
    'peer_2.integrity'
    """
    known = item_headings()
    if found := known.get(plain(text)):
        return found
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    if len(parts) != 2:
        return None
    for first, second in (parts, parts[::-1]):
        if (source := read_rater(first)) and (code := known.get(plain(second))):
            return f"{source}.{code}"
    return None


def split_field(field: str) -> tuple[str, str, str] | None:
    """Return rater, indicator and item of a field; None for what is no field of ratings.

    The rater is as in a heading: ``peer_2`` is one of several.

    Examples
    --------
    >>> split_field("peer.integrity"), split_field("overall_rating/Loyal"), split_field("boss.integrity")
    (('peer', 'integrity', ''), ('', 'overall_rating', 'Loyal'), None)
    """
    found = _FIELD.fullmatch(field)
    if found is None or split_rater(found["source"] or _RATERS[0])[0] not in _RATERS:
        return None
    return found["source"] or "", found["indicator"], found["item"] or ""


def list_ratings(reading: Reading) -> pd.DataFrame:
    """Return the ratings of a sheet with a column per item, one a row.

    Returns
    -------
    DataFrame
        ``at`` (position in the table), ``field``, ``source`` (empty where the heading names no rater),
        ``indicator``, ``item``, ``number`` (which of several raters of a kind; 0 where there is one) and
        ``value`` (NaN where nothing stands), by row and then by column.
    """
    fields = [field for field in reading.header.columns if reading.header.layout.is_rating(field)]
    values = reading.table[fields].to_numpy(dtype=float)
    n_rows = len(values)
    heads = pd.DataFrame([(field, *_split_rating(field)) for field in fields], columns=list(_OF_FIELD))
    columns = {name: np.tile(heads[name].to_numpy(dtype=object), n_rows) for name in _OF_FIELD}
    columns["number"] = columns["number"].astype(int)
    columns |= {"at": np.repeat(np.arange(n_rows), len(fields)), "value": values.ravel()}
    return pd.DataFrame({name: columns[name] for name in RATING_COLUMNS})


def _split_rating(field: str) -> tuple[str, str, str, int]:
    """Return source, indicator and item of a column of ratings, and which of several raters it is of."""
    rater, indicator, item = split_field(field) or ("", field, "")
    source, number = split_rater(rater)
    return source, indicator, item, number


def name_rater(texts: Sequence[str]) -> str | None:
    """Return the rater that the nearest of some texts above a column names."""
    return next(filter(None, map(read_rater, reversed(texts))), None)
