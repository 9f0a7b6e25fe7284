"""Which observations a corruption reads; a refusal where it reads none."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.lab.corruption.kinds import KINDS, Kind, Need
from evalkit.lab.corruption.rows import Rows, code_column
from evalkit.lab.corruption.scales import Flags, look_up_scales

_NEEDED: Final[dict[Need, str]] = {
    "scale": "an indicator whose scale has two ends",
    "raters": "a named rater",
    "periods": "a named period, and two periods or more",
    "units": "a named unit",
}
_OWN: Final = ("self", "system")  # what employees say or enter of themselves


def read_rows(evidence: Evidence, name: str) -> Rows:
    """Return the observations that a kind of corruption reads, whatever their status.

    Raises
    ------
    DesignError
        If there is none, with what is missing.
    """
    kind, observations = KINDS[name], evidence.observations
    source, sources = code_column(observations["source"])
    indicator, indicators = code_column(observations["indicator"])
    positions = np.flatnonzero(_readable(kind, sources, indicators)[source, indicator])
    _require(len(positions) > 0, evidence, name)
    coded = {"source": (source[positions], sources), "indicator": (indicator[positions], indicators)}
    scale = look_up_scales(evidence.indicators, indicators).take(indicator[positions])
    rows = Rows(observations=observations, positions=positions, scale=scale, coded=coded)
    for need in kind.needs:
        rows = rows.keep(_has(rows, need))
        _require(len(rows.positions) > 0, evidence, name, need)
    return rows


def _readable(kind: Kind, sources: pd.Index[str], indicators: pd.Index[str]) -> Flags:
    """Tell for each pair of a source and an indicator whether the kind reads it."""
    pairs = np.zeros((len(sources), len(indicators)), dtype=bool)
    for i, source in enumerate(sources):
        if source in kind.reads:
            names = kind.reads[source]
            pairs[i] = indicators.isin(names) if names else True
    return pairs


def _has(rows: Rows, need: Need) -> Flags:
    """Tell which rows have what is needed."""
    if need == "scale":
        return rows.scale.closed
    if need == "units":
        return ~rows.is_one_of("unit", "")
    if need == "periods":
        named = ~rows.is_one_of("period", "")
        return named & (len(np.unique(rows.codes("period")[named])) > 1)
    named = ~rows.is_one_of("rater", "")
    if named.all():
        return named
    return named | (rows.is_one_of("source", *_OWN) & ~rows.is_one_of("employee", ""))


def _require(found: bool, evidence: Evidence, name: str, need: Need | None = None) -> None:
    """Refuse a corruption that the evidence leaves nothing to do."""
    if found:
        return
    reads = ", ".join(
        f"{source} ({', '.join(names)})" if names else source for source, names in KINDS[name].reads.items()
    )
    if need:
        lack = f"needs {_NEEDED[need]}, which no observation from {reads} has"
    else:
        known = ", ".join(sorted(evidence.observations["source"].unique())) or "none"
        lack = f"spoils evidence from {reads}; the sources of this evidence are: {known}"
    raise DesignError(f"{name} {lack}. Leave it out, or set its dose to 0.")
