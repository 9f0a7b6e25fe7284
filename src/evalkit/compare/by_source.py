"""What many reliability coefficients have in common: lowest, middle and highest of each source."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.reliability import Reliability

#: So many indicators and places are told one by one; more are told by source.
MOST_APART: Final = 12
_KINDS: Final = {"icc_one_way": "at_hand", "icc_agreement": "at_hand", "cronbach_alpha": "parts"}


def is_told_by_source(reliability: Reliability) -> bool:
    """Tell whether there are too many indicators and places to be told one by one."""
    found = mark_kinds(reliability)
    return int((found["kind"] == "one").sum()) > MOST_APART


def mark_kinds(reliability: Reliability) -> pd.DataFrame:
    """Return the coefficients of agreement (one way where raters are not shared) and alpha, with their kind.

    The kind is ``one`` (of one rating), ``at_hand`` (of the mean of those that people have) or ``parts``.
    """
    frame = reliability.coefficients
    kept = frame[frame["quantity"].isin(list(_KINDS))]
    kinds = kept["quantity"].map(_KINDS)
    return kept.assign(kind=kinds.mask((kinds == "at_hand") & (kept["n_averaged"] == 1), "one"))


def summarise_by_source(reliability: Reliability) -> pd.DataFrame:
    """Return the spread of the coefficients over indicators and places, a row per source, facet and kind.

    Columns source, facet, kind (see `mark_kinds`), n (coefficients), lowest, middle (their median), highest,
    and n_enough: those whose whole interval reaches the target.

    Parameters
    ----------
    reliability
        Result of :func:`measure_reliability`.
    """
    found = mark_kinds(reliability)
    found = found.assign(enough=found["conf_low"] >= reliability.target)
    groups = found.groupby(["source", "facet", "kind"], sort=True)
    return groups.agg(
        n=("estimate", "size"),
        lowest=("estimate", "min"),
        middle=("estimate", "median"),
        highest=("estimate", "max"),
        n_enough=("enough", "sum"),
    ).reset_index()


def average_components(reliability: Reliability) -> pd.DataFrame:
    """Return the mean shares of the components by source and facet, a column per component, and their n.

    A component that the design of some indicators does not have counts as zero there, so that the means of
    the shares add up to 1.
    """
    keys = ["source", "facet", "place", "indicator"]
    wide = reliability.components.pivot_table(
        index=keys, columns="component", values="estimate", fill_value=0.0, sort=False
    )
    groups = wide.groupby(["source", "facet"], sort=True)
    return groups.mean().assign(n=groups.size())


def middle_curves(reliability: Reliability) -> pd.DataFrame:
    """Return the median Φ of the mean of n ratings by source and facet: columns as in the curves, and n."""
    groups = reliability.curves.groupby(["source", "facet", "n_ratings"], sort=True)["estimate"]
    found = groups.agg(estimate="median", n="size").reset_index()
    return found.assign(conf_low=np.nan, conf_high=np.nan)
