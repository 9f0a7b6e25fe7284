"""The forms that people fill in: every input table of the schema, and two sheets as offices collect them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from evalkit.evidence import TABLES, Column, Table, standard_indicators
from evalkit.rules import ELEMENTS
from evalkit.study.new.examples import EXAMPLES
from evalkit.vocabulary import Language
from evalkit.yaml_file import load_yaml

#: Tables that people fill in; truth is known in the laboratory alone.
_FILLED: Final = ("evidence", "employees", "indicators", "events", "interventions", "recorded", "corrections")
_RATERS: Final = Table(
    "raters",
    (
        Column("ratee", filled=True),
        Column("rater", filled=True),
        Column("item", filled=True),
        Column("value", "number", low=1, high=5),
    ),
)
_SKM: Final = Table(
    "skm",
    (
        Column("respondent", "integer", filled=True, low=1),
        *(Column(element, "integer", low=1, high=4) for element in ELEMENTS),
    ),
)
#: Headings of the sheets that 'evalkit import' reads, as it knows them in either language.
_HEADINGS: Final[Mapping[str, Mapping[str, Mapping[Language, str]]]] = {
    "raters": {
        "ratee": {"en": "ratee", "id": "Pegawai yang dinilai"},
        "rater": {"en": "rater", "id": "Penilai"},
        "item": {"en": "item", "id": "Butir"},
        "value": {"en": "value", "id": "Nilai"},
    },
    "skm": {"respondent": {"en": "id", "id": "No. Responden"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """One column of a form.

    Attributes
    ----------
    column
        What it must hold.
    heading
        What stands over it.
    about
        What it holds, in words.
    choices
        The values to choose from; empty where anything of its kind may stand.
    is_open
        Whether other values than the choices may stand, too.
    """

    column: Column
    heading: str
    about: str
    choices: tuple[str, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sheet that people fill in.

    Attributes
    ----------
    name
        Name of the table, or of the layout that 'evalkit import' knows.
    about
        What it is for.
    examples
        Rows as they might be filled in.
    """

    name: str
    about: str
    columns: tuple[FormColumn, ...]
    examples: tuple[tuple[str | float, ...], ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands in row 1."""
        return tuple(column.heading for column in self.columns)


def list_forms(lang: Language) -> tuple[Form, ...]:
    """Return every form in a language.

    Examples
    --------
    >>> [form.name for form in list_forms("en")][:3]
    ['evidence', 'employees', 'indicators']
    >>> list_forms("id")[-1].headings[:2]
    ('No. Responden', 'U1 Persyaratan')
    """
    return tuple(_form(table, lang) for table in (*(TABLES[name] for name in _FILLED), _RATERS, _SKM))


def describe_columns(table: str, lang: Language) -> dict[str, str]:
    """Return what each column of a table holds, in words."""
    return {name: str(told[lang]) for name, told in _texts()[table]["columns"].items()}


@cache
def _texts() -> Mapping[str, Any]:
    content: Mapping[str, Any] = load_yaml(
        Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8")
    )
    return content


def _form(table: Table, lang: Language) -> Form:
    return Form(
        name=table.name,
        about=str(_texts()[table.name]["about"][lang]),
        columns=tuple(_column(table, column, lang) for column in table.columns),
        examples=EXAMPLES[table.name],
    )


def _column(table: Table, column: Column, lang: Language) -> FormColumn:
    about = describe_columns(table.name, lang)[column.name]
    names_indicator = column.name == "indicator" and table.name == "evidence"
    choices = column.codes or (("true", "false") if column.kind == "boolean" else ())
    if names_indicator or (table.name, column.name) == ("raters", "item"):
        rows = standard_indicators()
        of_ratings = rows["unit"] == "rating"
        choices = tuple(rows.loc[of_ratings | names_indicator, "indicator"])
    return FormColumn(
        column=column,
        heading=_heading(table.name, column.name, about, lang),
        about=about,
        choices=choices,
        is_open=not column.codes and column.kind != "boolean",
    )


def _heading(table: str, column: str, about: str, lang: Language) -> str:
    """Name a column: by its code, which files need, or as offices head it where the sheet is imported."""
    known = _HEADINGS.get(table, {}).get(column)
    if known:
        return known[lang]
    return f"{column} {about.partition(',')[0]}" if column in ELEMENTS else column
