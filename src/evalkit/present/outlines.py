"""Texts as outlines, each shaped once: matplotlib shapes a text to measure it, and again to draw it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add
from typing import Any, Final

from matplotlib import text as texts
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.textpath import TextToPath, text_to_path

from evalkit.present.measures import instead

#: Of FreeType, to a point of the font's scale.
_SUBPIXELS: Final = 64


def texts_shaped_once() -> AbstractContextManager[None]:
    """Let a picture's texts be shaped once, where this matplotlib shapes them as is known here."""
    if not hasattr(FT2Font, "_layout"):  # before matplotlib 3.11
        return nullcontext()
    outlines = Outlines()
    return instead(texts, "TextToPath", lambda _: lambda: outlines)


@dataclass(frozen=True)
class _Glyph:
    name: str
    outline: Any
    width: float
    bottom: float
    top: float


@dataclass(frozen=True)
class _Line:
    """Glyphs with where they stand, and the size of the whole in the font's own scale."""

    glyphs: list[_Glyph]
    places: list[tuple[str, float, float, float]]
    width: float
    height: float
    descent: float


class Outlines(TextToPath):
    """Writes texts as `TextToPath` does, which is left mathematics and the features of fonts."""

    def __init__(self) -> None:
        super().__init__()
        self._fonts: dict[FontProperties, FT2Font] = {}

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure a text."""
        if ismath or not s:
            return super().get_text_width_height_descent(s, prop, ismath)
        line = _shape(self._get_font(prop), s)
        scale = prop.get_size_in_points() / self.FONT_SCALE
        return line.width * scale, line.height * scale, line.descent * scale

    def get_glyphs_with_font(
        self, font: FT2Font, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **kind: Any
    ) -> Any:
        """Return the glyphs of a text with their places, and the outlines of those that are not known yet."""
        if not s or any(kind.values()):
            return super().get_glyphs_with_font(font, s, glyph_map, return_new_glyphs_only, **kind)
        line = _shape(font, s)
        known = {} if glyph_map is None else glyph_map
        new = {glyph.name: glyph.outline for glyph in line.glyphs if glyph.name not in known}
        if not return_new_glyphs_only:
            known.update(new)
        return line.places, new if return_new_glyphs_only else known, []

    def _get_font(self, prop: FontProperties) -> FT2Font:
        if prop not in self._fonts:
            self._fonts[prop.copy()] = super()._get_font(prop)  # type: ignore[misc]
        font = self._fonts[prop]
        font.set_size(self.FONT_SCALE, self.DPI)  # something else may have set another
        return font


@lru_cache(maxsize=4096)
def _shape(font: Any, text: str) -> _Line:
    items = list(font._layout(text, LoadFlags.NO_HINTING, features=None, language=None))
    glyphs = [_load(item.ft_object, item.glyph_index) for item in items]
    heights = [item.y for item in items]
    bottom = min(map(add, heights, (glyph.bottom for glyph in glyphs)))
    return _Line(
        glyphs=glyphs,
        places=[(glyph.name, item.x, item.y, 1.0) for glyph, item in zip(glyphs, items, strict=True)],
        width=items[-1].x + glyphs[-1].width,
        height=max(map(add, heights, (glyph.top for glyph in glyphs))) - bottom,
        descent=-bottom,
    )


@cache
def _load(font: Any, index: int) -> _Glyph:
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    _, bottom, _, top = glyph.bbox
    return _Glyph(
        name=text_to_path._get_glyph_repr(font, index),  # type: ignore[attr-defined]
        outline=font.get_path(),
        width=glyph.horiAdvance / _SUBPIXELS,
        bottom=bottom / _SUBPIXELS,
        top=top / _SUBPIXELS,
    )
