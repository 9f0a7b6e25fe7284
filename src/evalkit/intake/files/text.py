"""Text files with a delimiter: csv, tsv and the like, in whatever encoding the office saved them."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.refusals import OversizedFileError, UnreadableFileError
from evalkit.intake.files.workbook import Sheet, Workbook

#: The likelier first: where two of them divide a file alike, the first is meant.
DELIMITERS: Final = ("\t", ";", "|", ",")
_SAMPLE: Final = 1 << 16
_MOST_SAMPLED: Final = 200
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path, limits: Limits = LIMITS) -> Workbook:
    """Read a text file with a delimiter; its encoding and delimiter are found, and noted.

    Raises
    ------
    RefusedFileError
        If it is no text, or beyond the limits.
    """
    text, encoding = _decode(path)
    declared, text = _take_declaration(text)
    delimiter = declared or find_delimiter(text)
    rows, lines = _split(path, text, delimiter, limits)
    sheet = Sheet(name="", rows=rows, naming="line", lines=lines)
    return Workbook(
        file=path.name, kind="csv", sheets=(sheet,), notes=(("encoding", encoding), ("delimiter", delimiter))
    )


def _decode(path: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding: by its mark, else UTF-16, UTF-8 or Windows-1252."""
    content = path.read_bytes()
    marked = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else (_guess_wide(content), "utf-8", "cp1252"):
        if encoding is None:
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.removeprefix("\ufeff"), encoding.removesuffix("-sig")
    nul = ", NUL among them" if 0 in content else ""
    raise UnreadableFileError(
        f"{path.name} is no text: it holds bytes that stand for no letters{nul}. Save the sheet as CSV "
        "(UTF-8) in its program, and "
        "read that file."
    )


def _guess_wide(content: bytes) -> str | None:
    """Return UTF-16 where every other byte of most letters is NUL, as in text without a mark."""
    sample = content[: _SAMPLE - _SAMPLE % 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _take_declaration(text: str) -> tuple[str, str]:
    """Return the delimiter that a first line ``sep=;`` names, and the text with that line emptied."""
    first, _, rest = text.partition("\n")
    name = first.strip().strip('"')
    if name.lower().startswith("sep=") and len(name) <= 5:
        return name[4:] or "\t", "\n" + rest
    return "", text


def find_delimiter(text: str) -> str:
    r"""Return the delimiter that gives most lines the same number of fields.

    Examples
    --------
    >>> find_delimiter("unsur;nilai\nU1;3,25\nU2;3,50\n")
    ';'
    >>> find_delimiter("satu\ndua\n")
    ','
    """
    sample = text[:_SAMPLE]
    shares = {delimiter: _share_alike(sample, delimiter) for delimiter in DELIMITERS}
    best = max(shares.values())
    if not best:
        return max(reversed(DELIMITERS), key=sample.count)
    return next(each for each in DELIMITERS if shares[each] >= best - 0.05)


def _share_alike(sample: str, delimiter: str) -> float:
    """Return the share of lines with the commonest number of fields, where that is more than one."""
    try:
        records = list(islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter), _MOST_SAMPLED))
    except csv.Error:
        return 0.0
    counts = Counter(len(record) for record in records if any(field.strip() for field in record))
    (width, n), *_ = counts.most_common(1) or [(1, 0)]
    return n / counts.total() if width > 1 else 0.0


def _split(
    path: Path, text: str, delimiter: str, limits: Limits
) -> tuple[list[list[str]], list[int] | tuple[()]]:
    """Split a text into rows, each with the line on which it begins where lines and rows differ."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    n_cells, line = 0, 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(line)
            n_cells += len(row)
            line = reader.line_num + 1
            if n_cells > limits.n_cells:
                raise OversizedFileError(
                    f"{path.name} holds more than {limits.n_cells:,} fields (line {line:,}). Split it, or "
                    "leave "
                    "columns out."
                )
    except csv.Error as problem:
        raise UnreadableFileError(
            f"{path.name}, line {line}: {problem}. A quotation mark may have no end; mend that line and "
            "read the "
            "file again."
        ) from None
    return rows, () if _are_plain(lines) else lines


def _are_plain(lines: Iterable[int]) -> bool:
    return all(line == number for number, line in enumerate(lines, start=1))
