"""What is lost on the way from true performance to a score, in sentences."""

from __future__ import annotations

import pandas as pd

from evalkit.lab import BASELINES, STEPS
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.published import Findings
from evalkit.vocabulary import METHODS, Language


def say_losses(losses: pd.DataFrame, lang: Language | None = None) -> Findings:
    """Say how well methods recover their own target from perfect evidence, and from the laboratory's."""
    tr = translator(lang)
    if losses.empty:
        return Findings((tr("What is lost between performance and a score is not known of real evidence."),))
    at = {step: part.sort_values("estimate", kind="stable") for step, part in losses.groupby("step")}
    ends = {"low": at["raters_and_records"].iloc[0], "high": at["raters_and_records"].iloc[-1]}
    told = {name: tr.number(row["estimate"]) for name, row in ends.items()}
    names = {f"{name}_method": tr.label(str(row["method"])) for name, row in ends.items()}
    return Findings(
        (
            tr(
                "From perfect evidence every score puts people in the order of what it is meant to measure (Kendall's τ at "
                "least {perfect}; 1: the same order). From evidence like this it is {low} ({low_method}) to {high} ({high_method}); Monte "
                "Carlo errors are at most {error}.",
                perfect=tr.number(at["nothing_lost"]["estimate"].min()),
                error=tr.number(losses["mc_error"].max(), digits=3),
                **told,
                **names,
            ),
        )
    )


def tabulate_losses(losses: pd.DataFrame, lang: Language | None = None) -> pd.DataFrame:
    """Return one row a step, and one column for each method and baseline."""
    wide = losses.pivot_table(index="step", columns="method", values="estimate", sort=False)
    order = [step for step in STEPS if step in wide.index]
    wide = wide.reindex(index=order, columns=[*METHODS, *BASELINES]).rename_axis(columns=None).reset_index()
    return wide.assign(step=[cell_label(step, lang) for step in wide["step"]])
