"""Tables as one Word document: captions, headings that repeat, notes, wide ones on a turned page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from evalkit.study.export.content import Content, Table
from evalkit.study.export.rounded import Rounded, round_table
from evalkit.study.html.words import words
from evalkit.vocabulary import Language

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes, whenever it is written
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # by XML
_SHORT, _LONG, _MARGIN = 21.0, 29.7, 2.0  # of A4, in centimetres
_LETTER: Final = 0.17  # width of a letter in a table, in centimetres
_PADDING: Final = 0.4
_SIZE: Final = 9  # points
_MOST: Final = 60  # letters in a line of a cell
_EMU: Final = 360_000  # of a centimetre, as Word counts
_LANGUAGES: Final[dict[Language, str]] = {"en": "en-GB", "id": "id-ID"}


def write_document(content: Content, *, locale: Language) -> bytes:
    """Write the tables of a report as its page shows them, each with its caption and notes.

    Parameters
    ----------
    locale
        How numbers are written.
    """
    from docx import Document

    document = Document()
    _prepare(document, content)
    document.add_heading(_clean(content.heading), level=1)
    document.add_paragraph(_clean(content.study))
    document.add_paragraph().add_run(content.evidence).bold = content.is_marked
    for table in content.tables:
        rounded = round_table(table, locale=locale, lang=content.lang)
        _turn(document, wide=_width(rounded) > _SHORT - 2 * _MARGIN)
        _add_caption(document, table, content.lang)
        if rounded.rows:
            _add_table(document, rounded)
        for note in rounded.notes:
            _add_note(document, note)
    return _without_clock(document)


def _prepare(document: Any, content: Content) -> None:
    """Set the paper, the language and the properties of a document."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(_SHORT), Cm(_LONG)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(_MARGIN))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), _LANGUAGES[content.lang])
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _clean(content.heading), "evalkit", ""
    properties.language = _LANGUAGES[content.lang]


def _turn(document: Any, *, wide: bool) -> None:
    """Begin a new section where the next table needs the page turned, or turned back."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    section = document.sections[-1]
    if (section.orientation == WD_ORIENT.LANDSCAPE) == wide:
        return
    turned = document.add_section(WD_SECTION.NEW_PAGE)
    turned.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    turned.page_width, turned.page_height = section.page_height, section.page_width


def _width(rounded: Rounded) -> float:
    """Return how much room a table needs at least, in centimetres: numbers and words are not broken."""
    columns = range(len(rounded.headings))
    return sum(_longest(rounded, at, whole=rounded.numeric[at]) * _LETTER + _PADDING for at in columns)


def _longest(rounded: Rounded, at: int, *, whole: bool) -> int:
    """Return the letters of the longest cell of a column, or of the longest word of any."""
    cells = [row[at] for row in rounded.rows]
    words_of = cells if whole else [word for cell in cells for word in cell.split()]
    return max(map(len, (*words_of, *rounded.headings[at].split())), default=1)


def _add_caption(document: Any, table: Table, lang: Language) -> None:
    """Add the caption above a table, kept with it; Word finds it for a list of tables by its style."""
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{words(lang)['table']} {table.number}. {_clean(table.caption)}")


def _add_table(document: Any, rounded: Rounded) -> None:
    grid = document.add_table(rows=0, cols=len(rounded.headings), style="Table Grid")
    grid.autofit = True
    _share_out(document.sections[-1], grid, rounded)
    for row in (rounded.headings, *rounded.rows):
        grid._tbl.append(_make_row(row, rounded.numeric, is_head=row is rounded.headings))


def _share_out(section: Any, grid: Any, rounded: Rounded) -> None:
    """Give each column room by what it needs at least, and of the rest by how long its texts are."""
    room = section.page_width - section.left_margin - section.right_margin
    least = [_longest(rounded, at, whole=right) + 2 for at, right in enumerate(rounded.numeric)]
    most = [min(_longest(rounded, at, whole=True), _MOST) + 2 for at in range(len(least))]
    spare = [max(wish - need, 0) for wish, need in zip(most, least, strict=True)]
    left = max(room - sum(least) * _LETTER * _EMU, 0)
    for at, column in enumerate(grid.columns):
        own = least[at] / sum(least) if not any(spare) else spare[at] / sum(spare)
        column.width = int(min(least[at] * _LETTER * _EMU, room * least[at] / sum(least)) + left * own)


def _make_row(texts: Sequence[str], numeric: Sequence[bool], *, is_head: bool) -> Any:
    """Make a row that no page breaks; that of the headings is marked as such and stands on every page.

    It is made at one go, as python-docx looks for every cell anew, which takes minutes for long tables.
    """
    from docx.oxml import OxmlElement

    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for text, right in zip(texts, numeric, strict=True):
        row.append(_make_cell(text, right=right, bold=is_head))
    return row


def _make_cell(text: str, *, right: bool, bold: bool) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Pt
    from docx.text.paragraph import Paragraph

    cell = OxmlElement("w:tc")
    paragraph = Paragraph(OxmlElement("w:p"), None)  # type: ignore[arg-type]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(_clean(text))
    run.bold, run.font.size = bold, Pt(_SIZE)
    cell.append(paragraph._p)
    return cell


def _add_note(document: Any, text: str) -> None:
    from docx.shared import Pt

    run = document.add_paragraph().add_run(_clean(text))
    run.italic, run.font.size = True, Pt(_SIZE)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _without_clock(document: Any) -> bytes:
    """Return the bytes of a document with the same date on each of its parts."""
    made, plain = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(plain, "w") as archive:
        for name in parts.namelist():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), parts.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()
