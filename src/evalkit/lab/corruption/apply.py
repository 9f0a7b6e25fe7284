"""Spoil evidence on purpose, by dials from 0 to 1."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evalkit.errors import UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.lab.corruption.kinds import KINDS
from evalkit.lab.corruption.reading import read_rows
from evalkit.lab.corruption.rows import Rows, Spoiled
from evalkit.lab.corruption.scales import Codes
from evalkit.shown import Shown


@dataclass(frozen=True, slots=True)
class Corruption(Shown):
    """One way in which evidence is spoiled, and how much of it.

    Attributes
    ----------
    kind
        One of `KINDS`.
    dose
        From 0, which changes nothing, to 1; what that does is said by the kind.

    Raises
    ------
    UsageError
        If there is no such kind, or the dose is not from 0 to 1.

    Examples
    --------
    >>> Corruption("stale_records", 0.3)
    Corruption(kind='stale_records', dose=0.3)
    """

    kind: str
    dose: float

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError(f"there is no corruption {self.kind!r}; {did_you_mean(self.kind, KINDS)}")
        if not _is_dose(self.dose):
            raise UsageError(
                f"the dose of {self.kind} must be a number from 0 (nothing) to 1; found {self.dose!r}"
            )


def corrupt(evidence: Evidence, corruptions: Iterable[Corruption], seed: int) -> Evidence:
    """Return the evidence as it would be if it were spoiled in some ways; what was given stays as it is.

    Corruptions are applied in the order of `KINDS`, whatever their order in the list: first people rate,
    then records are kept, then evidence is lost. Doing them one after the other in that order gives the
    same. Where two kinds read no row in common their order does not matter at all.

    Each kind has its own random numbers, and draws the same ones at every dose: who is spoiled at dose .3
    is spoiled at .5, too, and adding a corruption changes no draw of another. A value stays on the scale of
    its indicator, and whole where all values of the indicator are; what is lost has a status and no value.
    Only observations change. The result is marked synthetic, and ``steps`` counts the rows that each kind
    changed.

    Parameters
    ----------
    evidence
        Checked evidence.
    corruptions
        What to do to it, each kind once; at dose 0 nothing, to the last bit.
    seed
        Seed of all draws.

    Raises
    ------
    UsageError
        If a kind stands in the list twice.
    DesignError
        If the evidence has nothing that a kind could spoil.

    Examples
    --------
    >>> from evalkit.lab import simulate
    >>> evidence = simulate({"dumai": 20}, seed=1)
    >>> spoiled = corrupt(evidence, [Corruption("missing_at_random", 0.3)], seed=2)
    >>> lost = spoiled.observations["value"].isna().mean()
    >>> bool(0.25 < lost < 0.35)
    True
    """
    chosen = _in_order(corruptions)
    readings = [read_rows(evidence, one.kind) for one in chosen]  # refuses before anything is done
    for one, reading in zip(chosen, readings, strict=True):
        rows = replace(reading, observations=evidence.observations)
        rng = np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(one.kind.encode())]))
        spoiled = KINDS[one.kind].spoil(rows, float(one.dose), rng)
        evidence = _put_back(evidence, rows, spoiled, one.kind)
    return evidence


def _is_dose(dose: object) -> bool:
    is_number = isinstance(dose, int | float | np.number) and not isinstance(dose, bool)
    return is_number and 0 <= dose <= 1  # type: ignore[operator]


def _in_order(corruptions: Iterable[Corruption]) -> list[Corruption]:
    """Return the corruptions that do something, in the order of `KINDS`."""
    given = list(corruptions)
    twice = [kind for kind, n in Counter(one.kind for one in given).items() if n > 1]
    if twice:
        raise UsageError(f"{twice[0]} stands among the corruptions twice; give one dose of each kind")
    order = list(KINDS)
    return sorted((one for one in given if one.dose > 0), key=lambda one: order.index(one.kind))


def _put_back(evidence: Evidence, rows: Rows, spoiled: Spoiled, kind: str) -> Evidence:
    """Return the evidence with the rows as they are now, and with one more step."""
    observations = evidence.observations.copy(deep=False)
    value = observations["value"].to_numpy(float, copy=True)
    value[rows.positions] = spoiled.value
    observations["value"] = value
    lost = rows.recorded & np.isnan(spoiled.value)
    if lost.any():
        observations["status"] = _mark(observations["status"], rows.positions[lost], spoiled.status)
    if spoiled.recorded_on is not None:
        recorded_on = observations["recorded_on"].to_numpy(copy=True)
        recorded_on[rows.positions] = spoiled.recorded_on
        observations["recorded_on"] = recorded_on
    n_changed = int((rows.recorded & (spoiled.value != rows.value)).sum())
    step = pd.DataFrame({"file": ["evidence"], "step": [kind], "n_rows": [n_changed]})
    steps = pd.concat([evidence.steps, step], ignore_index=True) if len(evidence.steps) else step
    return replace(evidence, kind="synthetic", observations=observations, steps=steps)


def _mark(status: pd.Series, positions: Codes, code: str) -> pd.Series:
    """Return the column of text or of categories with a code at some positions."""
    if isinstance(status.dtype, pd.CategoricalDtype) and code not in status.cat.categories:
        status = status.cat.add_categories([code])
    values = status.array.copy()
    values[positions] = code
    return pd.Series(values, status.index)
