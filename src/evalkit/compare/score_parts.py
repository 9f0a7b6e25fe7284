"""What a method's score is made of in one place: its parts, and what they can be compared over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.methods import MethodSpecification
from evalkit.stats import RatingTable

#: What other conditions a score is compared over.
Basis = Literal["raters and occasions", "occasions", "raters"]

AVERAGED: Final = (
    "The score adds up ratings that stand under one rater name for each source ({names}): other raters were "
    "never seen, so its dependability and its error over raters cannot be estimated. Alpha over its parts "
    "would be internal consistency."
)
REFUSED: Final = (
    "Dependability needs several raters or several occasions of every part of the score: {parts}."
)
ONE_OF_EACH: Final = "of {part} there is one value a person, by one rater on one occasion"
OF_UNITS: Final = (
    "Known of whole units alone, of which there are {n}: {part}. What tells people apart between units takes "
    "{least} of them or more to estimate."
)
FEW_PEOPLE: Final = (
    "{n} people have a score; with fewer than {least}, dependability says more about chance than about them."
)
SELF: Final = "one can rate oneself only once"
UNNAMED: Final = "no rater is named"
ONE_NAME: Final = "all ratings stand under one rater name"
ONE_EACH: Final = "most are rated by one rater"

LEAST_PEOPLE: Final = 10
#: Units that it takes to resample them, or to tell them from one another.
LEAST_UNITS: Final = 10
_NO_PERSON: Final = ("system", "agency_report")
_PART: Final = ["component", "source", "level"]
_MOST: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreParts:
    """The parts of one method's score in one place, as arrays.

    Attributes
    ----------
    basis
        What the parts can all be compared over.
    parts
        A row per part: component, source, level, weight (in the score), rated (raters can be told apart),
        unseen (why raters cannot; empty where they can or where no person rates), shared (everyone has the
        same raters).
    people
        unit, employee and unit_code, a row a person.
    levels
        Ratings of people, and of units.
    minutes
        Working minutes a person at hand: of raters that can be told apart, and of all else.
    n_occasions
        Periods.
    """

    basis: Basis
    parts: pd.DataFrame
    people: pd.DataFrame
    levels: list[RatingTable]
    minutes: tuple[float, float]
    n_occasions: int

    @property
    def n_units(self) -> int:
        """Number of units."""
        return int(self.people["unit_code"].max()) + 1

    @property
    def clusters(self) -> NDArray[np.intp] | None:
        """Unit of each person, to resample units; None where they are so few that people are resampled."""
        return self.people["unit_code"].to_numpy(np.intp) if self.n_units >= LEAST_UNITS else None

    def weights(self, components: set[str] | None = None) -> NDArray[np.float64]:
        """Return the weight of each part in the score, or in the mean of some components."""
        weight = self.parts["weight"].to_numpy(dtype=np.float64)
        if components is not None:
            weight = np.where(self.parts["component"].isin(components), weight, 0.0)
        return np.asarray(weight / weight.sum(), dtype=np.float64)


def lay_out_parts(rows: pd.DataFrame, people: pd.DataFrame, specification: MethodSpecification) -> ScoreParts:
    """Read from a method's ratings in one place what its score can be compared over.

    Parameters
    ----------
    rows
        Of `list_rating_points`, of one method and place.
    people
        unit and employee of those who have a score.

    Raises
    ------
    DesignError
        If some part has neither several raters nor several occasions, or there are few people, or few units
        of which a part is known as a whole.
    """
    if len(people) < LEAST_PEOPLE:
        raise DesignError(FEW_PEOPLE.format(n=len(people), least=LEAST_PEOPLE))
    known = _number(rows, people)
    parts = _describe(known, specification)
    basis = _choose_basis(parts, known)
    parts["rated"] = parts["told_apart"] & (basis != "occasions")
    parts["shared"] = parts["shared"] & parts["rated"]
    return ScoreParts(
        basis=basis,
        parts=parts,
        people=people.assign(unit_code=pd.factorize(people["unit"], sort=True)[0]),
        levels=_tables(known, parts, basis, people),
        minutes=_minutes(known, parts, specification, len(people)),
        n_occasions=1 if basis == "raters" else known["period"].nunique(),
    )


def name_parts(parts: pd.DataFrame) -> str:
    """List parts as "component (source)", by source."""
    groups = parts.groupby("source", sort=False)["component"].agg(", ".join)
    return "; ".join(f"{names} ({source})" for source, names in groups.items())


def _number(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Keep what concerns those who have a score, people first, and number objects, parts, and who rated."""
    persons = pd.MultiIndex.from_frame(people[["unit", "employee"]])
    person = persons.get_indexer(pd.MultiIndex.from_frame(rows[["unit", "employee"]]))
    unit = pd.Index(sorted(people["unit"].unique())).get_indexer(pd.Index(rows["unit"]))
    is_unit = rows["level"].to_numpy() == "unit"
    about = np.where(is_unit, unit, person)
    kept = np.concatenate([np.flatnonzero((about >= 0) & each) for each in (~is_unit, is_unit)])
    found = rows.iloc[kept].assign(object=about[kept])
    names = [found[name].cat.codes.astype(np.intp) for name in _PART]
    sizes = [len(found[name].cat.categories) for name in _PART]
    return found.assign(part=pd.factorize(np.ravel_multi_index(names, sizes))[0], who=_number_raters(found))


def _number_raters(rows: pd.DataFrame) -> NDArray[np.intp]:
    """Return a number for each rater, in the order of source and name; sources share no rater."""
    n_raters = len(rows["rater"].cat.categories)
    pairs = rows["source"].cat.codes.astype(np.intp) * n_raters + rows["rater"].cat.codes
    found, code = np.unique(pairs, return_inverse=True)
    sources = rows["source"].cat.categories[found // n_raters]
    names = sources + "/" + rows["rater"].cat.categories[found % n_raters]
    return np.asarray(pd.factorize(names, sort=True)[0][code], dtype=np.intp)


def _describe(rows: pd.DataFrame, specification: MethodSpecification) -> pd.DataFrame:
    """Say of each part what its weight is and what varies within a person."""
    columns = [*_PART, "object", "period", "rater"]
    parts = pd.DataFrame([_describe_part(group) for _, group in rows.groupby("part")[columns]])
    nominal = {one.name: one.weight for one in specification.components}
    rater = parts["source"].map(specification.raters).astype(float)
    share = rater / rater.groupby(parts["component"]).transform("sum")
    weight = share * parts["component"].map(nominal)
    return parts.assign(weight=weight / weight.sum())


def _describe_part(group: pd.DataFrame) -> dict[str, object]:
    component, source, level = group[_PART].iloc[0]
    raters = _count_kinds(group, "rater")
    unseen = _why_unseen(source, group["rater"], raters)
    panel = raters.sum() == group["rater"].nunique() * len(raters)
    return {
        "component": component,
        "source": source,
        "level": level,
        "n_objects": len(raters),
        "several_occasions": float((_count_kinds(group, "period") > 1).mean()) >= _MOST,
        "told_apart": source not in _NO_PERSON and not unseen,
        "unseen": unseen,
        "shared": panel and level == "employee",
    }


def _count_kinds(group: pd.DataFrame, name: str) -> NDArray[np.intp]:
    """Count the different names in a column that each object comes with, objects in order."""
    n_names = len(group[name].cat.categories)
    pairs = np.unique(group["object"].to_numpy() * n_names + group[name].cat.codes.to_numpy())
    return np.unique(pairs // n_names, return_counts=True)[1]


def _why_unseen(source: str, names: pd.Series, n_raters: NDArray[np.intp]) -> str:
    """Say why the raters of a part cannot be told apart; empty where they can, or where no person rates."""
    if source in _NO_PERSON:
        return ""
    if source == "self":
        return SELF
    if (names == "").any():
        return UNNAMED
    if names.nunique() == 1:
        return ONE_NAME
    return "" if (n_raters > 1).mean() >= _MOST else ONE_EACH


def _choose_basis(parts: pd.DataFrame, rows: pd.DataFrame) -> Basis:
    """Choose what every part can be compared over, or say which part stands in the way."""
    of_units = parts[parts["level"] == "unit"]
    if len(of_units) and of_units["n_objects"].min() < LEAST_UNITS:
        n = int(of_units["n_objects"].min())
        raise DesignError(OF_UNITS.format(part=name_parts(of_units), n=n, least=LEAST_UNITS))
    if parts["several_occasions"].all():
        return "occasions" if (parts["unseen"] != "").any() else "raters and occasions"
    if parts["told_apart"].all():
        return "raters"
    if (parts["unseen"] == ONE_NAME).all():
        raise DesignError(AVERAGED.format(names=", ".join(sorted(rows["rater"].unique()))))
    stuck = parts[~parts["told_apart"] & ~parts["several_occasions"]]
    stuck = stuck if len(stuck) else parts[~parts["several_occasions"]]
    raise DesignError(REFUSED.format(parts=ONE_OF_EACH.format(part=name_parts(stuck))))


def _tables(rows: pd.DataFrame, parts: pd.DataFrame, basis: Basis, people: pd.DataFrame) -> list[RatingTable]:
    """Lay out the ratings of each level, one value per object, part, occasion and rater."""
    told = parts["rated"].to_numpy(dtype=bool)[rows["part"]]
    known = rows.assign(
        level=rows["level"].astype("str"),
        occasion=0 if basis == "raters" else pd.factorize(rows["period"], sort=True)[0],
        who=np.where(told, rows["who"], 0),
    )
    keys = ["level", "object", "part", "occasion", "who"]
    means = known.groupby(keys, sort=True)["points"].mean().reset_index()
    units = pd.factorize(people["unit"], sort=True)[0]
    holders = {"employee": np.arange(len(people)), "unit": units}
    by_level = {str(level): group for level, group in means.groupby("level", sort=True)}
    return [_table(group, holders[level]) for level, group in by_level.items()]


def _table(means: pd.DataFrame, holder: NDArray[np.intp]) -> RatingTable:
    objects, parts, occasions, raters = (
        means[name].to_numpy(np.intp) for name in ("object", "part", "occasion", "who")
    )
    return RatingTable(
        values=means["points"].to_numpy(dtype=np.float64),
        objects=objects,
        parts=parts,
        occasions=occasions,
        raters=raters,
        holder=holder.astype(np.intp),
    )


def _minutes(
    rows: pd.DataFrame, parts: pd.DataFrame, specification: MethodSpecification, n_people: int
) -> tuple[float, float]:
    cost = rows["n_observations"] * rows["source"].map(specification.minutes_per_observation).astype(float)
    told = parts["rated"].to_numpy(dtype=bool)[rows["part"]]
    return float(cost[told].sum() / n_people), float(cost[~told].sum() / n_people)
