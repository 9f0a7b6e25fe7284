"""Do decisions select one group less often than another? Selection rates and their ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.errors import DesignError
from evalkit.shown import show_frame
from evalkit.stats import ImpactRatio, estimate_impact_ratio

SUPPRESSED: Final = f"suppressed: a cell has fewer than {LEAST} people"
REFERENCE_SUPPRESSED: Final = f"suppressed: a cell of the reference group has fewer than {LEAST} people"
COMPLEMENT: Final = f"suppressed: beside the total it would show a cell of fewer than {LEAST} people"
_HIDDEN: Final = (SUPPRESSED, COMPLEMENT)
_EMPTY: Final = dict.fromkeys(("rate", "estimate", "conf_low", "conf_high"), float("nan"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdverseImpact:
    """Selection rates of groups, and their ratio to that of a reference group.

    Attributes
    ----------
    ratios
        One row per decision, stratum (empty: everybody) and group: n (people of the group), n_reference,
        rate, ratio (estimate) with its interval, caveat. What rests on a cell under five people is empty.
    by, reference
        Column of the groups, and the group that the others are compared with.
    conf_level
        Level of the intervals, symmetric in the logarithm of the ratio.
    place
        Where these people are, for ``results.csv``.
    """

    ratios: pd.DataFrame
    by: str
    reference: str
    conf_level: float
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse to hold a number that should have been suppressed."""
        hidden = self.ratios["caveat"].str.startswith("suppressed")
        if self.ratios.loc[hidden, "estimate"].notna().any():
            raise ValueError("a suppressed ratio still has its number")

    def to_frame(self) -> pd.DataFrame:
        """Return the ratios, one tidy row per decision, stratum and group."""
        return self.ratios.copy()

    def to_results(self) -> pd.DataFrame:
        """Return rates and ratios as rows of ``results.csv``."""
        named = self.ratios.rename(columns={"stratum": "unit", "decision": "item"})
        ratios = named.assign(quantity="adverse_impact_ratio")[named["group"] != self.reference]
        rates = named.assign(
            quantity="selection_rate", estimate=named["rate"], conf_low=float("nan"), conf_high=float("nan")
        )
        columns = ["quantity", "unit", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return pd.concat([rates[columns], ratios[columns]], ignore_index=True).assign(place=self.place)

    def _repr_html_(self) -> str:
        return show_frame(self.ratios)


def measure_adverse_impact(
    people: pd.DataFrame,
    *,
    decisions: Sequence[str],
    by: str,
    reference: str,
    within: str = "",
    place: str = "",
    total_known: bool = False,
    conf_level: float = 0.95,
) -> AdverseImpact:
    """Compare how often groups are selected.

    A ratio of rates says nothing of its cause. The line of .8 screens under the US Uniform Guidelines and has
    no force elsewhere. Cells under five people are suppressed, and so is what would give them away.

    Parameters
    ----------
    people
        One row per person, with true-or-false columns of decisions and a column of groups.
    reference
        The group that the others are compared with.
    within
        Column of strata, such as the position sought, that are shown beside everybody.
    place
        Where these people are; it only labels the results.
    total_known
        Whether readers know how many were selected over all groups, as with a fixed share: one small cell
        would then follow from the others, so a second group is suppressed with it.

    Raises
    ------
    DesignError
        If there is no such reference group, or a person has no group.
    """
    groups = sorted(people[by].dropna().unique())
    if reference not in groups:
        raise DesignError(f"There is no group {reference!r} in {by}; there are: {', '.join(groups)}.")
    if people[by].isna().any():
        raise DesignError(
            f"{int(people[by].isna().sum())} people have no {by}; leave them out first, and say so."
        )
    strata = {"": people} | (dict(list(people.groupby(within, sort=True))) if within else {})
    rows = [
        {"decision": decision, "stratum": name, **row}
        for decision in decisions
        for name, part in strata.items()
        for row in _compare(part.groupby(by)[decision].agg(["sum", "size"]), groups, reference, conf_level)
    ]
    ratios = _suppress_complements(pd.DataFrame(rows))
    ratios = _suppress_second_groups(ratios, reference) if total_known else ratios
    return AdverseImpact(ratios=ratios, by=by, reference=reference, conf_level=conf_level, place=place)


def _compare(
    counts: pd.DataFrame, groups: Sequence[str], reference: str, conf_level: float
) -> list[dict[str, object]]:
    """Return each group's rate and ratio, emptied where a cell is small."""
    sizes = {group: _count(counts, group) for group in groups}
    rows: list[dict[str, object]] = []
    for group, (k, n) in sizes.items():
        numbers, caveat = dict(_EMPTY), SUPPRESSED
        if not _small(k, n):
            numbers["rate"], caveat = k / n, REFERENCE_SUPPRESSED
            if group == reference:
                numbers["estimate"], caveat = 1.0, ""
            elif not _small(*sizes[reference]):
                numbers, caveat = _ratio(
                    estimate_impact_ratio(k, n, *sizes[reference], conf_level=conf_level)
                )
        rows.append({"group": group, "n": n, "n_reference": sizes[reference][1], **numbers, "caveat": caveat})
    return rows


def _ratio(ratio: ImpactRatio) -> tuple[dict[str, float], str]:
    numbers = (ratio.rate, ratio.estimate, ratio.conf_low, ratio.conf_high)
    return dict(zip(_EMPTY, numbers, strict=True)), ratio.caveat


def _count(counts: pd.DataFrame, group: str) -> tuple[int, int]:
    """Return how many of a group were selected, and how many there are; 0 of 0 where the stratum has none."""
    if group not in counts.index:
        return 0, 0
    return int(counts["sum"][group]), int(counts["size"][group])


def _small(k: int, n: int) -> bool:
    """Say whether the selected or the others are too few to show; a rate of 0 or 1 is one of these cases."""
    return min(k, n - k) < LEAST


def _suppress_complements(ratios: pd.DataFrame) -> pd.DataFrame:
    """Empty all strata of a group where one is suppressed: with the total, the rest would show it."""
    in_stratum = ratios["stratum"] != ""
    hidden = ratios["caveat"].eq(SUPPRESSED) & in_stratum
    touched = hidden.groupby([ratios["decision"], ratios["group"]]).transform("any")
    complement = touched & in_stratum & ~hidden
    emptied = ratios.assign(caveat=ratios["caveat"].mask(complement, COMPLEMENT))
    emptied.loc[complement, list(_EMPTY)] = float("nan")
    return emptied


def _suppress_second_groups(ratios: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Empty the smallest other group where one alone is hidden; the reference last, with all ratios to it."""
    emptied = ratios.copy()
    for _, rows in ratios.groupby(["decision", "stratum"], sort=False):
        hidden = rows["caveat"].isin(_HIDDEN)
        if hidden.sum() != 1:
            continue
        rest = rows[~hidden].assign(last=rows["group"] == reference).sort_values(["last", "n"], kind="stable")
        whole = rest if rest["last"].iloc[0] else rest.head(1)
        emptied.loc[whole.index, list(_EMPTY)] = float("nan")
        emptied.loc[whole.index, "caveat"] = COMPLEMENT
    return emptied
