"""The table of corruptions: what each is called, what it reads and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from evalkit.lab.corruption import loss, rating, records
from evalkit.lab.corruption.rows import Rows, Spoiled
from evalkit.vocabulary import METHODS, SOURCES

Need = Literal["scale", "raters", "periods", "units"]
Mechanism = Callable[[Rows, float, np.random.Generator], Spoiled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of corruption.

    Attributes
    ----------
    spoil
        What it does; its documentation says how much at dose 1, and what is assumed.
    reads
        Sources that it reads, with the indicators of each; none stands for all. Nothing else changes.
    needs
        What a row must have to be read: a scale with two ends, a named rater (or employee, of oneself), a
        period (and there must be two), a named unit.
    named_by
        Places whose text complains of it; none where a text only makes it possible.
    """

    spoil: Mechanism
    reads: Mapping[str, tuple[str, ...]]
    needs: tuple[Need, ...] = ()
    named_by: tuple[str, ...] = ()


def _all_of(*sources: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(dict.fromkeys(sources, ()))


_EMPLOYEES: Final = ("self", "peer", "subordinate")
_PERSONS: Final = ("supervisor", *_EMPLOYEES, "citizen")
_RECORDS: Final = ("system", "agency_report")

#: Every kind, in the order in which they are applied: people rate, records are kept, evidence is lost.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    "collusion": Kind(
        spoil=rating.collude, reads=_all_of("peer"), needs=("scale", "raters"),
    ),
    "inflated_self_rating": Kind(
        spoil=rating.inflate, reads=_all_of("self"), needs=("scale", "raters"), named_by=METHODS,
    ),
    "leniency_drift": Kind(
        spoil=rating.drift, reads=_all_of("supervisor", "peer", "subordinate"),
        needs=("scale", "raters", "periods"),
    ),
    "straight_lining": Kind(
        spoil=rating.straight_line, reads=_all_of(*_PERSONS), needs=("scale", "raters"),
    ),
    "random_answers": Kind(
        spoil=rating.answer_at_random, reads=_all_of(*_PERSONS), needs=("scale", "raters"),
    ),
    "kpi_gaming": Kind(
        spoil=records.game, reads=_all_of("system"),
    ),
    "inaccurate_records": Kind(
        spoil=records.mix_up, reads=_all_of(*_RECORDS), named_by=("semarang", "bengkulu"),
    ),
    "stale_records": Kind(
        spoil=records.leave_stale, reads=_all_of(*_RECORDS), needs=("periods",), named_by=("bengkulu",),
    ),
    "refusal": Kind(
        spoil=loss.refuse, needs=("raters",), named_by=METHODS,
        reads=MappingProxyType({**_all_of(*_EMPLOYEES), "system": ("monitoring_entries",)}),
    ),
    "missing_by_value": Kind(
        spoil=loss.lose_by_value, reads=_all_of(*SOURCES), named_by=("semarang",),
    ),
    "missing_by_unit": Kind(
        spoil=loss.lose_by_unit, reads=_all_of(*SOURCES), needs=("units",), named_by=("semarang",),
    ),
    "missing_at_random": Kind(
        spoil=loss.lose_at_random, reads=_all_of(*SOURCES), named_by=("semarang",),
    ),
})  # fmt: skip
