"""What each method reads: the weight of every indicator and source in its score."""

from __future__ import annotations

import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores

_COLUMNS = ["method", "component", "indicator", "source", "weight"]


def read_weights(scores: MethodScores, evidence: Evidence) -> pd.DataFrame:
    """Return the weight of each recorded indicator and source in the score of each method that scored anyone.

    Weights are those that count: the weight of what was not recorded goes to the rest of its component, and
    that of a component without evidence to the other components. The weights of a method sum to one.

    Returns
    -------
    One row per method, component, indicator and source, with its weight.
    """
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    pairs = recorded[["indicator", "source"]].drop_duplicates()
    scored = scores.scores.loc[scores.scores["status"] == "scored", "method"]
    nominal = scores.evidence_weights()
    nominal = nominal[nominal["method"].isin(scored)].groupby(_COLUMNS[:4])["weight"].sum().reset_index()
    part = ["method", "component"]
    read = nominal.merge(pairs, on=["indicator", "source"])
    whole = read.merge(
        nominal.groupby(part, as_index=False)["weight"].sum(), on=part, suffixes=("", "_whole")
    )
    weight = whole["weight"] / whole.groupby(part)["weight"].transform("sum") * whole["weight_whole"]
    return whole.assign(weight=weight / weight.groupby(whole["method"]).transform("sum"))[_COLUMNS]


def item_points(evidence: Evidence, indicators: list[str], source: str) -> pd.DataFrame:
    """Return what a composite adds up: points of 0 to 100, one row per employee and one column per indicator.

    Points are linear in the indicator's scale; ratings are averaged over raters first.

    Raises
    ------
    DesignError
        If a scale is open, or an employee lacks an indicator.
    """
    rows = evidence.observations
    rows = rows[
        (rows["status"] == "recorded") & (rows["source"] == source) & rows["indicator"].isin(indicators)
    ]
    values = rows.pivot_table(index="employee", columns="indicator", values="value", aggfunc="mean")[
        indicators
    ]
    scale = evidence.indicators.set_index("indicator").loc[indicators]
    if scale[["low", "high"]].isna().to_numpy().any():
        open_ended = scale.index[scale[["low", "high"]].isna().any(axis=1)].tolist()
        raise DesignError(f"Composites need closed scales; {', '.join(open_ended)} are open at one end.")
    n_incomplete = int(values.isna().any(axis=1).sum())
    if n_incomplete:
        raise DesignError(
            f"Composites need every indicator of every employee; {n_incomplete} of {len(values)} lack one. "
            "Leave them out first, and say so."
        )
    points = 100 * (values - scale["low"]) / (scale["high"] - scale["low"])
    lower_is_better = scale["lower_is_better"].to_numpy(dtype=bool)
    return points.where(~lower_is_better[None, :].repeat(len(points), axis=0), 100 - points)
