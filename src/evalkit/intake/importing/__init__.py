"""Tables of offices as batches of a study: pseudonyms for people, and every row and cell accounted for."""

from evalkit.intake.importing.batch import WITH_PEOPLE, Batch, make_batch
from evalkit.intake.importing.given import Given, check_given, read_scale
from evalkit.intake.importing.links import Links, find_links
from evalkit.intake.importing.people import list_names
from evalkit.intake.importing.rows import Change, ImportRefusedError, RowFault
from evalkit.intake.importing.texts import tidy_text

__all__ = [
    "WITH_PEOPLE",
    "Batch",
    "Change",
    "Given",
    "ImportRefusedError",
    "Links",
    "RowFault",
    "check_given",
    "find_links",
    "list_names",
    "make_batch",
    "read_scale",
    "tidy_text",
]
