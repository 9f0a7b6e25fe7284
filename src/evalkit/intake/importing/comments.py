"""Free text that is kept because it was asked for: without numbers of people and names that are known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import COMMENTS
from evalkit.intake.files import is_empty
from evalkit.intake.importing.rows import Change, Rows, Source
from evalkit.intake.importing.texts import tidy_text
from evalkit.intake.layouts.numbers import MISSING
from evalkit.intake.layouts.words import plain
from evalkit.intake.pseudonyms import digest
from evalkit.rules import mask_nip

_ABOUT: Final = ("unit", "employee", "period", "source", "rater")
_MASK: Final = "•••"
_LONGEST: Final = 2000
_SHORTEST: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Telephone, NIK, account: eight digits or more; and addresses of mail.
_NUMBER: Final = re.compile(r"\+?\d(?:[ .()/-]?\d){7,}")
_MAIL: Final = re.compile(r"\S+@\S+")


def take_comments(source: Source, rows: Rows, names: Collection[str]) -> pd.DataFrame:
    """Return the free text of a table, a row for each cell with some.

    Parameters
    ----------
    names
        Names of people in all files of the import: each word of them is masked. Other names stay, since
        nobody can tell them from words.
    """
    known = {word for name in names for word in _words(name)}
    about = _about(rows)
    found: dict[tuple[int, int], dict[str, str]] = {}
    for column, at, cell in _cells(source):
        text = scrub_text(cell, known)
        told = about.get(at) or dict.fromkeys(_ABOUT, "")
        number = source.reading.sheet.number(source.reading.rows[at])
        key = f"t-{digest(source.given.place, *told.values(), text)}-{number:06d}-{column}"
        found[at, column] = {"comment": key, "place": source.given.place, **told, "text": text}
    n_masked = sum(_MASK in row["text"] for row in found.values())
    source.changes.extend(Change(code, "text", n) for code, n in _counts(len(found), n_masked))
    rows_at = np.array([at for at, _ in found], dtype=int)
    return pd.DataFrame(list(found.values()), columns=list(COMMENTS.column_names), index=rows_at)


def _counts(n_kept: int, n_masked: int) -> Iterator[tuple[str, int]]:
    yield "text_kept", n_kept
    if n_masked:
        yield "text_masked", n_masked


def scrub_text(text: str, names: Collection[str]) -> str:
    """Return a text without numbers and addresses of people, and without the words of their names.

    Parameters
    ----------
    names
        Words in small letters.

    Examples
    --------
    >>> scrub_text("Terima kasih Bu SITI, 0812-3456-789, siti@kota.id!", {"siti"})
    'Terima kasih Bu •••, •••, •••'
    """
    line, _ = tidy_text(text, longest=_LONGEST)
    for pattern in (_MAIL, _NUMBER):
        line = pattern.sub(_MASK, line)
    hidden = _WORD.sub(lambda word: _MASK if word[0].casefold() in names else word[0], mask_nip(line))
    return tidy_text(hidden, longest=_LONGEST)[0]


def _words(name: str) -> Iterator[str]:
    yield from (word for word in map(str.casefold, _WORD.findall(name)) if len(word) >= _SHORTEST)


def _cells(source: Source) -> Iterator[tuple[int, int, str]]:
    """Yield column, row of the table and text of every cell with free text."""
    header, sheet = source.reading.header, source.reading.sheet
    rows = range(header.top, header.first)
    columns = {header.columns["text"]} if "text" in header.columns else set()
    for at in range(sheet.n_columns):
        if "text" in [header.layout.match(str(sheet.value(row, at))) for row in rows]:
            columns.add(at)
    for column in sorted(columns):
        for at, cell in enumerate(sheet.column(column, source.reading.rows)):
            if isinstance(cell, str) and not is_empty(cell) and plain(cell) not in MISSING:
                yield column, at, cell


def _about(rows: Rows) -> dict[int, dict[str, str]]:
    """Return what each row of the table is about; who said it only where one person may have."""
    recorded = rows.recorded.reindex(columns=list(_ABOUT), fill_value="")
    frame = pd.concat([rows.evidence[list(_ABOUT)], recorded])
    frame = frame.reset_index(names="at").drop_duplicates()
    several = frame["at"].duplicated(keep=False)
    frame.loc[several, ["source", "rater"]] = ""
    frame = frame.drop_duplicates("at")
    told = frame[list(_ABOUT)].astype(str).to_numpy().tolist()
    return {int(at): dict(zip(_ABOUT, row, strict=True)) for at, row in zip(frame["at"], told, strict=True)}
