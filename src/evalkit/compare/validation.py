"""Do the statistics give the answers that were published? Each is recomputed and set beside its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from evalkit.compare.recomputed import RECOMPUTED
from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.shown import show_frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Validation:
    """Published answers beside ours.

    Attributes
    ----------
    answers
        One row per answer: entry, quantity, origin, published, ours (estimate), difference, tolerance,
        passed.
    entries
        One row per entry: entry, statistic, origin (and what agrees, where it is recalled), citation,
        because (of the tolerance), n_answers, n_passed, largest_share (the largest difference over its
        tolerance, 1 at its edge).
    left_out
        Entries whose data this evidence does not hold.
    """

    answers: pd.DataFrame
    entries: pd.DataFrame
    left_out: tuple[str, ...]

    def __post_init__(self) -> None:
        """Hold what passed to its tolerance."""
        inside = self.answers["difference"].abs() <= self.answers["tolerance"]
        if (inside != self.answers["passed"]).any():
            raise ValueError("an answer passed outside its tolerance, or failed inside it")

    def to_frame(self) -> pd.DataFrame:
        """Return the answers, one tidy row each."""
        return self.answers.copy()

    def to_results(self) -> pd.DataFrame:
        """Return our answers as rows of ``results.csv``, the published ones in the caveat."""
        rows = self.answers.rename(columns={"quantity": "item", "entry": "group"})
        caveat = [
            f"{row.origin} {row.published:g}, tolerance {row.tolerance:g}{'' if row.passed else ': MISSED'}"
            for row in self.answers.itertuples()
        ]
        return rows[["group", "item", "estimate"]].assign(quantity="recomputed", caveat=caveat)

    def _repr_html_(self) -> str:
        return show_frame(self.answers)


@cache
def _read() -> tuple[dict[str, Any], ...]:
    text = files("evalkit.stats").joinpath("reference_values.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text))


def _recomputed() -> list[dict[str, Any]]:
    return [entry for entry in _read() if "elsewhere" not in entry]


def _say_origin(entry: dict[str, Any]) -> str:
    """Return where the answers of an entry come from, and what confirms those that were recalled."""
    agrees = entry.get("agrees_with")
    return f"{entry['origin']}; agrees with {agrees}" if agrees else str(entry["origin"])


def list_references() -> pd.DataFrame:
    """Return the entries of the answers that are recomputed: entry, statistic, origin, citation, because.

    Examples
    --------
    >>> "demsar_2006" in list_references()["entry"].to_list()
    True
    """
    rows = [entry | {"origin": _say_origin(entry)} for entry in _recomputed()]
    columns = ["name", "statistic", "origin", "citation", "because"]
    return pd.DataFrame(rows)[columns].rename(columns={"name": "entry"})


def list_elsewhere() -> pd.DataFrame:
    """Return the published answers that are not recomputed here: entry, statistic, citation, elsewhere (why).

    Examples
    --------
    >>> list_elsewhere().set_index("entry").loc["mantel_haenszel", "elsewhere"]
    'Not yet. The statistic is not written.'
    """
    rows = [entry for entry in _read() if "elsewhere" in entry]
    columns = ["name", "statistic", "citation", "elsewhere"]
    return pd.DataFrame(rows, columns=columns).rename(columns={"name": "entry"})


def validate_statistics(evidence: Evidence, *, entries: Sequence[str] = ()) -> Validation:
    """Recompute published answers.

    Parameters
    ----------
    evidence
        Evidence of a study; entries whose data belong to another study are left out, and named.
    entries
        Entries to recompute; all by default.

    Raises
    ------
    UsageError
        If there is no such entry.
    DesignError
        If the evidence holds the data of none of the entries.
    """
    known = [entry["name"] for entry in _recomputed()]
    for name in entries:
        if name not in known:
            raise UsageError(f"There is no published answer {name!r}: {did_you_mean(name, known)}")
    wanted = [entry for entry in _recomputed() if not entries or entry["name"] in entries]
    there = [entry for entry in wanted if _holds(evidence, entry["data"])]
    if not there:
        raise DesignError(
            f"The evidence of {evidence.study} holds the data of none of these: {', '.join(entries)}. "
            f"They need the study {wanted[0]['data']['study']}, with all its places."
        )
    answers = pd.concat([_compare(entry, evidence) for entry in there], ignore_index=True)
    gap = answers["difference"].abs()
    shares = (gap / answers["tolerance"]).where(gap > 0, 0.0)  # an exact answer may have no tolerance
    groups = answers.assign(share=shares).groupby("entry")
    counts = groups.agg(
        n_answers=("passed", "size"), n_passed=("passed", "sum"), largest_share=("share", "max")
    ).reset_index()
    return Validation(
        answers=answers,
        entries=list_references().merge(counts, on="entry"),
        left_out=tuple(entry["name"] for entry in wanted if entry not in there),
    )


def _holds(evidence: Evidence, data: dict[str, Any]) -> bool:
    """Tell whether the data of an entry stand in its file or in this evidence."""
    if "study" not in data:
        return True
    if evidence.study != data["study"]:
        return False
    if "place" not in data:  # a table that is no part of the ratings
        return data["table"] in evidence.extras
    return bool((evidence.observations["place"] == data["place"]).any())


def _compare(entry: dict[str, Any], evidence: Evidence) -> pd.DataFrame:
    """Set the answers of one entry beside ours."""
    ours = RECOMPUTED[entry["name"]](entry["data"], evidence)
    tolerance = entry["tolerance"]
    rows = pd.DataFrame(
        {
            "entry": entry["name"],
            "quantity": list(entry["expected"]),
            "origin": entry["origin"],
            "published": [float(value) for value in entry["expected"].values()],
            "estimate": [float(ours[name]) for name in entry["expected"]],
            "tolerance": [float(tolerance.get(name, tolerance.get("default"))) for name in entry["expected"]],
        }
    )
    difference = rows["estimate"] - rows["published"]
    return rows.assign(difference=difference, passed=difference.abs() <= rows["tolerance"])
