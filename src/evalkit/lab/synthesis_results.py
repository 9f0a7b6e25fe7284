"""The numbers of a synthesis as rows of ``results.csv``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from evalkit.lab.criterion_draws import NO_DIAGNOSIS

if TYPE_CHECKING:
    from evalkit.lab.purpose_ranks import PurposeRanks
    from evalkit.lab.synthesis import Synthesis

Row = dict[str, Any]

RANGE: Final = "ends: middle 95 % of draws over scenarios and errors"
_COLUMNS: Final = [
    *["quantity", "method_a", "method_b", "group", "item"],
    *["estimate", "conf_low", "conf_high", "n", "caveat"],
]


def list_results(found: Synthesis) -> pd.DataFrame:
    """Return every number of a synthesis, and what was refused with its reason."""
    rows = [*_criteria(found), *_fitness(found), *_mistakes(found), *_front(found)]
    for name, one in found.ranks.items():
        rows += [{**row, "group": name, "n": found.n_draws} for row in _ranks(one)]
    rows += [
        {
            "quantity": "first_rank_share",
            "group": row["purpose"],
            "method_a": row["method"],
            "caveat": row["reason"],
        }
        for row in found.refused.to_dict("records")
    ]
    return pd.DataFrame(rows).reindex(columns=_COLUMNS)


def _criteria(found: Synthesis) -> Iterator[Row]:
    for row in found.criteria.to_dict("records"):
        about = {
            "method_a": row["method"],
            "item": row["criterion"],
            "group": found.target,
            "n": row["n_replicates"],
        }
        known = not row["caveat"]
        yield {
            **about,
            "quantity": "criterion",
            **{name: row[name] for name in ("estimate", "conf_low", "conf_high")},
            "caveat": RANGE if known else row["caveat"],
        }
        if known:
            yield {
                **about,
                "quantity": "criterion_value",
                "estimate": row["value"],
                "caveat": "0 worst anchor, 1 best",
            }


def _fitness(found: Synthesis) -> Iterator[Row]:
    for row in found.fitness.to_dict("records"):
        yield {
            "quantity": "fitness",
            "method_a": row["method"],
            "group": row["purpose"],
            "item": row["verdict"],
            **{name: row[name] for name in ("estimate", "conf_low", "conf_high", "n", "caveat")},
        }


def _mistakes(found: Synthesis) -> Iterator[Row]:
    if found.mistakes.empty:
        yield {"quantity": "wrongly_selected_share", "caveat": NO_DIAGNOSIS}
    for row in found.mistakes.to_dict("records"):
        yield {
            "quantity": "wrongly_selected_share",
            "method_a": row["method"],
            "group": found.target,
            "item": row["decision"],
            **{name: row[name] for name in ("estimate", "conf_low", "conf_high")},
            "n": row["n_replicates"],
            "caveat": RANGE,
        }


def _front(found: Synthesis) -> Iterator[Row]:
    if found.front.empty:
        yield {"quantity": "front_share", "caveat": NO_DIAGNOSIS}
    for row in found.front.to_dict("records"):
        yield {
            "quantity": "front_share",
            "method_a": row["method"],
            "group": found.target,
            "estimate": row["front_share"],
            "n": found.n_draws,
            "caveat": _error(row["front_share"], found.n_draws),
        }


def _ranks(one: PurposeRanks) -> Iterator[Row]:
    """Yield rank acceptability, central weights, confidence, pairs, and what changes them."""
    n = one.found.n_draws
    for i, method in enumerate(one.methods):
        shares = one.found.ranks[i]
        leads = "leads; " if method in one.leaders else ""
        yield {
            "quantity": "first_rank_share",
            "method_a": method,
            "estimate": shares[0],
            "conf_low": one.ends[method][0],
            "conf_high": one.ends[method][1],
            "caveat": f"{leads}{_error(shares[0], n)}; ends: least and most over kinds of scenario",
        }
        for rank, share in enumerate(shares, start=1):
            yield {"quantity": "rank_share", "method_a": method, "item": f"rank={rank}", "estimate": share}
        if np.isfinite(one.found.confidence[i]):
            yield {"quantity": "confidence_factor", "method_a": method, "estimate": one.found.confidence[i]}
            for name, weight in zip(one.purpose.criteria, one.found.central[i], strict=True):
                yield {"quantity": "central_weight", "method_a": method, "item": name, "estimate": weight}
        for j, other in enumerate(one.methods):
            if i < j:
                share = one.found.winning[i, j]
                yield {"quantity": "winning_share", "method_a": method, "method_b": other, "estimate": share}
    yield from _changes(one)


def _changes(one: PurposeRanks) -> Iterator[Row]:
    for row in one.against:
        yield {
            "quantity": "winning_share",
            "method_a": row["method"],
            "method_b": row["baseline"],
            "estimate": row["share"],
        }
    for row in one.without:
        yield {
            "quantity": "first_rank_share_without",
            "method_a": one.leaders[0],
            "item": row["criterion"],
            "estimate": row["share"],
            "caveat": "leads: " + ", ".join(row["leaders"]),
        }
    for row in one.scenarios:
        yield {
            "quantity": "first_rank_share_in_scenario",
            "method_a": row["method"],
            "item": row["scenario"],
            "estimate": row["share"],
            "caveat": f"{_error(row['share'], row['n'])}; {row['n']} draws",
        }


def _error(share: float, n: int) -> str:
    return f"Monte Carlo error {np.sqrt(share * (1 - share) / n):.4f}"
