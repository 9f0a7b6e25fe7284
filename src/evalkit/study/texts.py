"""Sentences of a study in several languages: where a file says why, it may say so in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evalkit.vocabulary import LANGUAGES, Language

#: By the English sentence, or by that of the first language where there is no English one.
Texts = dict[str, Mapping[Language, str]]

_KEYS: Final = ("because", "margin_because")


def take_texts(content: Any) -> tuple[Any, Texts]:
    """Return a file's content with one sentence wherever it says why, and the others by that sentence.

    Code passes on the one sentence, and what is shown finds the reader's by it.

    Examples
    --------
    >>> content, texts = take_texts({"links": [{"because": {"en": "Asked.", "id": "Ditanyakan."}}]})
    >>> content, texts["Asked."]["id"]
    ({'links': [{'because': 'Asked.'}]}, 'Ditanyakan.')
    """
    texts: Texts = {}
    return _take(content, texts), texts


def _take(content: Any, texts: Texts) -> Any:
    if isinstance(content, list):
        return [_take(item, texts) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        key: _take_one(value, texts) if key in _KEYS and _is_told(value) else _take(value, texts)
        for key, value in content.items()
    }


def _is_told(value: Any) -> bool:
    """Tell whether a value is a sentence in languages; anything else is judged by what reads it."""
    return (
        isinstance(value, dict)
        and bool(value)
        and set(value) <= set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )


def _take_one(value: Mapping[Language, str], texts: Texts) -> str:
    told: dict[Language, str] = {lang: text.strip() for lang, text in value.items()}
    sentence = told.get("en") or next(iter(told.values()))
    texts[sentence] = told
    return sentence
