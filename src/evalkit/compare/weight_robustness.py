"""Which decisions hang on the choice of weights? Every weighting within the declared ranges is as good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.decisions import DECISIONS, PREDIKAT, SELECTIONS, Floats, decide_by_rank, decide_predikat
from evalkit.compare.score_tables import FEWEST, PointTable, list_point_tables
from evalkit.errors import DesignError
from evalkit.methods import MethodScores
from evalkit.shown import show_frame
from evalkit.stats import DecisionStability, draw_weights, measure_stability, rank_rows, weigh_points

N_BATCHES: Final = 20
FEWEST_DRAWS: Final = 400  # weightings, however many people
MOST_DECIDED: Final = 12_000_000  # people times weightings of one method in one place
_PEOPLE: Final = 1_000  # whose ranks under all weightings are looked at together: 16 MB
ONE_COMPONENT: Final = "One component carries the whole score, so weights move nothing."
FIXED: Final = "The declared ranges leave the weights no room."
ONE_PART: Final = "Work result or behaviour is not observed, so there is no predikat to move."
_FEW: Final = "Only {n} people were scored; decisions over weightings need {fewest}."
_COLUMNS: Final[dict[str, list[str]]] = {
    "decisions": [
        *["method", "place", "decision", "estimate", "mc_error", "usual_least", "usual_most"],
        *["settled_share", "settled_error", "secure_share", "n_decided", "n_draws", "n", "caveat"],
    ],
    "ranks": ["method", "place", "estimate", "widest", "n"],
    "refused": ["method", "place", "reason"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightRobustness:
    """How decisions of each method in each place move when its weights are drawn within their ranges.

    Attributes
    ----------
    decisions
        A row per method, place and decision (recognition, training, predikat): the share of people decided
        otherwise than at the declared weights (estimate, mean over weightings) with its Monte Carlo error
        (mc_error), its middle 95 % over weightings (usual_least, usual_most), the share of people whose
        decision is the same in at least ``level`` of the weightings (settled_share, settled_error), and of
        the ``n_decided`` people selected at the declared weights the share who are in at least that many
        (secure_share; NaN for the predikat). n_draws says over how many weightings.
    ranks
        Over how many ranks the middle 90 % of weightings move half of the people at most (estimate) and
        anybody (widest).
    bands
        By method and place, the share of weightings in which a person is recognised, neither, or trained,
        shape (n, 3): from the most to the least often recognised, without names.
    refused
        method, place (empty: everywhere), reason.
    level
        Share of the weightings from which a decision counts as settled.
    """

    decisions: pd.DataFrame
    ranks: pd.DataFrame
    refused: pd.DataFrame
    level: float
    bands: Mapping[tuple[str, str], Floats] = field(repr=False)

    def __post_init__(self) -> None:
        """Hold everyone's shares to their sum, and the mean over weightings to its own range."""
        if not all(np.allclose(each.sum(axis=1), 1) for each in self.bands.values()):
            raise ValueError("someone's shares of weightings do not add up to 1")
        if not self.decisions["settled_share"].between(0, 1).all():
            raise ValueError("a share of settled people lies outside 0 and 1")

    def largest(self) -> list[tuple[str, str]]:
        """Return each method with its place with most people."""
        ordered = self.ranks.sort_values("n", ascending=False, kind="stable").drop_duplicates("method")
        places = dict(zip(ordered["method"], ordered["place"], strict=True))
        return [(method, places[method]) for method in dict.fromkeys(self.ranks["method"])]

    def to_frame(self) -> pd.DataFrame:
        """Return the decisions, one tidy row each."""
        return self.decisions.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        frame = self.decisions.rename(columns={"method": "method_a", "decision": "item"})
        named = {
            "weights_changed_share": ("estimate", "mc_error"),
            "weights_settled_share": ("settled_share", "settled_error"),
            "weights_secure_share": ("secure_share", ""),
        }
        tables = [_name(frame, quantity, *columns) for quantity, columns in named.items()]
        ranks = self.ranks.rename(columns={"method": "method_a"}).assign(quantity="weights_rank_width")
        refused = self.refused.rename(columns={"method": "method_a", "reason": "caveat"})
        rows = pd.concat([*tables, ranks, refused.assign(quantity="weights_changed_share")])
        columns = ["quantity", "place", "method_a", "item", "estimate", "n", "caveat"]
        return rows[columns].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.decisions)


def measure_weight_robustness(
    scores: MethodScores, *, rng: np.random.Generator, n_draws: int = 2000, level: float = 0.95
) -> WeightRobustness:
    """Draw each method's weights evenly within their declared ranges and decide anew each time.

    Decisions are those of a place: recognition of the highest 10 % of the scores, training of the lowest
    15 %, and the predikat of the national matrix. Who is scored stays as it is at the declared weights, and
    so do the cut-offs in points.

    Parameters
    ----------
    n_draws
        Weightings of each method, rounded up to whole batches of twenty. There are fewer where more than
        6 000 people are decided on, but never fewer than 400: each decision then rests on many people.

    Raises
    ------
    DesignError
        If there are fewer than two weightings a batch.
    """
    if n_draws <= N_BATCHES:
        raise DesignError(f"Weights need {2 * N_BATCHES} draws or more; n_draws is {n_draws}.")
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _COLUMNS}
    bands = {}
    for table in list_point_tables(scores):
        about = {"method": table.method, "place": table.place}
        reason = table.reason or _refuse(table)
        if reason:
            tables["refused"].append({**about, "reason": reason})
            continue
        decisions = DECISIONS if table.has_both_parts() else tuple(SELECTIONS)
        if PREDIKAT not in decisions:
            tables["refused"].append({**about, "reason": ONE_PART})
        size = choose_batch_size(n_draws, len(table.points))
        batches = [_weights(table, size, rng) for _ in range(N_BATCHES)]
        drawn = [weigh_points(table.points, weights) for weights in batches]
        found = {
            name: measure_stability(
                _decide_anew(table, name, batches, drawn), _decide_declared(table, name), rng=rng, level=level
            )
            for name in decisions
        }
        tables["decisions"] += [{**about, **_row(name, one)} for name, one in found.items()]
        tables["ranks"].append({**about, **_ranks(drawn)})
        bands[table.method, table.place] = _bands(found)
    frames = {name: pd.DataFrame(tables[name], columns=columns) for name, columns in _COLUMNS.items()}
    return WeightRobustness(**frames, bands=bands, level=level)


def choose_batch_size(n_draws: int, n_people: int) -> int:
    """Return how many weightings each batch has, for as many as asked, or fewer where people are many.

    Examples
    --------
    >>> [N_BATCHES * choose_batch_size(2000, n) for n in (40, 6_000, 12_000, 30_000)]
    [2000, 2000, 1000, 400]
    """
    enough = max(FEWEST_DRAWS, MOST_DECIDED // n_people)
    return -(-min(n_draws, enough) // N_BATCHES)


def _name(frame: pd.DataFrame, quantity: str, column: str, error: str) -> pd.DataFrame:
    """Turn one column into rows of ``results.csv``; its Monte Carlo error stands in the caveat."""
    told = frame.assign(quantity=quantity, estimate=frame[column])
    if error:
        errors = [f"Monte Carlo error {each:.4f}" for each in frame[error]]
        told["caveat"] = ["; ".join(filter(None, pair)) for pair in zip(frame["caveat"], errors, strict=True)]
    return told[told["estimate"].notna() | (told["caveat"] != "")]


def _refuse(table: PointTable) -> str:
    low, high = table.ranges()
    if len(table.points) < FEWEST:
        return _FEW.format(n=len(table.points), fewest=FEWEST)
    if np.isfinite(table.points).any(axis=0).sum() < 2:
        return ONE_COMPONENT
    return FIXED if not (high > low).any() or np.isclose(low.sum(), 1) or np.isclose(high.sum(), 1) else ""


def _weights(table: PointTable, size: int, rng: np.random.Generator) -> Floats:
    low, high = table.ranges()
    return draw_weights(low, high, n_draws=size, rng=rng)


def _decide_anew(
    table: PointTable, decision: str, batches: list[Floats], drawn: list[Floats]
) -> Iterator[Floats]:
    """Decide under each weighting, by the scores that it gives."""
    for weights, scores in zip(batches, drawn, strict=True):
        if decision != PREDIKAT:
            yield decide_by_rank(scores, decision)
        else:
            yield decide_predikat(*table.part_points(weights), table.specification.expectation)


def _decide_declared(table: PointTable, decision: str) -> Floats:
    weights = table.weights()[None]
    (given,) = _decide_anew(table, decision, [weights], [weigh_points(table.points, weights)])
    return np.asarray(given[0])


def _row(decision: str, found: DecisionStability) -> dict[str, Any]:
    selects = decision in SELECTIONS
    return {
        "decision": decision,
        "estimate": found.changed,
        "mc_error": found.changed_error,
        "usual_least": found.usual_least,
        "usual_most": found.usual_most,
        "settled_share": found.settled,
        "settled_error": found.settled_error,
        "secure_share": float(found.secure[0]) if selects else np.nan,
        "n_decided": max(1, round(SELECTIONS[decision][0] * found.n)) if selects else np.nan,
        "n_draws": found.n_draws,
        "n": found.n,
        "caveat": "",
    }


def _ranks(drawn: list[Floats]) -> dict[str, Any]:
    """Say over how many ranks the middle 90 % of the weightings move people."""
    batches = [rank_rows(scores) for scores in drawn]
    parts = (slice(first, first + _PEOPLE) for first in range(0, drawn[0].shape[1], _PEOPLE))
    widths = np.concatenate([_rank_widths([ranks[:, some] for ranks in batches]) for some in parts])
    return {"estimate": float(np.median(widths)), "widest": float(widths.max()), "n": len(widths)}


def _rank_widths(batches: list[NDArray[np.float32]]) -> Floats:
    """Return over how many ranks the middle 90 % of the weightings move each person."""
    low, high = np.quantile(np.concatenate(batches).astype(np.float64), [0.05, 0.95], axis=0)
    return np.asarray(high - low + 1)


def _bands(found: Mapping[str, DecisionStability]) -> Floats:
    """Return everyone's share of weightings recognised, neither and trained, most recognised first."""
    first, last = (found[name].shares[:, 0] for name in ("recognition", "training"))
    shares = np.column_stack([first, 1 - first - last, last])
    return np.asarray(shares[np.lexsort([last, -first])])
