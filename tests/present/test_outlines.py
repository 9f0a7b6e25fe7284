"""Texts are as wide, and their glyphs stand where, matplotlib has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextToPath
from numpy.testing import assert_array_equal

from evalkit.present import outlines
from evalkit.present.outlines import Outlines

pytestmark = pytest.mark.skipif(not hasattr(FT2Font, "_layout"), reason="shapes texts in another way")

TEXTS = st.text(st.sampled_from("AVTafilyj ,.gQ()%0129–−“é≥α"), min_size=0, max_size=12)
FONTS = st.builds(
    FontProperties,
    family=st.just("DejaVu Sans"),
    weight=st.sampled_from(["normal", "bold"]),
    size=st.sampled_from([7.5, 10.5, 11]),
)


@given(text=TEXTS, font=FONTS)
def test_a_text_is_as_large_as_matplotlib_has_it(text, font):
    plain = TextToPath().get_text_width_height_descent(text, font, False)
    assert Outlines().get_text_width_height_descent(text, font, False) == plain


@given(text=TEXTS, font=FONTS)
def test_glyphs_stand_where_matplotlib_has_them(text, font):
    path, plain = Outlines().get_text_path(font, text), TextToPath().get_text_path(font, text)
    assert_array_equal(path[0], plain[0])
    assert_array_equal(path[1], plain[1])


@given(text=TEXTS.filter(bool), font=FONTS)
def test_only_outlines_that_are_not_known_are_handed_on(text, font):
    written, known = Outlines(), {}
    face = written._get_font(font)
    places, new, _ = written.get_glyphs_with_font(face, text, known, return_new_glyphs_only=True)
    assert known == {}
    assert set(new) == {name for name, *_ in places}
    assert written.get_glyphs_with_font(face, text, new, return_new_glyphs_only=True)[1] == {}


def test_a_text_that_is_measured_and_drawn_is_shaped_once():
    outlines._shape.cache_clear()
    written, font = Outlines(), FontProperties(family="DejaVu Sans", size=9)
    written.get_text_width_height_descent("shaped", font, False)
    written.get_text_path(font, "shaped")
    assert outlines._shape.cache_info().misses == 1


def test_a_size_that_something_else_gave_the_font_changes_nothing():
    written, font = Outlines(), FontProperties(family="DejaVu Sans", size=9)
    written._get_font(font).set_size(7, 72)
    plain = TextToPath().get_text_width_height_descent("size", font, False)
    outlines._shape.cache_clear()
    written._get_font(font).set_size(7, 72)
    assert written.get_text_width_height_descent("size", font, False) == plain
