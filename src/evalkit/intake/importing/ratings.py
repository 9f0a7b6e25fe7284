"""Sheets on which people rate people: a column per source, a row per rating, or a column per item."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import did_you_mean
from evalkit.intake.audit import Audit
from evalkit.intake.importing.rows import (
    Change,
    ImportRefusedError,
    RowFault,
    Rows,
    Source,
    empty_table,
    make_evidence,
)
from evalkit.intake.layouts.items import list_ratings
from evalkit.intake.layouts.raters import rater_fields, split_rater
from evalkit.intake.layouts.words import plain
from evalkit.intake.pseudonyms import digest

_NO_SOURCE: Final = "No column says who the raters are to those rated. Say --source peer, or another."


def take_ratings(source: Source, audit: Audit) -> Rows:
    """Return what each rater gave each ratee: one column per source, or one row per rating."""
    del audit
    if source.ratees is None:
        raise ImportRefusedError("No column says who was rated.")
    mark_people(source)
    if source.reading.layout == "rater-items":
        frame, used = _take_items(source)
        return Rows(evidence=frame, recorded=empty_table("recorded"), used=used)
    wide = rater_fields(source.reading.header.columns)
    frame, used = _take_wide(source, wide) if wide else _take_long(source)
    return Rows(evidence=frame, recorded=empty_table("recorded"), used=used)


def mark_people(source: Source) -> None:
    """Say of each row in which nobody can be told who is rated or who rates, why."""
    ratee = "person" if source.reading.has("person") else "ratee"
    for people, name in ((source.ratees, ratee), (source.raters, "rater")):
        if people is not None:
            source.faults.extend(RowFault(at, name, why) for at, why in people.faults.items())


def _take_wide(source: Source, columns: list[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    indicator = _told_indicator(source)
    names = source.ratees.names if source.ratees else []
    units, periods = source.units(), source.periods()
    frames = []
    for name in columns:
        values = _to_scale(source, source.reading.table[name].to_numpy(dtype=float), indicator, name)
        rater, number = split_rater(name)
        raters = names if rater == "self" else _name_several(names, periods, rater, number)
        common: dict[str, Any] = {"unit": units, "employee": names, "period": periods, "rater": raters}
        frames.append(make_evidence(source, values.tolist(), indicator=indicator, source=rater, **common))
    used = {"ratee": "employee"} | dict.fromkeys(columns, f"evidence: {indicator}") | source.when()
    return pd.concat(frames), used | ({"unit": "unit"} if source.reading.has("unit") else {})


def _leave_out_unasked(source: Source, ratings: pd.DataFrame) -> pd.DataFrame:
    """Leave out what no rater of a kind answered anywhere in the sheet: they were not asked."""
    given = ratings["value"].notna().groupby([ratings["field"], ratings["source"]], sort=False)
    asked = given.transform("any")
    n_unasked = ratings.loc[~asked].groupby("field", sort=False).size()
    source.changes.extend(Change("not_asked", str(name), int(n)) for name, n in n_unasked.items())
    return ratings[asked] if len(n_unasked) else ratings


def _name_raters(columns: dict[str, Any], numbers: np.ndarray) -> np.ndarray:
    """Name the rater of each rating: as the sheet does, the person rated, or one of several of a kind."""
    raters: np.ndarray = np.where(columns["source"] == "self", columns["employee"], columns["rater"])
    for row in np.flatnonzero(numbers).tolist():
        employee, period, source = (columns[name][row] for name in ("employee", "period", "source"))
        raters[row] = _name_several([employee], [period], source, int(numbers[row]))[0]
    return raters


def _name_several(employees: list[str], periods: list[str], source: str, number: int) -> list[str]:
    """Name one of several raters of a kind for each person rated: who shares one is not known."""
    if not number:
        return [""] * len(employees)
    return [
        f"r-{digest(employee, period, source)}-{number:02d}"
        for employee, period in zip(employees, periods, strict=True)
    ]


def _take_items(source: Source) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the ratings of a sheet with a column per item."""
    ratings = list_ratings(source.reading)
    sources = np.array(_name_sources(source) or [""] * source.n, dtype=object)
    ratings["source"] = ratings["source"].where(ratings["source"] != "", sources[ratings["at"]])
    if (ratings["source"] == "").any():
        raise ImportRefusedError(_NO_SOURCE)
    ratings = _leave_out_unasked(source, ratings)
    at = ratings["at"].to_numpy()
    values = ratings["value"].to_numpy(dtype=float).copy()
    fields = dict(zip(ratings["field"].tolist(), ratings["indicator"].tolist(), strict=True))
    for name, indicator in fields.items():
        rows = np.flatnonzero((ratings["field"] == name).to_numpy())
        values[rows] = _to_scale(source, values[rows], indicator, name, rows=at[rows])
    names = source.ratees.names if source.ratees else []
    raters = source.raters.names if source.raters else [""] * source.n
    given = {"employee": names, "unit": source.units(), "period": source.periods(), "rater": raters}
    columns: dict[str, Any] = {name: np.array(each, dtype=object)[at] for name, each in given.items()}
    columns |= {name: ratings[name].to_numpy(dtype=object) for name in ("indicator", "item", "source")}
    columns["rater"] = _name_raters(columns, ratings["number"].to_numpy())
    frame = make_evidence(source, values.tolist(), at=at, **columns)
    used = {"ratee": "employee", "rater": "rater", "source": "source", "unit": "unit"} | source.when()
    used = {name: became for name, became in used.items() if source.reading.has(name)}
    return frame, used | {name: f"evidence: {indicator}" for name, indicator in fields.items()}


def _take_long(source: Source) -> tuple[pd.DataFrame, dict[str, str]]:
    sources = _name_sources(source)
    if sources is None:
        raise ImportRefusedError(_NO_SOURCE)
    indicators, items = _name_items(source)
    values = source.reading.table["value"].to_numpy(dtype=float).copy()
    for indicator in dict.fromkeys(indicators):
        own = np.array([each == indicator for each in indicators])
        values[own] = _to_scale(source, values[own], indicator, "value", rows=np.flatnonzero(own))
    frame = make_evidence(
        source,
        values.tolist(),
        unit=source.units(),
        employee=source.ratees.names if source.ratees else [],
        period=source.periods(),
        indicator=indicators,
        source=sources,
        rater=source.raters.names if source.raters else "",
        item=items,
    )
    used = {"ratee": "employee", "rater": "rater", "value": "evidence", "item": "indicator, item"}
    used |= {"source": "source", "unit": "unit"} | source.when()
    return frame, {name: became for name, became in used.items() if source.reading.has(name)}


def _name_sources(source: Source) -> list[str] | None:
    """Return the source of each rating, of the table or as it is told; None where neither says it."""
    told = source.given.source
    if not source.reading.has("source"):
        return [told] * source.n if told else None
    sources = [each or told for each in source.reading.table["source"].tolist()]
    source.faults.extend(RowFault(at, "source", "no_source") for at, each in enumerate(sources) if not each)
    return sources


def _name_items(source: Source) -> tuple[list[str], list[str]]:
    """Return indicator and item of each rating; an item that is called like an indicator is that one."""
    if not source.reading.has("item"):
        return [_told_indicator(source)] * source.n, [""] * source.n
    called = {
        plain(str(row[name])): str(row["indicator"])
        for row in source.indicators.to_dict("records")
        for name in ("indicator", "label_id", "label_en")
    }
    texts = source.texts("item")
    own = [called.get(plain(text), "") for text in texts]
    if all(own):
        return own, [""] * source.n
    told = _told_indicator(source)
    return [each or told for each in own], [
        "" if each else text for each, text in zip(own, texts, strict=True)
    ]


def _told_indicator(source: Source) -> str:
    known = source.indicators["indicator"].tolist()
    told = source.given.indicator
    if told and told in known:
        return told
    if told:
        raise ImportRefusedError(f"There is no indicator {told!r}; {did_you_mean(told, known)}")
    raise ImportRefusedError(
        "The sheet does not say what was rated. Say it with --indicator, such as --indicator overall_rating; "
        f"{did_you_mean('', known)}"
    )


def _to_scale(
    source: Source, values: np.ndarray, indicator: str, name: str, rows: np.ndarray | None = None
) -> np.ndarray:
    """Return values on the scale of their indicator; those off it are faults of their rows."""
    low, high = source.scale_of(indicator)
    at = np.arange(len(values)) if rows is None else rows
    if source.given.scale:
        first, last = source.given.scale
        off = (values < min(first, last)) | (values > max(first, last))
        if np.isnan(high):
            raise ImportRefusedError(f"--scale: the scale of {indicator} has no end to bring values to.")
        if (first, last) != (low, high):
            values = low + (values - first) / (last - first) * (high - low)
            source.changes.append(Change("rescaled", name, int((~np.isnan(values)).sum())))
    else:
        _refuse_other_steps(source, indicator, name)
        off = (values < low) | (values > high)
        if off.sum() * 2 > (~np.isnan(values)).sum():
            raise ImportRefusedError(
                f"Most values of {name} lie off the scale of {indicator}, {low:g} to {high:g}. Say what "
                "their lowest "
                "and highest value can be, such as --scale 0-100, or another --indicator."
            )
    source.faults.extend(RowFault(int(row), name, "off_scale") for row in at[off])
    return values


def _refuse_other_steps(source: Source, indicator: str, name: str) -> None:
    """Refuse answers in words that are fewer or more than the steps of the scale they would be put on."""
    low, high = source.scale_of(indicator)
    steps = source.reading.answers.get(name, 0)
    if steps and (low, high) != (1, steps):
        raise ImportRefusedError(
            f"The answers of {name} are words, {steps} to choose from, and {indicator} is rated {low:g} to "
            f"{high:g}. Say --scale 1-{steps} to bring them to its scale, or another --indicator."
        )
