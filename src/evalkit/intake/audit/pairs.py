"""A recap beside the sheets of its respondents: its means, recomputed from the answers of each agency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from evalkit.intake.audit.audit import audit_reading
from evalkit.intake.audit.findings import DEFECTS, Audit, Defect, Difference, explain
from evalkit.intake.audit.precision import agrees, common_decimals, half_unit
from evalkit.intake.layouts import Reading
from evalkit.intake.layouts.words import plain
from evalkit.rules import ELEMENTS, compute_ikm

CONTRADICTS: Final = "recap_contradicts"
EXCHANGED: Final = "elements_exchanged"
#: A shorter name of a sheet may be the beginning of many names of agencies.
_FEWEST_LETTERS: Final = 5
#: Names of sheets have 31 letters at most: a longer name of an agency is cut.
_LONGEST_NAME: Final = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A row of a recap, and the means and IKM that the answers of its respondents give."""

    at: int
    survey: Reading
    means: dict[str, float]
    ikm: float


def audit_readings(readings: Sequence[Reading]) -> tuple[Audit, ...]:
    """Audit the tables of one file, each by itself, and recaps against the sheets of their respondents.

    A sheet belongs to a row of a recap where its name, or a title above its headings, names the agency. Where
    means of the recap are those of the answers only with U8 and U9 exchanged, that is what is reported.
    """
    audits = [audit_reading(reading) for reading in readings]
    surveys = [each for each in audits if each.ikm is not None]
    exchanged: set[int] = set()
    for number, audit in enumerate(audits):
        if audit.reading.layout == "skm-recap" and surveys:
            pairs = list(_find_pairs(audit.reading, [each.reading for each in surveys]))
            audits[number], found = _hold_against(audit, pairs)
            exchanged |= {id(reading) for reading in found}
    return tuple(_mark_exchanged(each) if id(each.reading) in exchanged else each for each in audits)


def _find_pairs(recap: Reading, surveys: Sequence[Reading]) -> Iterator[_Pair]:
    units = list(recap.table["unit"])
    for survey in surveys:
        names = [plain(survey.sheet.name), *_titles(survey)]
        rows = [at for at, unit in enumerate(units) if unit and any(_names(name, unit) for name in names)]
        longest = max((len(units[at]) for at in rows), default=0)
        meant = [at for at in rows if len(units[at]) == longest]
        if len(meant) == 1:
            answers = survey.table[list(ELEMENTS)]
            means = {name: float(answers[name].mean()) for name in ELEMENTS}
            yield _Pair(at=meant[0], survey=survey, means=means, ikm=float(compute_ikm(answers).value))


def _titles(survey: Reading) -> Iterator[str]:
    rows = range(max(0, survey.header.top - 6), survey.header.top)
    yield from (plain(text) for row in rows for text in set(survey.sheet.rows[row]) if isinstance(text, str))


def _names(text: str, unit: str) -> bool:
    """Tell whether a name of a sheet or a title names an agency; both are plain letters."""
    if text == unit:
        return True
    cut = len(text) >= _LONGEST_NAME - 5 and unit.startswith(text)
    return cut or (len(unit) >= _FEWEST_LETTERS and text.endswith(unit))


def _hold_against(audit: Audit, pairs: Sequence[_Pair]) -> tuple[Audit, list[Reading]]:
    """Return the audit of a recap with what contradicts the answers, and the sheets that show an exchange."""
    if not pairs:
        return _with(audit, Defect(code=CONTRADICTS, verdict="unknown")), []
    known = {each.cell for each in audit.differences}
    differences: list[Difference] = []
    exchanged: list[Reading] = []
    for pair in pairs:
        found = [each for each in _compare(audit.reading, pair) if each.cell not in known]
        if found and _is_exchange(audit.reading, pair, found):
            exchanged.append(pair.survey)
            found = [replace(each, why=(EXCHANGED,)) for each in found]
        differences += found
    defect = Defect(code=CONTRADICTS, verdict="not_found")
    if any(CONTRADICTS in each.why for each in differences):
        defect = explain(CONTRADICTS, differences)
    told = replace(
        _with(audit, defect),
        n_compared=audit.n_compared + len(pairs) * len(ELEMENTS),
        differences=(*audit.differences, *differences),
    )
    return (_with(told, explain(EXCHANGED, differences)) if exchanged else told), exchanged


def _compare(recap: Reading, pair: _Pair) -> Iterator[Difference]:
    """Yield the means of a row, and its IKM, that cannot be those of the answers."""
    row = recap.table.iloc[pair.at]
    least = _decimals(recap)
    for name in ELEMENTS:
        if not np.isnan(row[name]) and not agrees(float(row[name]), pair.means[name], least=least):
            yield _differs(recap, pair.at, name, "nrr", pair.means[name])
    if recap.has("ikm") and not np.isnan(row["ikm"]):
        slack = 25 * 0.5 * 10.0**-least + half_unit(
            float(row["ikm"]), least=common_decimals(recap.table["ikm"])
        )
        if abs(row["ikm"] - pair.ikm) > slack:
            yield _differs(recap, pair.at, "ikm", "ikm", pair.ikm)


def _differs(recap: Reading, at: int, name: str, quantity: str, right: float) -> Difference:
    return Difference(
        cell=recap.name_cell(at, name),
        quantity=quantity,
        recorded=float(recap.table[name].iloc[at]),
        recomputed=right,
        why=(CONTRADICTS,),
    )


def _decimals(recap: Reading) -> int:
    """Return with how many decimals the means of a recap are printed."""
    return common_decimals(recap.table[list(ELEMENTS)].to_numpy(dtype=float).ravel().tolist())


def _is_exchange(recap: Reading, pair: _Pair, found: Sequence[Difference]) -> bool:
    """Tell whether U8 and U9 alone differ, and each is the other's."""
    row, least = recap.table.iloc[pair.at], _decimals(recap)
    own = {recap.name_cell(pair.at, name) for name in ("U8", "U9")}
    return {each.cell for each in found} == own and all(
        agrees(float(row[name]), pair.means[other], least=least)
        for name, other in (("U8", "U9"), ("U9", "U8"))
    )


def _mark_exchanged(audit: Audit) -> Audit:
    """Say in the audit of the answers, too, that a recap has two elements the other way round."""
    reading = audit.reading
    cells = tuple(
        reading.name_place(reading.header.first - 1, reading.header.columns[name]) for name in ("U8", "U9")
    )
    return _with(audit, Defect(code=EXCHANGED, verdict="found", cells=cells))


def _with(audit: Audit, defect: Defect) -> Audit:
    """Return an audit with one defect put in place of the same."""
    found = {each.code: each for each in audit.defects} | {defect.code: defect}
    return replace(audit, defects=tuple(found[code] for code in DEFECTS if code in found))
