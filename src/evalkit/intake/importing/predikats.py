"""Exports of SIASN: what was recorded of people, and the supervisor's two ratings."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import TABLES
from evalkit.intake.audit import Audit
from evalkit.intake.importing.ratings import mark_people
from evalkit.intake.importing.rows import (
    ImportRefusedError,
    Rows,
    Source,
    empty_table,
    make_evidence,
    write_numbers,
)
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

_EXPECTED: Final = {"work_result": "work_result_expectation", "behaviour": "behaviour_expectation"}


def take_predikats(source: Source, audit: Audit) -> Rows:
    """Return predikat and score as recorded, and the supervisor's two ratings, of an export of SIASN.

    Words go before codes, of which 1 is the best.
    """
    if source.ratees is None:
        raise ImportRefusedError(
            "No column says who was rated. Export the sheet with NIP, or head the column with people NIP "
            "or Nama."
        )
    reversed_codes = audit.verdict("codes_reversed") == "found"
    mark_people(source)
    used = {"person": "employee", "rater": "rater", "unit": "unit"} | source.when()
    used = {name: became for name, became in used.items() if source.reading.has(name)}
    units, periods = source.units(), source.periods()
    frames = [
        _take_expectation(source, name, units, periods, used, reversed_codes=reversed_codes)
        for name in _EXPECTED
    ]
    texts: dict[str, object] = dict.fromkeys(TABLES["recorded"].column_names, "")
    texts |= {"place": source.given.place, "unit": units, "employee": source.ratees.names, "period": periods}
    texts["predikat"] = _take_codes(source, "predikat", PREDIKATS, used, reversed_codes=reversed_codes)
    if source.reading.has("score"):
        texts["score"] = write_numbers(source.reading.table["score"].to_numpy(dtype=float))
        used["score"] = "recorded: score"
    recorded = pd.DataFrame(texts, index=np.arange(source.n))
    filled = (recorded["predikat"] != "") | (recorded["score"] != "")
    evidence = [frame for frame in frames if frame is not None]
    return Rows(
        evidence=pd.concat(evidence) if evidence else empty_table("evidence"),
        recorded=recorded[filled],
        used=used,
    )


def _take_expectation(
    source: Source,
    name: str,
    units: list[str],
    periods: list[str],
    used: dict[str, str],
    *,
    reversed_codes: bool,
) -> pd.DataFrame | None:
    words = _take_codes(source, name, EXPECTATIONS, used, reversed_codes=reversed_codes)
    if not any(words):
        return None
    values = [EXPECTATIONS.index(word) + 1.0 if word else np.nan for word in words]
    return make_evidence(
        source,
        values,
        unit=units,
        employee=source.ratees.names if source.ratees else "",
        period=periods,
        indicator=_EXPECTED[name],
        source="supervisor",
        rater=source.raters.names if source.raters else "",
    )


def _take_codes(
    source: Source, name: str, codes: tuple[str, ...], used: dict[str, str], *, reversed_codes: bool
) -> list[str]:
    """Return the code of each row from its word, else from its number, of which 1 is the best."""
    table, n = source.reading.table, source.n
    became = f"evidence: {_EXPECTED[name]}" if name in _EXPECTED else f"recorded: {name}"
    words: list[str] = table[name].tolist() if name in table else [""] * n
    number = f"{name}_code"
    if name in table:
        used[name] = became
    if number not in table:
        return words
    used[number] = became
    numbers = table[number].tolist()
    lacking = [at for at in range(n) if not words[at] and numbers[at] == numbers[at]]
    if lacking and reversed_codes:
        raise ImportRefusedError(
            f"The codes of {name} are the wrong way round, or 1 stands for the worst in this sheet: "
            "SIASN writes 1 "
            "for the best. Export the sheet again with words beside the codes."
        )
    found = list(words)
    for at in lacking:
        found[at] = codes[-int(numbers[at])]
    return found
