"""Answers in words: which questionnaire they are of, and the number of each; nothing is guessed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from evalkit.intake.files import Value
from evalkit.intake.layouts.numbers import MISSING
from evalkit.intake.layouts.refusals import AmbiguityError
from evalkit.intake.layouts.words import plain

#: The words of questionnaires with their numbers; each with its source.
TABLE: Final = Path(__file__).with_name("answers.csv")
_BEFORE: Final = re.compile(r"\s*(?:([1-9])|[a-e])\s*[.):=–-]\s*(?=[^\W\d])(.+)", re.IGNORECASE | re.DOTALL)
_BEHIND: Final = re.compile(r"(.*[^\W\d])\s*[(\[]\s*([1-9])\s*[)\]]\s*", re.DOTALL)
#: "Tidak ada" is an answer to the question about complaints, and else no answer.
_NONE, _COMPLAINTS = "tidakada", "U8"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSet:
    """The answers among which one question lets choose.

    Attributes
    ----------
    steps
        How many there are; the best has this number, the worst has 1.
    element
        The one element of the survey that they answer; empty where they may answer any.
    values
        Number by word, in plain letters.
    """

    name: str
    steps: int
    element: str
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A column with answers in words.

    Attributes
    ----------
    numbers
        What each text of it is worth; a text that is not in here is none that is known.
    steps
        How many answers there are to choose from; 0 where a mapping file says what they are worth.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    steps: int = 0


@lru_cache(maxsize=1)
def answer_sets() -> tuple[AnswerSet, ...]:
    """Return the answers of known questionnaires."""
    found: dict[str, AnswerSet] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name, steps, element = row["answers"], int(row["steps"]), row["element"]
            known = found.setdefault(name, AnswerSet(name=name, steps=steps, element=element, values={}))
            found[name] = AnswerSet(
                name=name,
                steps=steps,
                element=element,
                values={**known.values, plain(row["word"]): int(row["value"])},
            )
    return tuple(found.values())


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    """Return every known word as it is written, by its plain letters."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({plain(row["word"]): row["word"] for row in csv.DictReader(file)})


@lru_cache(maxsize=65_536)
def split_answer(text: str) -> tuple[str, int]:
    """Return the word of an answer in plain letters, and the number that stands beside it; 0 for none.

    Examples
    --------
    >>> split_answer("d. Sangat mudah"), split_answer("3 - Baik"), split_answer("Cepat (3)")
    (('sangatmudah', 0), ('baik', 3), ('cepat', 3))
    """
    if found := _BEFORE.fullmatch(text):
        number, word = found.groups()
    elif found := _BEHIND.fullmatch(text):
        word, number = found.groups()
    else:
        word, number = text, None
    return _plain_word(word), int(number or 0)


def _plain_word(text: str) -> str:
    """Return plain letters; "tetapi" and "&" are often written otherwise."""
    letters = plain(text.replace("&", " dan "))
    return letters.replace("adatapi", "adatetapi")


def is_answer(value: Value, own: Collection[str] = ()) -> bool:
    """Tell whether a cell holds an answer in words that is known.

    Examples
    --------
    >>> is_answer("Sangat Mudah"), is_answer("Prosedur"), is_answer(4)
    (True, False, False)
    """
    return isinstance(value, str) and ((word := split_answer(value)[0]) in _known() or word in own)


def settle_answers(
    columns: Mapping[str, Sequence[Value]],
    *,
    own: Mapping[str, float],
    steps: int,
    told: Collection[str],
    where: Callable[[str], str],
) -> dict[str, Worded]:
    """Say what the words of a table are worth, column by column.

    A column's words are of one questionnaire: every set of answers that has all of them is looked at, and
    where these differ, nothing is read. All columns of a table offer the same number of answers.

    Parameters
    ----------
    columns
        Cells by field.
    own
        Number by word in plain letters, as a mapping file says it: it goes before what is known.
    steps
        How many answers there are to choose from, where that is known; 0 where it is not.
    told
        Fields whose column was named in a mapping file.
    where
        Names the first cell of a field.

    Raises
    ------
    AmbiguityError
        If words may mean two numbers, or answer another element than that of their column.
    """
    words = _list_words(columns, own)
    if not own and not words:
        return {}
    fitting = {name: _fit(name, each, where) for name, each in words.items()}
    used = _settle_steps(fitting, steps, where)
    found = {}
    for name, cells in columns.items():
        sets = [each for each in fitting.get(name, ()) if each.steps == used]
        values = _settle(name, words.get(name, set()), sets, told, where) | dict(own)
        if sets or own:
            found[name] = Worded(numbers=_number(cells, values), steps=used if sets else 0)
    return found


def _list_words(columns: Mapping[str, Sequence[Value]], own: Mapping[str, float]) -> dict[str, set[str]]:
    """Return the known words of each column that has some."""
    texts = {name: {cell for cell in cells if isinstance(cell, str)} for name, cells in columns.items()}
    known = {name: {split_answer(text)[0] for text in each} & set(_known()) for name, each in texts.items()}
    found = {name: left for name, each in known.items() if (left := each - MISSING - set(own))}
    if found and _NONE in known.get(_COMPLAINTS, ()):
        found.setdefault(_COMPLAINTS, {_NONE})
    return found


def _fit(name: str, words: set[str], where: Callable[[str], str]) -> list[AnswerSet]:
    """Return the sets that have all words of a column."""
    found = [each for each in answer_sets() if words <= set(each.values)]
    if not found:
        raise AmbiguityError(
            f"{where(name)}: the answers {_say(words)} are of no one questionnaire that is known. "
            "Say under words in a mapping file what each is worth."
        )
    return found


def _settle_steps(fitting: Mapping[str, list[AnswerSet]], steps: int, where: Callable[[str], str]) -> int:
    """Return how many answers there are to choose from in all columns."""
    if not fitting:
        return 0
    possible = set.intersection(*({each.steps for each in sets} for sets in fitting.values()))
    if steps and steps not in possible:
        other = next(name for name, sets in fitting.items() if all(each.steps != steps for each in sets))
        raise AmbiguityError(
            f"{where(other)}: the answers in words are of a questionnaire that does not offer {steps} of "
            "them. Say under words in a mapping file what each is worth."
        )
    if not steps and len(possible) != 1:
        raise AmbiguityError(
            f"{where(next(iter(fitting)))}: the answers in words may be of four or of five to choose from. "
            "Say in a mapping file scale: [1, 4] or scale: [1, 5] (an import takes --scale, too), or under "
            "words what each is worth."
        )
    return steps or next(iter(possible))


def _settle(
    name: str, words: set[str], sets: list[AnswerSet], told: Collection[str], where: Callable[[str], str]
) -> dict[str, float]:
    """Return the number of each word; every set that fits has to agree on those that stand there."""
    elements = {each.element for each in sets}
    if sets and "" not in elements and name not in elements | set(told):
        raise AmbiguityError(
            f"{where(name)}: the column is that of {name}, and its answers {_say(words)} are those to "
            f"{' / '.join(sorted(elements))}. Correct the heading, "
            "or say in a mapping file which column is which."
        )
    for word in sorted(words):
        values = {each.values[word] for each in sets}
        if len(values) > 1:
            raise AmbiguityError(
                f"{where(name)}: the answer {_say({word})} may be {' / '.join(map(str, sorted(values)))}, "
                "by what else there was to choose from. Say under words in a mapping file what each is worth."
            )
    return {word: float(sets[0].values[word]) for word in words} | _none_of(sets)


def _none_of(sets: list[AnswerSet]) -> dict[str, float]:
    """Return what "Tidak ada" is worth among some answers, where it is one."""
    values = {each.values.get(_NONE) for each in sets}
    value = values.pop() if len(values) == 1 else None
    return {_NONE: float(value)} if value else {}


def _number(cells: Sequence[Value], values: Mapping[str, float]) -> dict[str, float]:
    """Return the number of each text, unless another one stands beside its word."""
    found = {}
    for text in {cell for cell in cells if isinstance(cell, str)}:
        word, beside = split_answer(text)
        if word in values and beside in (0, values[word]):
            found[text] = values[word]
    return found


def _say(words: Collection[str]) -> str:
    return ", ".join(repr(_known()[word]) for word in sorted(words))
