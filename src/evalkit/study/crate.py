"""``ro-crate-metadata.json``: what a study's reports are and were made from, for archives and machines.

The format is RO-Crate 1.1 with the profile Process Run Crate: each report is an action that used a notebook,
the evidence and its parameters, and gave a page, figures and tables. It names no person and no moment; the
date is that of the evidence where its descriptor has one, and that of the version of evalkit where not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from evalkit import RELEASED
from evalkit.study.crate_files import (
    CRATE_FILE,
    Entity,
    Holding,
    describe_inputs,
    describe_licences,
    describe_notebooks,
    describe_outputs,
    refer,
)
from evalkit.study.declared import read_package
from evalkit.study.notebooks import cite_notebook
from evalkit.study.study_file import Study

if TYPE_CHECKING:
    from evalkit.study.built import Built

_CONTEXT: Final = "https://w3id.org/ro/crate/1.1/context"
_CRATE: Final = "https://w3id.org/ro/crate/1.1"
_PROFILE: Final = "https://w3id.org/ro/wfrun/process/0.5"
_SCHEMA: Final = "http://schema.org/"


def write_crate(study: Study, folder: Path, built: Sequence[Built], provenance: Mapping[str, Any]) -> None:
    """Write the description of a study's finished folder into it."""
    crate = describe_crate(study, folder, built, provenance)
    (folder / CRATE_FILE).write_text(write_json(crate), encoding="utf-8")


def write_json(crate: Mapping[str, Any]) -> str:
    """Return a crate as text, the same for the same crate."""
    return json.dumps(crate, indent=1, ensure_ascii=False) + "\n"


def describe_crate(
    study: Study,
    folder: Path,
    built: Sequence[Built],
    provenance: Mapping[str, Any],
    *,
    holding: Holding | None = None,
    more: Sequence[Entity] = (),
) -> dict[str, Any]:
    """Describe a study's folder of reports as JSON-LD.

    Parameters
    ----------
    folder
        The folder of its reports, with everything in it but this description.
    provenance
        What ``provenance.json`` says.
    holding
        Where the files stand in the crate, if it is not the folder itself.
    more
        Further files of the crate.
    """
    holding = holding or Holding()
    package = read_package(study)
    licences, inputs = describe_licences(package), describe_inputs(study, provenance, holding)
    used = [(cite_notebook(study, item.report, item.place), item.notebook_sha256) for item in built]
    notebooks = describe_notebooks(used, holding)
    outputs = describe_outputs(folder, holding)
    results = _results(built, outputs)
    actions = [
        _action(study, item, holding, [*refer(inputs), *refer(_parameters([item]))], results[item.stem])
        for item in built
    ]
    root = _root(study, package, [*outputs, *inputs, *notebooks, *more]) | {
        "license": refer(licences),
        "mentions": refer(actions),
    }
    parts = [*licences, *inputs, *notebooks, *outputs, *more, *_parameters(built), *actions]
    return {"@context": _CONTEXT, "@graph": [_descriptor(), root, *_software(provenance), *parts]}


def _descriptor() -> Entity:
    about = {"about": {"@id": "./"}, "conformsTo": {"@id": _CRATE}}
    return {"@id": CRATE_FILE, "@type": "CreativeWork", **about}


def _root(study: Study, package: Mapping[str, Any], parts: Sequence[Entity]) -> Entity:
    evidence = "synthetic evidence, which is about nobody" if study.kind == "synthetic" else "real evidence"
    description = f"Reports of the study {study.name} on {evidence}. {package.get('description', '')}"
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": study.heading("en"),
        "description": description.strip(),
        "datePublished": str(package.get("created") or RELEASED)[:10],
        "conformsTo": {"@id": _PROFILE},
        "hasPart": refer(parts),
    }


def _software(provenance: Mapping[str, Any]) -> list[Entity]:
    versions = {"python": provenance["python"], **provenance["packages"]}
    packages: list[Entity] = [
        {"@id": f"#package-{quote(name)}", "@type": "SoftwareApplication", "name": name, "version": version}
        for name, version in versions.items()
    ]
    profile = {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    own = {"@id": "#evalkit", "@type": "SoftwareApplication", "name": "evalkit"}
    return [
        profile,
        {**own, "version": provenance["evalkit"], "softwareRequirements": refer(packages)},
        *packages,
    ]


def _results(built: Sequence[Built], outputs: Sequence[Entity]) -> dict[str, list[Entity]]:
    """Return the files that each report gave, by the stem of its page."""
    results: dict[str, list[Entity]] = {item.stem: [] for item in built}
    own = {name: item.stem for item in built for name in (item.page, f"notebooks/{item.stem}.ipynb")}
    for output in outputs:
        folder, _, file = str(output["name"]).rpartition("/")
        stem = own.get(str(output["name"]), "")
        if folder in ("figures", "tables"):  # STEM-LABEL.svg, and one stem may begin with another
            stem = max((name for name in results if file.startswith(f"{name}-")), key=len, default="")
        if stem:
            results[stem].append({"@id": output["@id"]})
    return results


def _action(
    study: Study, item: Built, holding: Holding, used: Sequence[Entity], results: Sequence[Entity]
) -> Entity:
    notebook = holding.input(cite_notebook(study, item.report, item.place), item.notebook_sha256)
    status = "FailedActionStatus" if item.failed else "CompletedActionStatus"
    return {
        "@id": f"#run-{quote(item.stem)}",
        "@type": "CreateAction",
        "name": f"Report {item.stem}",
        "instrument": [{"@id": notebook}, {"@id": "#evalkit"}],
        "object": list(used),
        "result": list(results),
        "actionStatus": {"@id": f"{_SCHEMA}{status}"},
    }


def _parameters(built: Sequence[Built]) -> list[Entity]:
    """Describe every value of a parameter once."""
    pairs = {
        f"#parameter-{quote(name)}-{quote(json.dumps(value), safe='')}": (name, value)
        for item in built
        for name, value in item.parameters.items()
    }
    return [
        {"@id": identity, "@type": "PropertyValue", "name": name, "value": json.dumps(value)}
        for identity, (name, value) in sorted(pairs.items())
    ]
