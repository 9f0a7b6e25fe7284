"""What shows the aims and follow-ups that a text names: components, sources, counts of interventions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.evidence import Evidence
from evalkit.methods import MethodSpecification, Named
from evalkit.stats import estimate_share
from evalkit.vocabulary import INTERVENTION_KINDS, SOURCES

_ENDS: Final = ("estimate", "conf_low", "conf_high")
_SOURCES: Final = ["source", *_ENDS, "n", "caveat"]


def measure_given(evidence: Evidence, sources: Sequence[str], conf_level: float) -> pd.DataFrame:
    """Return the share of what each source was asked for that is recorded, with its exact interval."""
    rows: list[dict[str, Any]] = []
    for source in sources:
        status = evidence.observations.loc[evidence.observations["source"] == source, "status"]
        if len(status):
            share = estimate_share(int((status == "recorded").sum()), len(status), conf_level=conf_level)
            ends = (share.estimate, share.conf_low, share.conf_high)
            rows.append(
                {"source": source, **dict(zip(_ENDS, ends, strict=True)), "n": len(status), "caveat": ""}
            )
    return pd.DataFrame(rows, columns=_SOURCES)


def list_named(
    method: MethodSpecification, components: pd.DataFrame, evidence: Evidence, conf_level: float
) -> Iterator[dict[str, Any]]:
    """Yield what shows each aim and each follow-up of a text."""
    by_name = components.set_index("component")
    for about, entries in (("aim", method.aims), ("follow_up", method.follow_up)):
        for one in entries:
            key = {"about": about, "code": one.code}
            if not one.through:
                yield {**key, "through": "", "caveat": f"not measured: {_note(one)}"}
            for through in one.through:
                yield {**key, "through": through, **_show(through, by_name, evidence, one, conf_level)}


def _note(one: Named) -> str:
    return one.note.en if one.note else "nothing was said to show it"


def _show(
    through: str, components: pd.DataFrame, evidence: Evidence, one: Named, conf_level: float
) -> dict[str, Any]:
    note = one.note.en if one.note else ""
    if through in components.index:
        row = components.loc[through]
        doubts = "; ".join(filter(None, (str(row["caveat"]), note)))
        return {**{end: row[end] for end in _ENDS}, "n": row["n"], "caveat": f"points; {doubts}".rstrip("; ")}
    if through in INTERVENTION_KINDS:
        return _count(through, evidence, note)
    if through in SOURCES:
        found = measure_given(evidence, [through], conf_level)
        if found.empty:
            return {"caveat": f"not measured: the evidence has nothing from the source {through}"}
        ends = {str(name): found[name].iloc[0] for name in (*_ENDS, "n")}
        return {**ends, "caveat": f"share given; {note}".rstrip("; ")}
    return {"caveat": f"not measured: the method has no component {through!r}"}


def _count(kind: str, evidence: Evidence, note: str) -> dict[str, Any]:
    """Return how many people got an intervention; few are not told."""
    everyone = evidence.employees["employee"]
    given = evidence.interventions
    given = given[given["employee"].isin(everyone)]
    people, n = given.loc[given["kind"] == kind, "employee"].nunique(), len(everyone)
    if given.empty:
        return {"n": n, "caveat": "not measured: no intervention is recorded here"}
    if 0 < people < LEAST or 0 < n - people < LEAST:
        return {"n": n, "caveat": f"suppressed: fewer than {LEAST} people"}
    return {"estimate": float(people), "n": n, "caveat": f"people who got it; {note}".rstrip("; ")}
