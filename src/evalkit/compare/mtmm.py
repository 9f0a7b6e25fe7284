"""Do raters of different kinds see the same people alike? Published matrices, read in one way."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import UsageError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import (
    correlation_interval,
    disattenuate,
    spearman_brown,
    summarise_multitrait,
)

TABLE: Final = "published_correlations"
COLUMNS: Final = ("matrix", "kind", "variable_a", "variable_b", "r", "n", "citation")
NO_SIZE: Final = "no sample size is known, so there is no interval"
NO_RELIABILITY: Final = "no reliability is known for {who}, so nothing is corrected"
CORRECTED: Final = (
    "corrected for the unreliability of single ratings with published reliabilities; their error is not in it"
)
#: Sizes of panels for which reliabilities are stepped up.
PANELS: Final = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedMatrices:
    """What published matrices say of different raters of the same people.

    Attributes
    ----------
    matrices
        By name, each multitrait matrix as a square table: rows and columns are trait_source.
    traits
        One row per matrix and pair of sources, and one over all sources (both empty): convergent,
        discriminant, same_source, their difference (estimate) with its interval, n and caveat.
    correlations
        One row per correlation of a matrix without traits: matrix, item_a, item_b, estimate with its interval
        where n is known, n, corrected (for unreliability), caveat.
    panels
        One row per source with a reliability, and size of panel: reliability of its mean (estimate).
    conf_level
        Level of the intervals.
    """

    matrices: dict[str, pd.DataFrame]
    traits: pd.DataFrame
    correlations: pd.DataFrame
    panels: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold each difference to its parts."""
        gap = self.traits["convergent"] - self.traits["discriminant"] - self.traits["estimate"]
        if not np.allclose(gap.astype(float), 0):
            raise ValueError("a difference is not that of its convergent and discriminant correlations")

    def to_frame(self) -> pd.DataFrame:
        """Return the means of convergent and discriminant correlations, one row per pair of sources."""
        return self.traits.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as rows of ``results.csv``; the place is the matrix."""
        rows = [self._traits(name) for name in ("convergent", "discriminant", "same_source", "estimate")]
        found = self.correlations.rename(columns={"item_a": "group", "item_b": "item", "matrix": "place"})
        rows.append(found.drop(columns="corrected").assign(quantity="published_correlation"))
        corrected = found[found["corrected"].notna()]
        rows.append(
            corrected.assign(
                quantity="corrected_correlation",
                estimate=corrected["corrected"],
                conf_low=np.nan,
                conf_high=np.nan,
                caveat=CORRECTED,
            ).drop(columns="corrected")
        )
        panels = self.panels.rename(columns={"source": "group", "matrix": "place"})
        panels = panels.assign(
            quantity="reliability_of_panel",
            item=[f"n_raters={size}" for size in panels["n_raters"]],
            caveat="by the Spearman-Brown formula",
        )
        rows.append(panels.drop(columns="n_raters"))
        return pd.concat(rows, ignore_index=True) if any(map(len, rows)) else pd.DataFrame()

    def _traits(self, name: str) -> pd.DataFrame:
        whole = name == "estimate"
        rows = self.traits.rename(columns={"matrix": "place", "source_a": "group", "source_b": "item"})
        quantity = "convergent_less_discriminant" if whole else f"mean_{name}_correlation"
        rows = rows.assign(quantity=quantity)
        if not whole:
            rows = rows.assign(estimate=rows[name], conf_low=np.nan, conf_high=np.nan)
            rows = rows[rows["estimate"].notna()]
        columns = ["quantity", "place", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return rows[columns]

    def _repr_html_(self) -> str:
        return show_frame(self.traits)


def compare_sources(evidence: Evidence, *, table: str = TABLE, conf_level: float = 0.95) -> PublishedMatrices:
    """Read the published matrices of a study; a study without any gives an empty result.

    Variables named trait_source make a multitrait matrix. A correlation is corrected for unreliability where
    the same matrix gives the reliability of both sources.

    Raises
    ------
    UsageError
        If the table lacks a column.
    """
    rows = evidence.extras.get(table, pd.DataFrame(columns=list(COLUMNS)))
    absent = sorted(set(COLUMNS) - set(rows.columns))
    if absent:
        raise UsageError(f"The table {table} lacks the columns {', '.join(absent)}.")
    matrices: dict[str, pd.DataFrame] = {}
    traits: list[dict[str, object]] = []
    correlations: list[dict[str, object]] = []
    panels: list[dict[str, object]] = []
    for name, part in rows.groupby("matrix", sort=False):
        found = part[part["kind"] == "correlation"]
        if _is_multitrait(found):
            matrices[str(name)] = _square(found)
            traits += _summarise(str(name), matrices[str(name)], found["n"], conf_level)
            continue
        known = part[part["kind"] == "reliability"].set_index("variable_a")["r"].astype(float)
        correlations += [_correlation(row, known, conf_level) for row in found.to_dict("records")]
        panels += [
            {"matrix": name, "source": source, "n_raters": size, "estimate": spearman_brown(one, size)}
            for source, one in known.items()
            for size in PANELS
        ]
    return PublishedMatrices(
        matrices=matrices,
        traits=pd.DataFrame(traits, columns=_TRAITS),
        correlations=pd.DataFrame(correlations, columns=_CORRELATIONS),
        panels=pd.DataFrame(panels, columns=["matrix", "source", "n_raters", "estimate"]),
        conf_level=conf_level,
    )


_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_TRAITS: Final = [
    "matrix", "source_a", "source_b", "convergent", "discriminant", "same_source", *_ENDS, "n", "caveat"
]  # fmt: skip
_CORRELATIONS: Final = ["matrix", "item_a", "item_b", *_ENDS, "n", "corrected", "caveat"]


def _split(names: pd.Index[str]) -> tuple[list[str], list[str]]:
    """Split trait_source into traits and sources."""
    parts = [str(name).rpartition("_") for name in names]
    return [trait for trait, _, _ in parts], [source for _, _, source in parts]


def _is_multitrait(found: pd.DataFrame) -> bool:
    names = pd.Index(pd.unique(found[["variable_a", "variable_b"]].to_numpy().ravel()))
    traits, sources = _split(names)
    return (
        len(set(sources)) > 1 and len(set(traits)) > 1 and len(names) == len(set(traits)) * len(set(sources))
    )


def _square(found: pd.DataFrame) -> pd.DataFrame:
    """Lay correlations out as a symmetric table, variables in the order in which they first appear."""
    order = list(dict.fromkeys(found[["variable_b", "variable_a"]].to_numpy().ravel()))
    square = pd.DataFrame(np.eye(len(order)), index=order, columns=order).replace(0.0, np.nan)
    for row in found.to_dict("records"):
        square.loc[row["variable_a"], row["variable_b"]] = row["r"]
        square.loc[row["variable_b"], row["variable_a"]] = row["r"]
    return square


def _summarise(
    name: str, square: pd.DataFrame, sizes: pd.Series[float], conf_level: float
) -> list[dict[str, object]]:
    """Return means for all sources together, then for each pair of them."""
    traits, sources = _split(square.index)
    n = int(sizes.min()) if sizes.notna().all() else None
    kinds = list(dict.fromkeys(sources))
    rows = []
    for pair in [tuple(kinds), *(combinations(kinds, 2) if len(kinds) > 2 else ())]:
        kept = [i for i, source in enumerate(sources) if source in pair]
        found = summarise_multitrait(
            square.to_numpy()[np.ix_(kept, kept)],
            [traits[i] for i in kept],
            [sources[i] for i in kept],
            n=n,
            conf_level=conf_level,
        )
        named = pair if len(pair) == 2 else ("", "")
        ends = (found.difference, found.conf_low, found.conf_high)
        means = (found.convergent, found.discriminant, found.same_method)
        values = (name, *named, *means, *ends, n or np.nan, found.caveat)
        rows.append(dict(zip(_TRAITS, values, strict=True)))
    return rows


def _correlation(
    row: Mapping[Hashable, Any], known: pd.Series[float], conf_level: float
) -> dict[str, object]:
    """Return one correlation with its interval where n is known, corrected where reliabilities are."""
    a, b, r, n = str(row["variable_a"]), str(row["variable_b"]), float(row["r"]), row["n"]
    sized = bool(pd.notna(n))
    low, high = correlation_interval(r, int(n), conf_level=conf_level) if sized else (np.nan, np.nan)
    unknown = [who for who in (a, b) if who not in known]
    corrected = np.nan if unknown else disattenuate(r, float(known[a]), float(known[b]))
    doubts = [] if sized else [NO_SIZE]
    if len(known) and unknown:
        doubts.append(NO_RELIABILITY.format(who=" and ".join(unknown)))
    values = (row["matrix"], a, b, r, low, high, float(n) if sized else np.nan, corrected, "; ".join(doubts))
    return dict(zip(_CORRELATIONS, values, strict=True))
