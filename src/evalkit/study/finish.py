"""Complete a study's folder once its reports are built, and put it in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evalkit.study.agenda import Agenda
from evalkit.study.built import Built
from evalkit.study.equality import find_unequal
from evalkit.study.execute import Failure
from evalkit.study.notebooks import show_path
from evalkit.study.people import APART
from evalkit.study.publish import carry_over, complete_study, harvest_reports, put_in_place
from evalkit.study.shelf import forget
from evalkit.study.worker import Outcome, build_report


def finish_study(agenda: Agenda, outcomes: Sequence[Outcome], runtime: Path, commit: str) -> list[Outcome]:
    """Write what stands beside the pages, and put the study's folder in place.

    Returns
    -------
    The outcomes of reports that are not whole after all, since their languages publish different numbers.
    """
    folder = agenda.folder
    built = agenda.list_reports(agenda.describe(outcome) for outcome in outcomes)
    carry_over((*agenda.same, *agenda.unasked), agenda.place, folder)
    harvests = harvest_reports(folder, built)
    unequal = find_unequal(built, harvests)
    refused = [
        _refuse(agenda, item, unequal[item.page], runtime)
        for item in built
        if item.page in unequal and item.page in agenda.orders
    ]
    pages = {outcome.task.page for outcome in refused}
    built = [replace(item, failed=item.failed or item.page in pages) for item in built]
    complete_study(agenda.plan.study, folder, built, harvests, {**agenda.provenance, "commit": commit})
    if agenda.place.suffix == APART:
        folder.chmod(0o700)
    put_in_place(folder, agenda.place)
    forget((order.task.stem for order in agenda.orders.values()), agenda.records)
    return refused


def _refuse(agenda: Agenda, item: Built, cause: str, runtime: Path) -> Outcome:
    """Make the page of a report again, with the failure on it; this is rare, so no worker is kept for it."""
    order = agenda.orders[item.page]
    failure = Failure(
        notebook=show_path(order.task.notebook),
        cause=cause,
        remedy="Let nothing that is published by results depend on lang, and run again.",
    )
    return build_report(replace(order, executed=agenda.folder / item.notebook, failure=failure), runtime)
