"""Tables of the validity report."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import CriterionValidity
from evalkit.lab.recovery import Recovery
from evalkit.lab.truth import DIMENSIONS
from evalkit.present.labels import cell_label
from evalkit.present.language import Translator, translator
from evalkit.present.wording.criteria import name_criterion
from evalkit.vocabulary import Language

_REPLICATED: Final = ("decision_loss", "sensitivity_training", "sensitivity_recognition", "rank_recovery")
_RANKS: Final = ("method", "target", "level", "estimate", "conf_low", "conf_high", "lowest", "highest", "n")


def tabulate_contamination(found: CriterionValidity, *, lang: Language | None = None) -> pd.DataFrame:
    """Return whether each criterion (rows) is independent of each method (columns), in words."""
    tr = translator(lang)
    rows = found.contamination
    if rows.empty:
        return pd.DataFrame(columns=["criterion"])
    told = rows.assign(
        criterion=name_criteria(rows, lang=lang),
        verdict=[_verdict(tr, row) for row in rows.to_dict("records")],
    )
    wide = told.pivot_table(
        index="criterion", columns="method", values="verdict", aggfunc="first", sort=False
    )
    return wide[list(dict.fromkeys(rows["method"]))].reset_index().rename_axis(columns=None)


def _verdict(tr: Translator, row: Mapping[Hashable, Any]) -> str:
    if row["verdict"] == "contained":
        return tr("contains it, {share}", share=tr.share(row["contained_weight"]))
    if row["verdict"] == "own_source":
        return tr("same source, {share}", share=tr.share(row["source_weight"]))
    return tr("yes")


def name_criteria(frame: pd.DataFrame, *, lang: Language | None = None) -> list[str]:
    """Name the criterion of each row, and its source where that is not the same word."""
    tr = translator(lang)
    return [name_criterion(tr, row) for row in frame.to_dict("records")]


def tabulate_associations(
    found: CriterionValidity, *, level: str = "", lang: Language | None = None
) -> pd.DataFrame:
    """Return the correlations with the name of their criterion; of one level alone where it is given."""
    rows = found.associations
    rows = rows[rows["level"] == level] if level else rows
    return rows.assign(criterion=name_criteria(rows, lang=lang)).reset_index(drop=True)


def name_comparisons(frame: pd.DataFrame, *, lang: Language | None = None) -> list[str]:
    """Name the score and the criterion of each row; the source only where an indicator has several."""
    sources = frame.groupby("indicator")["source"].nunique()
    several = frame["indicator"].map(sources) > 1
    criteria = frame["indicator"].map(lambda code: cell_label(str(code), lang))
    full = pd.Series(name_criteria(frame, lang=lang), index=frame.index, dtype=object)
    shown = full.where(several, criteria)
    return [
        f"{cell_label(str(method), lang)} · {text}"
        for method, text in zip(frame["method"], shown, strict=True)
    ]


def tabulate_increments(found: CriterionValidity, *, over: str, lang: Language | None = None) -> pd.DataFrame:
    """Return what methods add to one score, the largest rise of R² first."""
    rows = found.increments[found.increments["over"] == over]
    rows = rows.assign(criterion=name_criteria(rows, lang=lang))
    return rows.sort_values("estimate", ascending=False, kind="stable").reset_index(drop=True)


def tabulate_rank_recovery(recovery: Recovery | None) -> pd.DataFrame:
    """Return the recovery of ranks by method and target; no rows where no truth is known."""
    if recovery is None:
        return pd.DataFrame(columns=list(_RANKS))
    found = recovery.figures
    return found[found["quantity"] == "rank_recovery"][list(_RANKS)].reset_index(drop=True)


def tabulate_truth(recovery: Recovery | None, *quantities: str, target: str = "common") -> pd.DataFrame:
    """Return some figures of all methods by one target; no rows where no truth is known."""
    columns = ["quantity", "method", "estimate", "conf_low", "conf_high", "n", "caveat"]
    if recovery is None:
        return pd.DataFrame(columns=columns)
    found = recovery.figures
    chosen = found[(found["target"] == target) & found["quantity"].isin(quantities)]
    order = chosen["quantity"].map(quantities.index)
    return chosen.assign(order=order).sort_values("order", kind="stable")[columns].reset_index(drop=True)


def tabulate_roc(recovery: Recovery | None) -> pd.DataFrame:
    """Return the points of the ROC curves by the common target; no rows where no truth is known."""
    columns = ["decision", "method", "share", "false_alarms", "sensitivity"]
    if recovery is None:
        return pd.DataFrame(columns=columns)
    return recovery.roc[columns].reset_index(drop=True)


def tabulate_replicates(replicates: pd.DataFrame) -> pd.DataFrame:
    """Return decisions and order over many data sets by the common target; every other figure is left out."""
    chosen = replicates[replicates["quantity"].isin(_REPLICATED) & (replicates["target"] == "common")]
    order = chosen["quantity"].map(_REPLICATED.index)
    return chosen.assign(order=order).sort_values("order", kind="stable").reset_index(drop=True)


def tabulate_targets(recovery: Recovery | None) -> pd.DataFrame:
    """Return the weights of each target; no rows where no truth is known."""
    if recovery is None:
        return pd.DataFrame(columns=["method", "level", *DIMENSIONS, "unit_share"])
    targets = recovery.targets
    return targets.assign(method=targets["method"].where(targets["target"] == "own", targets["target"]))
