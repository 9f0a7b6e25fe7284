"""Whether a study's reports are there, whole, and what the study as it stands would give."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from evalkit.errors import UsageError
from evalkit.study.agenda import Agenda, make_agenda
from evalkit.study.built import Built, hash_outputs, read_built, read_provenance
from evalkit.study.expected import find_changes
from evalkit.study.notebooks import cite_notebook
from evalkit.study.people import name_reports, people_of
from evalkit.study.plan import StudyPlan, plan_study
from evalkit.study.provenance import describe_environment, describe_study, hash_file
from evalkit.study.reports import list_reports
from evalkit.study.study_file import Study

#: What may differ from how reports were built: another Python gives the same numbers (decision 24).
_AS_BUILT: Final = ("python", "packages", "installed_sha256", "keep_valid")
_ELSEWHERE: Final = "built on another kind of machine, or provenance.json was edited"


def check_current(study: Study, root: Path, reports: Path, *, shown: bool = False) -> None:
    """Raise if a run would write anything of a study, wherever it ran; all reasons at once.

    Reports may have been built by another Python, with other versions of packages.

    Parameters
    ----------
    reports
        The folder that holds the study's folder of reports.
    shown
        Whether the reports about single people are meant.

    Raises
    ------
    UsageError
        Naming what is missing, not whole, edited or out of date.
    """
    if faults := find_faults(study, root, reports, shown=shown):
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise UsageError(
            f"The reports of {study.name} are not what the study would give now:\n{lines}\n"
            f"Run 'evalkit run {study.name}{' --people' if shown else ''}' first."
        )


def find_faults(
    study: Study, root: Path, reports: Path, *, shown: bool = False, pages: Collection[str] | None = None
) -> list[str]:
    """Say why a run would write anything of a study; nothing if it would not.

    Parameters
    ----------
    shown
        Whether the reports are those that show people.
    pages
        The reports that are asked for, by their pages; all by default.
    """
    agenda = _make_agenda(study, root, reports, people_of(study, shown=shown), pages)
    return [] if agenda.is_settled() else list(_explain(agenda)) or [_ELSEWHERE]


def _make_agenda(
    study: Study, root: Path, reports: Path, people: str, pages: Collection[str] | None
) -> Agenda:
    """Return what a run would do that had been started where the reports were built."""
    found = list_reports(study, root)
    tasks = tuple(task for task in plan_study(study, root, found) if pages is None or task.page in pages)
    plan = StudyPlan(study=study, reports=found, tasks=tasks)
    now = {**describe_environment(root), **describe_study(study), "keep_valid": False}
    now["people"] = people
    before = read_provenance(reports / name_reports(study.name, people))
    there = {name: before[name] for name in _AS_BUILT if name in before}
    return make_agenda(plan, reports, now | there, force=False)


def _explain(agenda: Agenda) -> Iterator[str]:
    """Name what a run would have to do, by its reason."""
    built = {item.page: item for item in read_built(agenda.place)}
    before = read_provenance(agenda.place)
    if missing := [page for page in agenda.orders if not _is_there(agenda.place, built.get(page))]:
        yield f"not built: {', '.join(missing)}"
    if failed := [item.page for item in built.values() if item.failed]:
        yield f"not whole: {', '.join(failed)}"
    changes = {
        *_changed_notebooks(built, agenda),
        *(find_changes(before, agenda.provenance) if before else ()),
    }
    if changes:
        yield f"changed since: {', '.join(sorted(changes))}"
    if others := [page for page, item in built.items() if _has_other_parameters(agenda, item)]:
        yield f"built with other parameters: {', '.join(others)}"
    if edited := _find_edited(agenda.place, before, built):
        yield f"edited or removed by hand: {', '.join(edited)}"


def _is_there(folder: Path, item: Built | None) -> bool:
    return item is not None and (folder / item.page).is_file()


def _changed_notebooks(built: dict[str, Built], agenda: Agenda) -> Iterator[str]:
    files = {report.name: report.file for report in agenda.plan.reports}
    for item in built.values():
        file = files.get(item.report)
        if not (file and file.is_file()) or hash_file(file) != item.notebook_sha256:
            yield cite_notebook(agenda.plan.study, item.report, item.place)


def _has_other_parameters(agenda: Agenda, item: Built) -> bool:
    order = agenda.orders.get(item.page)
    return order is not None and dict(order.task.parameters) != dict(item.parameters)


def _find_edited(folder: Path, before: dict[str, Any], built: dict[str, Built]) -> list[str]:
    """Name the files that are not what was put on record of them."""
    said = dict(before.get("outputs", {}))
    for item in built.values():
        said |= {} if item.failed else item.outputs
    found = hash_outputs(folder, said)
    return sorted(name for name, digest in said.items() if found.get(name) != digest)
