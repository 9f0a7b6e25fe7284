"""Figures for print: vector (SVG, PDF) and pixels (PNG), from the SVG of a report, without a browser."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from evalkit.errors import UsageError

#: Formats of figures.
PICTURES: Final = ("svg", "png", "pdf")
RESOLUTION: Final = 300  # dots an inch
_WIDTH, _HEIGHT = 170, 247  # millimetres: what A4 leaves between margins of 2 and 2.5 cm
#: The picture in its own size, or as large as the paper allows.
_PAGE: Final = f"""\
#set document(date: none, title: sys.inputs.title)
#set page(width: auto, height: auto, margin: 0pt)
#let picture = image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.alt)
#context {{
  let size = measure(picture)
  let by = calc.min(1, {_WIDTH}mm / size.width, {_HEIGHT}mm / size.height)
  image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.alt, width: by * size.width)
}}
"""
_GENERIC: Final = re.compile(r"font-family:\s*sans-serif")


def draw(svg: str, form: str, *, name: str, title: str = "", alt: str = "") -> bytes:
    """Return a figure in one of `PICTURES`, at the size in which it is printed; the same bytes each time.

    Parameters
    ----------
    name
        Its file, for errors.
    title, alt
        What a PDF says of itself, and what it says to those who cannot see the picture.

    Raises
    ------
    UsageError
        If the file holds no picture that can be drawn.
    """
    if form == "svg":
        return svg.encode()
    import typst

    said = {"svg": _GENERIC.sub("font-family: DejaVu Sans", svg), "title": title, "alt": alt}
    fonts = {"font_paths": [_fonts()], "ignore_system_fonts": True}
    how: dict[str, Any] = {"format": form, "ppi": RESOLUTION, "sys_inputs": said, **fonts}
    try:
        made: bytes = typst.compile(_PAGE.encode(), **how)
    except RuntimeError as error:
        raise UsageError(
            f"{name} holds no picture that can be drawn as {form.upper()}: {error}. Mend the cell that makes "
            "it and run the report again, or export with --format svg."
        ) from error
    return made if form == "pdf" else _with_resolution(made)


@cache
def _fonts() -> str:
    """Return the folder of the fonts that come with matplotlib, so that every machine draws the same."""
    from matplotlib import get_data_path

    return str(Path(get_data_path()) / "fonts" / "ttf")


def _with_resolution(png: bytes) -> bytes:
    """Write into a PNG how many dots make an inch, so that it is placed in its printed size."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(out, "PNG", dpi=(RESOLUTION, RESOLUTION), optimize=False)
    return out.getvalue()
