"""Rows as forms might be filled in: a small office, made up, that every table agrees about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

Row = tuple[str | float, ...]

_PLACE: Final = "senapelan"
_UNITS: Final = ("counter", "records")
_PEOPLE: Final = tuple(f"p{number:02}" for number in range(1, 9))
_PERIODS: Final = ("2025Q1", "2025Q2")
_RATED: Final = ("target_achievement_rating", "measurable_indicators", "communication", "responsiveness")
_ANSWERS: Final = ((3, 4, 3, 4, 3, 4, 4, 3, 3), (4, 4, 3, 4, 4, 4, 4, 3, 2), (3, 3, 2, 4, 3, 3, 4, 2, 3))


def _unit(person: int) -> str:
    return _UNITS[person % len(_UNITS)]


def _value(person: int, indicator: int, rater: int, period: int) -> int:
    """Return a rating from 2 to 5 that differs among people, things rated, raters and quarters."""
    return 2 + (3 * person + 2 * indicator + rater + period) % 4


def _ratings() -> Iterator[Row]:
    """Yield who rated whom: the supervisor, one colleague, and everybody themselves."""
    cases = product(enumerate(_PERIODS), enumerate(_PEOPLE), enumerate(_RATED))
    for (period, quarter), (person, name), (number, indicator) in cases:
        colleague = _PEOPLE[(person + 2) % len(_PEOPLE)]
        raters = (("supervisor", f"head_{_unit(person)}"), ("peer", colleague), ("self", name))
        for rater, (source, who) in enumerate(raters):
            value = _value(person, number, rater, period)
            key = (_PLACE, _unit(person), name, quarter, indicator, source, who, "")
            yield (*key, "", "", "refused") if value == 2 and rater == 1 else (*key, value, "", "recorded")


def _answers() -> Iterator[Row]:
    for number, answers in enumerate(_ANSWERS, start=1):
        for element, answer in enumerate(answers, start=1):
            key = (_PLACE, "counter", "", "2025Q1", "public_satisfaction", "citizen", f"r{number}")
            yield (*key, f"U{element}", answer, "2025-02-14", "recorded")


def _employees() -> Iterator[Row]:
    for person, name in enumerate(_PEOPLE):
        sex, year = ("woman", "man")[person % 2], 1974 + 3 * person
        head = f"head_{_unit(person)}"
        yield name, _PLACE, _unit(person), head, sex, year, "III/a", "officer", f"{year + 25}-01-01"
    for unit in _UNITS:
        yield f"head_{unit}", _PLACE, unit, "", "woman", 1970, "IV/a", "head", "1996-01-01"


#: By form, rows in the order of its columns.
EXAMPLES: Final[Mapping[str, tuple[Row, ...]]] = {
    "evidence": (*_ratings(), *_answers()),
    "employees": tuple(_employees()),
    "indicators": (("punctuality", "rating", 1, 5, "false", "ketepatan waktu", "punctuality"),),
    "events": (
        ("case_001", _PLACE, "counter", "p01", "ktp", "2025-01-06", "2025-01-09", 7),
        ("case_002", _PLACE, "counter", "p03", "permit", "2025-01-07", "2025-01-20", 10),
        ("case_003", _PLACE, "records", "", "complaint", "2025-03-24", "", 5),
    ),
    "interventions": (
        ("p01", "2025Q1", "training", "score", "Balai Diklat"),
        ("p02", "2025Q1", "mentoring", "volunteer", ""),
    ),
    "recorded": (
        (_PLACE, "counter", "p01", "2025Q2", "baik", 97.5, ""),
        (_PLACE, "counter", "", "2025Q1", "", "", 82.64),
    ),
    "corrections": (("evidence.csv", 3, "rater", "p3", "p03", "typed without its zero"),),
    "raters": tuple(
        (name, rater, indicator, _value(person, number, at, 0))
        for (person, name), (number, indicator) in product(enumerate(_PEOPLE), enumerate(_RATED))
        for at, rater in enumerate((f"head_{_unit(person)}", _PEOPLE[(person + 2) % len(_PEOPLE)]))
    ),
    "skm": tuple((number, *_ANSWERS[number % len(_ANSWERS)]) for number in range(1, 31)),
}
