"""Pseudonyms: HMAC-SHA256 of who a person is, keyed by a file that stands outside every study.

Without the key nobody can try numbers until one gives the pseudonym. With it anyone can, so that the key is
as secret as the list of names: its file is readable by its owner alone and is never part of a study.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evalkit.errors import EvalkitError

_N_BYTES: Final = 32
_SHAPE: Final = re.compile(r"evalkit-key-1:([0-9a-f]{64})\n?", re.ASCII)
_PREFIX: Final = "evalkit-key-1:"
_LETTERS: Final = 13  # 65 bits: among a million people two are alike with a chance below 1 in 10 million
_NAMING: Final = b"pseudonym\0"
_FINGERPRINT: Final = b"fingerprint\0"


class KeyFileError(EvalkitError):
    """A key file that may not be used: the message says why, and never what it holds."""


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """A key that turns who somebody is into a pseudonym.

    Examples
    --------
    >>> key = PseudonymKey(bytes(32))
    >>> key.name("siti"), key.name("siti") == key.name("budi")
    ('p-u44lj643swaxi', False)
    >>> key
    PseudonymKey()
    """

    secret: bytes = field(repr=False)

    def name(self, identity: str) -> str:
        """Return the pseudonym of a person."""
        digest = hmac.digest(self.secret, _NAMING + identity.encode(), "sha256")
        return "p-" + base64.b32encode(digest).decode().lower()[:_LETTERS]

    @property
    def fingerprint(self) -> str:
        """Tell this key from others; nothing of the key follows from it."""
        return hmac.digest(self.secret, _FINGERPRINT, "sha256").hex()[:16]


def throwaway_key() -> PseudonymKey:
    """Return a key that is kept nowhere, to show what an import would do."""
    return PseudonymKey(secrets.token_bytes(_N_BYTES))


def default_key_file(study: Path) -> Path:
    """Return where the key of a study is, unless another file is named."""
    config = os.environ.get("XDG_CONFIG_HOME") or ""
    base = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
    return base / "evalkit" / "keys" / f"{study.resolve().name}.key"


def check_key_place(file: Path) -> None:
    """Refuse a key inside a study: who gets the study would get the names.

    Raises
    ------
    KeyFileError
        If the file, or what it links to, stands in a study folder.
    """
    for place in (file.absolute(), file.resolve()):
        for folder in place.parents:
            if (folder / "datapackage.json").exists() or (folder / "study.yaml").exists():
                raise KeyFileError(
                    f"The key {file} stands inside the study {folder.name}, and would leave the office "
                    "with it. "
                    "Move it out of the study, and name it with --key."
                )


def read_key(file: Path, fingerprint: str = "") -> PseudonymKey:
    """Read a key file.

    Parameters
    ----------
    fingerprint
        That of the key with which a study was made; empty for a study without pseudonyms.

    Raises
    ------
    KeyFileError
        If it is in a study, readable by others, no key, or another key than that of the study.
    """
    check_key_place(file)
    mode = file.stat().st_mode
    if not stat.S_ISREG(mode):
        raise KeyFileError(f"The key {file} must be a file, and is none.")
    if mode & 0o077:
        raise KeyFileError(f"Others may read the key {file}. Take that away from them: chmod 600 {file}")
    found = _SHAPE.fullmatch(file.read_text(encoding="ascii", errors="replace"))
    if found is None:
        raise KeyFileError(
            f"{file} is no key of evalkit. Name the right file with --key, or another to be made."
        )
    key = PseudonymKey(bytes.fromhex(found[1]))
    if fingerprint and not hmac.compare_digest(fingerprint, key.fingerprint):
        raise KeyFileError(
            f"The pseudonyms of the study were made with another key than {file}: the same person would "
            "get two. "
            "Name the key that was used with --key."
        )
    return key


def make_key(file: Path, fingerprint: str = "") -> PseudonymKey:
    """Make a key and write it to a new file that its owner alone may read.

    Raises
    ------
    KeyFileError
        If it would stand in a study, or the study has pseudonyms of a key that is not there any more.
    """
    check_key_place(file)
    if fingerprint:
        raise KeyFileError(
            f"The study has pseudonyms, and their key is not at {file}. Name it with --key. If it is "
            "lost, begin a "
            "new study: another key would give the same person a second pseudonym."
        )
    key = throwaway_key()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(new, "w", encoding="ascii") as opened:
        opened.write(f"{_PREFIX}{key.secret.hex()}\n")
    return key


def digest(*parts: str) -> str:
    """Return a short hash over texts, for names that tell nothing.

    Examples
    --------
    >>> digest("skm", "a.xlsx") == digest("skma.xlsx")
    False
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
