"""The words of a check around what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evalkit.vocabulary import Language

_WORDS: Final[Mapping[str, Mapping[Language, str]]] = {
    "check": {"en": "Check", "id": "Pemeriksaan"},
    "faults": {"en": "What is wrong", "id": "Apa yang salah"},
    "reports": {"en": "What each report can say", "id": "Apa yang dapat dikatakan setiap laporan"},
    "methods": {"en": "What the evidence carries of each method", "id": "Metode mana yang didukung bukti"},
    "lying": {"en": "Files that are not read", "id": "Berkas yang tidak dibaca"},
    "column": {"en": "column", "id": "kolom"},
    "rule": {"en": "rule", "id": "aturan"},
    "where": {"en": "where", "id": "di mana"},
    "fix": {"en": "To do", "id": "Yang perlu dilakukan"},
    "method": {"en": "method", "id": "metode"},
    "evidence": {"en": "evidence", "id": "bukti"},
    "formed": {"en": "enough", "id": "cukup"},
    "not_formed": {"en": "too little", "id": "terlalu sedikit"},
    "report": {"en": "report", "id": "laporan"},
    "outlook": {"en": "what it does", "id": "hasilnya"},
    "why": {"en": "why not more", "id": "mengapa tidak lebih"},
}


def words(lang: Language) -> dict[str, str]:
    """Return the words in a language."""
    return {name: told[lang] for name, told in _WORDS.items()}
