"""One study while it is built: each report is put on record, and the study in place when it is whole."""

from __future__ import annotations

from pathlib import Path

from evalkit.study.agenda import Agenda
from evalkit.study.built import write_record
from evalkit.study.finish import finish_study
from evalkit.study.warm import Server
from evalkit.study.worker import Outcome


class Site:
    """One study while it is built: its agenda, and what has become of it so far.

    Parameters
    ----------
    runtime
        Folder for the sockets of kernels.
    commit
        Commit of the workbench.
    server
        Has the study put in place while other reports are built, if it is warm.
    """

    def __init__(self, agenda: Agenda, runtime: Path, commit: str, server: Server | None = None) -> None:
        self._agenda, self._runtime, self._commit, self._server = agenda, runtime, commit, server
        self.outcomes: list[Outcome] = []

    def take(self, outcome: Outcome) -> None:
        """Put a report on record if it is whole, and finish the study if it was the last."""
        self.outcomes.append(outcome)
        if not outcome.failure:
            write_record(self._agenda.records, self._agenda.describe(outcome))
        self.finish_if_whole()

    def finish_if_whole(self) -> None:
        """Put the study in place once nothing is left to build."""
        if len(self.outcomes) == len(self._agenda.todo):
            given = self._agenda, self.outcomes, self._runtime, self._commit
            if self._server and self._server.is_warm:
                self._server.submit_aside(self._replace, finish_study, *given)
            else:
                self._replace(finish_study(*given))

    def _replace(self, refused: list[Outcome]) -> None:
        """Take the place of outcomes that turned out to be of reports that are not whole."""
        pages = {outcome.task.page for outcome in refused}
        self.outcomes = [one for one in self.outcomes if one.task.page not in pages] + refused

    def measured(self) -> list[Outcome]:
        """Return what became of the reports for which a kernel ran to the end."""
        pages = {order.task.page for order in self._agenda.executed}
        return [one for one in self.outcomes if one.task.page in pages and not one.failure]
