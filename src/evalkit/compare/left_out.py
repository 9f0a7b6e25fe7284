"""What if a source, or a unit, had not been there? Scores and decisions of the others without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from evalkit.compare.decisions import SELECTIONS, Floats, decide_by_rank, decide_predikat
from evalkit.compare.score_tables import FEWEST, PointTable, list_point_tables
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, score_without_sources
from evalkit.shown import show_frame
from evalkit.stats import weigh_points

ONE_SOURCE: Final = "There is one source, so leaving it out leaves nothing."
ONE_UNIT: Final = "There is one unit, so leaving it out leaves nobody."
TOO_LITTLE: Final = "without it nobody has enough evidence for a score"
_FEW: Final = "Only {n} people were scored; decisions of the rest need {fewest}."
_WHO: Final = ["unit", "employee"]
_POINTS: Final = ["score", "result_points", "behaviour_points"]
_COLUMNS: Final[dict[str, list[str]]] = {
    "sources": [
        *["method", "place", "source", "estimate", "recognition_changed", "training_changed"],
        *["predikat_changed", "n", "n_lost", "caveat"],
    ],
    "units": ["method", "place", "decision", "estimate", "most_changed", "n_units", "n"],
    "refused": ["method", "place", "left_out", "reason"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeftOut:
    """What leaving out one source, or one unit, does to the scores and decisions of those who stay.

    Attributes
    ----------
    sources
        A row per method, place and source that the method reads: rank correlation (Kendall's τ-b) with the
        scores as reported (estimate), shares of people decided otherwise (recognition_changed,
        training_changed, predikat_changed), n people with both scores, n_lost without a score any more, and a
        caveat where nobody is left.
    units
        A row per method, place and decision by rank: the share of the rest decided otherwise when one of
        n_units units is left out, mean (estimate) and largest (most_changed) over units. Their scores stay.
    refused
        method, place, left_out (source or unit), reason.
    """

    sources: pd.DataFrame
    units: pd.DataFrame
    refused: pd.DataFrame

    def __post_init__(self) -> None:
        """Hold each mean over units to the largest of them, and rank correlations to their range."""
        if (self.units["estimate"] > self.units["most_changed"] + 1e-12).any():
            raise ValueError("a mean over units exceeds the largest of them")
        if not self.sources["estimate"].dropna().between(-1 - 1e-12, 1 + 1e-12).all():
            raise ValueError("a rank correlation lies outside -1 and 1")

    def to_frame(self) -> pd.DataFrame:
        """Return what leaving out each source does, one tidy row each."""
        return self.sources.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        frame = self.sources.rename(columns={"method": "method_a", "source": "item"})
        tables = [frame.assign(quantity="source_left_out_tau")]
        for decision in (*SELECTIONS, "predikat"):
            named = frame.assign(quantity=f"source_left_out_{decision}_changed")
            tables.append(named.assign(estimate=frame[f"{decision}_changed"]).dropna(subset="estimate"))
        units = self.units.rename(columns={"method": "method_a", "decision": "item"})
        refused = self.refused.rename(
            columns={"method": "method_a", "reason": "caveat", "left_out": "item"}
        ).assign(quantity="left_out")
        rows = pd.concat([*tables, units.assign(quantity="unit_left_out_changed"), refused])
        columns = ["quantity", "place", "method_a", "item", "estimate", "n", "caveat"]
        return rows[columns].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.sources)


def leave_out(scores: MethodScores, evidence: Evidence) -> LeftOut:
    """Score everyone again without each source in turn, and decide anew without each unit in turn.

    No score of these methods hangs on another person's, so a unit that is left out changes the scores of
    nobody; what changes is who is among the highest 10 % and the lowest 15 % of those who stay.

    Parameters
    ----------
    scores
        Of the same evidence.
    """
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _COLUMNS}
    points = [table for table in list_point_tables(scores) if not table.reason]
    for table in points:
        about = {"method": table.method, "place": table.place}
        reason = _refuse_units(table)
        if reason:
            tables["refused"].append({**about, "left_out": "unit", "reason": reason})
        else:
            tables["units"] += [{**about, **row} for row in _leave_units(table)]
    for row in _leave_sources(scores, evidence, points):
        tables["refused" if "reason" in row else "sources"].append(row)
    return LeftOut(**{name: pd.DataFrame(rows, columns=_COLUMNS[name]) for name, rows in tables.items()})


def changed_share(declared: Floats, given: Floats) -> float:
    """Return the share of people decided otherwise, by two tables of decisions of shape (n, c)."""
    return float(1 - np.minimum(declared, given).sum(axis=1).mean())


def _refuse_units(table: PointTable) -> str:
    if table.people["unit"].nunique() < 2:
        return ONE_UNIT
    n = len(table.people)
    return _FEW.format(n=n, fewest=FEWEST) if n < FEWEST else ""


def _leave_units(table: PointTable) -> Iterator[dict[str, Any]]:
    scores = weigh_points(table.points, table.weights()[None])
    units = table.people["unit"].to_numpy()
    stays = [units != unit for unit in np.unique(units)]
    for decision in SELECTIONS:
        before = decide_by_rank(scores, decision)[0]
        changed = [
            changed_share(before[rest], decide_by_rank(scores[:, rest], decision)[0]) for rest in stays
        ]
        yield {
            "decision": decision,
            "estimate": float(np.mean(changed)),
            "most_changed": max(changed),
            "n_units": len(stays),
            "n": len(units),
        }


def _leave_sources(
    scores: MethodScores, evidence: Evidence, points: list[PointTable]
) -> Iterator[dict[str, Any]]:
    """Compare the scores of each method with those without each source that it reads."""
    present = set(evidence.observations["source"].unique())
    read = {table.method: [one for one in table.specification.sources if one in present] for table in points}
    pairs = [(name, source) for name, sources in read.items() if len(sources) > 1 for source in sources]
    found = score_without_sources(evidence, scores.specifications, pairs) if pairs else {}
    again = {pair: _split(frame) for pair, frame in found.items()}
    full, nobody = _split(scores.scores), scores.scores.loc[[], [*_WHO, *_POINTS]]
    for table in points:
        about = {"method": table.method, "place": table.place}
        if len(read[table.method]) < 2:
            yield {**about, "left_out": "source", "reason": ONE_SOURCE}
            continue
        for source in read[table.method]:
            pair = table.method, table.place
            without = again[table.method, source].get(pair, nobody)
            yield {**about, "source": source, **_compare(full.get(pair, nobody), table, without)}


def _split(scores: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the points of those who were scored, by method and place."""
    scored = scores[scores["status"] == "scored"]
    points = [*_WHO, *_POINTS]
    return {
        (str(method), str(place)): each[points]
        for (method, place), each in scored.groupby(["method", "place"])
    }


def _compare(full: pd.DataFrame, table: PointTable, without: pd.DataFrame) -> dict[str, Any]:
    """Compare scores and decisions of those who have both."""
    both = full.merge(without, on=_WHO, suffixes=("", "_without"))
    found: dict[str, Any] = {"n": len(both), "n_lost": len(full) - len(both), "caveat": ""}
    if len(both) < FEWEST:
        return {**found, "caveat": TOO_LITTLE if not len(both) else _FEW.format(n=len(both), fewest=FEWEST)}
    before, after = (both[[name]].to_numpy(dtype=np.float64).T for name in ("score", "score_without"))
    found["estimate"] = float(kendalltau(before[0].round(9), after[0].round(9)).statistic)
    for decision in SELECTIONS:
        found[f"{decision}_changed"] = changed_share(
            decide_by_rank(before, decision)[0], decide_by_rank(after, decision)[0]
        )
    return {**found, "predikat_changed": _predikat_changed(both, table)}


def _predikat_changed(both: pd.DataFrame, table: PointTable) -> float:
    """Return the share of predikats that change, among those who have points of both parts each time."""
    names = [f"{name}{end}" for end in ("", "_without") for name in _POINTS[1:]]
    points = both[names].to_numpy(dtype=np.float64)
    points = points[~np.isnan(points).any(axis=1)].T
    if points.shape[1] < FEWEST:
        return float("nan")
    given = [
        decide_predikat(points[at : at + 1], points[at + 1 : at + 2], table.specification.expectation)[0]
        for at in (0, 2)
    ]
    return changed_share(given[0], given[1])
