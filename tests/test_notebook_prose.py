"""The prose of notebooks is whole in both languages: cells in pairs that say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evalkit.study.language_cells import keep_language, language_of

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SAME = {"R²", "IKM", "SAKIP", "κ", "Φ", "α", "ω", "Median", "Predikat"}
ENGLISH = re.compile(r"\b(?:the|of|and|is|are|which|what|with|people|from|not)\b", re.IGNORECASE)
INDONESIAN = re.compile(r"\b(?:yang|dan|atau|dari|tidak|adalah|dengan|untuk|apakah|setiap)\b", re.IGNORECASE)
#: Names and terms that stay as they are in an Indonesian text.
LOAN = re.compile(
    r"`[^`]*`|```.*?```|(?<!\*)\*[^*\n]+\*(?!\*)|\bUniversity of Texas\b|"
    r"\bpredictive mean matching\b|\bwild cluster\s+bootstrap\b",
    re.DOTALL,
)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> dict:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def pairs(path: Path) -> list[tuple[str, str]]:
    """Return the sources of the cells of both languages, which must stand side by side."""
    prose = [cell for cell in read(path)["cells"] if cell["cell_type"] == "markdown"]
    return [(a["source"], b["source"]) for a, b in zip(prose[::2], prose[1::2], strict=True)]


def find_numbers(text: str, lang: str) -> list[str]:
    r"""List the numbers of a text, but for those in code, in one way of writing them.

    >>> find_numbers("40,000 people, .8 and 1.128", "en") == find_numbers("40.000 orang, 0,8 dan 1,128", "id")
    True
    """
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", "," if lang == "en" else ".", text)
    group, point = (",", ".") if lang == "en" else (".", ",")
    numbers = re.findall(rf"(?:(?<![\w{point}])[.])?\d+(?:[.,]\d+)*", text)
    plain = (re.sub(rf"\{group}(?=\d{{3}}\b)", "", number).replace(point, ".") for number in numbers)
    return sorted("0" + number if number.startswith(".") else number for number in plain)


def structure(text: str) -> dict[str, list[str]]:
    """What a text holds that is the same in every language."""
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {
        "levels of headings": re.findall(r"^(#+) ", outside, re.MULTILINE),
        "blocks of code": re.findall(r"```.*?```", text, re.DOTALL),
        "code": sorted(re.findall(r"`[^`\n]+`", outside)),
        "addresses": sorted(re.findall(r"\]\(([^)]+)\)", outside)),
        "references": sorted(re.findall(r"@[\w-]+", outside)),
        "formulas": sorted(re.findall(r"\$[^$]+\$", outside)),
        "list items": re.findall(r"^ *(-|\d+\.) ", outside, re.MULTILINE),
        "rows of tables": re.findall(r"^\|", outside, re.MULTILINE),
        "tags": re.findall(r"</?(\w+)", outside),
        "paragraphs": re.findall(r"\n\n", outside),
    }


@every_notebook
def test_every_markdown_cell_has_a_language_and_its_other_language_stands_below(path):
    languages, cells = [], read(path)["cells"]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            assert language_of(cell), f"{cell['source'][:60]!r} is tagged neither lang-en nor lang-id"
        languages.append(language_of(cell))
    starts = [i for i, lang in enumerate(languages) if lang == "en"]
    assert starts
    assert [languages[i + 1] for i in starts] == ["id"] * len(starts)
    assert len([lang for lang in languages if lang]) == 2 * len(starts), "a cell without its pair"
    for i in starts:
        others = [set(cells[j]["metadata"]["tags"]) - {"lang-en", "lang-id"} for j in (i, i + 1)]
        assert others[0] == others[1]


@every_notebook
def test_both_languages_have_the_same_headings_lists_code_and_references(path):
    for english, indonesian in pairs(path):
        assert structure(indonesian) == structure(english), english[:80]


@every_notebook
def test_both_languages_hold_the_same_numbers(path):
    for english, indonesian in pairs(path):
        assert find_numbers(indonesian, "id") == find_numbers(english, "en"), english[:80]


@every_notebook
def test_each_language_is_written_in_its_own_words(path):
    for english, indonesian in pairs(path):
        assert not INDONESIAN.findall(LOAN.sub("", english))
        assert not ENGLISH.findall(LOAN.sub("", indonesian))
        if english not in {f"## {word}" for word in SAME}:
            assert english != indonesian


@every_notebook
def test_a_translation_is_neither_a_summary_nor_a_commentary(path):
    for english, indonesian in pairs(path):
        assert 0.55 < len(indonesian) / len(english) < 1.9, indonesian[:80]


def test_the_title_of_a_report_differs_by_language():
    for path in NOTEBOOKS:
        titles = [
            cell["source"].splitlines()[0]
            for lang in ("en", "id")
            for cell in keep_language(read(path), lang)["cells"]
            if cell["source"].startswith("# ") and cell["cell_type"] == "markdown"
        ]
        assert len(titles) == 2
        assert titles[0] != titles[1]


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("## A\nText.", "### A\nTeks."),
        ("See `a`.", "Lihat `b`."),
        ("See @fig-a.", "Lihat gambar."),
        ("- a\n- b", "- a"),
        ("```python\na\n```", "```python\nb\n```"),
    ],
)
def test_unequal_pairs_are_found(english, indonesian):
    assert structure(english) != structure(indonesian)


def test_unequal_numbers_are_found():
    assert find_numbers("10 000 draws at .5", "en") == find_numbers("10.000 undian pada 0,5", "id")
    assert find_numbers("1.128", "en") != find_numbers("1.128", "id")
    assert find_numbers("30 %", "en") != find_numbers("3 %", "id")
