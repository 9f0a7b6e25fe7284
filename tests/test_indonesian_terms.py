"""One Indonesian word for each term, in sentences, notebooks, labels and explanations alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WRITTEN = [
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    *sorted((ROOT / "src" / "evalkit").rglob("*.po")),
    *sorted((ROOT / "src" / "evalkit").rglob("*.yaml")),
    ROOT / "src" / "evalkit" / "present" / "codes.py",
    ROOT / "src" / "evalkit" / "study" / "html" / "words.py",
]
#: Words that were once used beside the one that stands for the term, as CONTRIBUTING.md lists them.
OTHER_WORDS = {
    "reliabilitas": r"(?:ke(?:ter)?andalan|dependabilitas)(?:nya)?",
    "varians": r"ragam(?:nya)?|varian",
    "studi": r"kajian(?:nya)?",
}


@pytest.mark.parametrize(("term", "others"), OTHER_WORDS.items())
def test_a_term_has_one_word(term, others):
    word = re.compile(rf"\b(?:{others})\b", re.IGNORECASE)
    found = [
        f"{path.name}: {match[0]}" for path in WRITTEN for match in word.finditer(path.read_text("utf-8"))
    ]
    assert found == [], f"write {term}"
    assert any(term in path.read_text("utf-8") for path in WRITTEN)
