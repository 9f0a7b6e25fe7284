"""How much of the same evidence two methods read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import pandas as pd

from evalkit.methods.mappings import Mappings, apply_mappings
from evalkit.methods.specification import MethodSpecification

_WHAT = ["level", "indicator", "source", "item"]


def method_overlap(
    specifications: Mapping[str, MethodSpecification] | Iterable[MethodSpecification],
    mappings: Mappings | None = None,
) -> pd.DataFrame:
    """Return, for each pair of methods, how much of their weight rests on the same evidence.

    Methods that read the same evidence agree for that reason alone. The shared weight is the sum, over
    indicator, source, item and level, of the lower of the two weights: from 0 for nothing to 1 for all.

    Returns
    -------
    DataFrame
        method_a, method_b, shared_weight, shared_indicators, shared_raters (sources that rate in both,
        whatever they rate).

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> pairs = method_overlap(load_methods(["semarang", "surakarta"]))
    >>> pairs[["shared_weight", "shared_raters"]].values.tolist()
    [[0.1, 'supervisor, system']]
    """
    given = specifications.values() if isinstance(specifications, Mapping) else specifications
    weights = list_evidence_weights({one.name: apply_mappings(one, mappings) for one in given})
    by_method = {
        name: rows.set_index(_WHAT)["weight"] for name, rows in weights.groupby("method", sort=False)
    }
    rows = []
    for a, b in combinations(by_method, 2):
        lower = pd.concat([by_method[a], by_method[b]], axis=1, join="inner").min(axis=1)
        shared = sorted(set(lower.index.get_level_values("indicator")))
        raters = set(_sources(by_method[a])) & set(_sources(by_method[b]))
        rows.append((a, b, round(float(lower.sum()), 12), ", ".join(shared), ", ".join(sorted(raters))))
    columns = ["method_a", "method_b", "shared_weight", "shared_indicators", "shared_raters"]
    return pd.DataFrame(rows, columns=columns)


def _sources(weights: pd.Series[float]) -> pd.Index[str]:
    return weights.index.get_level_values("source")


def list_evidence_weights(specifications: Mapping[str, MethodSpecification]) -> pd.DataFrame:
    """Return the nominal weight of everything that methods read: component, level, indicator, source, item.

    A component's weight is split over its sources by their weights, and evenly over indicators and items (an
    empty item stands for all). The weights of a method sum to one.
    """
    rows = []
    for method, specification in specifications.items():
        for part in specification.components:
            total = sum(specification.raters[source] for source in part.sources)
            items = part.items or ("",)
            each = part.weight / total / len(part.indicators) / len(items)
            rows += [
                (method, part.name, part.level, indicator, source, item, each * specification.raters[source])
                for indicator in part.indicators
                for source in part.sources
                for item in items
            ]
    return pd.DataFrame(rows, columns=["method", "component", *_WHAT, "weight"])
