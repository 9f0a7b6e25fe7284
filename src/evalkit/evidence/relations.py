"""Hold the tables of a study to one another: scales, statuses, indicators and employees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evalkit.errors import Fault, did_you_mean
from evalkit.evidence.check import list_faults

_SUGGESTED: Final = 20  # names; looking for the nearest one takes a while


def check_observations(
    rows: pd.DataFrame, cells: pd.DataFrame, indicators: pd.DataFrame, file: str
) -> list[Fault]:
    """List every observation that contradicts its own status, its indicator or the indicator's scale.

    Parameters
    ----------
    rows
        Typed observations; the index is the spreadsheet row.
    cells
        The same rows as text.
    indicators
        Every indicator that the study may use.
    file
        Name of the file.
    """
    value, status, indicator = cells["value"], rows["status"], rows["indicator"]
    nameless = (rows["unit"] == "") & (rows["employee"] == "")
    unknown = (indicator != "") & ~indicator.isin(indicators["indicator"])
    checks = (
        ("employee", "a row must name an employee or a unit", rows["employee"][nameless]),
        (
            "value",
            "must be filled where status is recorded",
            value[(value == "") & (status == "recorded")],
        ),
        (
            "value",
            "must be empty where status is refused or missing",
            value[(value != "") & status.isin(("refused", "missing"))],
        ),
        *_check_names(indicator[unknown], indicators["indicator"].tolist()),
    )
    faults = [fault for column, rule, wrong in checks for fault in list_faults(file, column, rule, wrong)]
    return faults + _check_scales(rows, cells, indicators, file)


def _check_names(unknown: pd.Series[str], known: list[str]) -> list[tuple[str, str, pd.Series[str]]]:
    """Give unknown indicators their rule, with the nearest known name for the first ones."""
    rule = "must be a standard indicator, or one that the study's table of indicators defines"
    nearest = {name: did_you_mean(name, known) for name in unknown.unique()[:_SUGGESTED]}
    hints = {name: f"; {hint}" for name, hint in nearest.items() if hint.startswith("did")}
    rules = unknown.map(lambda name: rule + hints.get(name, ""))
    return [("indicator", str(rule), group) for rule, group in unknown.groupby(rules)]


def _check_scales(
    rows: pd.DataFrame, cells: pd.DataFrame, indicators: pd.DataFrame, file: str
) -> list[Fault]:
    """List every value that lies off the scale of its indicator."""
    scales = indicators.drop_duplicates("indicator").set_index("indicator")
    low, high = rows["indicator"].map(scales["low"]), rows["indicator"].map(scales["high"])
    off = pd.DataFrame({"low": low, "high": high, "value": cells["value"]})
    off = off[(rows["value"] < low) | (rows["value"] > high)]
    faults = []
    for _, group in off.groupby(["low", "high"], dropna=False, sort=False):
        rule = _scale_rule(group["low"].iloc[0], group["high"].iloc[0])
        faults += list_faults(file, "value", rule, group["value"])
    return faults


def _scale_rule(low: float, high: float) -> str:
    if pd.isna(high):
        return f"must be at least {low:g}, where its indicator's scale starts"
    if pd.isna(low):
        return f"must be at most {high:g}, where its indicator's scale ends"
    return f"must lie on its indicator's scale, {low:g} to {high:g}"


def check_employees(
    employees: pd.DataFrame, tables: Mapping[str, pd.DataFrame], files: Mapping[str, str]
) -> list[Fault]:
    """List every employee and supervisor that the table of employees lacks, in the places that it lists.

    Parameters
    ----------
    employees
        The table of employees, from all its files.
    tables
        Typed tables, by any name, those of employees among them; the index of each is the spreadsheet row.
    files
        File of each table.
    """
    faults = []
    for name, rows in tables.items():
        column = "supervisor" if "supervisor" in rows else "employee"
        listed = rows["place"].isin(employees["place"]) if "place" in rows else True
        unknown = (rows[column] != "") & ~rows[column].isin(employees["employee"]) & listed
        faults += list_faults(
            files[name], column, "must be a row of the table of employees", rows[column][unknown]
        )
    return faults


def check_scale_ends(indicators: pd.DataFrame, file: str) -> list[Fault]:
    """List every indicator whose scale does not rise."""
    wrong = indicators["low"] >= indicators["high"]
    return list_faults(file, "low", "must be below high", indicators["low"][wrong].map("{:g}".format))
