"""What a page is on paper: where its text ends, and whether tables, their words and figures are whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pypdfium2 as pdfium

#: The margin of a sheet, in points, less some for the overhang of letters and for rounding.
MARGIN: Final = 16 * 72 / 25.4 - 4
#: A4 between the margins, upright and on its side, in CSS pixels.
_UPRIGHT: Final = {"width": 673, "height": 986}
_ASIDE: Final = {"width": 1001, "height": 658}
_LAST = """() => [...document.querySelectorAll('main table')].map(table => [
  table.caption?.innerText ?? '',
  [...table.rows].map(row => row.cells[row.cells.length - 1]?.innerText ?? '')])"""
_FIGURES = """() => [...document.querySelectorAll('main figure img')].map(image => {
  const box = image.getBoundingClientRect();
  return {alt: image.alt, right: box.right, height: box.height};
})"""
_BROKEN = """onItsSide => {
  const range = document.createRange(), broken = [];
  document.querySelectorAll('main table').forEach(table => {
    if (Boolean(table.closest('.paper-wide, .paper-wide-small')) !== onItsSide) return;
    const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (const word of node.data.matchAll(/[\\p{L}\\p{N}]{2,}/gu)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(word[0]);
      }
    }
    if (table.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      broken.push(`too wide: ${table.caption?.innerText}`);
  });
  return broken;
}"""


def print_page(page: Any, file: Path) -> pdfium.PdfDocument:
    """Print an open page on A4."""
    page.pdf(path=str(file), format="A4", prefer_css_page_size=True)
    return pdfium.PdfDocument(file)


def find_cut_text(document: pdfium.PdfDocument) -> list[tuple[int, str]]:
    """List the text that reaches beyond the margin of its sheet: number of the sheet, and the text."""
    cut = []
    for number, sheet in enumerate(document, start=1):
        text = sheet.get_textpage()
        edge = sheet.get_width() - MARGIN
        letters = [i for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
        beyond = [i for i in letters if text.get_charbox(i)[2] > edge]
        if beyond:
            cut.append((number, text.get_text_range(max(0, beyond[0] - 20), 40)))
    return cut


def find_lost_columns(page: Any, document: pdfium.PdfDocument) -> dict[str, list[str]]:
    """List by table what stands in its right-most column and nowhere on paper."""
    printed = re.sub(r"\W", "", "".join(sheet.get_textpage().get_text_range() for sheet in document))
    lost = {
        caption[:60]: [word for cell in cells for word in re.findall(r"\w+", cell) if word not in printed]
        for caption, cells in page.evaluate(_LAST)
    }
    return {caption: words for caption, words in lost.items() if words}


def find_faults_of_layout(page: Any) -> list[Any]:
    """List broken words and tables that are too wide, and figures that do not fit on a sheet."""
    page.emulate_media(media="print")
    faults = []
    for size, on_its_side in ((_UPRIGHT, False), (_ASIDE, True)):
        page.set_viewport_size(size)
        faults += page.evaluate(_BROKEN, on_its_side)
    page.set_viewport_size(_UPRIGHT)
    faults += [
        figure
        for figure in page.evaluate(_FIGURES)
        if figure["right"] > _UPRIGHT["width"] + 1 or figure["height"] > _UPRIGHT["height"]
    ]
    page.emulate_media(media="screen")
    return faults
