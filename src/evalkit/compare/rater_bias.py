"""Does a difference between groups depend on who rates? Spread among raters; raters of one's own group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.group_contrasts import describe_groups
from evalkit.compare.groupings import FEWEST_OF_GROUP, Grouping, find_groupings, name_groups
from evalkit.compare.groups import group_people
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import adjust_p_values, estimate_contrast, estimate_heterogeneity

#: Raters who rate people of both groups; fewer show no spread.
FEWEST_RATERS: Final = 10
NO_RATERS: Final = (
    f"Whether a difference depends on the rater needs {FEWEST_RATERS} named raters who each rate two people "
    "or more of two groups, or raters whose own group is known."
)
_COLUMNS: Final = (
    *(
        "quantity",
        "source",
        "by",
        "group",
        "reference",
        "estimate",
        "conf_low",
        "conf_high",
        "mean",
        "mean_low",
    ),
    *("mean_high", "p_value", "p_adjusted", "n", "n_raters", "caveat"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RaterBias:
    """Whether the difference between groups depends on the rater.

    Attributes
    ----------
    contrasts
        One row per quantity, source, grouping and group. rater_spread: standard deviation among raters of the
        difference that each makes between the groups, in SD of a rating, with the mean difference beside it;
        own_group: how much higher raters rate their own group than raters of the other group do. p_adjusted:
        Holm over all rows.
    refused
        source, by and reason; one row without a source where nothing could be compared.
    """

    contrasts: pd.DataFrame
    refused: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold a spread to its sign."""
        spreads = self.contrasts.loc[self.contrasts["quantity"] == "rater_spread", "estimate"]
        if (spreads < 0).any():
            raise ValueError("a standard deviation is not below zero")

    def to_frame(self) -> pd.DataFrame:
        """Return the contrasts, one tidy row each."""
        return self.contrasts.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        found = self.contrasts
        rows = found.assign(item=found["source"], group=name_groups(found))
        gaps = self.refused.rename(columns={"source": "item", "by": "group", "reason": "caveat"})
        columns = ["quantity", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return pd.concat([rows[columns], gaps.assign(quantity="refused_rater_bias")], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.contrasts)


def measure_rater_bias(
    evidence: Evidence, *, declared: Mapping[str, Any] | None = None, conf_level: float = 0.95
) -> RaterBias:
    """Compare how raters of one source differ between groups of people, and raters by their own group.

    A rater's ratings of a person are averaged over indicators (in SD of each) and periods first. Where truth
    is known, its part is taken out, so that what is left of a difference is the rater's.

    Parameters
    ----------
    declared
        Groups of the study's own tables; see `find_groupings`.
    """
    groupings = [one for one in find_groupings(evidence, declared) if one.by != "place"]
    found: list[dict[str, object]] = []
    refused: list[tuple[str, str, str]] = []
    for source, ratings in _by_rater(evidence):
        for grouping in groupings:
            rows = ratings.merge(grouping.people[["place", "employee", "group"]], on=["place", "employee"])
            for group in grouping.others:
                about = {"source": source, "by": grouping.by, "group": group, "reference": grouping.reference}
                pair = rows[rows["group"].isin([group, grouping.reference])]
                pair = pair.assign(focal=(pair["group"] == group).astype(float))
                try:
                    found.append({**about, **_own_group(pair, grouping, group, conf_level)})
                except DesignError:
                    try:
                        found.append({**about, **_spread(pair, conf_level)})
                    except DesignError as error:
                        refused.append((source, f"{grouping.by}: {group}", str(error)))
    if not found:
        refused = [("", "", NO_RATERS)]
    frame = pd.DataFrame(found, columns=list(_COLUMNS))
    texts = {"quantity", "source", "by", "group", "reference", "caveat"}
    counts = {"n": int, "n_raters": int}
    frame = frame.astype({name: counts.get(name, float) for name in _COLUMNS if name not in texts})
    return RaterBias(
        contrasts=frame.assign(p_adjusted=adjust_p_values(frame["p_value"].to_numpy())),
        refused=pd.DataFrame(refused, columns=["source", "by", "reason"], dtype="str"),
        conf_level=conf_level,
    )


def _by_rater(evidence: Evidence) -> list[tuple[str, pd.DataFrame]]:
    """Return what each rater of each source gave each person: one value, in SD, of what is not truth."""
    rows = evidence.observations
    rows = rows[(rows["status"] == "recorded") & (rows["employee"] != "") & (rows["rater"] != "")]
    rows = rows[rows["source"] != "self"]
    if rows.empty:
        return []
    scale = rows.groupby(["source", "indicator"], observed=True)["value"]
    spread = scale.transform("std").replace(0, np.nan)
    lower = rows["indicator"].map(evidence.indicators.set_index("indicator")["lower_is_better"].astype(bool))
    rows = rows.assign(value=(rows["value"] - scale.transform("mean")) / spread * np.where(lower, -1, 1))
    key = ["source", "place", "unit", "rater", "employee"]
    means = rows.groupby(key, observed=True)["value"].mean().dropna().reset_index()
    means = means.assign(value=means["value"] - _part_of_truth(means, evidence))
    return [
        (str(source), part.reset_index(drop=True)) for source, part in means.groupby("source", observed=True)
    ]


def _part_of_truth(means: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """Return what truth foretells of each value, by source; nothing where it is not known."""
    if evidence.truth.empty:
        return np.zeros(len(means))
    truth = evidence.truth.set_index("employee").drop(columns="period").mean(axis=1).groupby(level=0).mean()
    x = means["employee"].map(truth).to_numpy()
    part = np.zeros(len(means))
    for rows in means.groupby("source", observed=True).indices.values():
        part[rows] = np.polyval(np.polyfit(x[rows], means["value"].to_numpy()[rows], 1), x[rows])
    return part


def _spread(pair: pd.DataFrame, conf_level: float) -> dict[str, object]:
    """Return how far the differences that raters make lie apart beyond what few ratings explain."""
    cells = pair.groupby(["rater", "focal"], observed=True)["value"].agg(["mean", "size"])
    kept = cells[cells["size"] >= 2].reset_index()
    cells = kept.pivot_table(index="rater", columns="focal", values=["mean", "size"], observed=True).dropna()
    if len(cells) < FEWEST_RATERS:
        raise DesignError(
            f"{len(cells)} raters rate two people or more of both groups; it takes {FEWEST_RATERS}."
        )
    kept = pair[pair["rater"].isin(cells.index)]
    inside = kept["value"] - kept.groupby(["rater", "focal"], observed=True)["value"].transform("mean")
    variance = float(np.sum(inside.to_numpy() ** 2)) / (len(kept) - 2 * len(cells))
    difference = (cells["mean"][1.0] - cells["mean"][0.0]).to_numpy()
    error = variance * (1 / cells["size"].to_numpy(dtype=np.float64)).sum(axis=1)
    found = estimate_heterogeneity(difference, error, conf_level=conf_level)
    return {
        "quantity": "rater_spread",
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "mean": found.mean,
        "mean_low": found.mean_low,
        "mean_high": found.mean_high,
        "p_value": found.p_value,
        "n": len(kept),
        "n_raters": len(cells),
        "caveat": found.caveat,
    }


def _own_group(pair: pd.DataFrame, grouping: Grouping, group: str, conf_level: float) -> dict[str, object]:
    """Return the contrast of raters of one's own group with raters of the other, within units."""
    raters = grouping.people.set_index("employee")["group"]
    rows = pair.assign(rater_group=pair["rater"].astype(str).map(raters))
    rows = rows[rows["rater_group"].isin([group, grouping.reference])]
    cells = rows.groupby(["focal", "rater_group"])["rater"].nunique()
    if len(cells) < 4 or cells.min() < FEWEST_OF_GROUP:
        raise DesignError(
            "The group of the raters is not known, or too few raters of a group rate both groups."
        )
    of_group = (rows["rater_group"] == group).to_numpy(dtype=np.float64)
    focal = rows["focal"].to_numpy()
    units = rows.groupby(["place", "unit"], observed=True).ngroup()
    columns = [focal, of_group, focal * of_group]
    frame = pd.DataFrame(np.column_stack([rows["value"], *columns]))
    within = (frame - frame.groupby(units.to_numpy()).transform("mean")).to_numpy()
    how = group_people(rows["unit"], rows["place"])
    found = estimate_contrast(within[:, 0], within[:, 1:], clusters=how.clusters, conf_level=conf_level)
    return {
        "quantity": "own_group",
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
        "n": found.n,
        "n_raters": int(rows["rater"].nunique()),
        "caveat": "; ".join(filter(None, (describe_groups(how), found.caveat))),
    }
