"""What is on record of a built report: what it was made from, and the hashes of its files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evalkit.study.provenance import hash_file
from evalkit.whole_file import write_whole


@dataclass(frozen=True, kw_only=True)
class Built:
    """One report of a study folder: what it was made from, and whether it is whole.

    Attributes
    ----------
    code_key
        Hash of everything that its cells run on (`evalkit.study.keys`).
    page_key
        Hash of that, and of everything else that its page is made from.
    outputs
        SHA-256 of its page and its executed notebook, by their path inside the study folder.
    """

    report: str
    lang: str
    page: str
    notebook_sha256: str
    parameters: Mapping[str, Any]
    failed: bool
    place: str = ""
    code_key: str = ""
    page_key: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Name of its files, without an ending."""
        return self.page.removesuffix(".html")

    @property
    def notebook(self) -> str:
        """Path of its executed notebook inside the study folder."""
        return f"notebooks/{self.stem}.ipynb"

    @property
    def files(self) -> tuple[str, str]:
        """Paths of its own files inside the study folder."""
        return self.page, self.notebook


def hash_outputs(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of files of a folder by their names; those that are not there are left out."""
    return {name: hash_file(folder / name) for name in names if (folder / name).is_file()}


def is_as_recorded(folder: Path, outputs: Mapping[str, str]) -> bool:
    """Tell whether files of a folder are there and hold what was recorded of them."""
    return bool(outputs) and hash_outputs(folder, outputs) == dict(outputs)


def read_built(folder: Path) -> list[Built]:
    """Return the reports that a study folder says it holds; none where it cannot be read."""
    return _parse(read_provenance(folder).get("reports"))


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return what a study folder says it was made from; nothing where it cannot be read."""
    content = _read_json(folder / "provenance.json")
    return content if isinstance(content, dict) else {}


def write_record(folder: Path, item: Built) -> None:
    """Put on record that a report is whole: all at once, so that a run that is killed records it or not."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{item.stem}.json", json.dumps(asdict(item), ensure_ascii=False))


def read_records(folder: Path) -> list[Built]:
    """Return the reports that are on record in a folder."""
    return _parse([_read_json(path) for path in sorted(folder.glob("*.json"))])


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _parse(reports: Any) -> list[Built]:
    try:
        return [Built(**report) for report in reports]
    except TypeError:
        return []
