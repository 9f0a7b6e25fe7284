"""What units are strong and weak in, and which training would gain most in which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.quarters import QuarterScores
from evalkit.compare.unit_levels import estimate_unit_levels
from evalkit.methods import MethodScores
from evalkit.shown import show_frame

NO_METHOD: Final = (
    "No method has enough evidence to score anyone here, so components and their targets are not known."
)
NO_TRAINING: Final = "no training of the catalogue names an indicator of this component"
#: Verdicts on a level, from what falls short to what exceeds.
VERDICTS: Final = ("below", "not_settled", "meets", "above")
_ENDS: Final = ("estimate", "conf_low", "conf_high")
_NEED_COLUMNS: Final = (
    *(
        "place",
        "method",
        "unit",
        "component",
        "n",
        "level",
        "target",
        "shortfall",
        "extent",
        "training",
        "topic",
    ),
    *("provider", "hours", "effect", "effect_low", "effect_high", *_ENDS, "caveat"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Needs:
    """Strengths, weaknesses and needs of units, and the trainings that fit them.

    Attributes
    ----------
    levels
        One row per place, method, component and unit (empty: mean of the units of the place), in points:
        plain mean (points), shrunken mean (estimate) with its interval, deviation from the mean of the units,
        target, exceeds_from (what the method calls above expectation), probability_below the target,
        verdict, n (people), n_values, caveat. verdict: below or above where the interval lies wholly there,
        meets where it lies between, else not_settled.
    needs
        One row per unit and component whose shrunken mean falls short of the target, the largest expected
        gain first: n, shortfall (points), extent (every_unit where no unit of the place reaches the target in
        this component, else some_units), training (empty where none fits), hours, effect, and the expected
        gain (estimate, in points added up over the people of the unit) with its interval.
    refused
        place, method, component, reason; an empty place means everywhere.
    catalogue
        The trainings: code, names, topic, provider, hours, indicators, assumed effect and its range.
    n_hidden
        Units of under five people, which are left out.
    n
        People who have a score.
    conf_level
        Level of all intervals.
    """

    levels: pd.DataFrame
    needs: pd.DataFrame
    refused: pd.DataFrame
    catalogue: pd.DataFrame
    n_hidden: int
    n: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold gains to the shortfalls from which they follow, and rows to units of five people."""
        known = self.needs.dropna(subset=["estimate"])
        expected = known["n"] * known["shortfall"] * known["effect"]
        if not np.allclose(known["estimate"].astype(float), expected.astype(float)):
            raise ValueError("an expected gain is the shortfall times people times the assumed effect")

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """Names of trainings, by code and language."""
        rows = self.catalogue[["training", "name_id", "name_en"]].itertuples(index=False)
        return {code: {"id": indonesian, "en": english} for code, indonesian, english in rows}

    def units(self) -> pd.DataFrame:
        """Return the levels of units, without those of places."""
        return self.levels[self.levels["unit"] != ""]

    def totals(self) -> pd.DataFrame:
        """Return what each training would gain in each place: units, people, hours, gain; the most first.

        A unit that falls short in two components for which it is meant takes it once.
        """
        key = ["place", "method", "training", "topic", "provider"]
        known = self.needs.dropna(subset=["estimate"])
        units = known.groupby([*key, "unit", "n", "hours"], sort=False)["estimate"].sum().reset_index()
        sums = (
            units.assign(total_hours=units["n"] * units["hours"])
            .groupby(key, sort=False)
            .agg(
                n_units=("unit", "size"),
                people=("n", "sum"),
                total_hours=("total_hours", "sum"),
                estimate=("estimate", "sum"),
            )
        )
        return sums.reset_index().sort_values("estimate", ascending=False, kind="stable", ignore_index=True)

    def to_frame(self) -> pd.DataFrame:
        """Return the levels, one tidy row each."""
        return self.levels.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        levels = self.levels.assign(quantity="component_level")
        apart = self.units().assign(quantity="unit_deviation")
        apart = apart.assign(**{name: apart[old] for name, old in zip(_ENDS, _DEVIATION, strict=True)})
        doubts = dict.fromkeys(_ENDS[1:], np.nan)
        below = self.units().assign(quantity="probability_below_target", **doubts)
        below["estimate"] = below["probability_below"]
        gains = self.needs.assign(quantity="expected_gain", group=self.needs["training"])
        totals = self.totals()
        wholes = totals.assign(quantity="expected_gain", group=totals["training"], n=totals["people"])
        refused = self.refused.assign(quantity="component_level").rename(columns={"reason": "caveat"})
        rows = pd.concat(
            [levels, apart, below, gains, wholes, self._list_counts(), refused], ignore_index=True
        )
        rows = rows.rename(columns={"method": "method_a", "component": "item"})
        columns = ["quantity", "place", "unit", "method_a", "group", "item", *_ENDS, "n", "caveat"]
        return rows.reindex(columns=columns)

    def counts(self) -> pd.DataFrame:
        """Return how many units of each place stand where in each component: a column for each verdict."""
        rows = self.units()
        if rows.empty:
            return pd.DataFrame(columns=[*_PART, *VERDICTS])
        table = pd.crosstab([rows[name] for name in _PART], rows["verdict"])
        return table.reindex(columns=list(VERDICTS), fill_value=0).reset_index()

    def _list_counts(self) -> pd.DataFrame:
        """Return the counts, a row each, out of all units of the place that are shown."""
        wide = self.counts()
        long = wide.assign(n=wide[list(VERDICTS)].sum(axis=1)).melt(
            [*_PART, "n"], list(VERDICTS), var_name="group", value_name="estimate"
        )
        return long.assign(quantity="units_by_verdict", caveat="")

    def _repr_html_(self) -> str:
        return show_frame(self.levels)


_PART: Final = ["place", "method", "component"]
_DEVIATION: Final = ("deviation", "deviation_low", "deviation_high")


def find_needs(
    scores: MethodScores,
    quarters: QuarterScores,
    trainings: pd.DataFrame,
    *,
    targets: Mapping[str, Mapping[str, Any]] | None = None,
    conf_level: float = 0.95,
) -> Needs:
    """Find what each unit is strong and weak in, and the training that would gain most.

    Levels of units are shrunken toward the mean of the place's units, so that small units do not lead the
    list by chance (see `evalkit.stats.shrink_group_means`). A need is a shrunken mean below the target. The
    gain that is expected of a training is the shortfall times the people of the unit times the share of a
    shortfall that the catalogue assumes it to close. That share is an assumption; what a training did is for
    the effects to say.

    Parameters
    ----------
    trainings
        The catalogue, as `evalkit.evidence.load_trainings` returns it. Of several trainings for an indicator,
        the one with the largest assumed effect is taken, then the shortest.
    targets
        By component, ``value`` (points) and ``because``; by default what the method calls meeting
        expectation.
    """
    aims = {name: float(target["value"]) for name, target in (targets or {}).items()}
    levels, refused = estimate_unit_levels(scores, quarters, targets=aims, conf_level=conf_level)
    if levels.empty and refused.empty:
        refused = pd.DataFrame([{"place": "", "method": "", "component": "", "reason": NO_METHOD}])
    levels = levels.assign(verdict=_judge(levels))
    scored = scores.scores[scores.scores["status"] == "scored"]
    sizes = scored.groupby(["place", "unit"])["employee"].nunique()
    return Needs(
        levels=levels,
        needs=_match(levels, _fit_trainings(scores, trainings)),
        refused=refused,
        catalogue=trainings,
        n_hidden=int((sizes < 5).sum()),
        n=int(scored[["place", "employee"]].drop_duplicates().shape[0]),
        conf_level=conf_level,
    )


def _judge(levels: pd.DataFrame) -> np.ndarray:
    """Say where the interval of each level lies: below the target, above expectation, between, or nowhere."""
    low, high = levels["conf_low"], levels["conf_high"]
    conditions = [high < levels["target"], low >= levels["exceeds_from"], low >= levels["target"]]
    between = np.where(high < levels["exceeds_from"], "meets", "not_settled")
    return np.select(conditions, ["below", "above", between], "not_settled")


def _extent(levels: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Say of each need whether every unit of its place falls short in this component, or some do."""
    units = levels[levels["unit"] != ""]
    below = (units["estimate"] < units["target"]).groupby([units[name] for name in _PART]).all()
    all_short = below.reindex(pd.MultiIndex.from_frame(rows[_PART])).to_numpy(dtype=bool)
    return np.where(all_short, "every_unit", "some_units")


def _fit_trainings(scores: MethodScores, trainings: pd.DataFrame) -> pd.DataFrame:
    """Return the training that is taken for each component: the largest assumed effect, then the shortest."""
    order = trainings.sort_values(["effect", "hours"], ascending=[False, True], kind="stable")
    rows = [
        {"method": name, "component": component.name, **training}
        for name, specification in scores.specifications.items()
        for component in specification.components
        for training in order.to_dict("records")
        if set(training["indicators"]) & set(component.indicators)
    ]
    columns = ["method", "component", "training", "topic", "provider", "hours"]
    found = pd.DataFrame(rows, columns=[*columns, "effect", "effect_low", "effect_high"])
    return found.drop_duplicates(["method", "component"])


def _match(levels: pd.DataFrame, fitting: pd.DataFrame) -> pd.DataFrame:
    """Return the needs of units with the training for each, the largest expected gain first."""
    short = levels[(levels["unit"] != "") & (levels["estimate"] < levels["target"])]
    rows = short.merge(fitting, on=["method", "component"], how="left")
    shortfall = rows["target"] - rows["estimate"]
    per_point = rows["n"] * rows["effect"]
    low = (rows["target"] - rows["conf_high"]).clip(lower=0)
    high = rows["target"] - rows["conf_low"]
    missing = rows["training"].isna()
    doubts = rows["caveat"].where(~missing, NO_TRAINING)
    found = rows.assign(
        shortfall=shortfall,
        extent=_extent(levels, rows),
        estimate=per_point * shortfall,
        conf_low=per_point * low,
        conf_high=per_point * high,
        caveat=doubts,
        **{name: rows[name].fillna("").astype("str") for name in ("training", "topic", "provider")},
    )
    return found.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)[
        list(_NEED_COLUMNS)
    ]
