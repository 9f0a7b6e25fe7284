"""What could missing evidence do? It is filled in many times, and made better or worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from evalkit.compare.decisions import PREDIKAT, SELECTIONS, Floats, decide_by_rank, decide_predikat
from evalkit.compare.left_out import changed_share
from evalkit.compare.score_tables import FEWEST, PointTable, list_point_tables
from evalkit.errors import DesignError
from evalkit.methods import MethodScores
from evalkit.shown import show_frame
from evalkit.stats import impute_with_shifts, weigh_points

DELTAS: Final = (-1.0, -0.5, 0.0, 0.5, 1.0)
NOTHING_MISSING: Final = (
    "Nothing is missing in this evidence: everyone scored has every component that anyone has."
)
_FEW: Final = "Only {n} people were scored; filling in what is missing needs {fewest}."
_TOP: Final = {"percent_of_target": 120.0, "standard_over_actual": 120.0}
_COLUMNS: Final[dict[str, list[str]]] = {
    "shifts": ["method", "place", "delta", "quantity", "estimate", "mc_error", "n", "n_incomplete"],
    "refused": ["method", "place", "reason"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingEvidence:
    """Scores and decisions with missing components filled in, under several suppositions.

    Attributes
    ----------
    shifts
        A row per method, place, delta (by how many SD what is missing was better than that of like people)
        and quantity: ``missing_tau`` (rank correlation with the scores as reported) and the shares of people
        decided otherwise than reported (``missing_recognition_changed``, ``missing_training_changed``,
        ``missing_predikat_changed``); mean over imputations (estimate), its Monte Carlo error, n people, and
        how many of them lack a component (n_incomplete).
    refused
        method, place, reason.
    n_imputations
        Tables that were filled in.
    """

    shifts: pd.DataFrame
    refused: pd.DataFrame
    n_imputations: int

    def __post_init__(self) -> None:
        """Hold every number to the range of a share or a rank correlation."""
        if not self.shifts["estimate"].between(-1 - 1e-12, 1 + 1e-12).all():
            raise ValueError("a share or a rank correlation lies outside -1 and 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the suppositions, one tidy row each."""
        return self.shifts.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        items = [f"delta={each:g}" for each in self.shifts["delta"]]
        errors = [f"Monte Carlo error {each:.4f}" for each in self.shifts["mc_error"]]
        shifts = self.shifts.assign(item=items, caveat=errors)
        refused = self.refused.assign(quantity="missing_tau").rename(columns={"reason": "caveat"})
        rows = pd.concat([shifts, refused]).rename(columns={"method": "method_a"})
        columns = ["quantity", "place", "method_a", "item", "estimate", "n", "caveat"]
        return rows[columns].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.shifts)


def vary_missing(
    scores: MethodScores,
    *,
    rng: np.random.Generator,
    deltas: Sequence[float] = DELTAS,
    n_imputations: int = 20,
) -> MissingEvidence:
    """Fill in the components that people lack, and see what that does to ranks and decisions.

    A reported score leaves out what is missing and weighs the rest more. Here each missing component gets
    points drawn from people who are alike in the other components, shifted by delta SD: no data tell how much
    worse or better the missing evidence was. Components that nobody has stay out.
    """
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _COLUMNS}
    for table in list_point_tables(scores):
        about = {"method": table.method, "place": table.place}
        try:
            if reason := table.reason or _refuse(table):
                raise DesignError(reason)
            tables["shifts"] += [{**about, **row} for row in _shift(table, deltas, n_imputations, rng)]
        except DesignError as error:
            tables["refused"].append({**about, "reason": str(error)})
    frames = {name: pd.DataFrame(tables[name], columns=columns) for name, columns in _COLUMNS.items()}
    return MissingEvidence(**frames, n_imputations=n_imputations)


def _refuse(table: PointTable) -> str:
    known = np.isfinite(table.points)
    if (~known & known.any(axis=0)).sum() == 0:
        return NOTHING_MISSING
    n = len(table.points)
    return _FEW.format(n=n, fewest=FEWEST) if n < FEWEST else ""


def _shift(
    table: PointTable, deltas: Sequence[float], n_imputations: int, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Fill in the components that vary, decide anew each time, and compare with what was reported."""
    columns = [each[np.isfinite(each)] for each in table.points.T]
    varies = np.array([j for j, known in enumerate(columns) if len(known) and np.ptp(known) > 0], dtype=int)
    found = impute_with_shifts(table.points[:, varies], deltas=deltas, n_imputations=n_imputations, rng=rng)
    kinds = [table.specification.components[j].transform.kind for j in varies]
    tops = np.maximum([_TOP.get(kind, 100.0) for kind in kinds], np.nanmax(table.points[:, varies], axis=0))
    reported = _decide(table, table.points)
    for delta, filled in zip(found.deltas, found.tables, strict=True):
        results = []
        for one in filled:
            points = table.points.copy()
            points[:, varies] = np.where(found.missing, np.clip(one, 0, tops), one)
            results.append(_compare(reported, _decide(table, points)))
        values = pd.DataFrame(results)
        for name in values:
            yield {
                "delta": float(delta),
                "quantity": f"missing_{name}",
                "estimate": float(values[name].mean()),
                "mc_error": float(values[name].std(ddof=1) / len(values) ** 0.5),
                "n": len(table.points),
                "n_incomplete": int(found.missing.any(axis=1).sum()),
            }


def _decide(table: PointTable, points: Floats) -> dict[str, Floats]:
    """Return scores and decisions at the declared weights, from points in which some may be filled in."""
    weights = table.weights()[None]
    scores = weigh_points(points, weights)
    decided = {name: decide_by_rank(scores, name)[0] for name in SELECTIONS}
    if table.has_both_parts():
        parts = [np.array([one.part == part for one in table.specification.components]) for part in _PARTS]
        result, behaviour = (weigh_points(points[:, part], weights[:, part]) for part in parts)
        decided[PREDIKAT] = decide_predikat(result, behaviour, table.specification.expectation)[0]
    return {"scores": scores[0].round(9), **decided}


_PARTS: Final = ("result", "behaviour")


def _compare(reported: dict[str, Floats], filled: dict[str, Floats]) -> dict[str, float]:
    tau = float(kendalltau(reported["scores"], filled["scores"]).statistic)
    changed = {
        f"{name}_changed": changed_share(reported[name], filled[name])
        for name in reported
        if name != "scores"
    }
    return {"tau": tau, **changed}
