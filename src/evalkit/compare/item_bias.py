"""Does an instrument measure groups alike? Item bias at an equal rest of the instrument, and invariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from evalkit.compare.groupings import find_groupings, name_groups
from evalkit.compare.instrument_bias import FEWEST_ITEMS, STEPS, compare_item, compare_whole, find_instruments
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import adjust_p_values

NO_ITEMS: Final = (
    f"Item bias needs one instrument of {FEWEST_ITEMS} or more ratings of each person by one rater, on a few "
    "categories, and groups of people; this evidence has none."
)
_ITEM: Final = ("source", "item", "by", "group", "reference")
_ITEM_NUMBERS: Final = (
    *(
        "estimate",
        "conf_low",
        "conf_high",
        "odds_ratio",
        "p_value",
        "mantel_size",
        "log_odds",
        "log_odds_low",
    ),
    *("log_odds_high", "p_uniform", "p_nonuniform", "p_ordinal", "r2_change", "ordinal_size", "n", "n_group"),
    "caveat",
)
_STEP_COLUMNS: Final = (
    "source",
    "by",
    "step",
    "cfi",
    "rmsea",
    "cfi_change",
    "p_value",
    "holds",
    "n",
    "caveat",
)
_REFUSED: Final = ("question", "source", "by", "reason")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemBias:
    """Whether ratings of one instrument depend on the group of people who stand alike on its rest.

    Attributes
    ----------
    items
        One row per source, item and group: ETS's delta (estimate, below zero: harder for the group) with its
        interval and class, and the ordinal model's logarithm of odds, p-values, rise of R² and class;
        p_adjusted and p_ordinal_adjusted (Holm over all items and groups).
    invariance
        One row per source, grouping and step: configural (nothing equal), metric (loadings), scalar
        (intercepts too): CFI, RMSEA, change of the CFI, p_value, whether the step holds (one factor fits at
        all, and the CFI falls by .01 at most).
    refused
        question, source, by and reason.
    """

    items: pd.DataFrame
    invariance: pd.DataFrame
    refused: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold classes to their names."""
        for name in ("mantel_size", "ordinal_size"):
            if not self.items[name].dropna().isin(list("ABC")).all():
                raise ValueError("a class of item bias is A, B or C")

    @property
    def biased(self) -> pd.DataFrame:
        """Items that both procedures class as B or C, and that chance does not explain."""
        rows, alpha = self.items, 1 - self.conf_level
        apart = (rows["p_adjusted"] < alpha) & (rows["p_ordinal_adjusted"] < alpha)
        return rows[apart & rows["mantel_size"].isin(["B", "C"]) & rows["ordinal_size"].isin(["B", "C"])]

    def to_frame(self) -> pd.DataFrame:
        """Return the items, one tidy row each."""
        return self.items.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        items = self.items.assign(
            group=name_groups(self.items),
            item=self.items["source"] + ", " + self.items["item"],
        )
        ordinal = items.assign(
            estimate=items["log_odds"], conf_low=items["log_odds_low"], conf_high=items["log_odds_high"]
        )
        steps = self.invariance.rename(columns={"by": "group", "cfi_change": "estimate"})
        steps = steps.assign(item=steps["source"] + ", " + steps["step"], quantity="cfi_change")
        gaps = self.refused.assign(
            quantity="refused_" + self.refused["question"],
            item=self.refused["source"],
            group=self.refused["by"],
        ).rename(columns={"reason": "caveat"})
        rows = [
            items.assign(quantity="mantel_haenszel_delta"),
            ordinal.assign(quantity="ordinal_item_bias"),
            steps[steps["step"] != STEPS[0]],
            gaps,
        ]
        columns = ["quantity", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return pd.concat([one.reindex(columns=columns) for one in rows], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.items)


def measure_item_bias(
    evidence: Evidence,
    *,
    without: Sequence[str] = (),
    declared: Mapping[str, Any] | None = None,
    conf_level: float = 0.95,
) -> ItemBias:
    """Compare groups of people item by item at equal ratings on the other items, and the whole instrument.

    Items are the ratings of one source on a few categories in the last period, one rater a person. Mantel and
    Haenszel compare how often an item reaches its upper half, in strata of the sum of the others; ordinal
    models use all categories and show whether a difference changes with standing. Ratings of one rater go
    together, and people of one unit have one rater: units are not in the error.

    Parameters
    ----------
    without
        Indicators that are no items, such as an overall verdict.
    declared
        Groups of the study's own tables; see `find_groupings`.
    """
    groupings = [one for one in find_groupings(evidence, declared) if one.by != "place"]
    items: list[dict[str, object]] = []
    steps: list[dict[str, object]] = []
    refused: list[tuple[str, str, str, str]] = []
    for source, table in find_instruments(evidence, without):
        for grouping in groupings:
            rows = grouping.people.set_index("employee")["group"].reindex(table.index).dropna()
            ratings = table.loc[rows.index]
            for group in grouping.others:
                pair = rows.isin([group, grouping.reference])
                about = {"source": source, "by": grouping.by, "group": group, "reference": grouping.reference}
                for item in table:
                    try:
                        found = compare_item(ratings[pair], str(item), rows[pair] == group, conf_level)
                    except DesignError as error:
                        refused.append(
                            ("item_bias", f"{source}, {item}", f"{grouping.by}: {group}", str(error))
                        )
                    else:
                        items.append({**about, "item": str(item), **found})
            try:
                steps += compare_whole(ratings, rows, {"source": source, "by": grouping.by})
            except DesignError as error:
                refused.append(("invariance", source, grouping.by, str(error)))
    if not (items or refused):
        refused.append(("item_bias", "", "", NO_ITEMS))
    return ItemBias(
        items=_complete(items),
        invariance=pd.DataFrame(steps, columns=list(_STEP_COLUMNS)),
        refused=pd.DataFrame(refused, columns=list(_REFUSED), dtype="str"),
        conf_level=conf_level,
    )


def _complete(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return the items with p-values adjusted over all of them."""
    frame = pd.DataFrame(rows, columns=[*_ITEM, *_ITEM_NUMBERS])
    texts = {*_ITEM, "mantel_size", "ordinal_size", "caveat"}
    counts = {"n": int, "n_group": int}
    frame = frame.astype({name: counts.get(name, float) for name in frame.columns if name not in texts})
    return frame.assign(
        p_adjusted=adjust_p_values(frame["p_value"].to_numpy()),
        p_ordinal_adjusted=adjust_p_values(frame["p_ordinal"].to_numpy()),
    )
