"""How many seconds each report took when it was last built on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from evalkit.study.plan import Task
from evalkit.study.worker import Order
from evalkit.study.workspace import PRIVATE, private_folder
from evalkit.whole_file import write_whole

_FILE: Final = "seconds.json"
_PAGE: Final = 0.5  # seconds of a page around outputs that are there
_USUAL: Final = 5.0  # seconds of a report of which nothing is known, where nothing is known of any


class Timings:
    """Seconds of reports, read from the workbench; a lost file costs nothing but a good estimate.

    Examples
    --------
    >>> timings = Timings(Path("nowhere"))
    >>> timings.expect("judges/01_methods")
    5.0
    """

    def __init__(self, root: Path) -> None:
        self._file = root / PRIVATE / _FILE
        self._seconds = _read(self._file)
        self._usual = sum(self._seconds.values()) / len(self._seconds) if self._seconds else _USUAL

    def expect(self, name: str) -> float:
        """Return the seconds that a report took last, or else those of a usual one."""
        return self._seconds.get(name, self._usual)

    def expect_order(self, order: Order) -> float:
        """Return the seconds that an order may take: little where no kernel starts for it."""
        return _PAGE if order.executed else self.expect(name_of(order.task))

    def keep(self, seconds: Mapping[str, float]) -> None:
        """Add what was measured, and write it; a workbench that cannot be written to is left as it is."""
        self._seconds |= {name: round(value, 1) for name, value in seconds.items()}
        try:
            private_folder(self._file.parent.parent)
            write_whole(self._file, json.dumps(self._seconds, indent=1))
        except OSError:
            return


def name_of(task: Task) -> str:
    """Return what a report is called across studies and languages."""
    return f"{task.study}/{task.report}.{task.lang}"


def sort_longest_first(orders: Iterable[Order], timings: Timings) -> list[Order]:
    """Sort reports so that workers end together: language by language, and the longest first.

    One language comes after the other since the second finds the heavy results of the first.
    """
    asked = list(orders)
    languages = list(dict.fromkeys(order.task.lang for order in asked))
    return sorted(asked, key=lambda order: (languages.index(order.task.lang), -timings.expect_order(order)))


def _read(file: Path) -> dict[str, float]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): float(value) for name, value in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
