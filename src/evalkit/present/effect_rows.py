"""Effects of what was given, as rows of tables: the main ones, what they rest on, and a real programme."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.compare import InterventionEffects, ProgrammeBenchmark
from evalkit.present.labels import cell_label
from evalkit.present.language import Translator, mark, translator
from evalkit.vocabulary import Language

_ENDS: Final = ["estimate", "conf_low", "conf_high"]

#: Whom something was given to, by the rule of a score, or by the way of choosing.
TO_WHOM: Final = {
    "lowest": mark("to those rated lowest"),
    "highest": mark("to those rated highest"),
    "improved": mark("to those whose rating rose most"),
    "fell": mark("to those whose rating fell most"),
    "score": mark("by a score"),
    "lot": mark("by lottery"),
    "volunteer": mark("to volunteers"),
}
_EVERYWHERE: Final = mark("places together")


def name_given(tr: Translator, kind: str, by: str, rule: str) -> str:
    """Name what was given to whom, such as "training, to those rated lowest"."""
    return f"{tr.label(kind)}, {tr(TO_WHOM[rule or by])}"


def name_where(tr: Translator, place: str) -> str:
    """Name a place, or that it is all places of one rule."""
    return tr.label(place) if place else tr(_EVERYWHERE)


def _given(frame: pd.DataFrame, lang: Language | None) -> pd.DataFrame:
    """Return the rows with whom and where in words."""
    tr = translator(lang)
    rules = frame["rule"] if "rule" in frame else pd.Series("", index=frame.index)
    given = [name_given(tr, *row) for row in zip(frame["kind"], frame["assigned_by"], rules, strict=True)]
    return frame.assign(given=given, where=[name_where(tr, place) for place in frame["place"]])


def tabulate_effects(found: InterventionEffects, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the effects by every design and outcome, each with the known one where it is known."""
    columns = ["given", "where", "outcome", "design", *_ENDS, "known_effect", "n_given", "n", "caveat"]
    return _given(found.effects, lang)[columns]


def tabulate_main_effects(found: InterventionEffects, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the effects on the supervisor's rating by the design that is to be read."""
    rows = found.main[found.main["outcome"] == "supervisor"]
    columns = ["given", "where", "design", *_ENDS, "known_effect", "n_given", "n", "caveat"]
    return _given(rows, lang)[columns]


def tabulate_changes_of_chosen(found: InterventionEffects, *, lang: Language | None = None) -> pd.DataFrame:
    """Return how those chosen by a score changed, beside what chance alone makes of such a choice."""
    rows = found.benchmarks
    beyond = rows["observed_change"] - rows["expected_change"]
    columns = [
        "given",
        "where",
        "observed_change",
        "expected_change",
        "beyond",
        "change_of_others",
        "n_given",
        "n",
    ]
    return _given(rows.assign(beyond=beyond), lang)[columns]


def tabulate_foundations(found: InterventionEffects, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what designs rest on: whether scores were moved, whether volunteers were on the way up."""
    rows = found.tests[found.tests["outcome"].isin(["", "supervisor"])]
    columns = ["given", "where", "quantity", "estimate", "p_value", "n"]
    return _given(rows, lang)[columns]


def tabulate_spread(found: InterventionEffects, *, lang: Language | None = None) -> pd.DataFrame:
    """Return how far effects vary over leaders."""
    tr = translator(lang)
    rows = found.spread.assign(
        given=[tr.label(kind) for kind in found.spread["kind"]],
        where=[name_where(tr, place) for place in found.spread["place"]],
    )
    return rows[["given", "where", "outcome", *_ENDS, "mean", "n", "n_given", "caveat"]]


def tabulate_refused_effects(found: InterventionEffects, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what cannot be estimated, with the reason."""
    rows = found.refused[found.refused["kind"] != ""]
    return _given(rows, lang)[["given", "where", "reason"]]


def tabulate_programme(found: ProgrammeBenchmark, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what the programme seems to have gained by each comparison."""
    rows = found.estimates
    named = [cell_label(name, lang) for name in rows["sample"]]
    columns = ["sample", "adjusted", *_ENDS, "furthest", "overlap", "n_given", "n_others", "caveat"]
    return rows.assign(sample=named)[columns]


def tabulate_balance(found: ProgrammeBenchmark, *, lang: Language | None = None) -> pd.DataFrame:
    """Return how far the groups were apart beforehand, a row each covariate, a column each comparison."""
    wide = found.balance.pivot_table(index="covariate", columns="sample", values="estimate", sort=False)
    return wide.reset_index().rename_axis(columns=None).reindex(columns=["covariate", "nsw", "psid1"])
