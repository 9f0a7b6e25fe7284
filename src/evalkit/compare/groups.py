"""What was sampled on its own: whole units where several are recorded, else people; and in which places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Below this many units (or people, where these are independent) resampling them gives no interval.
FEWEST: Final = 10
INDEPENDENT: Final = "one unit, or none recorded: people are taken as independent"
IN_SOME: Final = "in {n} of {total} places one unit, or none recorded: people there are taken as independent"
CLUSTERED: Final = "{n} {what}: cluster-robust (CR3), {t}"
FEW_GROUPS: Final = "{n} {what}, under 10: {t}, and no interval of the difference in SD"
POOLED: Final = "{n} places pooled: mean of the within-place differences, every person counts alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """What was sampled on its own.

    Attributes
    ----------
    clusters
        Unit of each person, a number; None where all people are independent.
    strata
        Place of each person, a number from 0; None where there is one place.
    n_groups
        Units, and people where these are independent.
    kind
        What the groups are: "units", "people" or "units and people".
    caveat
        What this means for every interval.
    """

    clusters: NDArray[np.intp] | None
    strata: NDArray[np.intp] | None
    n_groups: int
    kind: str
    caveat: str


def group_people(units: pd.Series, places: pd.Series | None = None) -> Groups:
    """Take the units of a place as its clusters where it has several, and its people where it has not.

    Parameters
    ----------
    places
        Place of each person, in the order of the units; units of two places are never one.
    """
    where = np.zeros(len(units)) if places is None else places.to_numpy()
    frame = pd.DataFrame({"place": where, "unit": units.to_numpy()})
    per_place = frame.groupby("place")["unit"]
    n_units, size = per_place.transform("nunique"), per_place.transform("size")
    clustered = ((n_units > 1) & (n_units < size)).to_numpy()
    people = np.arange(len(frame))
    labels = np.where(clustered, -1 - frame.groupby(["place", "unit"]).ngroup().to_numpy(), people)
    codes, strata = np.unique(labels, return_inverse=True)[1], pd.factorize(frame["place"], sort=True)[0]
    n_groups, n_places = int(codes.max()) + 1, int(strata.max()) + 1
    n_one = frame.loc[n_units == 1, "place"].nunique()
    kind = {0: "units", n_places: "people"}.get(n_one, "units and people")
    return Groups(
        clusters=codes if clustered.any() else None,
        strata=strata if n_places > 1 else None,
        n_groups=n_groups,
        kind=kind,
        caveat=_describe(n_groups, kind, n_places, n_one, clustered=bool(clustered.any())),
    )


def _describe(n_groups: int, what: str, n_places: int, n_one: int, *, clustered: bool) -> str:
    """Say what limits every interval alike; ``n_one`` places have one unit, or none recorded."""
    t = f"t({n_groups - 1})" if n_places == 1 else "t with Satterthwaite's degrees of freedom"
    few = n_groups < FEWEST
    independent = INDEPENDENT if n_one == n_places else IN_SOME.format(n=n_one, total=n_places)
    parts = (
        POOLED.format(n=n_places) if n_places > 1 else "",
        independent if n_one else "",
        CLUSTERED.format(n=n_groups, what=what, t=t) if clustered and not few else "",
        FEW_GROUPS.format(n=n_groups, what=what, t=t) if few else "",
    )
    return "; ".join(filter(None, parts))
