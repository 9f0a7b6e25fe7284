"""What an audit of a sheet found, in plain sentences; rows are named by their cells, and no person is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from evalkit.intake.audit import Audit, Defect, Difference
from evalkit.intake.layouts import Reading
from evalkit.present.language import Translator, mark, translator
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS, Language

_MOST_CELLS: Final = 5
_SHORT_WEIGHT: Final = mark("the weight of an element typed as {weight} where 1/9 is meant")
_CUT_OFF: Final = mark("a band that begins at {cut_off} instead of {limit}")
_NAMES: Final[Mapping[str, str]] = {
    "unreadable_cells": mark("cells that cannot be read"),
    "missing_divided": mark("missing answers left out of the sum and divided by all the same"),
    "closing_rows_averaged": mark("closing rows (Jumlah, NRR) counted as respondents"),
    "band_gap": mark("an IKM between two bands that has no category, because it was not rounded first"),
    "elements_exchanged": mark(
        "U8 and U9 exchanged: number and name of a heading contradict each other, or a recap the answers"
    ),
    "recap_contradicts": mark("a recap whose means are not those of its respondents' answers"),
    "codes_reversed": mark("codes of SIASN the wrong way round (1 is the best, not the worst)"),
    "kurang_unreachable": mark("a formula for the predikat that never gives Kurang"),
    "not_capped": mark("a score from parts above 120 that were not capped"),
    "missing_rater_zero": mark("a rater who is missing averaged in as 0"),
    "copied_columns": mark("columns that are copies of one another"),
}
_TELLS: Final[Mapping[str, str]] = {
    "weight": mark("an NRR tertimbang for each element, or an IKM with more decimals, would tell"),
    "missing_divided": mark("the NRR of an element that somebody did not answer would tell"),
    "closing_rows_averaged": mark("the NRR of each element would tell"),
    "cut_off": mark("an IKM from {low} to below {high} with its category would tell"),
    "band_gap": mark("an IKM with more than two decimals that lies between two bands would tell"),
    "elements_exchanged": mark("the text of the questions over both columns would tell"),
    "recap_contradicts": mark(
        "a sheet of respondents in the same file whose name or title is that of the agency would tell"
    ),
    "codes_reversed": mark("a rating in words beside its code would tell"),
    "kurang_unreachable": mark(
        "a row with behaviour below expectation and a result that meets it, or the formula itself, would tell"
    ),
    "not_capped": mark("a row with a part above 120 would tell"),
    "missing_rater_zero": mark(
        "rows with all raters and rows without one, and the weight of each rater, would tell"
    ),
}
_VERDICTS: Final[Mapping[str, str]] = {
    "found": mark("found"),
    "not_found": mark("not found"),
    "unknown": mark("cannot be told from this sheet"),
    "note": mark("a note, no fault"),
}
_QUANTITIES: Final[Mapping[str, str]] = {
    "sum": mark("sum"),
    "nrr": mark("NRR"),
    "nrr_weighted": mark("NRR tertimbang"),
    "ikm": mark("IKM"),
    "band": mark("category of the IKM"),
    "predikat": mark("predikat"),
    "score": mark("score"),
    "mean": mark("mean of the raters"),
    "sakip": mark("SAKIP score"),
    "grade": mark("SAKIP grade"),
    "work_result_code": mark("code of the work result"),
    "behaviour_code": mark("code of the behaviour"),
    "predikat_code": mark("code of the predikat"),
}
_CODES: Final = frozenset((*EXPECTATIONS, *PREDIKATS))


def say_audit(audit: Audit, lang: Language | None = None) -> list[str]:
    """Say first what differs and how many bands it changes, then which defects were found."""
    tr = translator(lang)
    found = [_found(tr, defect) for defect in audit.defects if defect.verdict == "found"]
    return [_first(tr, audit), *found, *_ikm(tr, audit)]


def _first(tr: Translator, audit: Audit) -> str:
    if not audit.n_compared:
        return tr("Nothing is recorded here that can be recomputed from the rows.")
    n, compared = len(audit.differences), tr.number(audit.n_compared)
    if not n:
        return tr("All {n} recorded values agree with what the rows give.", n=compared)
    told = tr(
        "{n} of {compared} recorded values differ from what the rows give", n=tr.number(n), compared=compared
    )
    if not audit.n_bands:
        return tr("{told}; no band or predikat changes.", told=told)
    changed = tr.plural("{n} band or predikat changes", "{n} bands or predikats change", audit.n_bands)
    return tr("{told}; {changed}.", told=told, changed=changed)


def _ikm(tr: Translator, audit: Audit) -> list[str]:
    """Say what the answers of a sheet of respondents give."""
    if (ikm := audit.ikm) is None:
        return []
    n = len(audit.reading.table)
    told = tr("the answers give an IKM of {ikm} ({band})", ikm=tr.number(ikm.rounded), band=ikm.band)
    return [tr.plural("{n} respondent: {told}.", "{n} respondents: {told}.", n, told=told)]


def _found(tr: Translator, defect: Defect) -> str:
    name = name_defect(defect.code, tr.lang)
    told = tr("Found: {defect}", defect=name)
    if "or" in defect.detail:
        told = tr(
            "{told} (or {other}: both give these numbers)",
            told=told,
            other=tr.short(float(defect.detail["or"])),
        )
    if "chance" in defect.detail:
        told = tr("{told} ({chance})", told=told, chance=_chance(tr, defect))
    if not math.isnan(defect.size) and defect.size:
        told = tr("{told}; the largest difference is {size}", told=told, size=_number(tr, defect.size))
    return tr("{told} ({cells}).", told=told, cells=_cells(tr, defect.cells)) if defect.cells else f"{told}."


def _chance(tr: Translator, defect: Defect) -> str:
    return tr(
        "{n} rows; if answers were independent, a pair of copies would come by chance with probability {p}",
        n=tr.number(int(float(defect.detail["n"]))),
        p=tr.p_value(float(defect.detail["chance"])),
    )


def name_defect(code: str, lang: Language | None = None) -> str:
    """Name a defect.

    Examples
    --------
    >>> name_defect("weight_0.11")
    'the weight of an element typed as 0.11 where 1/9 is meant'
    >>> name_defect("weight_0.11", "id")
    'bobot unsur diketik 0,11, padahal maksudnya 1/9'
    """
    tr = translator(lang)
    kind, _, value = code.partition("_")
    if kind == "weight":
        return tr(_SHORT_WEIGHT, weight=tr.short(float(value)))
    if code.startswith("cut_off"):
        cut_off = float(code.removeprefix("cut_off_"))
        return tr(_CUT_OFF, cut_off=tr.number(cut_off), limit=tr.number(76.61 if cut_off > 70 else 65.0))
    return tr(_NAMES[code])


def name_quantity(quantity: str, lang: Language | None = None) -> str:
    """Name what was recomputed."""
    return translator(lang)(_QUANTITIES[quantity])


def name_value(value: float | str, lang: Language | None = None) -> str:
    """Write a recorded or recomputed value: a number as short as it is, a code by its label."""
    tr = translator(lang)
    if isinstance(value, float):
        return _number(tr, value)
    if not value:
        return tr("none")
    return tr.label(value) if value in _CODES else value


def _number(tr: Translator, value: float) -> str:
    """Write up to four decimals, as many as there are, and two at least."""
    digits = max(2, len(f"{value:.4f}".rstrip("0").partition(".")[2]))
    return tr.number(value, digits=digits)


def say_verdict(defect: Defect, lang: Language | None = None) -> str:
    """Say what became of a defect that was looked for; where a sheet cannot tell, what would."""
    tr = translator(lang)
    verdict = tr(_VERDICTS[defect.verdict])
    if defect.verdict == "unknown":
        kind = next(name for name in _TELLS if defect.code.startswith(name))
        values = {
            name: tr.number(float(value)) for name, value in defect.detail.items() if name in ("low", "high")
        }
        return f"{verdict}: {tr(_TELLS[kind], **values)}"
    if defect.verdict == "note" and "chance" in defect.detail:
        return f"{verdict}: {_chance(tr, defect)}"
    return verdict


def say_cells(cells: Sequence[str], lang: Language | None = None) -> str:
    """List cells, the first few of many."""
    return _cells(translator(lang), cells) if cells else ""


def _cells(tr: Translator, cells: Sequence[str]) -> str:
    shown = ", ".join(cells[:_MOST_CELLS])
    if len(cells) <= _MOST_CELLS:
        return shown
    return tr("{cells} and {n} more", cells=shown, n=tr.number(len(cells) - _MOST_CELLS))


def say_why(difference: Difference, lang: Language | None = None) -> str:
    """Say which defects explain a difference."""
    tr = translator(lang)
    return "; ".join(name_defect(code, tr.lang) for code in difference.why) or tr(
        "no known defect explains it"
    )


def say_rows(reading: Reading, lang: Language | None = None) -> list[str]:
    """Say what became of the rows of a sheet, and which cells were changed on reading."""
    tr = translator(lang)
    told = []
    for step in reading.steps:
        values = {"n": tr.number(step.n), "field": step.field, "rows": ", ".join(map(str, step.rows))}
        message = _STEPS[step.code]
        told.append(tr(message, **values))
    return told


_STEPS: Final[Mapping[str, str]] = {
    "rows": mark("{n} rows stand below the headings"),
    "kept": mark("{n} of them were read"),
    "empty": mark("{n} are empty (rows {rows})"),
    "column_numbers": mark("{n} number the columns (rows {rows})"),
    "heading_again": mark("{n} repeat the headings (rows {rows})"),
    "closing": mark("{n} close the table and are not rows of it (rows {rows})"),
    "after_closing": mark("{n} stand after the table or hold no value (rows {rows})"),
    "typed": mark("{n} cells of {field} are text and were read as numbers"),
    "words_read": mark("{n} cells of {field} hold an answer in words, read as its number"),
    "zero_answers": mark("{n} cells of {field} hold 0, which is off the scale, and were read as no answer"),
    "codes_read": mark("{n} cells of {field} hold a code, read with 1 as the best"),
    "labels_turned": mark("{n} cells of {field} were turned round: their labels say that 1 is the best"),
    "text_left_out": mark("{n} cells of {field} hold free text, which is not read"),
}


def say_hidden(names: Sequence[str], lang: Language | None = None) -> str:
    """Say which hidden sheets were left out."""
    tr = translator(lang)
    return tr(
        "Hidden sheets were left out: {names}. Name one with --sheet to read it.", names=", ".join(names)
    )
