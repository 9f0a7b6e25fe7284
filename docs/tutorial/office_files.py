"""Write the four files of the tutorial: of an office that does not exist, with the usual faults in them.

``python docs/tutorial/office_files.py FOLDER``. Names and NIPs are put together here; they belong to nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

UNITS = ("Loket", "Arsip", "Umum")
ASKED = (
    *(
        "Persyaratan",
        "Prosedur",
        "Waktu penyelesaian",
        "Biaya/tarif",
        "Produk layanan",
        "Kompetensi pelaksana",
    ),
    *("Perilaku pelaksana", "Penanganan pengaduan", "Sarana dan prasarana"),
)
RATED = ("Penilaian capaian target", "Indikator terukur", "Komunikasi", "Ketanggapan")
EXPECTED = {1: "Di Atas Ekspektasi", 2: "Sesuai Ekspektasi", 3: "Di Bawah Ekspektasi"}
PREDIKATS = {1: "Sangat Baik", 2: "Baik", 3: "Butuh Perbaikan", 4: "Kurang", 5: "Sangat Kurang"}
#: Predikat by work result and behaviour (PermenPANRB 6/2022), as SIASN codes them: 1 is the best.
MATRIX = {1: (1, 2, 4), 2: (2, 2, 4), 3: (3, 3, 5)}


def write_files(folder: Path, *, n_people: int = 60, seed: int = 2025) -> None:
    """Write penilaian.xlsx, survei.xlsx, rekap.xlsx and siasn.xlsx."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    people = [make_nip(rng, number) for number in range(n_people)]
    able = rng.normal(size=n_people)
    write(folder / "penilaian.xlsx", {"Triwulan I": rate(rng, people, able)})
    write(folder / "survei.xlsx", {unit: survey(rng) for unit in UNITS})
    write(folder / "rekap.xlsx", {"Rekap 2025": recap(rng)})
    write(folder / "siasn.xlsx", {"Export": siasn(rng, people, able)})


def make_nip(rng: np.random.Generator, number: int) -> str:
    """Put a number together as NIPs are: birth, appointment, sex, serial number."""
    born = int(rng.integers(1966, 1996))
    joined = born + int(rng.integers(22, 28))
    month, day = rng.integers(1, 13), rng.integers(1, 28)
    return f"{born}{month:02}{day:02}{joined}03{rng.integers(1, 3)}{number + 1:03}"


def rate(rng: np.random.Generator, people: Sequence[str], able: np.ndarray) -> list[list[Any]]:
    """Return ratings by supervisor, two colleagues and oneself; one colleague in ten did not answer."""
    rows: list[list[Any]] = [["PENILAIAN KINERJA TRIWULAN I TAHUN 2025"], []]
    rows.append(["NIP", "Unit Kerja", "NIP Penilai", "Penilai Sebagai", *RATED])
    for place, nip in enumerate(people):
        unit = place % len(UNITS)
        near = [people[(place + step * len(UNITS)) % len(people)] for step in (1, 2)]
        raters = [(people[unit], "Atasan", 0.2), (near[0], "Rekan", 0.0), (near[1], "Rekan", 0.0)]
        for rater, source, lift in [*raters, (nip, "Diri Sendiri", 0.4)]:
            if (source == "Atasan" and rater == nip) or (source == "Rekan" and rng.random() < 0.1):
                continue
            seen = 0.7 * able[place] + rng.normal(scale=0.6) + lift
            given = np.clip(np.rint(3.2 + seen + rng.normal(scale=0.5, size=len(RATED))), 1, 5)
            rows.append([nip, UNITS[unit], rater, source, *given.astype(int).tolist()])
    return rows


def survey(rng: np.random.Generator, n: int = 40) -> list[list[Any]]:
    """Return respondents of a unit, closed as a sheet that types 0.11 for 1/9."""
    answers = rng.choice([2, 3, 4], size=(n, 9), p=[0.15, 0.45, 0.4])
    nrr = answers.mean(axis=0)
    total = 0.11 * float(nrr.sum())
    return [
        ["SURVEI KEPUASAN MASYARAKAT TRIWULAN I TAHUN 2025"],
        [],
        ["NO URUT RESPONDEN", "NILAI PER UNSUR PELAYANAN"],
        ["", *(f"U{number}" for number in range(1, 10))],
        ["", *ASKED],
        *([number, *row] for number, row in enumerate(answers.tolist(), start=1)),
        ["Jumlah nilai per unsur", *answers.sum(axis=0).tolist()],
        ["NRR per unsur", *nrr.round(4).tolist()],
        ["NRR tertimbang per unsur", *(0.11 * nrr).round(4).tolist(), round(total, 4)],
        ["IKM unit pelayanan", round(25 * total, 2)],
    ]


def recap(rng: np.random.Generator) -> list[list[Any]]:
    """Return a recap, a unit a row; B begins at 76.01 instead of 76.61."""
    rows: list[list[Any]] = [["REKAPITULASI SURVEI KEPUASAN MASYARAKAT TAHUN 2025"], []]
    rows.append(["NO", "Unit Kerja", *(f"U{number}" for number in range(1, 10)), "NILAI IKM", "KATEGORI"])
    for number, unit in enumerate(UNITS, start=1):
        nrr = rng.uniform(2.9, 3.2, size=9).round(3) if number > 1 else np.full(9, 3.048)
        ikm = round(25 * float(nrr.mean()), 2)
        category = "B (Baik)" if ikm >= 76.01 else "C (Kurang Baik)"
        rows.append([number, unit, *nrr.tolist(), ikm, category])
    return rows


def siasn(rng: np.random.Generator, people: Sequence[str], able: np.ndarray) -> list[list[Any]]:
    """Return an export of SIASN, in which 1 is the best."""
    head = ["tahun", "hasilKinerja", "hasilKinerjaNilai", "perilakuKerja", "PerilakuKerjaNilai"]
    rows: list[list[Any]] = [[*head, "kuadranKinerja", "KuadranKinerjaNilai", "Unit Kerja", "NIP"]]
    for place, (nip, level) in enumerate(zip(people, able, strict=True)):
        result, behaviour = (
            1 if seen > 0.9 else 2 if seen > -1.5 else 3 for seen in level + rng.normal(scale=0.7, size=2)
        )
        code = MATRIX[result][behaviour - 1]
        cells = [2025, EXPECTED[result], result, EXPECTED[behaviour], behaviour, PREDIKATS[code], code]
        rows.append([*cells, UNITS[place % len(UNITS)], nip])
    return rows


def write(file: Path, sheets: dict[str, Iterable[Sequence[Any]]]) -> None:
    """Write sheets as a workbook."""
    with xlsxwriter.Workbook(str(file)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


if __name__ == "__main__":
    write_files(Path(sys.argv[1] if len(sys.argv) > 1 else "office"))
