"""The audit of one file: as text, as a page, and as a table; no study is needed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from evalkit.intake.audit import Audit, audit_readings
from evalkit.intake.files import Workbook, read_workbook
from evalkit.intake.layouts import read_tables
from evalkit.intake.mapping import SheetMapping
from evalkit.rules import mask_nip
from evalkit.spreadsheets import neutralise
from evalkit.vocabulary import Language

CSV_COLUMNS: Final = (
    "file",
    "sheet",
    "layout",
    "cell",
    "quantity",
    "recorded",
    "recomputed",
    "why",
    "band_changes",
)
_MOST_SHOWN: Final = 20
_COLUMNS: Final = ("cell", "what", "recorded", "recomputed", "why")


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditedFile:
    """A file and the audit of each table in it.

    Attributes
    ----------
    workbook
        The file.
    audits
        One for each table of a known layout.
    hidden
        Names of hidden sheets that were left out.
    """

    workbook: Workbook
    audits: tuple[Audit, ...]
    hidden: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing differs and no defect was found in any table."""
        return all(audit.is_clean for audit in self.audits)

    def describe(self, lang: Language = "en", *, shown: int = _MOST_SHOWN) -> str:
        """Say what was found, the finding first; rows are named by their cells."""
        parts = ["\n".join(_describe(audit, lang, shown)) for audit in self.audits]
        if self.hidden:
            from evalkit.present.wording.audits import say_hidden

            parts.append(say_hidden(self.hidden, lang))
        return mask_nip("\n\n".join(parts))

    def to_html(self, lang: Language = "en") -> str:
        """Write a page that needs nothing else, with every difference."""
        return render_audit(self, lang)

    def to_csv(self) -> str:
        """Write every difference, numbers unrounded; nothing in it starts a formula."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for audit in self.audits:
            writer.writerows(_csv_rows(audit))
        return text.getvalue()


def audit_file(
    path: Path | str,
    *,
    sheet: str | None = None,
    layout: str = "auto",
    mapping: SheetMapping | None = None,
) -> AuditedFile:
    """Read a file, recompute what it records, and look for known defects.

    Parameters
    ----------
    sheet
        The only sheet that is read; by default all that are not hidden.
    layout
        skm, skm-recap, siasn, sakip, raters, rater-items, or auto.
    mapping
        Fields of columns that are headed otherwise, and what a date such as 03/04/2025 means.

    Raises
    ------
    EvalkitError
        If the file cannot be read or holds no table that is known.
    """
    workbook = read_workbook(path)
    told = mapping or SheetMapping()
    readings = read_tables(
        workbook,
        sheet=sheet,
        layout=layout,
        mapping=told.columns,
        dates=told.dates,
        words=told.words,
        steps=told.steps,
    )
    hidden = () if sheet is not None else tuple(each.name for each in workbook.sheets if each.hidden)
    return AuditedFile(workbook=workbook, audits=audit_readings(readings), hidden=hidden)


def _describe(audit: Audit, lang: Language, shown: int) -> Iterator[str]:
    from evalkit.present.wording.audits import say_audit, say_rows

    say = words(lang)
    yield f"{title(audit)}:"
    yield from say_audit(audit, lang)
    yield ""
    if audit.differences:
        yield say["differences"]
        yield from _align(difference_rows(audit, lang)[:shown], [say[name] for name in _COLUMNS])
        if len(audit.differences) > shown:
            yield "  " + say["more"].format(n=len(audit.differences) - shown)
        yield ""
    yield say["defects"]
    yield from (
        f"  {name}: {verdict}" + (f" ({cells})" if cells else "")
        for name, verdict, cells in defect_rows(audit, lang)
    )
    yield ""
    yield say["rows"]
    yield from (f"  {line}" for line in say_rows(audit.reading, lang))


def title(audit: Audit) -> str:
    """Name a table by its file, sheet and layout."""
    reading = audit.reading
    sheet = f", {reading.sheet.name}" if reading.sheet.name else ""
    return f"{reading.workbook.file}{sheet} ({reading.layout})"


def difference_rows(audit: Audit, lang: Language) -> list[tuple[str, ...]]:
    """Return cell, quantity, recorded and recomputed value, and reason of every difference."""
    from evalkit.present.wording.audits import name_quantity, name_value, say_why

    return [
        (
            each.cell,
            name_quantity(each.quantity, lang),
            name_value(each.recorded, lang),
            name_value(each.recomputed, lang),
            say_why(each, lang),
        )
        for each in audit.differences
    ]


def defect_rows(audit: Audit, lang: Language) -> list[tuple[str, ...]]:
    """Return every defect that was looked for, with what became of it, the found ones first."""
    from evalkit.present.wording.audits import name_defect, say_cells, say_verdict

    order = ("found", "note", "unknown", "not_found")
    ranked = sorted(audit.defects, key=lambda each: order.index(each.verdict))
    return [
        (name_defect(each.code, lang), say_verdict(each, lang), say_cells(each.cells, lang))
        for each in ranked
    ]


def _align(rows: Sequence[Sequence[str]], head: Sequence[str]) -> Iterator[str]:
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _csv_rows(audit: Audit) -> Iterator[list[str | float | bool]]:
    reading = audit.reading
    for each in audit.differences:
        row = [
            reading.workbook.file,
            reading.sheet.name,
            reading.layout,
            each.cell,
            each.quantity,
            each.recorded,
            each.recomputed,
            " ".join(each.why),
            each.band_changes,
        ]
        yield [_neutral(value) if isinstance(value, str) else value for value in row]


def _neutral(text: str) -> str:
    """Return a text that no spreadsheet program runs, and that holds no number of a person."""
    return neutralise(mask_nip(text))


def render_audit(audited: AuditedFile, lang: Language) -> str:
    """Write the page of an audit."""
    from evalkit.present.wording.audits import say_audit, say_hidden, say_rows
    from evalkit.study.html.index import environment

    tables = [
        {
            "title": title(audit),
            "findings": say_audit(audit, lang),
            "differences": difference_rows(audit, lang),
            "defects": defect_rows(audit, lang),
            "rows": say_rows(audit.reading, lang),
        }
        for audit in audited.audits
    ]
    page = environment().get_template("evalkit/audit.html.j2")
    hidden = say_hidden(audited.hidden, lang) if audited.hidden else ""
    return mask_nip(
        page.render(lang=lang, file=audited.workbook.file, tables=tables, say=words(lang), hidden=hidden)
    )


_WORDS: Final[Mapping[str, Mapping[Language, str]]] = {
    "audit": {"en": "Audit", "id": "Audit"},
    "differences": {"en": "Values that differ", "id": "Nilai yang berbeda"},
    "defects": {"en": "Defects that were looked for", "id": "Cacat yang dicari"},
    "rows": {"en": "What became of the rows", "id": "Apa yang terjadi dengan baris-barisnya"},
    "more": {"en": "… and {n} more; --csv writes all", "id": "… dan {n} lagi; --csv menulis semuanya"},
    "cell": {"en": "cell", "id": "sel"},
    "what": {"en": "what", "id": "apa"},
    "recorded": {"en": "recorded", "id": "tercatat"},
    "recomputed": {"en": "recomputed", "id": "dihitung ulang"},
    "why": {"en": "why", "id": "sebab"},
    "defect": {"en": "defect", "id": "cacat"},
    "verdict": {"en": "verdict", "id": "putusan"},
    "where": {"en": "where", "id": "di mana"},
}


def words(lang: Language) -> dict[str, str]:
    """Return the words of an audit around what was found."""
    return {name: told[lang] for name, told in _WORDS.items()}
