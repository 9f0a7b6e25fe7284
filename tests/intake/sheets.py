"""Sheets as offices make them: clean ones of every layout, and the same with one defect each.

``python -m intake.sheets FOLDER`` (with ``tests`` on the path) writes the whole corpus as files.
"""

from __future__ import annotations

import csv
import sys
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import xlwt

from evalkit.rules import SAKIP_WEIGHTS, band_ikm, grade_sakip, rate_matrix, score_sum
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

NAMES = (
    "Persyaratan", "Prosedur", "Waktu penyelesaian", "Biaya/tarif", "Produk layanan", "Kompetensi pelaksana",
    "Perilaku pelaksana", "Penanganan pengaduan", "Sarana dan prasarana",
)  # fmt: skip
#: The answers of the questionnaire in the appendix of PermenPANRB 14/2017, the worst first, by element.
ANSWERS = (
    ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    ("Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"),
    ("Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"),
    ("Buruk", "Cukup", "Baik", "Sangat baik"),
)
WORDS = {"above": "Diatas Ekspektasi", "meets": "Sesuai Ekspektasi", "below": "Dibawah Ekspektasi"}
CALLED = {
    "sangat_baik": "Sangat Baik", "baik": "Baik", "butuh_perbaikan": "Butuh Perbaikan", "kurang": "Kurang",
    "sangat_kurang": "Sangat Kurang",
}  # fmt: skip
BAND_NAMES = {"A": "A (Sangat Baik)", "B": "B (Baik)", "C": "C (Kurang Baik)", "D": "D (Tidak Baik)"}


def rounded(number: Fraction, digits: int = 2) -> float:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def survey(
    rng,
    n=40,
    *,
    rounding=None,
    weight=None,
    divided=False,
    averaged=False,
    band=None,
    exchanged=False,
    digits=2,
    shares=None,
):
    """Return a sheet of respondents as rows of cells, with closing rows that are computed as told."""
    shares = shares or ((0.02, 0.18, 0.5, 0.3) if rng.random() < 0.5 else (0.1, 0.3, 0.4, 0.2))
    answers = rng.choice([1, 2, 3, 4], size=(n, 9), p=shares).tolist()
    for row in range(n):
        for column in range(9):
            if rng.random() < 0.04 and row:
                answers[row][column] = ""
    names = list(NAMES)
    if exchanged:
        names[7], names[8] = names[8], names[7]
    columns = [[value for value in column if value != ""] for column in zip(*answers, strict=True)]
    sums = [sum(column) for column in columns]
    counts = [n if divided else len(column) for column in columns]
    nrr = [Fraction(total, count + averaged) for total, count in zip(sums, counts, strict=True)]
    factor = Fraction(weight) if weight else Fraction(1, 9)
    used = [mean if rounding is None else Fraction(str(rounded(mean, rounding))) for mean in nrr]
    total = sum((factor * mean for mean in used), Fraction(0))
    ikm = rounded(25 * total, digits)
    return [
        ["PENGOLAHAN DATA SURVEI KEPUASAN MASYARAKAT PER RESPONDEN DAN PER UNSUR PELAYANAN"],
        [],
        ["NO URUT RESPONDEN", "NILAI PER UNSUR PELAYANAN"],
        ["", *(f"U{i}" for i in range(1, 10))],
        ["", *names],
        *([number, *row] for number, row in enumerate(answers, start=1)),
        [],
        ["Jumlah nilai per unsur", *sums],
        ["NRR per unsur", *(rounded(mean, max(3, digits)) for mean in nrr)],
        [
            "NRR tertimbang per unsur",
            *(rounded(factor * mean, max(3, digits)) for mean in used),
            rounded(total, max(3, digits)),
        ],
        ["IKM unit pelayanan", ikm],
        ["Mutu pelayanan", BAND_NAMES[band or band_ikm(ikm)]],
        ["Mengetahui, Kepala Dinas"],
    ]


def recap(rng, n=12, *, printed=False, weight=None, cut_off=None, gap=False, exchanged=False):
    """Return a recap, one agency a row, its means printed with two decimals."""
    rows = []
    factor = Fraction(weight) if weight else Fraction(1, 9)
    low, high = {"76.01": (76.02, 76.6), "66.14": (65.01, 66.12)}.get(cut_off, (60, 95))
    for number in range(n):
        target = rng.uniform(low, high) / 25 if number < 3 and cut_off else rng.uniform(2.5, 3.9)
        means = [Fraction(int(rng.uniform(-0.08, 0.08) * 1000 + target * 1000), 1000) for _ in range(9)]
        if cut_off and number < 3:
            means[8] += 9 * Fraction(int(target * 1000), 1000) - sum(means)
        if printed:
            means = [Fraction(str(rounded(mean))) for mean in means]
        total = sum((factor * mean for mean in means), Fraction(0))
        ikm = rounded(25 * total)
        band = band_ikm(ikm)
        if cut_off and low - 0.01 <= ikm < high + 0.01:
            band = {"76.01": "B", "66.14": "D"}[cut_off]
        cells = [rounded(mean) for mean in means]
        rows.append(
            [
                number + 1,
                f"Dinas {number + 1}",
                *cells,
                20,
                24,
                300,
                169,
                rounded(total, 2 if printed else 4),
                ikm,
                BAND_NAMES[band],
            ]
        )
    if gap:
        rows[0][2:11], rows[0][-3:] = [3.0642] * 9, [3.0642, 76.605, ""]
    names = list(NAMES)
    if exchanged:
        names[7], names[8] = names[8], names[7]
    return [
        ["REKAPITULASI SURVEI KEPUASAN MASYARAKAT"],
        ["NO", "OPP", *names, "JENIS KELAMIN", "", "POPULASI", "SAMPEL",
         "NRR TERTIMBANG", "NILAI IKM", "KATEGORI"],
        ["", "", *(f"U{i}" for i in range(1, 10)), "L", "P", "", "", "", "", ""],
        *rows,
        ["Jumlah", "", *[""] * 9, 20 * n, 24 * n, 300 * n, 169 * n, "", "", ""],
    ]  # fmt: skip


def siasn(rng, n=60, *, never_kurang=False, reverse=False, words=True, codes=True, uncapped=False):
    """Return an export of SIASN, with the scores of the older rule beside it."""
    rows = []
    for number in range(n):
        result, behaviour = (EXPECTATIONS[int(rng.choice(3, p=(0.25, 0.45, 0.3)))] for _ in range(2))
        if number < 9:
            result, behaviour = EXPECTATIONS[number % 3], EXPECTATIONS[number // 3]
        predikat = rate_matrix(result, behaviour)
        if never_kurang and predikat == "kurang":
            predikat = "baik"
        places = (EXPECTATIONS.index(result), EXPECTATIONS.index(behaviour), PREDIKATS.index(predikat))
        numbers = [
            place + 1 if reverse else size - place for place, size in zip(places, (3, 3, 5), strict=True)
        ]
        skp, points = round(rng.uniform(60, 118), 1), round(rng.uniform(60, 118), 1)
        if number < 3:
            skp = 131.5
        score = 0.7 * skp + 0.3 * points if uncapped else score_sum(skp, points)
        told = (WORDS[result], WORDS[behaviour], CALLED[predikat])
        pairs = [[word] * words + [code] * codes for word, code in zip(told, numbers, strict=True)]
        rows.append(
            [2024, *pairs[0], *pairs[1], *pairs[2], f"pegawai-{number}", skp, points, round(score, 2)]
        )
    heads = (
        ("hasilKinerja", "hasilKinerjaNilai"),
        ("perilakuKerja", "PerilakuKerjaNilai"),
        ("kuadranKinerja", "KuadranKinerjaNilai"),
    )
    names = [name for word, code in heads for name in [word] * words + [code] * codes]
    return [["tahun", *names, "pnsDinilaiId", "Nilai SKP", "Nilai Perilaku", "Nilai Prestasi Kerja"], *rows]


def raters(rng, n=25, *, zero=False, digits=2):
    """Return a sheet of raters with the mean over those who rated."""
    rows = []
    for number in range(n):
        given = [int(value) for value in rng.integers(60, 101, size=3)]
        rated = given if number % 4 else given[:2]
        mean = sum(rated) / (3 if zero else len(rated))
        rows.append([f"pegawai-{number}", *rated, *[""] * (3 - len(rated)), round(mean, digits)])
    return [["Pegawai", "Atasan", "Rekan Kerja", "Diri Sendiri", "Rata-rata"], *rows]


def items(rng, n=15):
    """Return ratings with a column per item, in two groups of raters."""
    names = ["Disiplin", "Integritas", "Kerja sama"]
    rows = [[f"pegawai-{number}", *map(int, rng.integers(1, 6, size=6))] for number in range(n)]
    return [["Pegawai", "Atasan", "", "", "Rekan Kerja", "", ""], ["", *names, *names], *rows]


def sakip(rng, n=8):
    """Return SAKIP scores of agencies with their four parts."""
    rows = []
    for number in range(n):
        parts = [round(float(rng.uniform(30, 95)), 1) for _ in SAKIP_WEIGHTS]
        score = round(
            sum(weight * part for weight, part in zip(SAKIP_WEIGHTS.values(), parts, strict=True)) / 100, 2
        )
        rows.append([f"Dinas {number}", 2024, *parts, score, grade_sakip(score)])
    heads = ["Perencanaan Kinerja", "Pengukuran Kinerja", "Pelaporan Kinerja", "Evaluasi Internal"]
    return [["OPD", "Tahun", *heads, "Nilai SAKIP", "Predikat"], *rows]


def write_xlsx(path, *sheets, hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


def write_xls(path, rows):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(str(path))
    return path


def write_ods(path, rows):
    """Write a sheet as OpenDocument, its numbers with their values and its texts as text."""

    def cell(value):
        if value == "":
            return "<table:table-cell/>"
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        text = escape(str(value))
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def write_csv(path, rows, *, delimiter=";", encoding="utf-8", decimal=","):
    def typed(value):
        return str(value).replace(".", decimal) if isinstance(value, float) else value

    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([[typed(value) for value in row] for row in rows])
    return path


def write_sav(path, rows, *, head, first):
    """Write the rows from ``first`` on under the headings of row ``head``, texts as labelled numbers."""
    names = [name.replace(" ", "_") or f"v{at}" for at, name in enumerate(rows[head])]
    body = [row for row in rows[first:] if row and isinstance(row[0], int)]
    frame = pd.DataFrame(body, columns=names).replace("", None)
    labels = {}
    for name in names:
        if frame[name].map(lambda value: isinstance(value, str)).any():
            words = sorted(set(frame[name].dropna()))
            labels[name] = {float(at): word for at, word in enumerate(words, start=1)}
            frame[name] = frame[name].map({word: at for at, word in labels[name].items()})
        frame[name] = frame[name].astype(float)
    pyreadstat.write_sav(frame, path, variable_value_labels=labels)
    return path


MAKERS = {
    "skm": survey, "skm-recap": recap, "siasn": siasn, "raters": raters, "sakip": sakip,
    "rater-items": items,
}  # fmt: skip
#: Layout, what is asked of its maker, and the defect that an audit has to find.
SPOILED = (
    ("skm", {"weight": "0.11"}, "weight_0.11"),
    ("skm", {"weight": "0.111"}, "weight_0.111"),
    ("skm", {"weight": "0.1111", "digits": 6}, "weight_0.1111"),
    ("skm", {"divided": True}, "missing_divided"),
    ("skm", {"averaged": True}, "closing_rows_averaged"),
    ("skm", {"exchanged": True}, "elements_exchanged"),
    ("skm-recap", {"weight": "0.11"}, "weight_0.11"),
    ("skm-recap", {"cut_off": "76.01"}, "cut_off_76.01"),
    ("skm-recap", {"cut_off": "66.14"}, "cut_off_66.14"),
    ("skm-recap", {"gap": True}, "band_gap"),
    ("skm-recap", {"exchanged": True}, "elements_exchanged"),
    ("siasn", {"reverse": True}, "codes_reversed"),
    ("siasn", {"reverse": True, "words": False}, "codes_reversed"),
    ("siasn", {"never_kurang": True}, "kurang_unreachable"),
    ("siasn", {"uncapped": True}, "not_capped"),
    ("raters", {"zero": True}, "missing_rater_zero"),
)


def write_corpus(folder: Path, seed: int = 1) -> list[Path]:
    """Write each layout clean in every kind of file, and spoiled in one."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, make in MAKERS.items():
        rows = make(np.random.default_rng(seed))
        files.append(write_xlsx(folder / f"{name}.xlsx", (name, rows), ("lama", rows), hidden=("lama",)))
        files.append(write_xls(folder / f"{name}.xls", rows))
        files.append(write_csv(folder / f"{name}.csv", rows))
        files.append(write_csv(folder / f"{name}-utf16.txt", rows, delimiter="\t", encoding="utf-16"))
        files.append(write_csv(folder / f"{name}-1252.csv", [["Café – ringkasan"], *rows], encoding="cp1252"))
    for name, head, first in (("skm", 3, 5), ("siasn", 0, 1)):
        rows = MAKERS[name](np.random.default_rng(seed))
        files.append(write_sav(folder / f"{name}.sav", rows, head=head, first=first))
    for number, (name, options, defect) in enumerate(SPOILED, start=1):
        rows = MAKERS[name](np.random.default_rng(seed), **options)
        files.append(write_xlsx(folder / f"{name}-{number:02}-{defect}.xlsx", (name, rows)))
    return files


if __name__ == "__main__":
    print(*write_corpus(Path(sys.argv[1])), sep="\n")
