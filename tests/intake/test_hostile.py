"""Whatever stands in a sheet, an audit ends: with findings, or with one message that says what to do."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import resource
import shutil
import sys
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from evalkit.errors import EvalkitError, EvidenceError
from evalkit.evidence import load_evidence
from evalkit.intake.audit import audit_reading, audit_readings
from evalkit.intake.files import Sheet, Unusable, Workbook, read_workbook
from evalkit.intake.importing import Given
from evalkit.intake.layouts import read_tables
from evalkit.study.audit import AuditedFile
from evalkit.study.importing import describe_import, import_files

from .sheets import MAKERS, SPOILED, write_csv, write_ods, write_xls, write_xlsx

#: ``EVALKIT_HOSTILE=10000`` tries more.
N_TRIED = int(os.environ.get("EVALKIT_HOSTILE", "300"))
#: Seconds of the processor that a small file may take, whatever it holds.
MOST_SECONDS = 10
MOST_BYTES = 2_000_000_000
ABOUT = {"place": "dumai", "unit": "Dinas", "period": "2024Q4", "indicator": "overall_rating"}
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
    assert most_memory() < MOST_BYTES


@settings(max_examples=max(40, N_TRIED // 10))
@given(
    sheet=st.tuples(st.sampled_from(sorted(MAKERS)), st.integers(0, 4)),
    changes=CHANGES,
    bytes_changed=st.none() | st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=60)),
    keep=st.tuples(st.booleans(), st.booleans()),
)
def test_a_file_with_anything_in_it_enters_a_study_whole_or_leaves_it_as_it_was(
    tmp_path_factory, sheet, changes, bytes_changed, keep
):
    (name, kind), folder = sheet, tmp_path_factory.mktemp("hostile")
    study, path = make_study(folder / "study"), folder / "a.bin"
    write_kind(path, spoil(MAKERS[name](np.random.default_rng(1), 12), changes), kind)
    if bytes_changed:
        content, new = path.read_bytes(), bytes_changed[1]
        at = int(bytes_changed[0] * len(content))
        path.write_bytes(content[:at] + new + content[at + len(new) :])
    before = files_of(study)
    scale = (0.0, 100.0) if name == "raters" else None
    about, start = Given(**ABOUT, scale=scale, keep_valid=keep[0], keep_text=keep[1]), time.process_time()
    try:
        imported = import_files([path], study, about, key_file=folder / "a.key", write=True)
        told, written = describe_import(imported, "id"), imported.written
    except EvalkitError as refusal:
        told, written = str(refusal), False
    assert told
    assert time.process_time() - start < MOST_SECONDS
    assert most_memory() < MOST_BYTES
    assert written or files_of(study) == before
    assert set(files_of(study)) == set(before) | hashed_files(study)
    assert rules_broken(study) <= {"the table of evidence needs at least one valid row"}
    shutil.rmtree(folder)


def hashed_files(study):
    """Return the files that a descriptor names with a hash, which is that of their content."""
    package = json.loads((study / "datapackage.json").read_text(encoding="utf-8"))
    named = {file: each for entry in package["resources"] for file, each in entry.get("hashes", {}).items()}
    for file, said in named.items():
        assert said == f"sha256:{hashlib.sha256((study / file).read_bytes()).hexdigest()}"
    return set(named)


def rules_broken(study):
    try:
        load_evidence(study)
    except EvidenceError as error:
        return {fault.rule for fault in error.faults}
    return set()


def most_memory():
    """Return the most bytes that this process ever held, of which systems but macOS tell kB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def make_study(study):
    """Make a real study without a row."""
    study.mkdir()
    header = "place,unit,employee,period,indicator,source,rater,item,value,recorded_on,status\n"
    (study / "evidence.csv").write_text(header, encoding="utf-8")
    resource = {"name": "evidence", "path": "evidence.csv", "format": "csv"}
    package = {"name": "study", "evalkit": {"kind": "real"}, "resources": [resource]}
    (study / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return study


def files_of(study):
    """Return the content of every file of a study, by its path."""
    return {str(path.relative_to(study)): path.read_bytes() for path in study.rglob("*") if path.is_file()}


def spoil(rows, changes):
    """Put values into cells of a sheet, beyond its end too, as far as a file can hold them."""
    for row, column, value in changes:
        cells = rows[row % len(rows)]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value if isinstance(value, str | int) and value not in (10**30, "") else "x"
    return [[ILLEGAL_CHARACTERS_RE.sub("", v) if isinstance(v, str) else v for v in row] for row in rows]


def make_file(folder, name, kind, made={}):  # noqa: B006
    """Return the bytes of a small sheet in one of five kinds of file, made once."""
    if (name, kind) not in made:
        rows, path = MAKERS[name](np.random.default_rng(1), 12), folder / "sample.bin"
        write_kind(path, rows, kind)
        made[name, kind] = path.read_bytes()
    return made[name, kind]


def write_kind(path, rows, kind):
    """Write rows as one of five kinds of file."""
    writers = (
        lambda: write_xlsx(path, ("Data", rows)),
        lambda: write_xls(path, rows),
        lambda: write_ods(path, rows),
        lambda: write_csv(path, rows),
        lambda: write_csv(path, rows, delimiter="\t", encoding="utf-16"),
    )
    writers[kind]()
