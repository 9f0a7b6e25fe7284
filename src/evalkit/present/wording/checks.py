"""What a check of a study found, in plain words, and what to do about each fault."""

from __future__ import annotations

import re
from typing import Final

from evalkit.present.catalogue import read_catalogue
from evalkit.present.labels import name_methods
from evalkit.present.language import Translator, mark, translator
from evalkit.vocabulary import Language

#: What stands in a rule as it is in a file: names, numbers, or something quoted; and no words of a sentence.
_VALUE: Final = re.compile(r"[^\s]*(?:, [^\s]+)*|['\"\[{].*", re.DOTALL)
#: Rows that are named where something stands more than once, and how many more there are.
_ROWS: Final = re.compile(r"rows ((?:[\d,]+, )*[\d,]*\d)(?: and ([\d,]+) more)?")
_OUTLOOKS: Final = {
    "whole": mark("answers"),
    "part": mark("answers in part"),
    "nothing": mark("says why it cannot answer"),
    "unknown": mark("not known"),
}


def say_rule(rule: str, lang: Language | None = None) -> str:
    """Say what is required or wrong, in the language where the rule is known in it.

    Names and codes stay as files hold them: they are what is to be typed.

    Examples
    --------
    >>> say_rule("must be one of system, peer", "id")
    'harus salah satu dari system, peer'
    """
    tr = translator(lang)
    return rule if tr.lang == "en" else _tell(rule, tr.lang) or _tell_parts(rule, tr.lang) or rule


def _tell_parts(rule: str, lang: Language) -> str:
    """Write a rule and what was meant, each by itself; nothing where one of them is not known."""
    told = [_tell(part, lang) for part in rule.split("; ")]
    return "; ".join(told) if all(told) else ""


def _tell(text: str, lang: Language) -> str:
    """Write a sentence anew in a language with the same values; nothing where it is not known."""
    for message, values in read_catalogue(lang).find(text):
        told = {name: _tell(value, lang) or value for name, value in values.items()}
        if all(told[name] != value or _VALUE.fullmatch(value) for name, value in values.items()):
            return message.format(**told)
    return ""


def say_check(
    *, n_faults: int, n_files: int, n_observations: int, is_foreseen: bool, lang: Language | None = None
) -> list[str]:
    """Say first whether anything is wrong, then how much evidence there is.

    Parameters
    ----------
    n_observations
        Observations that were read; -1 where none could be.
    is_foreseen
        Whether it is known what reports can say.
    """
    tr = translator(lang)
    if n_faults:
        told = tr.plural("{n} fault", "{n} faults", n_faults)
        files = tr.plural("in {n} file", "in {n} files", n_files)
        first = tr("{told} {files}.", told=told, files=files)
    else:
        first = tr("Nothing is wrong with this study.")
    return [first, *_evidence(tr, n_faults, n_observations, is_foreseen)]


def _evidence(tr: Translator, n_faults: int, n_observations: int, is_foreseen: bool) -> list[str]:
    told = []
    if n_observations >= 0:
        n = tr.number(n_observations, digits=0)
        told.append(tr("Observations that were read: {n}.", n=n))
    if not is_foreseen:
        told.append(tr("What each report can say is known once these faults are mended."))
    elif n_faults:
        told.append(tr("Rows at fault are left out of what follows."))
    return told


def say_place(row: int, value: str, *, of_table: bool, lang: Language | None = None) -> str:
    """Name the row of a table or the line of a text, with what stands there."""
    tr = translator(lang)
    if not row:
        where = tr("the file")
    else:
        where = tr("row {row}", row=str(row)) if of_table else tr("line {line}", line=str(row))
    return f"{where}: {_say_value(value, tr)}" if value else where


def _say_value(value: str, tr: Translator) -> str:
    """Return what stands there as it is; where rows are named instead of it, in the language."""
    found = _ROWS.fullmatch(value)
    if found is None:
        return value
    rows, n_more = found.groups()
    if n_more:
        return tr("rows {rows} and {n} more", rows=rows, n=n_more)
    return tr("rows {rows}", rows=rows)


def say_more(n: int, lang: Language | None = None) -> str:
    """Say that there are more places than are told."""
    tr = translator(lang)
    return tr("… and {n} more", n=tr.number(n, digits=0))


def say_times(n: int, lang: Language | None = None) -> str:
    """Say how often a rule is broken."""
    tr = translator(lang)
    return tr("{n} times", n=tr.number(n, digits=0))


def say_lying(file: str, kind: str, study: str, *, lang: Language | None = None) -> str:
    """Say of a file in the folder that nothing reads it, and what to do if it was meant to be read."""
    tr = translator(lang)
    if kind == "sheet":
        path = f"{study.rstrip('/')}/{file}"
        return tr(
            "{file} is not read. To take it in: evalkit import {path} --into {study}",
            file=file,
            path=path,
            study=study,
        )
    entry = f'{{"name": "{file.rpartition(".")[0]}", "path": "{file}"}}'
    return tr(
        "{file} is not read, since datapackage.json does not name it. Add to its resources: {entry}",
        file=file,
        entry=entry,
    )


def name_outlook(outlook: str, lang: Language | None = None) -> str:
    """Name what a report can say.

    Examples
    --------
    >>> name_outlook("whole")
    'answers'
    """
    return translator(lang)(_OUTLOOKS[outlook])


def say_reason(reason: str, lang: Language | None = None) -> str:
    """Say why a report or a method cannot do more."""
    return name_methods(reason, lang) if reason else ""
