"""What a layout is: its columns, what stands in each, and how their headings are matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from evalkit.intake.layouts.items import match_item, split_field
from evalkit.intake.layouts.raters import number_field, numbered_fields, split_number, split_rater
from evalkit.intake.layouts.words import element_by_name, element_by_number, plain
from evalkit.rules import ELEMENTS

Kind = Literal[
    "answer",
    "mean",
    "number",
    "points",
    "expectation",
    "expectation_code",
    "predikat",
    "predikat_code",
    "band",
    "person",
    "aside",
    "year",
    "period",
    "date",
    "sex",
    "source",
    "text",
]
#: Kinds that hold no value of the table: they say when, who, where or why.
BESIDE: Final = frozenset({"aside", "person", "year", "period", "date", "sex", "source", "text"})

#: A single column that is called like an indicator makes no sheet of ratings.
_FEWEST_ITEMS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One layout.

    Attributes
    ----------
    name
        skm, skm-recap, siasn, raters, rater-items or sakip.
    kinds
        What stands in the column of each field.
    headings
        Headings of each field, in plain letters.
    needed
        Fields without which a table is no such layout: one of each group.
    elements
        Whether columns are the nine elements of the survey.
    items
        Whether columns are indicators, each with ratings.
    rates
        Whether people rate people, in numbers or in words.
    many
        Fields of which there may be several, with a number in the heading of each.
    """

    name: str
    kinds: Mapping[str, Kind]
    headings: Mapping[str, str] = field(default_factory=dict)
    needed: tuple[frozenset[str], ...]
    elements: bool = False
    items: bool = False
    rates: bool = False
    many: tuple[str, ...] = ()

    def match(self, text: str) -> str | None:
        """Return the field that a heading names; an element by its number before its name."""
        if known := self.headings.get(plain(text)):
            return known
        if self.items:
            return match_item(text)
        if self.many and (found := self._one_of_several(text)):
            return found
        return (element_by_number(text) or element_by_name(text)) if self.elements else None

    def _one_of_several(self, text: str) -> str | None:
        name, number = split_number(text)
        field = self.headings.get(plain(name)) if number else None
        return number_field(field, number) if field in self.many else None

    def fits(self, fields: set[str]) -> bool:
        """Tell whether fields are enough for this layout."""
        enough = not self.items or sum(map(self.is_rating, fields)) >= _FEWEST_ITEMS
        return enough and all(fields & group for group in self.needed)

    def is_rating(self, field: str) -> bool:
        """Tell whether a field is a column of ratings in a sheet with one for each item."""
        return self.items and self.kinds[field] == "points"

    def takes_words(self, field: str) -> bool:
        """Tell whether answers in words may stand in the column of a field."""
        kind = self.kinds[field]
        return kind == "answer" or (kind == "points" and self.rates and field != "mean")

    def extend(self, fields: Iterable[str]) -> Layout:
        """Return the layout with further columns of ratings, where it has such columns."""
        own: dict[str, Kind] = {
            field: "points" for field in fields if field not in self.kinds and split_field(field)
        }
        return replace(self, kinds={**self.kinds, **own}) if self.items and own else self


def make_layout(
    name: str,
    fields: Mapping[str, tuple[Kind, str]],
    needed: tuple[frozenset[str], ...],
    *,
    elements: Kind | None = None,
    rates: bool = False,
    many: tuple[str, ...] = (),
) -> Layout:
    """Return a layout from the kind and the headings of each field."""
    kinds: dict[str, Kind] = {each: kind for each, (kind, _) in fields.items()}
    kinds.update(dict.fromkeys(ELEMENTS, elements) if elements else {})
    kinds.update({name: kinds[own] for name in numbered_fields() if (own := split_rater(name)[0]) in many})
    headings = {plain(text): each for each, (_, texts) in fields.items() for text in texts.split("|")}
    return Layout(
        name=name,
        kinds=kinds,
        headings=headings,
        needed=needed,
        elements=elements is not None,
        rates=rates,
        many=many,
    )
