"""What is said of a file that cannot be used, in the language of whoever gave it."""

from __future__ import annotations

import re
from typing import Final

from evalkit.present.catalogue import read_catalogue
from evalkit.present.language import mark, translator
from evalkit.vocabulary import Language

#: How places in files are named inside what is said of them; and what is said of options of a command.
PLACES: Final = (
    mark("{file}, sheet {name}"),
    mark("sheet {name}, cell {cell}"),
    mark("sheet {name}, line {line}"),
    mark("line {row}, column {column}"),
    mark("case {row}, variable {name}"),
    mark("line {line}, {place}: {rule}"),
    mark("study.yaml, methods: there is no method {name}: {hint}"),
    mark("A file looks like this:"),
    mark("cell {cell}"),
    mark("{option} {name} is the file that is read. Name another one."),
    mark("{option} {name}: there is no folder {parent}. Make it first."),
)
#: Words of English that no name of a file, a sheet or a column has by chance; what is quoted is not looked at.
_ENGLISH: Final = re.compile(
    r"\b(?:the|is|are|was|of|to|and|or|that|it|its|with|has|have|hold|holds|be|no|not|which|this|what|say|"
    r"must|cannot|there|nothing|does)\b"
)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|--?\w+|\{[^}]*\}")


def say_refusal(text: str, lang: Language | None = None) -> str:
    """Say a message of an error in a language; one that is not known in it stands as it is, whole.

    Examples
    --------
    >>> say_refusal("There is no file a.xlsx. Check its name and folder.", "id")
    'Tidak ada berkas a.xlsx. Periksa nama dan foldernya.'
    """
    tr = translator(lang)
    if tr.lang == "en":
        return text
    return _tell(text, tr.lang) or "\n".join(_tell_line(line, tr.lang) for line in text.split("\n"))


def _tell_line(line: str, lang: Language) -> str:
    told = line.strip()
    return line.replace(told, _tell(told, lang) or told) if told else line


def _tell(text: str, lang: Language, *, deep: int = 0) -> str:
    """Write a message anew with the same values; nothing where one of them would stay in English."""
    if deep > 4:
        return ""
    for message, values in read_catalogue(lang).find(text):
        told = {name: _tell_value(value, lang, deep + 1) for name, value in values.items()}
        if all(told.values()) or not values:
            return message.format(**told)
        if all(told[name] or not values[name] for name in values):
            return message.format(**told)
    return ""


def _tell_value(value: str, lang: Language, deep: int) -> str:
    return _tell(value, lang, deep=deep) or ("" if _ENGLISH.search(_QUOTED.sub("", value)) else value)


__all__ = ["PLACES", "say_refusal"]
