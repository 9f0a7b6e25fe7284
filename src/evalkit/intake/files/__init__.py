"""Untrusted files as sheets of cells; what cannot be trusted is refused with its place and a remedy."""

from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.read import read_workbook
from evalkit.intake.files.refusals import (
    EmptyFileError,
    EncryptedFileError,
    OversizedFileError,
    RefusedFileError,
    UnreadableFileError,
    UnsafeFileError,
    UnusableCellsError,
)
from evalkit.intake.files.workbook import EMPTY, Merged, Sheet, Unusable, Value, Workbook, is_empty, letters

__all__ = [
    "EMPTY",
    "LIMITS",
    "EmptyFileError",
    "EncryptedFileError",
    "Limits",
    "Merged",
    "OversizedFileError",
    "RefusedFileError",
    "Sheet",
    "UnreadableFileError",
    "UnsafeFileError",
    "Unusable",
    "UnusableCellsError",
    "Value",
    "Workbook",
    "is_empty",
    "letters",
    "read_workbook",
]
