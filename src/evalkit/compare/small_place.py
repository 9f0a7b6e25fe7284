"""What can so few people show? Exact and permutation answers for one place, and what stays open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.compare.groupings import FEWEST_OF_GROUP, FEWEST_UNITS, find_groupings
from evalkit.compare.small_ranks import FEWER_ORDERS, ORDERS, RANKS, compare_small_ranks
from evalkit.compare.small_sizes import SMALLEST, list_smallest
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, apply_rules
from evalkit.shown import show_frame
from evalkit.stats import estimate_share, shrink_group_means

#: Under so many people the exact answers here take the place of those that lean on large samples.
FEW_PEOPLE: Final = 40
#: Predikats under which a person is counted as below good.
BELOW_GOOD: Final = ("sangat_kurang", "kurang", "butuh_perbaikan")
#: Multi-group factor models refuse groups of fewer.
FEWEST_OF_INVARIANCE: Final = 200
ONE_SCORE: Final = "{place} has fewer than two methods that score the same people, so no ranks are compared."
NOBODY: Final = "Nobody in {place} is scored by a method, so there is nothing that its people could show."
NO_PREDIKAT: Final = "{method} has no points in one of the two parts, so nobody has a predikat by it"
FEW_UNITS: Final = "{n} units: how much units differ takes {fewest} or more to estimate"
NO_GROUPS: Final = (
    "no two groups of {fewest} or more people (sex, age, grade): fair treatment cannot be looked into"
)
NO_INVARIANCE: Final = "{n} people: whether ratings measure groups alike takes two groups of {fewest}"
TOO_SMALL: Final = "under {fewest} people: not shown"
_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_SHARES: Final = ["method_a", *_ENDS, "count", "n", "caveat"]
_UNITS: Final = ["unit", "mean", *_ENDS, "n", "caveat"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallPlace:
    """What the people of one place can show, and what they cannot.

    Attributes
    ----------
    place, n, n_units
        The place, its people who are scored, and their units.
    method
        The method whose text is about the place, else the first that scores its people.
    ranks
        One row a pair of methods: tau within units (estimate) with its interval, p_value (permutation),
        p_adjusted (Holm), n, caveat; no estimate where a method cannot order the people of a unit.
    shares
        One row a method: share of people below good by the national matrix, with its exact interval, n.
    units
        One row a unit: mean score by the method, and that mean drawn toward the place's (estimate) with its
        interval, n, caveat; empty cells under five people.
    smallest
        One row a question: what would be found four times in five (estimate), n; and half the width of
        intervals.
    refused
        question and reason of what so few people cannot show.
    conf_level
        Level of all intervals; claims are made at its complement.
    """

    place: str
    n: int
    n_units: int
    method: str
    ranks: pd.DataFrame
    shares: pd.DataFrame
    units: pd.DataFrame
    smallest: pd.DataFrame
    refused: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold adjusted p-values to the unadjusted, and every missing estimate to a reason."""
        known = self.ranks.dropna(subset=["p_value"])
        if (known["p_adjusted"] < known["p_value"]).any():
            raise ValueError("an adjusted p-value is below its own")
        for frame in (self.ranks, self.units):
            if (frame["estimate"].isna() & (frame["caveat"] == "")).any():
                raise ValueError("a row has neither an estimate nor a reason")

    @property
    def is_small(self) -> bool:
        """Whether there are so few people that nothing should lean on large samples."""
        return self.n < FEW_PEOPLE

    def together(self) -> pd.DataFrame:
        """Return the pairs of methods whose ranks go together beyond chance, all pairs taken into account."""
        return self.ranks[self.ranks["p_adjusted"] < 1 - self.conf_level]

    def to_frame(self) -> pd.DataFrame:
        """Return the pairs of methods, one tidy row each."""
        return self.ranks.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        tau = self.ranks.assign(quantity="tau_within_units")
        known = self.ranks.dropna(subset=["p_value"])
        p_values = known.drop(columns=_ENDS).rename(columns={"p_adjusted": "estimate"})
        gaps = self.refused.rename(columns={"question": "item", "reason": "caveat"})
        frames = [
            tau,
            p_values.assign(quantity="permutation_holm_p_value"),
            self.shares.assign(quantity="share_below_good"),
            self.units.assign(quantity="shrunken_unit_mean", method_a=self.method),
            self.smallest,
            gaps.assign(quantity="refused_small_place"),
        ]
        columns = ["quantity", "unit", "method_a", "method_b", "item", *_ENDS, "n", "caveat"]
        rows = pd.concat([frame.reindex(columns=columns) for frame in frames if len(frame)])
        return rows.assign(place=self.place).reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.ranks)


def measure_small_place(
    scores: MethodScores,
    evidence: Evidence,
    *,
    place: str,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> SmallPlace:
    """Answer for one place what its people can show, with nothing that leans on large samples.

    Ranks by two methods are compared among people of one unit, by permutation; shares have exact intervals;
    unit means are drawn toward the mean of the place; and how large a correlation, a difference or a change
    must be to be found four times in five follows from the number of people alone.
    """
    scored = scores.scores[(scores.scores["place"] == place) & (scores.scores["status"] == "scored")]
    if scored.empty:
        return _nobody(place, conf_level)
    who = scored[["unit", "employee"]].drop_duplicates()
    sizes = who["unit"].value_counts(sort=False).to_numpy()
    method = _own_method(scores, scored, place)
    shares = _share_below_good(scores, evidence, place, conf_level)
    return SmallPlace(
        place=place,
        n=len(who),
        n_units=len(sizes),
        method=method,
        ranks=compare_small_ranks(
            scored,
            rng=rng,
            n_permutations=ORDERS if len(who) < FEW_PEOPLE else FEWER_ORDERS,
            conf_level=conf_level,
        ),
        shares=shares,
        units=_shrink_units(scored[scored["method"] == method], conf_level),
        smallest=list_smallest(len(who), sizes, conf_level),
        refused=_refusals(evidence, place, scored, "" if method in set(shares["method_a"]) else method),
        conf_level=conf_level,
    )


def _nobody(place: str, conf_level: float) -> SmallPlace:
    """Return a result without numbers, with the reason."""
    refused = [("people", NOBODY.format(place=place))]
    return SmallPlace(
        place=place,
        n=0,
        n_units=0,
        method="",
        ranks=pd.DataFrame(columns=RANKS),
        shares=pd.DataFrame(columns=_SHARES),
        units=pd.DataFrame(columns=_UNITS),
        smallest=pd.DataFrame(columns=SMALLEST),
        refused=pd.DataFrame(refused, columns=["question", "reason"], dtype="str"),
        conf_level=conf_level,
    )


def _own_method(scores: MethodScores, scored: pd.DataFrame, place: str) -> str:
    known = scored["method"].unique().tolist()
    own = [name for name in known if scores.specifications[name].place == place]
    return str([*own, *known][0])


def _share_below_good(
    scores: MethodScores, evidence: Evidence, place: str, conf_level: float
) -> pd.DataFrame:
    """Return by method the share of people whose predikat is below good, with its exact interval."""
    rated = apply_rules(scores, evidence)
    rated = rated[(rated["place"] == place) & (rated["predikat_6_2022"] != "")]
    rows = []
    for method, people in rated.groupby("method", sort=False):
        below = int(people["predikat_6_2022"].isin(BELOW_GOOD).sum())
        share = estimate_share(below, len(people), conf_level=conf_level)
        ends = {name: getattr(share, name) for name in _ENDS}
        rows.append({"method_a": str(method), **ends, "count": below, "n": len(people)})
    return pd.DataFrame(rows, columns=_SHARES).assign(caveat="exact interval; cut-offs are assumed")


def _shrink_units(people: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Return the mean score of each unit, drawn toward that of the place as far as it is uncertain."""
    units = people["unit"].to_numpy()
    names = np.unique(units)
    try:
        found = shrink_group_means(people["score"].to_numpy(dtype=float), units, conf_level=conf_level)
    except DesignError as refusal:
        frame = pd.DataFrame({"unit": names, "n": [int((units == name).sum()) for name in names]})
        return frame.assign(
            mean=np.nan, estimate=np.nan, conf_low=np.nan, conf_high=np.nan, caveat=str(refusal)
        )
    rows = pd.DataFrame({
        "unit": names,
        "mean": found.means,
        "estimate": found.estimates,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "n": found.n,
    })  # fmt: skip
    few = rows["n"] < LEAST
    rows.loc[few, ["mean", *_ENDS]] = np.nan
    shown = "drawn toward the mean of the place"
    return rows.assign(caveat=np.where(few, TOO_SMALL.format(fewest=LEAST), shown))


def _refusals(evidence: Evidence, place: str, scored: pd.DataFrame, unrated: str) -> pd.DataFrame:
    """Return what the people of the place cannot show, with the reason."""
    rows = []
    if scored["method"].nunique() < 2:
        rows.append(("ranks", ONE_SCORE.format(place=place)))
    if unrated:
        rows.append(("shares", NO_PREDIKAT.format(method=unrated)))
    n_units = scored["unit"].nunique()
    if n_units < FEWEST_UNITS:
        rows.append(("units", FEW_UNITS.format(n=n_units, fewest=FEWEST_UNITS)))
    if not find_groupings(evidence.select(places=(place,))):
        rows.append(("groups", NO_GROUPS.format(fewest=FEWEST_OF_GROUP)))
    n = len(scored[["unit", "employee"]].drop_duplicates())
    if n < 2 * FEWEST_OF_INVARIANCE:
        rows.append(("invariance", NO_INVARIANCE.format(n=n, fewest=FEWEST_OF_INVARIANCE)))
    return pd.DataFrame(rows, columns=["question", "reason"], dtype="str")
