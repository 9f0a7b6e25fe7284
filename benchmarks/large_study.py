"""Import, check and report on an office of 30 000 people with a million ratings, as one would by hand.

The files are those of an office that does not exist: two quarters of ratings by supervisor, colleagues and
oneself, and an export of SIASN. SYNTHETIC: names of units and numbers of people are put together here.

python benchmarks/large_study.py [--people 30000] [--jobs 2]
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import psutil

from evalkit.processes import ONE_THREAD

GOAL_SECONDS, GOAL_BYTES = 180, 4_000_000_000
EVERY: Final = 0.5  # seconds between two looks at memory
N_UNITS: Final = 300
#: What each source is asked, as the heading of a column.
SENAPELAN: Final = ("Penilaian capaian target", "Indikator terukur", "Komunikasi", "Ketanggapan")
DUMAI: Final = ("Hasil kerja", "Kemampuan beradaptasi", "Kerja sama", "Inisiatif", "Integritas")
SURAKARTA: Final = ("Disiplin", "Mutu pelayanan", "Inovasi")
ITEMS: Final = (*SENAPELAN, *DUMAI, *SURAKARTA)
ASKED: Final = {"Atasan": ITEMS, "Rekan": ("Komunikasi", "Kerja sama"), "Diri Sendiri": SENAPELAN[:2]}
EXPECTED: Final = {1: "Di Atas Ekspektasi", 2: "Sesuai Ekspektasi", 3: "Di Bawah Ekspektasi"}
PREDIKATS: Final = {1: "Sangat Baik", 2: "Baik", 3: "Butuh Perbaikan", 4: "Kurang", 5: "Sangat Kurang"}
#: Predikat by work result and behaviour (PermenPANRB 6/2022), as SIASN codes them: 1 is the best.
MATRIX: Final = {1: (1, 2, 4), 2: (2, 2, 4), 3: (3, 3, 5)}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Seconds of a command by the clock and of the processors, and the most memory of its processes."""

    wall: float
    cpu: float
    memory: int

    def describe(self, name: str) -> str:
        """Write one line."""
        return f"{name:<12} {self.wall:8.1f} s {self.cpu:8.1f} s of CPU {self.memory / 1e9:6.2f} GB"


def write_office(folder: Path, n_people: int, seed: int = 1) -> int:
    """Write three CSV files as an Indonesian spreadsheet saves them, and return the number of ratings."""
    rng = np.random.default_rng(seed)
    people = [make_nip(number) for number in range(n_people)]
    units = [f"Unit {number % N_UNITS + 1:03}" for number in range(n_people)]
    able = rng.normal(size=n_people)
    n_ratings = 0
    for quarter in ("I", "II"):
        rows = list(rate(rng, people, units, able))
        n_ratings += sum(cell != "" for row in rows for cell in row[4:])
        head = ["NIP", "Unit Kerja", "NIP Penilai", "Penilai Sebagai", *ITEMS]
        save(folder / f"penilaian-{quarter}.csv", head, rows)
    head = ["tahun", "hasilKinerja", "hasilKinerjaNilai", "perilakuKerja", "PerilakuKerjaNilai"]
    head += ["kuadranKinerja", "KuadranKinerjaNilai", "Unit Kerja", "NIP"]
    save(folder / "siasn.csv", head, siasn(rng, people, units, able))
    return n_ratings


def make_nip(number: int) -> str:
    """Put a number together as NIPs are: birth, appointment, sex, serial number."""
    serial, rest = number % 999 + 1, number // 999
    month, day = rest % 12 + 1, number % 28 + 1
    return f"{1965 + number % 30}{month:02}{day:02}{2001 + number % 20}03{rest // 12 % 2 + 1}{serial:03}"


def rate(
    rng: np.random.Generator, people: Sequence[str], units: Sequence[str], able: np.ndarray
) -> Iterator[list[str]]:
    """Yield a row for each of four raters of a person: supervisor, two colleagues of the unit, oneself."""
    n = len(people)
    for place, nip in enumerate(people):
        near = [people[(place + step * N_UNITS) % n] for step in (1, 2)]
        raters = [(people[place % N_UNITS], "Atasan"), *((rater, "Rekan") for rater in near)]
        for rater, source in [*raters, (nip, "Diri Sendiri")]:
            if rater == nip and source != "Diri Sendiri":
                continue  # heads of units, and units of two
            seen = 3.2 + 0.7 * able[place] + rng.normal(scale=0.6)
            given = np.clip(np.rint(seen + rng.normal(scale=0.5, size=len(ITEMS))), 1, 5).astype(int).tolist()
            asked = ASKED[source]
            cells = [str(value) if item in asked else "" for item, value in zip(ITEMS, given, strict=True)]
            yield [nip, units[place], rater, source, *cells]


def siasn(
    rng: np.random.Generator, people: Sequence[str], units: Sequence[str], able: np.ndarray
) -> Iterator[list[str]]:
    """Yield a row of an export of SIASN for each person, in which 1 is the best."""
    seen = able[:, None] + rng.normal(scale=0.7, size=(len(people), 2))
    codes = np.select([seen > 0.9, seen > -1.5], [1, 2], 3).tolist()
    for nip, unit, (result, behaviour) in zip(people, units, codes, strict=True):
        code = MATRIX[result][behaviour - 1]
        graded = [EXPECTED[result], result, EXPECTED[behaviour], behaviour, PREDIKATS[code], code]
        yield ["2025", *map(str, graded), unit, nip]


def save(file: Path, head: Sequence[str], rows: Iterator[list[str]] | list[list[str]]) -> None:
    """Write a table with the separator that Excel uses in Indonesia."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(head)
        writer.writerows(rows)


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run a command of evalkit, and watch it and every process that it starts."""
    began = time.perf_counter()
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "evalkit", *command], cwd=folder, stdout=said, stderr=subprocess.STDOUT
        )
        watch = Watch(process.pid)
        watch.start()
        status = process.wait()
    wall = time.perf_counter() - began
    watch.join()
    if status:
        text = (folder / "said.txt").read_text()
        raise SystemExit(f"evalkit {' '.join(command)} ended with {status}:\n{text[-3000:]}")
    return Cost(wall=wall, cpu=watch.cpu, memory=watch.memory)


class Watch(threading.Thread):
    """Look at a process and its descendants until it ends; pages that several share count once (PSS)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(pid)
        self.memory = 0
        self._seconds: dict[tuple[int, float], float] = {}

    @property
    def cpu(self) -> float:
        """Processor seconds of all processes, as far as they were seen."""
        return sum(self._seconds.values())

    def run(self) -> None:
        """Look until the process has ended."""
        while self.root.is_running() and self.root.status() != psutil.STATUS_ZOMBIE:
            self.memory = max(self.memory, sum(map(self._look, self._family())))
            time.sleep(EVERY)

    def _family(self) -> list[psutil.Process]:
        try:
            return [self.root, *self.root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _look(self, process: psutil.Process) -> int:
        try:
            with process.oneshot():
                times = process.cpu_times()
                self._seconds[process.pid, process.create_time()] = times.user + times.system
                return int(process.memory_full_info().pss)
        except psutil.Error:
            return 0


def main() -> None:
    """Print what each command takes, and the whole against the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    os.environ.update(ONE_THREAD)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n_ratings = write_office(folder, chosen.people)
        print(f"SYNTHETIC: {chosen.people} people, {n_ratings} ratings in two files, and an export of SIASN")
        place, key = ("--place", "senapelan"), ("--key", str(folder / "office.key"), "--write")
        into = ("--into", "office", *place, *key)
        commands = {
            "new": ["new", "office", "--lang", "en"],
            "import I": ["import", "penilaian-I.csv", *into, "--period", "2025Q1"],
            "import II": ["import", "penilaian-II.csv", *into, "--period", "2025Q2"],
            "import SIASN": ["import", "siasn.csv", *into, "--period", "Q4"],
            "check": ["check", "office"],
            "run": ["run", "office", "--jobs", str(chosen.jobs)],
        }
        costs = [show(name, command, folder) for name, command in commands.items()]
    wall, memory = sum(cost.wall for cost in costs), max(cost.memory for cost in costs)
    print(f"in all {wall:.0f} s and {memory / 1e9:.2f} GB at most", end="")
    print(f" (goal: {GOAL_SECONDS} s on two idle cores, {GOAL_BYTES / 1e9:.0f} GB)")


def show(name: str, command: Sequence[str], folder: Path) -> Cost:
    """Run a command and print what it took."""
    cost = measure(command, folder)
    print(cost.describe(name), flush=True)
    return cost


if __name__ == "__main__":
    main()
