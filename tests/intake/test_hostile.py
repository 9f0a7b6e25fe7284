"""Whatever stands in a sheet, an audit ends: with findings, or with one message that says what to do."""

from __future__ import annotations

import datetime
import os
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import EvalkitError
from evalkit.intake.audit import audit_reading, audit_readings
from evalkit.intake.files import Sheet, Unusable, Workbook, read_workbook
from evalkit.intake.layouts import read_tables
from evalkit.study.audit import AuditedFile

from .sheets import MAKERS, SPOILED, write_csv, write_ods, write_xls, write_xlsx

#: ``EVALKIT_HOSTILE=10000`` tries more.
N_TRIED = int(os.environ.get("EVALKIT_HOSTILE", "300"))
#: Seconds of the processor that a small file may take, whatever it holds.
MOST_SECONDS = 10
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "U1",
            "U9",
            "NRR",
            "IKM = 80,5",
            "Jumlah",
            "1,234",
            "-",
            "97%",
            "B (Baik)",
            "Kurang",
            "Atasan",
            "Rekan 2",
            "Sangat baik",
            "Tidak ada",
            "4. Mudah",
            "Selalu",
            "Disiplin",
            "Tanggal",
            "Periode",
            "Kritik dan Saran",
            "Semester 2",
            "03/04/2025",
            "TW IV 2025",
            "1,98501E+17",
            "Dinas Pencatatan",
        ]
    ),
    st.sampled_from(
        [Unusable.ERROR, Unusable.NOT_COMPUTED, True, float("nan"), float("inf"), -1e308, 10**30, 0]
    ),
    st.sampled_from([datetime.date(2025, 4, 3), datetime.timedelta(days=1), datetime.time(1, 2)]),
    st.floats(0, 5),
    st.integers(-3, 130),
    st.text(max_size=12),
)
CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 16), CELLS), max_size=25)
ROWS = st.lists(st.integers(0, 60), max_size=6)


@settings(max_examples=N_TRIED)
@given(
    made=st.sampled_from(
        [*((name, {}) for name in MAKERS), *((name, options) for name, options, _ in SPOILED)]
    ),
    changes=CHANGES,
    dropped=ROWS,
    seed=st.integers(0, 50),
    lang=st.sampled_from(["en", "id"]),
)
def test_a_sheet_with_anything_in_it_is_audited_or_refused_and_nothing_else(
    made, changes, dropped, seed, lang
):
    name, options = made
    rows = MAKERS[name](np.random.default_rng(seed), 12, **options)
    for row, column, value in changes:
        cells = rows[row % len(rows)]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value
    rows = [row for at, row in enumerate(rows) if at not in dropped]
    book = Workbook(file="a.xlsx", kind="xlsx", sheets=(Sheet(name="S", rows=rows),))
    try:
        readings = read_tables(book)
        audits = tuple(map(audit_reading, readings))
    except EvalkitError as refusal:
        told = str(refusal)
    else:
        audited = AuditedFile(workbook=book, audits=audits, hidden=())
        told = audited.describe(lang)
        assert len(audited.to_csv().splitlines()) == 1 + sum(len(audit.differences) for audit in audits)
    assert "a.xlsx" in told or "sheet 'S'" in told


@settings(max_examples=N_TRIED // 4)
@given(
    name=st.sampled_from(sorted(MAKERS)),
    kind=st.integers(0, 4),
    change=st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=60), st.booleans()),
)
def test_a_file_with_any_bytes_in_it_is_audited_or_refused_in_time(tmp_path_factory, name, kind, change):
    at, new, inserted = change
    folder = tmp_path_factory.getbasetemp()
    content = make_file(folder, name, kind)
    place = int(at * len(content))
    path = folder / "spoiled.bin"
    path.write_bytes(content[:place] + new + content[place + (0 if inserted else len(new)) :])
    start = time.process_time()
    try:
        readings = read_tables(read_workbook(path))
        told = AuditedFile(
            workbook=readings[0].workbook, audits=audit_readings(readings), hidden=()
        ).describe()
    except EvalkitError as refusal:
        told = str(refusal)
    assert "spoiled.bin" in told or "sheet '" in told or "line " in told
    assert time.process_time() - start < MOST_SECONDS


def make_file(folder, name, kind, made={}):  # noqa: B006
    """Return the bytes of a small sheet in one of five kinds of file, made once."""
    if (name, kind) not in made:
        rows, path = MAKERS[name](np.random.default_rng(1), 12), folder / "sample.bin"
        writers = (
            lambda: write_xlsx(path, ("Data", rows)),
            lambda: write_xls(path, rows),
            lambda: write_ods(path, rows),
            lambda: write_csv(path, rows),
            lambda: write_csv(path, rows, delimiter="\t", encoding="utf-16"),
        )
        writers[kind]()
        made[name, kind] = path.read_bytes()
    return made[name, kind]
