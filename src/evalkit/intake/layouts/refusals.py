"""Why a sheet is not read, though its file is; each message names the place and what to do."""

from __future__ import annotations

from evalkit.errors import EvalkitError


class LayoutError(EvalkitError):
    """A sheet with no table of a known layout, or without a column that is needed."""


class AmbiguityError(EvalkitError):
    """Something in a sheet that can be read in two ways; which of them is meant must be said."""
