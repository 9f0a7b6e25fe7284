"""Sheets of the public satisfaction survey: answers of respondents, and the IKM that was recorded."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import TABLES
from evalkit.intake.audit import Audit
from evalkit.intake.importing.rows import (
    Change,
    ImportRefusedError,
    RowFault,
    Rows,
    Source,
    empty_table,
    make_evidence,
    write_numbers,
)
from evalkit.intake.pseudonyms import digest
from evalkit.rules import ELEMENTS

_LOWEST, _HIGHEST = 25, 100
_CLOSING: Final = -1


def take_answers(source: Source, audit: Audit) -> Rows:
    """Return an answer of each respondent to each element, and the IKM that the sheet itself records.

    Respondents are numbered by their rows within a unit and a quarter: the same sheet twice is the same
    people.
    """
    _refuse_exchanged(source, audit)
    units, periods = source.units(), source.periods()
    if not all(units):
        raise ImportRefusedError(
            "Answers are about a unit, and no unit is told. Say --unit NAME; '{sheet}' stands for the "
            "name of "
            "each sheet, '{file}' for that of the file."
        )
    values = source.reading.table[list(ELEMENTS)].to_numpy(dtype=float)
    n, at = len(values), np.repeat(np.arange(len(values)), len(ELEMENTS))
    raters = [
        f"c-{digest(source.given.place, unit, period)}-{source.reading.sheet.number(row):06d}"
        for unit, period, row in zip(units, periods, source.reading.rows, strict=True)
    ]
    texts = dict.fromkeys(TABLES["evidence"].column_names, "") | {
        "place": source.given.place,
        "unit": np.array(units, dtype=object)[at],
        "period": np.array(periods, dtype=object)[at],
        "indicator": "public_satisfaction",
        "source": "citizen",
        "rater": np.array(raters, dtype=object)[at],
        "item": np.tile(np.array(ELEMENTS, dtype=object), n),
        "value": write_numbers(values).ravel(),
        "status": np.where(np.isnan(values), "missing", "recorded").ravel(),
        "recorded_on": np.array(source.dates(), dtype=object)[at],
    }
    used = dict.fromkeys(ELEMENTS, "evidence: public_satisfaction") | source.when()
    if source.reading.has("unit"):
        used["unit"] = "unit"
    return Rows(
        evidence=pd.DataFrame(texts, index=at), recorded=_closing_ikm(source, units, periods), used=used
    )


def _refuse_exchanged(source: Source, audit: Audit) -> None:
    """Refuse headings whose number and name contradict each other, unless it was said which is meant."""
    if audit.verdict("elements_exchanged") != "found":
        return
    headings = source.reading.header.headings
    meant = {text for name in ("U8", "U9") for text in headings.get(name, ())} & set(source.given.mapping)
    if not meant:
        cells = ", ".join(
            source.reading.name_place(source.reading.header.first - 1, source.reading.header.columns[name])
            for name in ("U8", "U9")
        )
        raise ImportRefusedError(
            f"Number and name of U8 and U9 contradict each other ({cells}): one of them is wrong, and "
            "the sheet "
            "does not tell which. Correct the headings, or say in a mapping file which column is U8."
        )


def _closing_ikm(source: Source, units: list[str], periods: list[str]) -> pd.DataFrame:
    """Return the IKM of a closing row as the office recorded it; none where it is off the scale."""
    found = [each.single[0] for each in source.reading.closing if each.kind == "ikm" and each.single]
    if len(found) != 1 or len({*zip(units, periods, strict=True)}) != 1:
        return empty_table("recorded")
    if not _LOWEST <= found[0] <= _HIGHEST:
        source.changes.append(Change("ikm_off_scale", "ikm", 1))
        return empty_table("recorded")
    return _recorded(source, [units[0]], [periods[0]], np.array([found[0]]), index=[_CLOSING])


def take_recap(source: Source, audit: Audit) -> Rows:
    """Return the IKM of each unit as the office recorded it."""
    del audit  # what a recap records is what it records; the audit beside it says what is wrong with it
    if not source.reading.has("ikm"):
        raise ImportRefusedError("The recap has no column with the IKM: there is nothing to take from it.")
    units, periods = source.units(), source.periods()
    source.faults.extend(RowFault(at, "unit", "no_unit") for at, unit in enumerate(units) if not unit)
    values = source.reading.table["ikm"].to_numpy(dtype=float)
    off = ~((values >= _LOWEST) & (values <= _HIGHEST))
    why = np.where(np.isnan(values), "no_value", "off_scale")
    source.faults.extend(RowFault(int(at), "ikm", str(why[at])) for at in np.flatnonzero(off))
    recorded = _recorded(source, units, periods, values, index=range(source.n))
    return Rows(
        evidence=empty_table("evidence"),
        recorded=recorded,
        used={"unit": "unit", "ikm": "recorded: ikm"} | source.when(),
    )


def take_sakip(source: Source, audit: Audit) -> Rows:
    """Return the SAKIP score of each agency as evidence of its reports."""
    del audit
    units, periods = source.units(), source.periods()
    source.faults.extend(RowFault(at, "unit", "no_unit") for at, unit in enumerate(units) if not unit)
    values = source.reading.table["score"].to_numpy(dtype=float)
    low, high = source.scale_of("sakip")
    off = (values < low) | (values > high)
    source.faults.extend(RowFault(int(at), "score", "off_scale") for at in np.flatnonzero(off))
    evidence = make_evidence(
        source, values.tolist(), unit=units, period=periods, indicator="sakip", source="agency_report"
    )
    used = {"unit": "unit", "score": "evidence: sakip"} | source.when()
    return Rows(evidence=evidence, recorded=empty_table("recorded"), used=used)


def _recorded(
    source: Source, units: list[str], periods: list[str], ikm: np.ndarray, *, index: object
) -> pd.DataFrame:
    texts: dict[str, object] = dict.fromkeys(TABLES["recorded"].column_names, "")
    texts |= {"place": source.given.place, "unit": units, "period": periods, "ikm": write_numbers(ikm)}
    return pd.DataFrame(texts, index=list(index))  # type: ignore[call-overload]
