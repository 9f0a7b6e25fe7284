"""Predikats of PermenPANRB 6/2022, recomputed from the two ratings beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from evalkit.intake.audit.findings import Defect, Difference, explain
from evalkit.intake.audit.scores import audit_scores
from evalkit.intake.layouts import Reading
from evalkit.rules import rate_matrix
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

_SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "work_result": EXPECTATIONS,
    "behaviour": EXPECTATIONS,
    "predikat": PREDIKATS,
}
_REVERSED: Final = "codes_reversed"
_UNREACHABLE: Final = "kurang_unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One of the three ratings: by row the word, and the code read with low and with high as good."""

    field: str
    words: list[str]
    low: list[str]
    high: list[str]

    @property
    def from_codes(self) -> bool:
        """Whether only codes say what it is."""
        return not any(self.words)

    def ratings(self, *, reverse: bool) -> list[str]:
        """Return the rating of each row: the word where there is one."""
        codes = self.high if reverse else self.low
        return [word or code for word, code in zip(self.words, codes, strict=True)]


def audit_predikats(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Recompute predikats, and the scores of the older rule, of an export of SIASN."""
    parts = {field: _read_part(reading, field) for field in _SCALES}
    scores = audit_scores(reading)
    if not all(any(part.words) or any(part.low) for part in parts.values()):
        return scores
    predikats = _audit_matrix(reading, parts)
    return predikats[0] + scores[0], predikats[1] + scores[1], predikats[2] + scores[2]


def _read_part(reading: Reading, field: str) -> _Part:
    n, scale = len(reading.table), _SCALES[field]
    words = list(reading.table[field]) if reading.has(field) else [""] * n
    codes = list(reading.table[f"{field}_code"]) if reading.has(f"{field}_code") else [math.nan] * n
    low = ["" if math.isnan(code) else scale[len(scale) - int(code)] for code in codes]
    high = ["" if math.isnan(code) else scale[int(code) - 1] for code in codes]
    return _Part(field=field, words=words, low=low, high=high)


def _audit_matrix(reading: Reading, parts: Mapping[str, _Part]) -> tuple[int, list[Difference], list[Defect]]:
    reversed_fields, direction = _find_direction(reading, parts)
    turned = {field for field in reversed_fields if parts[field].from_codes}
    rows = list(_rows(parts, turned))
    n_codes, differences = _contradictions(reading, parts, set(reversed_fields))
    wrong = [(at, given, right) for at, given, right in rows if given != right]
    gives_kurang = any(given == "kurang" for _, given, _ in rows)
    due = [at for at, _, right in rows if right == "kurang"]
    for at, given, right in wrong:
        why = (_UNREACHABLE,) if right == "kurang" and not gives_kurang else ()
        differences.append(
            Difference(
                cell=_cell(reading, at, "predikat"),
                quantity="predikat",
                recorded=given,
                recomputed=right,
                why=why,
                band_changes=True,
            )
        )
    if due and not gives_kurang:
        unreachable = explain(_UNREACHABLE, differences)
    else:
        unreachable = Defect(code=_UNREACHABLE, verdict="not_found" if due else "unknown")
    return len(rows) + n_codes, differences, [*direction, unreachable]


def _rows(parts: Mapping[str, _Part], turned: set[str]) -> Iterator[tuple[int, str, str]]:
    """Yield position, recorded and recomputed predikat of the rows that have all three ratings."""
    columns = [parts[field].ratings(reverse=field in turned) for field in _SCALES]
    for at, (result, behaviour, predikat) in enumerate(zip(*columns, strict=True)):
        if result and behaviour and predikat:
            yield at, predikat, rate_matrix(result, behaviour)


def _find_direction(reading: Reading, parts: Mapping[str, _Part]) -> tuple[tuple[str, ...], list[Defect]]:
    """Say which codes are the wrong way round, by the words beside them or by the matrix."""
    coded = [field for field, part in parts.items() if any(part.low)]
    if not coded:
        return (), []
    beside = tuple(field for field in coded if _reversed_beside_words(parts[field]))
    alone = [field for field in coded if parts[field].from_codes]
    n_wrong = {turned: _count_wrong(parts, set(turned)) for turned in _subsets(alone)}
    if not beside and n_wrong[()] and (fit := [turned for turned, n in n_wrong.items() if not n]):
        beside = min(fit, key=len)
    if beside:
        cells = tuple(
            reading.name_place(reading.header.first - 1, reading.header.columns[f"{field}_code"])
            for field in beside
        )
        return beside, [Defect(code=_REVERSED, verdict="found", cells=cells, n_bands=n_wrong[()])]
    settled = all(_settled(parts[field]) for field in coded if field not in alone)
    told = settled and sum(not n for n in n_wrong.values()) <= 1
    return (), [Defect(code=_REVERSED, verdict="not_found" if told else "unknown")]


def _subsets(fields: list[str]) -> Iterator[tuple[str, ...]]:
    for chosen in product((False, True), repeat=len(fields)):
        yield tuple(field for field, is_chosen in zip(fields, chosen, strict=True) if is_chosen)


def _count_wrong(parts: Mapping[str, _Part], turned: set[str]) -> int:
    return sum(given != right for _, given, right in _rows(parts, turned))


def _told(part: _Part) -> list[tuple[str, str, str]]:
    """Return word and both readings of the code, of the rows where the two readings differ."""
    rows = zip(part.words, part.low, part.high, strict=True)
    return [(word, low, high) for word, low, high in rows if word and low != high]


def _reversed_beside_words(part: _Part) -> bool:
    """Tell whether every code that can tell contradicts its word, and agrees with it the other way round."""
    told = _told(part)
    return bool(told) and all(word == high for word, _, high in told)


def _settled(part: _Part) -> bool:
    return bool(_told(part))


def _contradictions(
    reading: Reading, parts: Mapping[str, _Part], reversed_fields: set[str]
) -> tuple[int, list[Difference]]:
    """Count the codes beside a word, and return those that contradict it in a column that is not reversed."""
    found, n = [], 0
    for field in (field for field in parts if field not in reversed_fields):
        for at, (word, low) in enumerate(zip(parts[field].words, parts[field].low, strict=True)):
            n += bool(word and low)
            if word and low and word != low:
                cell = reading.name_cell(at, f"{field}_code")
                found.append(Difference(cell=cell, quantity=f"{field}_code", recorded=low, recomputed=word))
    return n, found


def _cell(reading: Reading, at: int, field: str) -> str:
    return reading.name_cell(at, field if reading.has(field) else f"{field}_code")
