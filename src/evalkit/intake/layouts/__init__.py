"""Tables of known layouts in sheets: recognised by their headings, read, with the cell of every value."""

from evalkit.intake.layouts.fields import LAYOUTS
from evalkit.intake.layouts.headers import Header, find_headers
from evalkit.intake.layouts.items import list_ratings, split_field
from evalkit.intake.layouts.layout import Layout
from evalkit.intake.layouts.read import read_tables
from evalkit.intake.layouts.reading import CellFault, Closing, Reading, Step
from evalkit.intake.layouts.refusals import AmbiguityError, LayoutError

__all__ = [
    "LAYOUTS",
    "AmbiguityError",
    "CellFault",
    "Closing",
    "Header",
    "Layout",
    "LayoutError",
    "Reading",
    "Step",
    "find_headers",
    "list_ratings",
    "read_tables",
    "split_field",
]
