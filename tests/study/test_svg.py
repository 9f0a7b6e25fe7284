"""Names inside pictures are numbers: two pictures that differ in hashed names only become the same bytes."""

from __future__ import annotations

import re
from io import StringIO

import matplotlib.pyplot as plt
import pytest

from evalkit.study.svg import number_names

REFERENCE = re.compile(r'(?:url\(|href=")#([^")]+)')
NAME = re.compile(r'id="([^"]+)"')


@pytest.fixture
def draw():
    """Return a figure with two panels, lines, dots and text as SVG, hashed with some salt."""

    def drawn(salt):
        with plt.rc_context({"svg.hashsalt": salt}):
            figure, axes = plt.subplots(2)
            axes[0].plot([1, 2, 3], marker="o")
            axes[1].scatter([1, 2], [2, 1], s=[9, 25])
            text = StringIO()
            figure.savefig(text, format="svg", metadata={"Date": None})
            plt.close(figure)
        return text.getvalue()

    return drawn


def test_pictures_that_differ_in_hashed_names_only_become_the_same(draw):
    one, other = draw("a"), draw("b")
    assert one != other
    assert number_names(one) == number_names(other)


def test_every_reference_still_has_its_part(draw):
    svg = draw("a")
    numbered = number_names(svg)
    names = NAME.findall(numbered)
    assert set(REFERENCE.findall(numbered)) <= set(names)
    assert len(set(names)) == len(set(NAME.findall(svg)))
    assert len(REFERENCE.findall(numbered)) == len(REFERENCE.findall(svg)) > 4


def test_names_that_people_gave_stay():
    svg = '<g id="axes_1"/><g id="legend"/><path id="DejaVuSans-41"/>'
    assert number_names(svg) == svg
