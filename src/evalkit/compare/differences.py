"""Do means differ, and by how much? Families of comparisons that the study fixed beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.families import FamilyTable, check_families, read_family
from evalkit.compare.family_comparison import Family
from evalkit.compare.pairwise import compare_means
from evalkit.compare.pooled import POOLED, pool_places
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.shown import show_frame

NO_MARGIN: Final = "no margin was fixed beforehand: equivalence is not judged"
#: Columns of the pairs and of the means, when there are no rows too.
PAIR_COLUMNS: Final = (
    *("family", "place", "by", "first", "second", "estimate", "conf_low", "conf_high", "std_error"),
    *("effect_size", "effect_low", "effect_high", "superiority", "superiority_low", "superiority_high"),
    *("p_value", "p_adjusted", "p_flipped", "equivalence_low", "equivalence_high", "equivalence_p"),
    *("equivalence_p_adjusted", "nemenyi_p", "conover_p_adjusted", "verdict", "lowest", "highest"),
    *("n", "n_groups", "caveat"),
)
MEAN_COLUMNS: Final = ("family", "place", "condition", "estimate", "conf_low", "conf_high", "mean_rank", "n")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Differences:
    """What the families of a study found, and which of them the evidence cannot answer.

    Attributes
    ----------
    families
        One per family and place that could be compared, and after the places of a family what was found over
        all of them.
    refused
        One row per family, or place of it, that was refused: family, place ("pooled" over several), reason.
    conf_level
        Level of the intervals.
    """

    families: tuple[Family, ...]
    refused: pd.DataFrame
    conf_level: float

    def to_frame(self) -> pd.DataFrame:
        """Return the pairs of all families, one tidy row each."""
        frames = [
            family.comparison.pairs.assign(family=family.name, place=family.place, by=family.by)
            for family in self.families
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(PAIR_COLUMNS))

    def means(self) -> pd.DataFrame:
        """Return the means of all families, one tidy row per condition."""
        frames = [
            family.comparison.means.assign(family=family.name, place=family.place) for family in self.families
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(MEAN_COLUMNS))

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        gaps = self.refused.rename(columns={"family": "group", "reason": "caveat"})
        pooled = gaps["place"] == POOLED
        gaps = gaps.assign(
            quantity=np.where(pooled, "refused_pooled_difference", "refused_difference"),
            place=gaps["place"].mask(pooled, ""),
        )
        frames = [family.to_results() for family in self.families]
        return pd.concat([*frames, gaps], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.to_frame())


def compare_differences(
    evidence: Evidence,
    *,
    families: Mapping[str, Any],
    margins: Mapping[str, Any],
    scores: Mapping[str, MethodScores],
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> Differences:
    """Compare the means of every family that the study declares, place by place; refusals say why.

    A family over several places is compared within each first, and then over all of them: the mean of the
    within-place differences. Each place, and all together, has an adjustment of its own. A higher mean is not
    better measurement.

    Parameters
    ----------
    families
        By name: ``by`` ("method", "indicator" or a column of ``table``), which ``places``, ``sources`` and
        ``indicators`` belong to it, and ``because`` of what.
    margins
        By family: ``value``, the largest difference that does not matter, in the family's unit, and
        ``because``.
    scores
        Scores of the families by method, under the family's name.

    Raises
    ------
    StudyError
        If a family or margin cannot be read.
    """
    check_families(families, margins)
    found: list[Family] = []
    refused: list[tuple[str, str, str]] = []
    for name, declared in families.items():
        try:
            tables = read_family(evidence, declared, scores.get(name))
        except DesignError as error:
            refused.append((name, "", str(error)))
            continue
        compare = partial(
            _compare,
            name=name,
            declared=declared,
            margin=margins.get(name, {}),
            options={"n_boot": n_boot, "rng": rng, "conf_level": conf_level},
        )
        compared, reasons = _compare_places(tables, str(declared["by"]), compare)
        found += compared
        refused += [(name, place, reason) for place, reason in reasons]
    gaps = pd.DataFrame(refused, columns=["family", "place", "reason"], dtype=object)
    return Differences(families=tuple(found), refused=gaps, conf_level=conf_level)


def _compare_places(
    tables: Sequence[FamilyTable], by: str, compare: Callable[[FamilyTable], Family]
) -> tuple[list[Family], list[tuple[str, str]]]:
    """Compare within each place, then over all of them; return what was found, and places with reasons."""
    found: list[Family] = []
    refused: list[tuple[str, str]] = []
    for table in tables:
        try:
            found.append(compare(table))
        except DesignError as error:
            refused.append((table.place, str(error)))
    if len(tables) > 1:
        within = {family.place for family in found}
        try:
            found.append(compare(pool_places(tables, [one for one in tables if one.place in within], by)))
        except DesignError as error:
            refused.append((POOLED, str(error)))
    return found, refused


def _compare(
    table: FamilyTable,
    *,
    name: str,
    declared: Mapping[str, Any],
    margin: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Family:
    return Family(
        name=name,
        by=str(declared["by"]),
        place=table.place,
        unit=table.unit_of_measure,
        comparison=compare_means(
            table.people,
            table.units,
            places=table.places,
            margin=float(margin.get("value", "nan")),
            caveat=table.caveat,
            **options,
        ),
        because=str(declared.get("because", "")).strip(),
        margin_because=str(margin.get("because", NO_MARGIN)).strip(),
    )
