"""Contrasts of two groups of people: selected, scored, scored at equal performance, and foretold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from evalkit.compare.adverse_impact import measure_adverse_impact
from evalkit.compare.groupings import FEWEST_OF_GROUP, Grouping
from evalkit.compare.groups import FEWEST, INDEPENDENT, Groups, group_people
from evalkit.compare.measures import Performance
from evalkit.errors import DesignError
from evalkit.stats import Contrast, adjust_p_values, estimate_contrast

Floats = NDArray[np.float64]

#: Shares that are selected within each place: the highest for recognition, the lowest for training.
SHARES: Final[Mapping[str, float]] = {"recognition": 0.10, "training": 0.15}
#: What identifies a person, in evidence and in groupings.
PERSON: Final = ["place", "employee"]
#: What identifies a comparison.
KEY: Final = ("measure", "by", "group", "reference")
FEW_GROUPS: Final = "{n} {what}, under 10: the interval is wide, and may still miss"
JOINED: Final = [*PERSON, "group", "stratum"]
_NUMBERS: Final = ("estimate", "conf_low", "conf_high", "p_value", "n", "n_group", "caveat")


def select_people(people: pd.DataFrame) -> pd.DataFrame:
    """Mark the highest tenth of each place for recognition, the lowest 15 % for training; ties come along."""
    ranks = people.groupby("place")["score"]
    size = ranks.transform("size")
    n_recognised, n_trained = ((share * size).round().clip(lower=1) for share in SHARES.values())
    return people.assign(
        recognition=ranks.rank(method="min", ascending=False) <= n_recognised,
        training=ranks.rank(method="min") <= n_trained,
    )


def compare_decisions(rows: pd.DataFrame, grouping: Grouping, conf_level: float) -> pd.DataFrame:
    """Return the impact ratios of one grouping; a fixed share is suppressed like a known total."""
    if grouping.reference not in set(rows["group"].unique()) or rows["group"].nunique() < 2:
        return pd.DataFrame()
    found = measure_adverse_impact(
        rows,
        decisions=grouping.decisions or tuple(SHARES),
        by="group",
        reference=grouping.reference,
        within="stratum" if rows["stratum"].nunique() > 1 else "",
        total_known=not grouping.decisions,
        conf_level=conf_level,
    )
    return found.ratios.assign(reference=grouping.reference, place=name_place(rows))


def name_place(rows: pd.DataFrame) -> str:
    """Return the place of people who are all in one, else nothing."""
    return str(rows["place"].iloc[0]) if rows["place"].nunique() == 1 else ""


def contrast_groups(
    people: pd.DataFrame, grouping: Grouping, performance: Performance | None, conf_level: float
) -> list[dict[str, object]]:
    """Return the contrasts of one measure: each group against the reference."""
    rows = people.merge(grouping.people[JOINED], on=PERSON)
    if performance is not None and performance.name:
        rows = rows.join(performance.of_people.rename("performance"), on=PERSON)
    found = []
    for group in grouping.others:
        pair = rows[rows["group"].isin([group, grouping.reference])]
        sizes = pair["group"].value_counts()
        if len(sizes) < 2 or sizes.min() < FEWEST_OF_GROUP:
            continue
        about = {"group": group, "reference": grouping.reference, "place": name_place(rows)}
        found += [
            {**about, "n_group": int(sizes[group]), **row}
            for row in _compare_pair(pair, grouping, group, conf_level)
        ]
    return found


def _compare_pair(
    pair: pd.DataFrame, grouping: Grouping, group: str, conf_level: float
) -> list[dict[str, object]]:
    """Return the four contrasts of two groups, or the first alone where nothing stands for performance."""
    inside = ["place", "stratum"] if grouping.by != "place" else ["stratum"]
    focal: Floats = (pair["group"] == group).to_numpy().astype(np.float64)
    score, strata = _standardise(pair["score"], pair, inside)
    how = group_people(pair["unit"], pair["place"])

    def estimate(quantity: str, outcome: Floats, *columns: Floats, last: Floats) -> dict[str, object]:
        design = np.column_stack([strata, *columns, last])
        found = estimate_contrast(outcome, design, clusters=how.clusters, conf_level=conf_level)
        return {"quantity": quantity, **_numbers(found, describe_groups(how))}

    rows = [estimate("group_difference", score, last=focal)]
    if "performance" not in pair or pair["performance"].isna().any():  # it is known of all, or not used
        return rows
    performance, _ = _standardise(pair["performance"], pair, inside)
    rows.append(estimate("conditional_difference", score, performance, last=focal))
    if grouping.by != "place":
        rows.append(estimate("prediction_intercept", performance, score, last=focal))
        product = score * (focal - focal.mean())
        rows.append(estimate("prediction_slope", performance, score, focal, last=product))
    return rows


def _standardise(values: pd.Series, pair: pd.DataFrame, inside: Sequence[str]) -> tuple[Floats, Floats]:
    """Return values in standard deviations within strata around their mean, and the dummies of the strata."""
    codes = pair.groupby(list(inside), sort=True).ngroup().to_numpy()
    strata = (codes[:, None] == np.unique(codes)).astype(np.float64)
    x = values.to_numpy(dtype=np.float64)
    centred = x - (strata @ (strata.T @ x / strata.sum(axis=0)))
    spread = float(np.sqrt(centred @ centred / max(len(x) - strata.shape[1], 1)))
    if spread == 0:
        raise DesignError("Everybody has the same score within places, so groups cannot be compared.")
    return (x - x.mean()) / spread, strata


def describe_groups(how: Groups) -> str:
    """Say what limits the interval: people who are taken as independent, or few units."""
    if how.clusters is None:
        return INDEPENDENT
    return FEW_GROUPS.format(n=how.n_groups, what=how.kind) if how.n_groups < FEWEST else ""


def _numbers(found: Contrast, caveat: str) -> dict[str, object]:
    return {
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
        "n": found.n,
        "caveat": "; ".join(filter(None, (caveat, found.caveat))),
    }


def complete_decisions(frames: Sequence[pd.DataFrame], conf_level: float) -> pd.DataFrame:
    """Join all ratios, tested against 1 on the logarithm; p-values are adjusted by place, or over several."""
    columns = [
        "place",
        "measure",
        "decision",
        "stratum",
        "by",
        "group",
        "reference",
        "rate",
        "estimate",
        "conf_low",
    ]
    columns += ["conf_high", "p_value", "p_adjusted", "n", "n_reference", "caveat"]
    kept = [frame for frame in frames if len(frame)]
    if not kept:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[7:15], float))
    rows = pd.concat(kept, ignore_index=True)
    error = np.log(rows["conf_high"] / rows["conf_low"]) / (2 * norm.ppf((1 + conf_level) / 2))
    p_value = 2 * norm.sf(np.abs(np.log(rows["estimate"])) / error)
    p_value = np.where(rows["group"] == rows["reference"], np.nan, p_value)
    rows = rows.assign(p_value=p_value)
    return rows.assign(p_adjusted=_adjust(rows, "place"))[columns].reset_index(drop=True)


def _adjust(rows: pd.DataFrame, *family: str) -> pd.Series:
    """Return p-values adjusted within families by Holm's procedure."""
    return rows.groupby(list(family))["p_value"].transform(lambda p: adjust_p_values(p.to_numpy()))


def complete_contrasts(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Join all contrasts; p-values are adjusted over all rows of one quantity and place (or of several)."""
    columns = ["quantity", "place", *KEY, *_NUMBERS]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = dict.fromkeys(("estimate", "conf_low", "conf_high", "p_value"), float)
    frame = frame.astype({**numbers, "n": int, "n_group": int})
    return frame.assign(p_adjusted=_adjust(frame, "quantity", "place") if len(frame) else frame["p_value"])
