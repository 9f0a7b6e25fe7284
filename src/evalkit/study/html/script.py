"""The scripts of a page, and the policy that lets these run and nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "templates" / "evalkit"


@cache
def read_script(name: str) -> str:
    """Return a script of the templates, such as ``report.js``."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def policy(name: str) -> str:
    """Return the content security policy of a page with one script: no request, no other script.

    Examples
    --------
    >>> policy("report.js").startswith("default-src 'none'; script-src 'sha256-")
    True
    """
    digest = hashlib.sha256(read_script(name).encode()).digest()
    script = base64.b64encode(digest).decode("ascii")
    return f"default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; img-src data:"
