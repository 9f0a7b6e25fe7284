"""What a column of a table is for whoever writes the table anew: its heading, kind, decimals and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from evalkit.present.labels import cell_label
from evalkit.vocabulary import Language

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_KINDS: Final = {
    "boolean": "boolean",
    "integer": "integer",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
}
_FILE: Final = "file"  # names of files stay as they are


def describe_column(
    values: pd.Series, *, title: str, decimals: int, share: bool, p_value: bool, lang: Language
) -> dict[str, Any]:
    """Describe a column as a field of a Frictionless Table Schema.

    Returns
    -------
    ``name``, ``title`` and ``type``; ``decimals`` of numbers, and ``share`` or ``p_value`` where they are
    that; ``categories`` of texts, of which a page shows the label.

    Examples
    --------
    >>> source = pd.Series(["citizen", "system"], name="source")
    >>> field = describe_column(source, title="Sumber", decimals=2, share=False, p_value=False, lang="id")
    >>> field["type"], field["categories"][0]
    ('string', {'value': 'citizen', 'label': 'masyarakat'})
    """
    name = str(values.name)
    kind = _KINDS.get(pd.api.types.infer_dtype(values, skipna=True), "string")
    field: dict[str, Any] = {"name": name, "title": title, "type": kind}
    if kind in ("integer", "number"):
        told = {"share": share, "p_value": p_value and kind == "number"}
        return field | {"decimals": decimals} | {key: True for key, holds in told.items() if holds}
    categories = [] if kind == "boolean" or name == _FILE else _label_values(values, lang)
    return field | ({"categories": categories} if categories else {})


def _label_values(values: pd.Series, lang: Language) -> list[dict[str, str]]:
    """List the texts that readers know under another word, each once."""
    texts = dict.fromkeys(str(value) for value in values.dropna())
    labels = {text: cell_label(text, lang) for text in texts}
    return [{"value": text, "label": label} for text, label in labels.items() if label != text]


def letter_doubts(
    shown: Mapping[str, Sequence[str]],
) -> tuple[dict[str, Sequence[str]], list[str]]:
    """Replace caveats by letters that are explained once below the table; no caveat, no column.

    Examples
    --------
    >>> shown, notes = letter_doubts({"n": ["2", "9"], "caveat": ["few people", ""]})
    >>> shown["caveat"], notes
    (['a', ''], ['a: few people.'])
    """
    texts = [text for text in dict.fromkeys(shown.get("caveat", ())) if text]
    if not texts:
        return {name: column for name, column in shown.items() if name != "caveat"}, []
    if len(texts) > len(_LETTERS):
        return dict(shown), []
    letters = {"": "", **dict(zip(texts, _LETTERS, strict=False))}
    notes = [f"{letters[text]}: {text}." for text in texts]
    return {**shown, "caveat": [letters[text] for text in shown["caveat"]]}, notes
