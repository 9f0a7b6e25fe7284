"""What a report is made from, as two hashes: the same hash, the same report.

The *code key* is over everything that its cells run on; the *page key* over that and everything else that its
page is made from. Changed prose changes the page key alone, so that no kernel has to start for it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from evalkit.study.plan import Task
from evalkit.study.study_file import Study

#: Keys of ``study.yaml`` that no cell reads: which reports there are, and what reaches cells as parameters.
_NOT_READ: Final = {"folder", "notebooks", "languages", "parameters", "conf_level", "n_boot", "seed"}
_APART: Final = ("README", "study.yaml")  # for people; and read key by key


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The two hashes of a report."""

    code: str
    page: str


def hash_json(value: Any) -> str:
    """Return the SHA-256 of a value as JSON writes it; the order of keys counts.

    Examples
    --------
    >>> hash_json({"seed": 1}) == hash_json({"seed": 2})
    False
    """
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()


def hash_inputs(study: Study, provenance: Mapping[str, Any]) -> str:
    """Return one hash over all that every kernel of a study reads beside its notebook.

    These are the study's files, what cells read of ``study.yaml``, the package without what only pages are
    made of, and the packages that are installed.
    """
    files = {name: digest for name, digest in provenance["files"].items() if not name.startswith(_APART)}
    described = {name: value for name, value in asdict(study).items() if name not in _NOT_READ}
    environment = {name: provenance[name] for name in ("kernel_sha256", "python", "installed_sha256")}
    system = (sys.platform, platform.machine())
    more = (provenance["templates"], provenance["keep_valid"], provenance["people"])
    return hash_json([files, described, environment, system, more])


def make_keys(task: Task, page: Mapping[str, Any], *, inputs: str, package: str) -> Keys:
    """Return the keys of a report.

    Parameters
    ----------
    page
        What stands around the notebook on its page.
    inputs
        What every kernel of the study reads (`hash_inputs`).
    package
        Hash of the package, templates and words of pages included.
    """
    notebook = task.notebook.read_bytes()
    code = hash_json([inputs, _hash_code(notebook), task.parameters])
    page = {**page, "page": task.page, "lang": task.lang, "package": package}
    return Keys(code=code, page=hash_json([code, hashlib.sha256(notebook).hexdigest(), page]))


@cache
def _hash_code(notebook: bytes) -> str:
    """Return one hash over what a kernel is sent of a notebook, and the metadata that say how to run it."""
    content = json.loads(notebook)
    cells = [
        ("".join(cell["source"]), cell["metadata"])
        for cell in content["cells"]
        if cell["cell_type"] == "code"
    ]
    return hash_json([cells, content.get("metadata", {})])
