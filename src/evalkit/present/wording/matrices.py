"""What published matrices say of different raters of the same people, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import PublishedMatrices
from evalkit.present.language import Translator, mark, translator
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any] | pd.Series

_SOURCES: Final = {"superior": mark("superiors"), "peer": mark("peers"), "self": mark("people themselves")}


def say_matrices(sources: PublishedMatrices, lang: Language | None = None) -> list[str]:
    """Say how alike different sources see one person, what error explains of it, and how stable one rater is."""
    tr = translator(lang)
    return [
        *(_multitrait(tr, str(name), rows) for name, rows in sources.traits.groupby("matrix", sort=False)),
        *_corrected(tr, sources),
        *_stability(tr, sources),
    ]


def _multitrait(tr: Translator, matrix: str, rows: pd.DataFrame) -> str:
    """Say whether who rates or what is rated weighs more, and how alike each pair of sources sees a trait."""
    pairs = rows[rows["source_a"] != ""]
    whole = rows[rows["source_a"] == ""].iloc[0] if len(pairs) < len(rows) else rows.iloc[0]
    parts = [
        tr("{pair} {number}", pair=_pair(tr, row), number=tr.number(row["convergent"]))
        for row in pairs.to_dict("records")
    ]
    message = (
        mark(
            "On average, who rates weighs more than what is rated: two traits seen by one source correlate {same}, one trait seen by two "
            "sources {across} ({cite}; {n}). By pair of sources: {parts}."
        )
        if whole["same_source"] > whole["convergent"]
        else mark(
            "On average, what is rated weighs more than who rates: two traits seen by one source correlate {same}, one trait seen by two "
            "sources {across} ({cite}; {n}). By pair of sources: {parts}."
        )
    )
    return tr(
        message,
        same=tr.number(whole["same_source"]),
        across=tr.number(whole["convergent"]),
        cite=_cite(tr, matrix),
        n=_size(tr, whole["n"]),
        parts="; ".join(parts),
    )


def _corrected(tr: Translator, sources: PublishedMatrices) -> list[str]:
    """Say what unreliability explains of a low correlation."""
    found = sources.correlations[sources.correlations["corrected"].notna()]
    return [
        tr(
            "Ratings by {a} and by {b} differ much because one rating says little: they correlate {r}; without the error of single "
            "ratings it would be {corrected} ({cite}; {n}).",
            a=tr.label(row["item_a"]),
            b=tr.label(row["item_b"]),
            r=tr.number(row["estimate"]),
            corrected=tr.number(row["corrected"]),
            cite=_cite(tr, row["matrix"]),
            n=_size(tr, row["n"]),
        )
        for row in found.to_dict("records")
    ]


def _stability(tr: Translator, sources: PublishedMatrices) -> list[str]:
    """Say the lowest of the correlations with a known n."""
    known = sources.correlations[sources.correlations["n"].notna()].sort_values("estimate")
    if known.empty:
        return []
    low = known.iloc[0]
    return [
        tr(
            "One supervisor rates the same people alike from one occasion to the next (lowest correlation {r}, {interval}; n = {n}; "
            "{cite}). That is the rater's habit as well as the person's performance.",
            r=tr.number(low["estimate"]),
            interval=tr.interval(low["conf_low"], low["conf_high"]),
            n=tr.number(int(low["n"])),
            cite=_cite(tr, low["matrix"]),
        )
    ]


def _size(tr: Translator, n: float) -> str:
    return tr("no sample size is known, so no interval") if pd.isna(n) else f"n = {tr.number(int(n))}"


def _pair(tr: Translator, row: Row) -> str:
    return tr.listed([_source(tr, row["source_a"]), _source(tr, row["source_b"])])


def _source(tr: Translator, name: object) -> str:
    return tr(_SOURCES[str(name)]) if str(name) in _SOURCES else tr.label(name)


def _cite(tr: Translator, matrix: object) -> str:
    """Write the key of a matrix as a citation: lawler_1967 becomes Lawler 1967."""
    *authors, year = str(matrix).split("_")
    return f"{tr.listed([author.capitalize() for author in authors])} {year}"
