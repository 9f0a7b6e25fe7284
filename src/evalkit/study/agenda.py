"""What is left to do for a study: which reports are whole already, which need a new page, which a kernel."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from evalkit.study.built import (
    Built,
    hash_outputs,
    is_as_recorded,
    read_built,
    read_provenance,
    read_records,
)
from evalkit.study.keys import Keys, hash_inputs, make_keys
from evalkit.study.orders import make_order
from evalkit.study.people import name_reports
from evalkit.study.plan import StudyPlan
from evalkit.study.provenance import hash_file
from evalkit.study.publish import list_kept
from evalkit.study.reports import page_names
from evalkit.study.shelf import set_aside
from evalkit.study.surroundings import Surroundings
from evalkit.study.worker import Order, Outcome
from evalkit.study.workspace import BUILDING, FINISHED


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What a run does for one study.

    Attributes
    ----------
    place, folder, records
        The study's folder; the one in which it is built; the one with the records of finished reports.
    provenance
        What the study's reports are made from, without the commit.
    orders
        Every report that was asked for, by its page.
    keys
        The hashes of what each is made from, by page.
    todo
        The orders that are left to a worker.
    finished, same, unasked
        Reports that an interrupted run finished; those that are whole in the study's folder; and others there
        that were not asked for and stay as they are.
    shelved
        Reports that an interrupted run finished and that were not asked for: a later run may ask for them.
    """

    plan: StudyPlan
    place: Path
    folder: Path
    records: Path
    provenance: Mapping[str, Any]
    orders: Mapping[str, Order]
    keys: Mapping[str, Keys]
    todo: tuple[Order, ...]
    finished: tuple[Built, ...]
    same: tuple[Built, ...]
    unasked: tuple[Built, ...]
    shelved: tuple[Built, ...]

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.plan.study.name

    @property
    def executed(self) -> tuple[Order, ...]:
        """The orders for which a kernel starts."""
        return tuple(order for order in self.todo if order.executed is None)

    def list_reports(self, more: Iterable[Built] = ()) -> list[Built]:
        """Return the reports that the study's folder will hold, with those just built, in reading order."""
        order = page_names(self.plan.study, self.plan.reports)
        found = [*self.finished, *self.same, *self.unasked, *more]
        return sorted(found, key=lambda item: order.index(item.page))

    def is_settled(self) -> bool:
        """Tell whether nothing is left to do: every file of the study's folder is as it would be made."""
        if self.todo or self.finished:
            return False
        previous = read_provenance(self.place)
        said = {name: value for name, value in previous.items() if name not in ("commit", "outputs")}
        expected = {**self.provenance, "reports": [asdict(item) for item in self.list_reports()]}
        return said == json.loads(json.dumps(expected)) and is_as_recorded(
            self.place, previous.get("outputs", {})
        )

    def describe(self, outcome: Outcome) -> Built:
        """Return what is put on record of a report that was just built."""
        task, keys = outcome.task, self.keys[outcome.task.page]
        item = Built(
            report=task.report,
            lang=task.lang,
            page=task.page,
            notebook_sha256=hash_file(task.notebook),
            parameters=task.parameters,
            failed=outcome.failure is not None,
            place=task.place,
            code_key=keys.code,
            page_key=keys.page,
        )
        return replace(item, outputs=hash_outputs(self.folder, item.files))

    def clear(self) -> None:
        """Remove what an interrupted run left in the folder, and set aside what only a later run may use."""
        set_aside(self.shelved, self.folder, self.records)
        used = [self.folder / name for item in self.finished for name in item.files]
        used += [order.executed for order in self.todo if order.executed]
        kept = {self.records / f"{item.stem}.json" for item in (*self.finished, *self.shelved)}
        for file in (*self.records.glob("*"), *self.folder.rglob("*")):
            if file not in kept and file not in used and not file.is_dir():
                file.unlink()
        if not used:
            shutil.rmtree(self.folder, ignore_errors=True)


def make_agenda(plan: StudyPlan, reports: Path, provenance: Mapping[str, Any], *, force: bool) -> Agenda:
    """Decide what is left to do for a study; with ``force``, everything is."""
    name = name_reports(plan.study.name, provenance["people"])
    place, folder = reports / name, reports / BUILDING / name
    records = reports / BUILDING / FINISHED / name
    known, asked = page_names(plan.study, plan.reports), {task.page for task in plan.tasks}
    unasked = list_kept(known, place, asked)
    recorded = read_records(records)
    around = _surround(plan, unasked)
    orders = {task.page: make_order(plan.study, task, folder, provenance, around) for task in plan.tasks}
    inputs, package = hash_inputs(plan.study, provenance), provenance["package_sha256"]
    keys = {
        page: make_keys(order.task, order.page, inputs=inputs, package=package)
        for page, order in orders.items()
    }
    shelves = [] if force else [(folder, recorded), (place, read_built(place))]
    decided = [_decide(order, keys[page], shelves) for page, order in orders.items()]
    found = [item for item in decided if isinstance(item, tuple)]
    return Agenda(
        plan=plan,
        place=place,
        folder=folder,
        records=records,
        provenance=provenance,
        orders=orders,
        keys=keys,
        todo=tuple(item for item in decided if isinstance(item, Order)),
        finished=tuple(item for where, item in found if where == folder),
        same=tuple(item for where, item in found if where == place),
        unasked=tuple(unasked),
        shelved=tuple(
            item
            for item in recorded
            if item.page in set(known) - asked and is_as_recorded(folder, item.outputs)
        ),
    )


def _surround(plan: StudyPlan, unasked: Iterable[Built]) -> Surroundings:
    return Surroundings(
        study=plan.study,
        reports=plan.reports,
        pages={item.page for item in unasked} | {task.page for task in plan.tasks},
    )


def _decide(
    order: Order, keys: Keys, shelves: Sequence[tuple[Path, Sequence[Built]]]
) -> tuple[Path, Built] | Order:
    """Return the folder and record of a report that is whole already, or else what is left to a worker.

    What is taken over is held to its recorded hash: a page that somebody edited is made again.
    """
    task = order.task
    alike = [
        (folder, item)
        for folder, items in shelves
        for item in items
        if (item.report, item.lang, item.code_key) == (task.report, task.lang, keys.code) and not item.failed
    ]
    for folder, item in alike:
        if item.page_key == keys.page and is_as_recorded(folder, item.outputs):
            return folder, item
    for folder, item in alike:
        if is_as_recorded(folder, {item.notebook: item.outputs.get(item.notebook, "")}):
            return replace(order, executed=folder / item.notebook)
    return order
