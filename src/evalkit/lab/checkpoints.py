"""Replicates that are done, each in a file of its own, so that a run that was killed goes on from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from evalkit.lab.plan import digest_scenario
from evalkit.lab.scenarios import Scenario
from evalkit.lab.storage import read_table, write_table
from evalkit.whole_file import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One replicate of one scenario: what a worker does at a time."""

    scenario: Scenario
    replicate: int

    @property
    def cost(self) -> int:
        """How many times evidence is scored."""
        return 1 + len(self.scenario.corruptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a replicate: its rows, or why there are none."""

    rows: pd.DataFrame | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The replicates that a folder holds; all of one seed, people, methods and code."""

    folder: Path

    def read(self, unit: Unit) -> Answer | None:
        """Return what became of a replicate, if it is known; a file that cannot be read counts as none."""
        failed, done = self._file(unit, "txt"), self._file(unit, "parquet")
        if failed.is_file():
            return Answer(failure=failed.read_text(encoding="utf-8"))
        try:
            return Answer(rows=read_table(done)) if done.is_file() else None
        except duckdb.Error:
            return None

    def write(self, unit: Unit, answer: Answer) -> None:
        """Keep what became of a replicate."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if answer.rows is not None:
            write_table(answer.rows, self._file(unit, "parquet"))
            return
        write_whole(self._file(unit, "txt"), answer.failure)

    def _file(self, unit: Unit, ending: str) -> Path:
        return self.folder / f"{digest_scenario(unit.scenario)}-{unit.replicate:05d}.{ending}"
