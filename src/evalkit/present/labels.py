"""Words for people. Tables keep their code names; headings and labels are joined here, at the last moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Final

from evalkit.present.answer_codes import ANSWERS
from evalkit.present.catalogue import forms, read_catalogue
from evalkit.present.codes import CODES, COLUMNS
from evalkit.present.reader import reader_language
from evalkit.vocabulary import LABELS, METHODS, Language

# a name such as ktp_days, and not a file such as machine_trials.csv
_NAME: Final = re.compile(r"(?<![\w.])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w.]*\.[a-z])", re.IGNORECASE)

# a method that stands for itself, and not in the code of a unit or the name of a file
_METHOD: Final = re.compile(rf"(?<![\w./-])(?:{'|'.join(METHODS)})(?![\w/-]|\.\w)")

# a number that stands for itself in a sentence, such as 1,234 or 12 %
_NUMBER: Final = re.compile(r"[-−±+]?\d[\d,]*(?:\.\d+)?(?: ?%)?")
_SWAP: Final = str.maketrans({",": ".", ".": ","})
_MOST_WORDS: Final = 4  # of a value that is not known; of more, the message was another one
_STOP: Final = re.compile(r"(?<=[.?]) ")
_TOLD: Final = re.compile(r"([^()]+) \(([^()]*)\)(?:: ([^;]*))?")  # such as: rating (peer): one rater
_JOINTS: Final = re.compile(r"(; |, and | and | or |, )")
_JOINTS_OF: Final = {", and ": ", dan ", " and ": " dan ", " or ": " atau "}

_OF_STUDY: Final[dict[str, Mapping[Language, str]]] = {}
#: Sentences of a study in another language than English, by the English one.
_TEXTS: Final[dict[str, Mapping[Language, str]]] = {}


def heading(column: str, lang: Language | None = None) -> str:
    """Return the heading of a column: its label, or its name with the underscores opened.

    Examples
    --------
    >>> heading("n_raters", "id")
    'Penilai'
    >>> heading("shared_weight")
    'Shared weight'
    """
    lang = reader_language(lang)
    words = (_find_label(column, lang) if lang != "en" else "") or column.replace("_", " ")
    return COLUMNS.get(column, {}).get(lang, words[:1].upper() + words[1:])


def name_methods(text: str, lang: Language | None = None) -> str:
    """Write a reason as readers know it: in their language, with the five methods by their names.

    Examples
    --------
    >>> name_methods("only dumai scored anyone")
    'only Dumai scored anyone'
    """
    lang = reader_language(lang)
    return _METHOD.sub(lambda name: LABELS[name[0]][lang], translate(text, lang))


def cell_label(value: str, lang: Language | None = None) -> str:
    """Return the label of a code, or of several with commas, or a sentence in the language.

    Any other text has the codes in it replaced by their labels, or their underscores opened.

    Examples
    --------
    >>> cell_label("citizen", "id"), cell_label("gwet_ac2 (n_raters: 2)"), cell_label("evidence.csv")
    ('masyarakat', "Gwet's AC2 (n raters: 2)", 'evidence.csv')
    >>> cell_label("some_days in dumai, dumai-unit-098")
    'some days in Dumai, dumai-unit-098'
    >>> cell_label("citizen, peer", "id")
    'masyarakat, rekan kerja'
    """
    lang = reader_language(lang)
    known = [_find_label(code, lang) for code in value.split(", ")]
    if all(known):
        return ", ".join(known)
    told = translate(value, lang)
    named = _NAME.sub(lambda name: _find_label(name[0], lang) or name[0].replace("_", " "), told)
    return _METHOD.sub(lambda name: LABELS[name[0]][lang], named)


def translate(text: str, lang: Language | None = None) -> str:
    """Return a sentence that was written in English, in the language; one that is not known as it is.

    Reasons and doubts are written where they arise, with numbers and codes in them, in English: so they stand
    in the numbers that are published. Here the catalogue finds the message that a sentence was written from,
    and writes it anew with the same values.

    Examples
    --------
    >>> translate("only 1,200 people were scored by both", "id")
    'hanya 1.200 orang diberi skor oleh keduanya'
    >>> translate("no score for citizen and peer", "id")
    'no score for citizen and peer'
    """
    lang = reader_language(lang)
    if lang == "en" or not text.strip():
        return text
    return _translate_whole(text, lang) or _translate_parts(text, lang) or text


def _translate_whole(text: str, lang: Language) -> str:
    for form, restore in forms(text):
        if form in _TEXTS:
            return restore(_TEXTS[form].get(lang, form))
    for message, values in _find_messages(text, lang):
        told = {name: _translate_value(value, lang) for name, value in values.items()}
        if not any(_is_foreign(value, told[name]) for name, value in values.items()):
            return message.format(**told)
    return ""


def _is_foreign(value: str, told: str) -> bool:
    """Tell whether what stands in a sentence shows that it was written from another message."""
    depths = list(accumulate({"(": 1, ")": -1}.get(letter, 0) for letter in value))
    is_cut = bool(depths) and (min(depths) < 0 or depths[-1] != 0)
    return is_cut or (told == value and len(value.split()) > _MOST_WORDS)


@lru_cache(maxsize=8192)
def _find_messages(text: str, lang: Language) -> tuple[tuple[str, Mapping[str, str]], ...]:
    return tuple(read_catalogue(lang).find(text))


def _translate_parts(text: str, lang: Language) -> str:
    """Translate sentences one by one, or doubts that semicolons divide; nothing if none is known."""
    for joint, parts in ((" ", _STOP.split(text)), ("; ", _split_doubts(text))):
        if len(parts) > 1:
            told = [_translate_whole(part, lang) or _translate_parts(part, lang) for part in parts]
            if any(told):
                return joint.join(new or old for new, old in zip(told, parts, strict=True))
    return ""


def _split_doubts(text: str) -> list[str]:
    """Split a text at its semicolons, but for those in brackets."""
    parts = [""]
    for piece in text.split("; "):
        is_open = parts[-1].count("(") > parts[-1].count(")")
        parts = [*parts[:-1], f"{parts[-1]}; {piece}"] if is_open else [*parts, piece]
    return parts[1:]


def _translate_value(value: str, lang: Language) -> str:
    """Translate what stands in a sentence: a number, a code, a sentence, or several of these."""
    if _NUMBER.fullmatch(value):
        return value.translate(_SWAP)
    known = _find_label(value, lang) or _translate_whole(value, lang)
    return known or _translate_told(value, lang) or _translate_listed(value, lang)


def _translate_told(value: str, lang: Language) -> str:
    """Translate reasons that semicolons divide, and what is said of a name; nothing if it is neither."""
    if len(doubts := _split_doubts(value)) > 1:
        return "; ".join(_translate_value(doubt, lang) for doubt in doubts)
    if match := _TOLD.fullmatch(value):
        who, what, why = (_translate_value(part, lang) if part else "" for part in match.groups())
        return f"{who} ({what}){': ' if why else ''}{why}"
    return f"hanya {_translate_value(value[5:], lang)}" if value.startswith("only ") else ""


def _translate_listed(value: str, lang: Language) -> str:
    """Translate names that are listed, or one of them."""
    parts = _JOINTS.split(value)
    if len(parts) == 1:
        return cell_label(value, lang)
    return "".join(
        _JOINTS_OF.get(part, part) if number % 2 else _translate_value(part, lang)
        for number, part in enumerate(parts)
    )


def use_labels(labels: Mapping[str, Mapping[Language, str]]) -> None:
    """Set the labels of a study's places and indicators; they replace those of the study before.

    Examples
    --------
    >>> use_labels({"us_judges": {"en": "judges", "id": "hakim"}})
    >>> cell_label("us_judges", "id")
    'hakim'
    >>> use_labels({})
    >>> cell_label("us_judges", "id")
    'us judges'
    """
    _OF_STUDY.clear()
    _OF_STUDY.update(labels)


def use_texts(texts: Mapping[str, Mapping[Language, str]]) -> None:
    """Set the sentences that a study says in several languages, by the English one; as `use_labels`.

    Examples
    --------
    >>> use_texts({"It was asked.": {"id": "Itu ditanyakan."}})
    >>> translate("It was asked.", "id")
    'Itu ditanyakan.'
    >>> use_texts({})
    """
    _TEXTS.clear()
    _TEXTS.update(texts)


def _find_label(code: str, lang: Language) -> str:
    """Return a label in the language, else in another one, else nothing."""
    for known in (_OF_STUDY, LABELS, CODES, ANSWERS):
        if code in known:
            return known[code].get(lang) or next(iter(known[code].values()))
    opened = code.replace(" ", "_")
    return _find_label(opened, lang) if lang != "en" and opened != code else ""
