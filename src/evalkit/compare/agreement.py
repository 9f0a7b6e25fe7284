"""Do the methods agree about the same people? Ranks, decisions and predikats, read beside shared evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.design import MethodDesign, answerable, method_design
from evalkit.compare.links import Link, measure_linked_pairs
from evalkit.compare.pairs import Resampling, measure_pair
from evalkit.compare.pooled import POOLED
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, apply_rules, method_overlap
from evalkit.shown import show_frame
from evalkit.stats import correlate_by_overlap, estimate_concordance

NOT_FORMED: Final = "one of the two methods, or both, cannot be formed from this evidence"
ONE_INSTRUMENT: Final = (
    "both read the same raters of one source, so they agree whatever they measure: "
    "read it against random mappings"
)
_ENDS: Final = ["estimate", "conf_low", "conf_high"]
PAIR: Final = ["method_a", "method_b"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MethodAgreement:
    """How far each two methods agree about the same people, and what they share.

    Attributes
    ----------
    pairs
        One row per pair of methods, whether or not it can be compared: shared_weight (of the same evidence,
        as specified), shared_indicators, shared_raters, overlap_alone (Kendall's tau that the shared evidence
        alone would give), tau within places (estimate) with its interval, pooled tau with pooled_low and
        pooled_high, n, caveat (with the reason where there is no estimate).
    measures
        One row per comparable pair and quantity: recognised_by_both, trained_by_both (of those whom one
        selects, the share whom the other selects too), raw_agreement, gwet_ac2 and weighted_kappa of the
        predikats; estimate, conf_low, conf_high, by_chance, n, caveat.
    differences
        Of each pair with a link bias, limits of agreement, concordance and Deming's line, one row a quantity;
        over several places within each, and together (place is "pooled"). A row whose quantity begins with
        "refused" gives the reason in its caveat.
    points
        Mean and difference of each person, unnamed, by each pair with a link: method_a, method_b, mean,
        difference.
    scores
        Scores of the people whom every compared method scored, one column a method; nobody is named.
    ranks
        Kendall's W of all compared methods: estimate, conf_low, conf_high, n, n_methods, caveat; no row where
        fewer than three methods can be compared.
    refusals
        question and reason, for what the design of the evidence cannot answer.
    selected_share, n_boot, conf_level
        Share selected in each place by both methods, resamples, level of the intervals.
    """

    pairs: pd.DataFrame
    measures: pd.DataFrame
    differences: pd.DataFrame
    points: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    refusals: pd.DataFrame
    selected_share: float
    n_boot: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the pairs to their number, and every missing estimate to a reason."""
        k = len(set(self.pairs[PAIR].to_numpy().ravel()))
        if len(self.pairs) != k * (k - 1) // 2:
            raise ValueError(f"{k} methods have {k * (k - 1) // 2} pairs; there are {len(self.pairs)}")
        if (self.pairs["estimate"].isna() & (self.pairs["caveat"] == "")).any():
            raise ValueError("a pair has neither an estimate nor a reason")

    @property
    def n_compared(self) -> int:
        """Number of pairs with an estimate."""
        return int(self.pairs["estimate"].notna().sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the pairs, one tidy row each."""
        return self.pairs.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number of every pair as rows of ``results.csv``, with the reason for gaps."""
        pooled = {"pooled": "estimate", "pooled_low": "conf_low", "pooled_high": "conf_high"}
        columns = ["quantity", *PAIR, *_ENDS, "n", "caveat"]
        compared = self.pairs[self.pairs["estimate"].notna()]
        frames = [
            self.pairs.assign(quantity="rank_agreement_within_place"),
            compared.drop(columns=_ENDS).rename(columns=pooled).assign(quantity="rank_agreement_pooled"),
            *(self._overlap(name) for name in ("shared_weight", "overlap_alone")),
            self.measures,
            self.ranks.assign(quantity="kendall_w_of_methods"),
        ]
        rows = pd.concat([frame.reindex(columns=columns) for frame in frames if len(frame)])
        both = [rows, self._linked()] if len(self.differences) else [rows]
        text = {"method_a": "", "method_b": "", "place": "", "caveat": ""}
        return pd.concat(both, ignore_index=True).fillna(text)

    def _linked(self) -> pd.DataFrame:
        pooled = self.differences["place"] == POOLED
        quantity = self.differences["quantity"]
        return self.differences.assign(
            place=self.differences["place"].mask(pooled, ""),
            quantity=quantity.mask(pooled, "pooled_" + quantity),
        )

    def _overlap(self, name: str) -> pd.DataFrame:
        rows = self.pairs[[*PAIR, name]].rename(columns={name: "estimate"})
        quantity = {"overlap_alone": "rank_agreement_by_overlap_alone"}.get(name, name)
        return rows.assign(quantity=quantity, caveat="from the specifications, not estimated")

    def _repr_html_(self) -> str:
        return show_frame(self.pairs)


def compare_agreement(
    scores: MethodScores,
    evidence: Evidence,
    *,
    n_boot: int,
    rng: np.random.Generator,
    selected_share: float = 0.2,
    links: Iterable[Link] = (),
    conf_level: float = 0.95,
) -> MethodAgreement:
    """Compare every pair of methods on the people whom both scored.

    Scores of two methods share no unit: 70 points mean another thing by each. So ranks and decisions at equal
    selection rates are compared, and the predikats that the national matrix makes of the scores; limits of
    agreement only where a link, fixed on other data, puts both in one unit. A pair that cannot be compared
    keeps its row, with the reason. Whole units are resampled, or people where there is one unit.

    Parameters
    ----------
    selected_share
        Share of each place that both methods select: the best for recognition, the lowest for training.
    links
        What puts the scores of two methods in one unit.

    Raises
    ------
    UsageError
        If a link names a method that was not asked for.
    """
    design = method_design(scores, evidence)
    refusals = answerable(design).query("not answerable and question in @_QUESTIONS")[["question", "reason"]]
    table = _cross(scores)
    sampling = Resampling(n_boot=n_boot, rng=rng, conf_level=conf_level)
    predikats = _predikats(scores, evidence)
    rows = []
    measures = []
    for pair in method_overlap(scores.specifications).to_dict("records"):
        a, b = str(pair["method_a"]), str(pair["method_b"])
        reason = _reason((a, b), table, design, refusals)
        found: dict[str, Any] = (
            {} if reason else measure_pair(table, predikats, (a, b), selected_share, sampling)
        )
        measures += found.pop("measures", [])
        alone = _overlap_alone(scores, a, b)
        rows.append(
            {
                **{str(name): value for name, value in pair.items()},
                "overlap_alone": alone,
                "caveat": reason,
                **found,
            }
        )
    pairs = pd.DataFrame(rows, columns=_PAIRS)
    if design.one_instrument:
        pairs["caveat"] = pairs["caveat"].where(pairs["estimate"].isna(), ONE_INSTRUMENT)
    used = set(pairs.loc[pairs["estimate"].notna(), PAIR].to_numpy().ravel())
    compared = [str(name) for name in table if name in used]
    differences, points = measure_linked_pairs(table, links, design, sampling, known=scores.specifications)
    return MethodAgreement(
        pairs=pairs,
        measures=pd.DataFrame(measures, columns=_MEASURES),
        differences=differences,
        points=points,
        scores=table[compared].dropna().reset_index(drop=True),
        ranks=_ranks(table[compared].dropna(), sampling),
        refusals=refusals.reset_index(drop=True),
        selected_share=selected_share,
        n_boot=n_boot,
        conf_level=conf_level,
    )


_QUESTIONS: Final = ("rank_agreement", "limits_of_agreement")
_PAIRS: Final = [
    *PAIR, "shared_weight", "shared_indicators", "shared_raters", "overlap_alone",
    *_ENDS, "pooled", "pooled_low", "pooled_high", "n", "n_places", "n_units", "caveat",
]  # fmt: skip
_MEASURES: Final = ["quantity", *PAIR, *_ENDS, "by_chance", "n", "caveat"]


def _cross(scores: MethodScores) -> pd.DataFrame:
    """Return scores with one row per place, unit and employee and one column per method."""
    scored = scores.scores[scores.scores["status"] == "scored"]
    who = ["place", "unit", "employee"]
    wide = scored.pivot_table(index=who, columns="method", values="score", sort=False)
    return wide.reindex(columns=scored["method"].unique().tolist()).sort_index()


def _predikats(scores: MethodScores, evidence: Evidence) -> pd.DataFrame:
    rated = apply_rules(scores, evidence)
    rated = rated[rated["predikat_6_2022"] != ""]
    who = ["place", "unit", "employee"]
    return rated.pivot_table(index=who, columns="method", values="predikat_6_2022", aggfunc="first")


def _reason(pair: tuple[str, str], table: pd.DataFrame, design: MethodDesign, refusals: pd.DataFrame) -> str:
    """Say why two methods cannot be compared; nothing where they can."""
    if not set(pair) <= set(design.methods):
        return NOT_FORMED
    n = len(table[list(pair)].dropna())
    if n:
        return "" if n >= _FEWEST else f"only {n} people were scored by both"
    return str(refusals.set_index("question")["reason"].get("rank_agreement", "nobody was scored by both"))


_FEWEST: Final = 5


def _overlap_alone(scores: MethodScores, a: str, b: str) -> float:
    """Return Kendall's tau of two normal composites that share this evidence, all pieces unrelated."""
    weights = scores.evidence_weights()
    weights = weights[weights["method"].isin([a, b])]
    what = ["level", "indicator", "source", "item"]
    wide = weights.pivot_table(index=what, columns="method", values="weight", aggfunc="sum", fill_value=0.0)
    r = correlate_by_overlap(wide[a].to_numpy(), wide[b].to_numpy())
    return float(2 / np.pi * np.arcsin(r))


def _ranks(table: pd.DataFrame, sampling: Resampling) -> pd.DataFrame:
    """Return Kendall's W of three methods or more within the largest place; W has no form over places."""
    columns = [*_ENDS, "n", "n_methods", "caveat"]
    if table.shape[1] < 3 or len(table) < _FEWEST:
        return pd.DataFrame(columns=columns)
    places = table.groupby(level="place").size()
    largest = table.xs(places.idxmax(), level="place")
    units = largest.index.get_level_values("unit")
    found = estimate_concordance(
        largest.to_numpy(), clusters=units if len(set(units)) > 1 else None, **sampling.options()
    )
    caveat = "" if len(places) == 1 else f"of the largest of {len(places)} places"
    values = (found.estimate, found.conf_low, found.conf_high, found.n, found.n_rankings, caveat)
    return pd.DataFrame([dict(zip(columns, values, strict=True))])
