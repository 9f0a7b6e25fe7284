"""Why a file is not read; each message names the file, the place in it, and what to do."""

from __future__ import annotations

from evalkit.errors import EvalkitError


class RefusedFileError(EvalkitError):
    """A file that is not read; nothing of it was used."""


class UnreadableFileError(RefusedFileError):
    """A file that is missing, broken, or of a kind that is not read."""


class EncryptedFileError(RefusedFileError):
    """A file that needs a password."""


class OversizedFileError(RefusedFileError):
    """A file that would unpack to more than the limits allow."""


class UnsafeFileError(RefusedFileError):
    """A file with a document type or entities in its XML, which no spreadsheet program writes."""


class EmptyFileError(RefusedFileError):
    """A file or sheet without a filled cell."""


class UnusableCellsError(RefusedFileError):
    """Cells that are needed and hold a formula that was never computed, or an error value."""
