"""What an import takes from files of offices and what it leaves, in plain sentences; no person is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from evalkit.errors import Fault
from evalkit.intake.files import is_empty, letters
from evalkit.intake.importing import Batch
from evalkit.intake.importing.outcome import Imported, Unread
from evalkit.intake.importing.store import Placed
from evalkit.present.language import Translator, mark, translator
from evalkit.present.wording.audits import say_audit, say_rows
from evalkit.present.wording.checks import say_rule
from evalkit.present.wording.refusals import say_refusal
from evalkit.vocabulary import Language

MOST_FAULTS: Final = 200
_MOST_LINES: Final = 20
_STATES: Final[Mapping[str, str]] = {
    "new": mark("new"),
    "replaces": mark("replaces what this sheet held before"),
    "unchanged": mark("unchanged: the study holds it already"),
    "same_as": mark("left out: the same as {other}, which the study holds already"),
    "refused": mark("nothing is taken: it has faults. Correct them, or leave the rows out with --keep-valid"),
}
_UNREADABLE: Final = mark("cannot be read")
_WHY: Final[Mapping[str, str]] = {
    "word": mark("no number or word that is known here"),
    "date": mark("a date where a number belongs"),
    "off_scale": mark("off the scale"),
    "ambiguous": mark("can be read in two ways"),
    "twice": mark("the same person, unit and quarter stand in another row, too"),
    "nobody": mark("nobody is named"),
    "no_person": mark("neither a name nor a NIP"),
    "no_nip": mark("no NIP: that has 18 digits"),
    "damaged_nip": mark(
        "a NIP typed as a number, whose last digits are lost: format the column as text, enter it anew"
    ),
    "two_people": mark("two NIP in one cell"),
    "two_nips": mark("a name that stands beside two NIP or more: enter the NIP of the one who is meant"),
    "holds_nip": mark("a number of a person, which must not enter a study"),
    "no_unit": mark("no unit is named"),
    "no_value": mark("nothing is recorded"),
    "no_source": mark("it is not said who the rater is to the person rated"),
    "two_quarters": mark("more than one quarter"),
    "day_or_month": mark("a date of which the day and the month can be exchanged"),
    "quarter_without_year": mark("a quarter and no year: say the whole quarter with --period"),
    "other_year": mark("another year than that of --period"),
    "other_period": mark("another period than that of --period"),
    "year_without_quarter": mark(
        "a year and no quarter: say --period Q4 for the fourth quarter of each year"
    ),
}
_CHANGES: Final[Mapping[str, str]] = {
    "tidied": mark(
        "{n} texts of {field} were changed: control characters go, and a beginning that is a formula is quoted"
    ),
    "text_kept": mark(
        "{n} comments were kept in the table comments, which notebooks of your own read with --people"
    ),
    "text_masked": mark(
        "in {n} of them numbers, addresses or known names were masked; other names stay: read them before passing them on"
    ),
    "rescaled": mark("{n} values of {field} were brought to the scale of their indicator"),
    "not_asked": mark("{n} cells of {field} are empty for a whole kind of rater, who was not asked that"),
    "ikm_off_scale": mark("the IKM that the sheet records lies off the scale, 25 to 100, and is left out"),
}
_PEOPLE: Final[Mapping[str, str]] = {
    "nip": mark("{n} people by a NIP, which gives year of birth, sex and year of joining"),
    "unread_nip": mark("{n} people by 18 digits that are no valid NIP: they give nothing but a pseudonym"),
    "linked": mark("{n} people by a name that stands beside one NIP in these files: they are that person"),
    "text": mark("{n} people by a name or a code: the same person under another name is another pseudonym"),
}
_WORDS: Final[Mapping[str, str]] = {
    "import": mark("Import"),
    "mapping": mark("Columns and what they become"),
    "column": mark("column"),
    "heading": mark("heading"),
    "becomes": mark("becomes"),
    "rows": mark("What became of rows and cells"),
    "audit": mark("What the sheet records, recomputed"),
    "faults": mark("Rows that cannot be used"),
    "cell": mark("cell or row"),
    "field": mark("field"),
    "why": mark("why"),
    "unread": mark("Of which nothing is taken"),
    "file": mark("file"),
    "sheet": mark("sheet"),
    "study": mark("What would be wrong with the study"),
}


def say_import(imported: Imported, lang: Language | None = None) -> Iterator[str]:
    """Say what an import does, the outcome first."""
    told = tell_import(imported, lang or "en")
    yield from told["headlines"]
    say = told["say"]
    for table in told["tables"]:
        yield ""
        yield f"{table['title']}: {table['state']}"
        yield from (f"  {line}" for line in table["lines"])
        yield from (f"  {column}  {heading} → {became}" for column, heading, became in table["mapping"])
        yield from (f"  {line}" for line in (*table["audit"], *table["rows"]))
        if table["faults"]:
            yield f"  {say['faults']}:"
            yield from (f"    {'  '.join(row)}" for row in table["faults"][:_MOST_LINES])
        if table["n_more"] or len(table["faults"]) > _MOST_LINES:
            n = table["n_more"] + max(0, len(table["faults"]) - _MOST_LINES)
            yield f"    {_more(translator(lang), n)}"
    for title, rows in ((say["unread"], told["unread"]), (say["study"], told["study_faults"])):
        if rows:
            yield from ("", f"{title}:", *(f"  {': '.join(filter(None, row))}" for row in rows[:_MOST_LINES]))
        if len(rows) > _MOST_LINES:
            yield f"  {_more(translator(lang), len(rows) - _MOST_LINES)}"


def tell_import(imported: Imported, lang: Language) -> dict[str, Any]:
    """Return everything that a page about an import shows."""
    tr = translator(lang)
    tables = [_tell(tr, each.batch, _state(tr, each)) for each in imported.placed]
    tables += [_tell(tr, batch, tr(_STATES["refused"])) for batch in imported.refused]
    return {
        "say": {name: tr(message) for name, message in _WORDS.items()},
        "headlines": list(_headlines(tr, imported)),
        "tables": tables,
        "unread": [(each.file, each.sheet, _unread(tr, each)) for each in imported.unread],
        "study_faults": [
            (fault.file, str(fault.row or ""), fault.column, say_rule(fault.rule, lang), _value(fault, lang))
            for fault in imported.faults[:MOST_FAULTS]
        ],
    }


def _unread(tr: Translator, each: Unread) -> str:
    """Say why nothing of a sheet or file is taken."""
    if not each.why:
        return tr("no table that is known, beside others that are")
    return say_refusal(each.why, tr.lang)


def _value(fault: Fault, lang: Language) -> str:
    """Say what stands there; "as FILE, row N" is a sentence of its own."""
    return say_rule(fault.value, lang) if fault.value else ""


def _state(tr: Translator, placed: Placed) -> str:
    return tr(_STATES[placed.state], other=placed.other)


def _headlines(tr: Translator, imported: Imported) -> Iterator[str]:
    taken = [each for each in imported.placed if each.state in ("new", "replaces")]
    n_same = len(imported.placed) - len(taken)
    n_lost = len(imported.refused) + sum(each.is_failure for each in imported.unread)
    if imported.faults:
        yield tr("Nothing was written: the study {study} would not hold together.", study=imported.study)
    elif imported.written and taken:
        yield tr.plural(
            "{n} table was written to the study {study}.",
            "{n} tables were written to the study {study}.",
            len(taken),
            study=imported.study,
        )
    elif taken:
        yield tr.plural(
            "{n} table would be written to the study {study}. Nothing is written yet: look at this, then add --write.",
            "{n} tables would be written to the study {study}. Nothing is written yet: look at this, then add --write.",
            len(taken),
            study=imported.study,
        )
    else:
        yield tr("There is nothing new for the study {study}; it is as it was.", study=imported.study)
    if imported.key_file:
        yield tr(
            "The key of the pseudonyms is new: {file}. Keep it, and keep it secret; without it no later file finds the same people.",
            file=str(imported.key_file),
        )
    if n_same:
        yield tr.plural("{n} table is there already.", "{n} tables are there already.", n_same)
    if n_lost:
        yield tr.plural(
            "Of {n} table or file nothing is taken, for the reason that stands beside it.",
            "Of {n} tables or files nothing is taken, for the reasons that stand beside them.",
            n_lost,
        )


def _tell(tr: Translator, batch: Batch, state: str) -> dict[str, Any]:
    reading = batch.reading
    sheet = f", {reading.sheet.name}" if reading.sheet.name else ""
    faults = batch.faults[:MOST_FAULTS]
    return {
        "title": f"{reading.workbook.file}{sheet} ({reading.layout})",
        "state": state,
        "lines": list(_lines(tr, batch)),
        "mapping": list(_mapping(tr, batch)),
        "audit": say_audit(batch.audit, tr.lang),
        "rows": [*_rows(tr, batch), *_changes(tr, batch), *_left(tr, batch)],
        "faults": [(batch.cell_of(each), each.field, _why(tr, each.why)) for each in faults],
        "n_more": len(batch.faults) - len(faults),
        "more": _more(tr, len(batch.faults) - len(faults)),
    }


def _rows(tr: Translator, batch: Batch) -> list[str]:
    """Say what became of rows and cells on reading; of free text that is kept, it is said elsewhere."""
    if not batch.given.keep_text:
        return say_rows(batch.reading, tr.lang)
    steps = tuple(step for step in batch.reading.steps if step.code != "text_left_out")
    return say_rows(replace(batch.reading, steps=steps), tr.lang)


def _lines(tr: Translator, batch: Batch) -> Iterator[str]:
    given = batch.given
    about = [given.place, given.unit, given.period]
    yield " · ".join(filter(None, about))
    if not given.period and not batch.reading.has("period") and not batch.reading.has("year"):
        yield tr(
            "No quarter is told: rows without one take no part in comparisons over time. Say --period 2025Q1."
        )
    n_evidence, n_recorded, n_people = (
        len(batch.tables[name]) for name in ("evidence", "recorded", "employees")
    )
    if n_evidence:
        yield tr.plural("{n} row of evidence", "{n} rows of evidence", n_evidence)
    if n_recorded:
        yield tr.plural(
            "{n} row of what the office recorded", "{n} rows of what the office recorded", n_recorded
        )
    if n_people:
        yield tr.plural("{n} person, as a pseudonym", "{n} people, as pseudonyms", n_people)
    for kind, n in batch.people.items():
        yield tr(_PEOPLE[kind], n=tr.number(n))


def _mapping(tr: Translator, batch: Batch) -> Iterator[tuple[str, str, str]]:
    """Yield column, heading and what becomes of it, of columns that are read; those beside are only named."""
    header = batch.reading.header
    for name in header.reasons:
        heading = " / ".join(header.headings.get(name, ())) or name
        kept = "comments" if name == "text" and batch.given.keep_text else ""
        became = batch.used.get(name) or kept or tr("read, and not taken")
        yield letters(header.columns[name]), heading, became
    others = [letters(at) for at in _unread_columns(batch)]
    if others:
        yield ", ".join(others), "–", tr("not read: no heading that is known")


def _unread_columns(batch: Batch) -> list[int]:
    """Return the columns with something in them that no field was found for."""
    sheet, header = batch.reading.sheet, batch.reading.header
    known = set(header.columns.values())
    rows = [*range(header.top, header.first), *batch.reading.rows[:50]]
    return [
        at
        for at in range(sheet.n_columns)
        if at not in known and any(not is_empty(sheet.value(row, at)) for row in rows)
    ]


def _changes(tr: Translator, batch: Batch) -> Iterator[str]:
    for each in batch.changes:
        yield tr(_CHANGES[each.code], n=tr.number(each.n), field=each.field)


def _left(tr: Translator, batch: Batch) -> Iterator[str]:
    """Say how many rows are left out, by what is wrong with them."""
    counts = Counter(why for _, why in {(each.at, each.why) for each in batch.faults})
    for why, n in counts.most_common():
        reason = _why(tr, why)
        yield tr.plural("{n} row cannot be used: {why}", "{n} rows cannot be used: {why}", n, why=reason)


def _more(tr: Translator, n: int) -> str:
    return tr("… and {n} more; --csv writes all", n=tr.number(n))


def _why(tr: Translator, code: str) -> str:
    return tr(_WHY.get(code, _UNREADABLE))


__all__ = ["MOST_FAULTS", "say_import", "tell_import"]
