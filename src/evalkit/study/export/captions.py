"""What the exported tables and figures of a report are, in one text: captions, notes, words for pictures."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.study.export.content import Content
from evalkit.study.html.words import words


def write_captions(content: Content) -> bytes:
    """Write the captions of a report's tables and figures, with the names of their files."""
    lines = [content.heading, content.study, content.evidence, ""]
    return "\n".join([*lines, *_tables(content), *_figures(content)]).encode("utf-8-sig")


def _tables(content: Content) -> Iterator[str]:
    word = words(content.lang)["table"]
    for table in content.tables:
        said = (table.caption, table.note, "" if table.rows else table.empty)
        yield f"{word} {table.number} ({content.stem}-{table.label})"
        yield from (f"    {text}" for text in said if text)
        yield ""


def _figures(content: Content) -> Iterator[str]:
    word = words(content.lang)["figure"]
    for figure in content.figures:
        yield f"{word} {figure.number} ({content.stem}-{figure.label})"
        yield from (f"    {text}" for text in dict.fromkeys((figure.caption, figure.alt)) if text)
        yield ""
