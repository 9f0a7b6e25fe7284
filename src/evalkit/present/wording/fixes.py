"""What to do about each fault that a check of a study tells, by the words of its rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evalkit.present.language import mark, translator
from evalkit.vocabulary import Language

#: What is to be done about a fault, by the words of its rule; the first that fits is meant.
_FIXES: Final[Sequence[tuple[str, str]]] = (
    (
        r"looks like a NIP",
        mark(
            "Put a pseudonym in its place. 'evalkit import' makes one with a key, and takes year of birth, sex and year of joining from the number first."
        ),
    ),
    (
        r"^the key \(",
        mark("Keep one of these rows. If both are true, tell them apart by period, rater or item."),
    ),
    (
        r"^must be a quarter",
        mark("Write year, Q and number of the quarter: the second quarter (Triwulan II) of 2025 is 2025Q2."),
    ),
    (
        r"decimal comma",
        mark(
            "Write 3.5 and not 3,5. In a spreadsheet, set the language of the sheet to English before saving it as CSV."
        ),
    ),
    (
        r"^must be a date",
        mark(
            "Write year-month-day. In a spreadsheet, give the column the format yyyy-mm-dd before saving it as CSV."
        ),
    ),
    (
        r"^must be a (?:whole )?number",
        mark("Write the number alone. Where there is none, leave the cell empty."),
    ),
    (r"^must be true or false", mark("Write true or false.")),
    (r"^must be filled where", mark("Write the value, or set status to missing or refused.")),
    (r"^must be empty where", mark("Empty the value, or set status to recorded.")),
    (r"^must be filled", mark("Fill the cell, or take the row out.")),
    (
        r"^a row must name",
        mark("Name the person in employee, or the unit in unit where the whole unit is meant."),
    ),
    (
        r"^must be a standard indicator|^must name indicators",
        mark(
            "Correct the name, or define the indicator in a table indicators, with its scale and its labels."
        ),
    ),
    (
        r"indicator's scale",
        mark(
            "Correct the value, or define the indicator in a table indicators with the scale that was used."
        ),
    ),
    (
        r"^must be a row of the table of employees",
        mark("Add the person to the table employees, or correct the pseudonym."),
    ),
    (r"^must be one of", mark("Write one of these words, exactly as they stand here.")),
    (r"^must be (?:at least|at most|below)", mark("Correct the number.")),
    (r"^the file is missing", mark("Put the file there, or take its entry out of datapackage.json.")),
    (r"^the file is empty", mark("Copy the header from templates/ of a new study ('evalkit new').")),
    (
        r"^the file has changed",
        mark(
            'If the change is meant, write that hash into datapackage.json, or take "hash" out there. If not, put the old file back.'
        ),
    ),
    (
        r"this is a workbook",
        mark(
            "Take it in with 'evalkit import FILE --into STUDY', or save its sheet as CSV UTF-8 under this name."
        ),
    ),
    (
        r'"format" must be csv or parquet',
        mark(
            "Name a file in CSV or Parquet. A sheet of an office is taken in with 'evalkit import FILE --into STUDY'."
        ),
    ),
    (r"this is Parquet", mark('Write "format": "parquet" into the entry in datapackage.json.')),
    (r"^must be UTF-8", mark('Save the file as "CSV UTF-8" from the spreadsheet.')),
    (
        r"^cells must be separated by commas",
        mark(
            "Save it again as CSV with commas and decimal points: in a spreadsheet, with English as the language of numbers."
        ),
    ),
    (
        r"^must have \d+ cells|^must be a readable CSV row",
        mark(
            "Look for a comma in a text that has no quotes around it, for a quote that is not closed, or for a cell that is lacking."
        ),
    ),
    (r"none that can be read$", mark("Save the file again in the format that datapackage.json states.")),
    (
        r"^must name the columns|^the table needs the column",
        mark(
            "Write the names of the columns into row 1, as the template has them (templates/ of a new study)."
        ),
    ),
    (r"^must name its column only once", mark("Take one of the two columns out, or rename it.")),
    (r"^unknown column", mark("Correct the name of the column, or take the column out.")),
    (
        r"^the table of evidence needs",
        mark("Write rows into the table, or take sheets in with 'evalkit import FILE --into STUDY'."),
    ),
    (
        r"^study\.yaml is missing",
        mark("'evalkit new' makes a study with one; copy it from there."),
    ),
    (r"datapackage\.json is missing", mark("'evalkit new' makes a study with one; copy it from there.")),
    (r"^unknown key", mark("Correct the key, or take it out.")),
    (r"stands twice$", mark("Take one of the two out.")),
)
_OF_TABLE: Final = mark("Correct the cell, or list the change with its reason in a table corrections.")
_OF_DESCRIPTOR: Final = mark(
    "Correct datapackage.json; that of a new study ('evalkit new') shows how it is written."
)
_OF_SETTINGS: Final = mark(
    "Correct study.yaml; the comments in that of a new study ('evalkit new') say what each key may hold."
)
_OF_METHOD: Final = mark("Correct the file; what is meant stands at its line.")


def say_fix(rule: str, file: str, *, of_table: bool, lang: Language | None = None) -> str:
    """Say what to do about a fault.

    Examples
    --------
    >>> say_fix("must be true or false", "indicators.csv", of_table=True)
    'Write true or false.'
    >>> say_fix("seed must be a whole number", "study.yaml", of_table=False)[:20]
    'Correct study.yaml; '
    """
    tr = translator(lang)
    for pattern, fix in _FIXES:
        if re.search(pattern, rule):
            return tr(fix)
    if of_table:
        return tr(_OF_TABLE)
    if file == "study.yaml":
        return tr(_OF_SETTINGS)
    if file == "datapackage.json":
        return tr(_OF_DESCRIPTOR)
    return tr(_OF_METHOD)
