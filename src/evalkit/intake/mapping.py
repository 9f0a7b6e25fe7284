"""What a sheet does not say by itself, in a YAML file: fields of its columns, place, period, scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from evalkit.errors import EvalkitError, did_you_mean
from evalkit.evidence import standard_indicators
from evalkit.intake.layouts import LAYOUTS
from evalkit.intake.layouts.items import split_field
from evalkit.vocabulary import SOURCES
from evalkit.yaml_file import Found, describe_faults, read_yaml

DATES: Final = ("day_first", "month_first")
_PERIOD: Final = re.compile(r"(?:\d{4})?Q[1-4]", re.ASCII)
_REMEDY: Final = (
    "A file looks like this:\n  columns: {Pertanyaan 1: U1, Nilai Disiplin: supervisor.discipline}\n"
    "  period: 2025Q1\n  scale: [1, 5]"
)


class MappingError(EvalkitError):
    """A mapping file that cannot be used; the message names each line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """What a mapping file tells of sheets; what it leaves out is empty.

    Attributes
    ----------
    columns
        Field by heading.
    place, unit, period, source, indicator
        What holds for every row that does not say it itself.
    scale
        What the lowest and the highest value of the sheet are; the first is above the second where a low
        number is the good one.
    dates
        day_first or month_first: what 03/04/2025 means.
    words
        What an answer in words is worth, where that is not what is known of it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    unit: str = ""
    period: str = ""
    source: str = ""
    indicator: str = ""
    scale: tuple[float, float] | None = None
    dates: str = ""
    words: Mapping[str, float] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many answers there were to choose from, where the scale tells: 1 to 4 are four; 0 where not."""
        return count_steps(self.scale)


def count_steps(scale: tuple[float, float] | None) -> int:
    """Return among how many answers a scale lets choose: 1 to 4 are four; 0 where it does not say it.

    Examples
    --------
    >>> count_steps((1, 4)), count_steps((5, 1)), count_steps((0, 100)), count_steps(None)
    (4, 5, 0, 0)
    """
    low, high = sorted(scale or (0, 0))
    return int(high) if low == 1 and high == int(high) else 0


def load_mapping(path: Path, *, indicators: Collection[str] | None = None) -> SheetMapping:
    """Read a mapping file.

    Parameters
    ----------
    indicators
        Names of the indicators that a column may hold; by default the standard ones.

    Raises
    ------
    MappingError
        If it cannot be read or holds something unknown: every fault with its line, and what was meant.
    """
    file = read_yaml(path, path.name, MappingError)
    known = list(standard_indicators()["indicator"] if indicators is None else indicators)
    found = [*file.repeated, *_find_faults(file.content, known)]
    if found:
        raise MappingError(describe_faults(file, path.name, found, _REMEDY))
    content: dict[str, Any] = dict(file.content)
    scale = tuple(map(float, content.pop("scale", ()))) or None
    if content.pop("reversed", False) and scale:
        scale = scale[::-1]
    content["words"] = {str(word): float(value) for word, value in content.pop("words", {}).items()}
    columns = {str(heading).strip(): name for heading, name in content.pop("columns", {}).items()}
    return SheetMapping(columns=MappingProxyType(columns), scale=scale, **content)  # type: ignore[arg-type]


def _find_faults(content: Any, indicators: Collection[str]) -> Iterator[Found]:
    if not isinstance(content, dict) or not content:
        yield (), "must hold keys such as columns, place and period"
        return
    for key, value in content.items():
        if key not in _CHECKS:
            yield (key,), f"unknown key; {did_you_mean(str(key), _CHECKS)}"
        elif key == "columns":
            yield from _find_column_faults(value, indicators)
        elif not (rule := _CHECKS[key])[0](value):
            yield (key,), rule[1]
    if "indicator" in content and content["indicator"] not in indicators:
        yield ("indicator",), f"unknown indicator; {did_you_mean(str(content['indicator']), indicators)}"
    if content.get("reversed") and "scale" not in content:
        yield ("reversed",), "needs a scale beside it, such as scale: [1, 5]"


def _find_column_faults(columns: Any, indicators: Collection[str]) -> Iterator[Found]:
    if not isinstance(columns, dict):
        yield ("columns",), "must name a field for each heading, such as Pertanyaan 1: U1"
        return
    fields = {name for layout in LAYOUTS.values() for name in layout.kinds}
    for heading, name in columns.items():
        parts = split_field(name) if isinstance(name, str) else None
        if name not in fields and (parts is None or parts[1] not in indicators):
            yield (
                ("columns", heading),
                f"unknown field {name!r}; {did_you_mean(str(name), _say(fields, indicators))}",
            )


def _say(fields: Collection[str], indicators: Collection[str]) -> set[str]:
    """Return the fields that are worth naming: an indicator once, and not with every rater."""
    return {name for name in fields if "." not in name} | set(indicators)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_words(value: Any) -> bool:
    """Tell whether a value gives each of some words a number."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(_is_text(word) and type(number) in (int, float) for word, number in value.items())
    )


def _is_scale(value: Any) -> bool:
    numbers = (
        isinstance(value, list) and len(value) == 2 and all(type(each) in (int, float) for each in value)
    )
    return numbers and value[0] < value[1]


_Rule = tuple[Callable[[Any], bool], str]
_TEXT: Final[_Rule] = (_is_text, "must be a text")
_CHECKS: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "columns": (lambda _: True, ""),
        "place": _TEXT,
        "unit": _TEXT,
        "period": (
            lambda value: isinstance(value, str) and _PERIOD.fullmatch(value) is not None,
            "must be a quarter such as 2025Q1, or Q1 for that quarter of the year that the sheet names",
        ),
        "source": (lambda value: value in SOURCES, f"must be one of {', '.join(SOURCES)}"),
        "indicator": _TEXT,
        "scale": (_is_scale, "must be the lowest and the highest value, such as [1, 5]"),
        "words": (_is_words, "must give each answer its number, such as Baik: 3"),
        "reversed": (lambda value: isinstance(value, bool), "must be true (1 is the best) or false"),
        "dates": (lambda value: value in DATES, f"must be one of {', '.join(DATES)}"),
    }
)
