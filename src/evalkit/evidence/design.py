"""Who was rated by whom: the design that a set of observations forms, before any coefficient is computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from evalkit.errors import DesignError
from evalkit.evidence.coded import code_texts
from evalkit.evidence.tables import Evidence
from evalkit.shown import Shown

RaterDesign = Literal[
    "absent", "one_per_ratee", "nested_in_ratee", "crossed", "nested_in_unit", "partly_linked"
]

Codes = NDArray[np.intp]
_GROUP: Final = ("place", "source", "indicator")
_READ: Final = ("place", "unit", "employee", "rater", "period", "indicator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Design(Shown):
    """The design of a set of observations. A ratee is an employee, or a unit where no employee is named.

    Attributes
    ----------
    raters
        absent: no rater is named; one_per_ratee: each ratee has one rater, so the severity of raters cannot
        be told from the residual; nested_in_ratee: each rater rates one ratee, several raters a ratee;
        crossed: every rater rates every ratee; nested_in_unit: no rater rates in two units; partly_linked:
        anything else. The first that fits, in this order.
    n_observations
        Recorded observations.
    n_ratees, n_employees, n_units, n_raters, n_periods
        Distinct ones that are named. An unnamed period counts as none.
    ratings_median, ratings_min, ratings_max
        Observations per ratee.
    n_components
        Connected components of the rater-ratee graph; ratees of two components were never linked by a rater.
        0 where no rater is named.
    share_largest
        Share of the rated ratees that lie in the component with most of them; NaN where no rater is named.
    share_pairs
        Share of all rater-ratee pairs that were observed; NaN where no rater is named.
    n_replicated
        Pairs of rater and ratee with two or more observations of the same indicator.
    n_without_rater
        Observations that name no rater.
    """

    raters: RaterDesign
    n_observations: int
    n_ratees: int
    n_employees: int
    n_units: int
    n_raters: int
    n_periods: int
    ratings_median: float
    ratings_min: int
    ratings_max: int
    n_components: int
    share_largest: float
    share_pairs: float
    n_replicated: int
    n_without_rater: int


def describe_design(observations: pd.DataFrame) -> Design:
    """Describe who rated whom in a set of observations, usually those of one place, source and indicator.

    Only recorded observations count. Employees, units and raters are told apart within their place.

    Raises
    ------
    DesignError
        If no observation is recorded.

    Examples
    --------
    >>> rows = pd.DataFrame({"employee": ["a", "a", "b", "b"], "rater": ["x", "y", "x", "y"]})
    >>> rows = rows.assign(place="p", unit="u", period="", indicator="integrity", status="recorded")
    >>> describe_design(rows).raters
    'crossed'
    """
    rows = observations[observations["status"] == "recorded"]
    if rows.empty:
        raise DesignError(
            f"A design needs recorded observations; none of {len(observations):,} is. "
            "Choose other places, sources or indicators."
        )
    coded = {name: _code(rows[name]) for name in _READ}
    ratees = _number(_ratee_columns(coded))
    per_ratee = np.bincount(ratees)
    named = coded["rater"] >= 0
    links = (
        _Links.of({name: codes[named] for name, codes in coded.items()}, ratees[named])
        if named.any()
        else None
    )
    return Design(
        raters=links.design if links else "absent",
        n_observations=len(rows),
        n_ratees=len(per_ratee),
        n_employees=_count_named(coded, "employee"),
        n_units=_count_named(coded, "unit"),
        n_raters=links.n_raters if links else 0,
        n_periods=len(np.unique(coded["period"][coded["period"] >= 0])),
        ratings_median=float(np.median(per_ratee)),
        ratings_min=int(per_ratee.min()),
        ratings_max=int(per_ratee.max()),
        n_components=links.n_components if links else 0,
        share_largest=links.share_largest if links else float("nan"),
        share_pairs=links.share_pairs if links else float("nan"),
        n_replicated=links.n_replicated if links else 0,
        n_without_rater=int((~named).sum()),
    )


def describe_designs(evidence: Evidence) -> pd.DataFrame:
    """Describe each place, source and indicator that has recorded observations, a row each.

    Columns are place, source, indicator and the attributes of `Design`.
    """
    groups = _groups(code_texts(evidence.observations))
    rows = [{**key, **asdict(describe_design(group))} for key, group in groups]
    return pd.DataFrame(rows, columns=[*_GROUP, *(field.name for field in fields(Design))])


def _groups(observations: pd.DataFrame) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    recorded = observations[observations["status"] == "recorded"]
    for _, group in recorded.groupby(list(_GROUP), sort=True):
        yield {column: str(group[column].iloc[0]) for column in _GROUP}, group


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """What the rater-ratee graph says; every row names a rater."""

    design: RaterDesign
    n_raters: int
    n_components: int
    share_largest: float
    share_pairs: float
    n_replicated: int

    @classmethod
    def of(cls, rated: Mapping[str, Codes], ratees: Codes) -> _Links:
        ratees = _renumber(ratees)
        raters = _number([rated["place"], rated["rater"]])
        units = _number([rated["place"], rated["unit"]])
        pairs = _distinct(raters, ratees)
        n_raters, n_ratees = int(raters.max()) + 1, int(ratees.max()) + 1
        n_components, share_largest = _components(pairs, n_raters, n_ratees)
        cells = (raters * n_ratees + ratees, rated["indicator"] + 1)
        return cls(
            design=_name_design(pairs, _distinct(raters, units)),
            n_raters=n_raters,
            n_components=n_components,
            share_largest=share_largest,
            share_pairs=len(pairs) / (n_raters * n_ratees),
            n_replicated=int((np.unique(_pair(*cells), return_counts=True)[1] > 1).sum()),
        )


def _name_design(pairs: Codes, rater_units: Codes) -> RaterDesign:
    """Name the design from the distinct pairs (rater, ratee) and (rater, unit)."""
    per_rater, per_ratee = np.bincount(pairs[:, 0]), np.bincount(pairs[:, 1])
    if per_ratee.max() == 1:
        return "one_per_ratee"
    if per_rater.max() == 1 and len(per_ratee) > 1:
        return "nested_in_ratee"
    if len(pairs) == len(per_rater) * len(per_ratee):
        return "crossed"
    n_units = len(np.unique(rater_units[:, 1]))
    in_one_unit = len(rater_units) == len(per_rater)
    return "nested_in_unit" if in_one_unit and n_units > 1 else "partly_linked"


def _components(pairs: Codes, n_raters: int, n_ratees: int) -> tuple[int, float]:
    """Count the components of the rater-ratee graph, and the share of ratees in the one with most ratees."""
    n_nodes = n_raters + n_ratees
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], n_raters + pairs[:, 1])), shape=(n_nodes, n_nodes))
    n_components, labels = connected_components(graph, directed=False)
    return int(n_components), float(np.bincount(labels[n_raters:]).max() / n_ratees)


def _code(texts: pd.Series) -> Codes:
    """Return a number for each text, in the order in which they come; -1 for an empty one."""
    codes, names = pd.factorize(texts)
    numbers = np.flatnonzero(np.asarray(names == ""))
    return np.where(np.isin(codes, numbers), -1, codes)


def _ratee_columns(coded: Mapping[str, Codes]) -> list[Codes]:
    """Return what identifies a ratee: the employee, or the unit where no employee is named."""
    return [coded["place"], coded["employee"], np.where(coded["employee"] < 0, coded["unit"], -1)]


def _number(columns: Sequence[Codes]) -> Codes:
    """Give each distinct combination of some columns, of numbers from -1 on, a number from 0 on."""
    numbers = np.zeros(len(columns[0]), dtype=np.intp)
    for codes in columns:
        numbers = pd.factorize(numbers * (int(codes.max()) + 2) + codes + 1)[0]
    return numbers


def _pair(first: Codes, second: Codes) -> Codes:
    """Give each pair of numbers a number of its own, in the order of the pairs."""
    return first * (int(second.max()) + 1) + second


def _distinct(first: Codes, second: Codes) -> Codes:
    """Return the distinct pairs of two lists of numbers, sorted, a row each."""
    return np.column_stack(np.divmod(np.unique(_pair(first, second)), int(second.max()) + 1))


def _renumber(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1]


def _count_named(coded: Mapping[str, Codes], column: str) -> int:
    named = coded[column] >= 0
    return len(np.unique(_pair(coded["place"][named], coded[column][named]))) if named.any() else 0
