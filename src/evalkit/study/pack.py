"""One zip of a study: its evidence, notebooks and reports, to e-mail or deposit; the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evalkit import __version__
from evalkit.errors import UsageError
from evalkit.study.built import read_built, read_provenance
from evalkit.study.crate import describe_crate, write_json
from evalkit.study.crate_files import CRATE_FILE, Holding, describe_file
from evalkit.study.currency import check_current
from evalkit.study.expected import find_expected
from evalkit.study.notebooks import find_notebook, is_own
from evalkit.study.people import name_reports, people_of
from evalkit.study.provenance import hash_file
from evalkit.study.shareable import choose_files, find_public, is_published, list_files
from evalkit.study.shipped import find_root, find_shared, templates_folder
from evalkit.study.study_file import Study, find_study
from evalkit.whole_file import replacing

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: it tells nobody's clock
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16
_README: Final = "README.txt"
_LICENCES: Final = "data/LICENSES.md"
_SHARED: Final = ("CITATION.cff", "LICENSE", "requirements.lock")
_SHOWN: Final = 12
_HOW_TO_REPEAT: Final = """\
To compute the numbers again, install that with the versions of requirements.lock, change into this
folder, and run
    evalkit run {study}
    evalkit verify {study}"""
_PUBLIC_ONLY: Final = """\
This is the public edition alone: the evidence has no licence to be passed on."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What a zip holds, and what it does not.

    Attributes
    ----------
    left_out
        What stayed behind, with the reason, one entry each. The zip tells only how many: a name of a file may
        be that of a person.
    """

    file: Path
    n_files: int
    left_out: tuple[str, ...]

    def describe(self) -> str:
        """Say what was written and what was left out."""
        size = self.file.stat().st_size / 1e6
        lines = [f"{self.n_files:,} files, {size:.1f} MB: {self.file}"]
        lines += [f"  left out: {what}" for what in self.left_out[:_SHOWN]]
        if len(self.left_out) > _SHOWN:
            lines.append(f"  … and {len(self.left_out) - _SHOWN:,} more")
        return "\n".join(lines)


def pack_study(name: str | Path, file: Path | None = None, *, people: bool = False) -> Packed:
    """Write one zip of a study.

    It unpacks to a workbench: ``data/``, ``notebooks/`` and ``reports/``, with an RO-Crate description of all
    that. Of evidence without a licence to pass it on, only what the public may see is packed.

    Parameters
    ----------
    name
        A study by name or folder.
    file
        The zip; ``STUDY.zip`` in the current folder by default.
    people
        Pack what is about single people, too: the evidence of a protected study, and its reports with them.

    Raises
    ------
    UsageError
        If its reports are missing, not whole or out of date, or nothing of it may be passed on.
    """
    root = find_root()
    study = find_study(name, root=root)
    folder = root / "reports" / name_reports(study.name, people_of(study, shown=people))
    check_current(study, root, folder.parent, shown=people)
    target = (file or Path(f"{folder.name}.zip")).absolute()
    if target.is_dir() or not target.parent.is_dir():
        raise UsageError(f"{target} cannot be written: -o must name a file in a folder that exists")
    public = None if people or is_published(study) else find_public(study, folder)
    sources, left_out = _list_sources(study, root, folder, public)
    texts = _texts(study, folder, sources, left_out, public)
    _write(target, sources, texts)
    return Packed(file=target, n_files=len(sources) + len(texts), left_out=tuple(left_out))


def _list_sources(
    study: Study, root: Path, folder: Path, public: frozenset[str] | None
) -> tuple[dict[str, Path], list[str]]:
    """List what goes into the zip by its path there, and what stays behind."""
    shared = {name: find_shared(root, name) for name in _SHARED}
    shared[_LICENCES] = study.folder.with_name("LICENSES.md")
    sources = {name: path for name, path in shared.items() if path.is_file()}
    templates = templates_folder(study.folder)
    sources |= {f"data/templates/{path.name}": path for path in templates.glob("*.csv")}
    sources |= {
        f"notebooks/{name}.ipynb": find_notebook(study, name, root)
        for name in study.notebooks
        if not is_own(name)
    }
    hidden = folder.name == study.name and people_of(study) == "hidden"
    declared, left_behind = choose_files(study, with_evidence=public is None and not hidden, hidden=hidden)
    sources |= {f"data/{study.name}/{name}": study.folder / name for name in declared}
    reports = list_files(folder)
    kept = [name for name in reports if public is None or name in public]
    sources |= {f"reports/{folder.name}/{name}": folder / name for name in kept if name != CRATE_FILE}
    left_out = [f"data/{study.name}/{name} ({reason})" for name, reason in left_behind.items()]
    withheld = len(reports) - len(kept)
    if withheld:
        left_out.append(
            f"{withheld} files of reports/{folder.name}/ (numbers finer than the public may see, on evidence "
            "without a licence)"
        )
    if public is None:
        numbers = find_expected(root, study)
        pair = [path for path in (numbers, numbers.with_suffix(".json")) if path.is_file()]
        sources |= {f"reports/expected/{path.name}": path for path in pair}
    return sources, left_out


def _texts(
    study: Study,
    folder: Path,
    sources: Mapping[str, Path],
    left_out: Sequence[str],
    public: frozenset[str] | None,
) -> dict[str, str]:
    """Return what is written for the zip alone."""
    provenance = read_provenance(folder)
    readme = _readme(study, folder, provenance, len(left_out), public)
    texts = {_README: readme}
    crate = _crate(study, folder, provenance, sources, public)
    return {**texts, CRATE_FILE: write_json(crate)}


def _crate(
    study: Study,
    folder: Path,
    provenance: Mapping[str, Any],
    sources: Mapping[str, Path],
    public: frozenset[str] | None,
) -> dict[str, Any]:
    outputs = f"reports/{folder.name}/"
    withheld = () if public is None else set(list_files(folder)) - public
    holding = Holding(outputs=outputs, inside=frozenset(sources), withheld=frozenset(withheld))
    built = [item for item in read_built(folder) if public is None or item.page in public]
    known = ("data/", "notebooks/", outputs)
    extras = [name for name in sorted(sources) if not name.startswith(known) or name == _LICENCES]
    more = [describe_file(name, name, hash_file(sources[name])) for name in extras]
    return describe_crate(study, folder, built, provenance, holding=holding, more=more)


def _readme(
    study: Study, folder: Path, provenance: Mapping[str, Any], n_left_out: int, public: frozenset[str] | None
) -> str:
    pages = [name for name in sorted(public or ["index.html"]) if name.endswith(".html")]
    lines = [
        study.heading("en"),
        "",
        "Open in a browser, and nothing else is needed:",
        *(f"    reports/{folder.name}/{page}" for page in pages),
        "",
        f"Made with evalkit {__version__}, commit {provenance.get('commit') or 'unknown'}.",
        *(_HOW_TO_REPEAT.format(study=study.name) if public is None else _PUBLIC_ONLY).splitlines(),
        "",
        "ro-crate-metadata.json says for machines what each file is, where it is from, and its licence.",
    ]
    if n_left_out:
        lines.append(f"Not in this zip: {n_left_out:,} files or groups of files that may not be passed on.")
    return "\n".join(lines) + "\n"


def _write(target: Path, sources: Mapping[str, Path], texts: Mapping[str, str]) -> None:
    """Write the zip beside its place, and move it there when it is whole."""
    with replacing(target) as new, zipfile.ZipFile(new, "w") as archive:
        for name in sorted({*sources, *texts}):
            content = texts[name].encode() if name in texts else sources[name].read_bytes()
            archive.writestr(_entry(name), content, zipfile.ZIP_DEFLATED, 9)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    return entry
