"""One instrument compared between groups: item by item at an equal rest, and as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.stats import compare_invariance, estimate_mantel_haenszel, estimate_ordinal_dif

#: Fewer items leave no rest that people could be alike in.
FEWEST_ITEMS: Final = 3
#: A scale of more values is no item of a few categories.
_MOST_CATEGORIES: Final = 10
#: A fall of the CFI by more is read as a demand that does not hold.
CFI_FALL: Final = 0.01
#: A one-factor model of a lower CFI describes the ratings poorly, whatever is demanded of it.
POOR_FIT: Final = 0.90
POOR: Final = (
    f"one factor describes these ratings poorly (CFI under {POOR_FIT:.2f}): equal parts of it say little"
)
STEPS: Final = ("configural", "metric", "scalar")


def find_instruments(evidence: Evidence, without: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each source that rates every person once an item: a row per person, a column per item."""
    rows = evidence.observations
    rows = rows[
        (rows["status"] == "recorded") & (rows["employee"] != "") & ~rows["indicator"].isin(list(without))
    ]
    rows = rows[rows["indicator"].isin(_items(evidence))]
    for source, of_source in rows.groupby("source", sort=True, observed=True):
        last = of_source[of_source["period"].astype(str) == of_source["period"].astype(str).max()]
        if last.duplicated(["employee", "indicator"]).any():
            continue
        table = last.pivot_table(index="employee", columns="indicator", values="value").dropna()
        if table.shape[1] >= FEWEST_ITEMS and len(table):
            yield str(source), table


def _items(evidence: Evidence) -> set[str]:
    """Return the indicators that are rated on a few whole values."""
    scales = evidence.indicators
    few = (scales["high"] - scales["low"]).between(1, _MOST_CATEGORIES - 1)
    return set(scales.loc[few & (scales["unit"] == "rating"), "indicator"])


def compare_item(
    ratings: pd.DataFrame, item: str, focal: pd.Series[bool], conf_level: float
) -> dict[str, object]:
    """Compare one item between two groups at an equal mean of the others, by both procedures."""
    values, rest = ratings[item].to_numpy(), ratings.drop(columns=item)
    group = focal.to_numpy()
    reached = values >= _cut(values)
    mantel = estimate_mantel_haenszel(reached, group, rest.sum(axis=1).to_numpy(), conf_level=conf_level)
    ordinal = estimate_ordinal_dif(values, group, rest.mean(axis=1).to_numpy(), conf_level=conf_level)
    return {
        "estimate": mantel.estimate,
        "conf_low": mantel.conf_low,
        "conf_high": mantel.conf_high,
        "odds_ratio": mantel.odds_ratio,
        "p_value": mantel.p_value,
        "mantel_size": mantel.size,
        "log_odds": ordinal.estimate,
        "log_odds_low": ordinal.conf_low,
        "log_odds_high": ordinal.conf_high,
        "p_uniform": ordinal.p_uniform,
        "p_nonuniform": ordinal.p_nonuniform,
        "p_ordinal": ordinal.p_value,
        "r2_change": ordinal.r2_uniform + ordinal.r2_nonuniform,
        "ordinal_size": ordinal.size,
        "n": ordinal.n,
        "n_group": int(group.sum()),
        "caveat": "",
    }


def _cut(values: np.ndarray) -> float:
    """Return the value that closest to half of the ratings reach, and not all of them do."""
    candidates = np.unique(values)[1:]
    if not len(candidates):
        raise DesignError("Everybody has the same rating on this item, so groups cannot differ in it.")
    shares = np.array([(values >= cut).mean() for cut in candidates])
    return float(candidates[np.argmin(np.abs(shares - 0.5))])


def compare_whole(
    ratings: pd.DataFrame, groups: pd.Series, about: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return the three steps of invariance of one factor."""
    found = compare_invariance(ratings.to_numpy(), ["all"] * ratings.shape[1], groups.to_numpy())
    changes, p_values = [np.nan, *found.cfi_change.tolist()], [np.nan, *found.p_value.tolist()]
    poor = found.models[0].fit.cfi < POOR_FIT
    held = [not poor, *(found.cfi_change >= -CFI_FALL).tolist()]
    return [
        {
            **about,
            "step": step,
            "cfi": model.fit.cfi,
            "rmsea": model.fit.rmsea,
            "cfi_change": change,
            "p_value": p_value,
            "holds": bool(np.all(held[: i + 1])),
            "n": len(ratings),
            "caveat": "; ".join(filter(None, (POOR if poor else "", found.caveat))),
        }
        for i, (step, model, change, p_value) in enumerate(
            zip(STEPS, found.models, changes, p_values, strict=True)
        )
    ]
