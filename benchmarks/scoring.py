"""Score generated Parquet evidence of the full schema with all five methods.

4.7 million employees × 4 quarters × 10 observations = 188 million rows, and a tenth and a hundredth of that.
Values come from a hash of the row's number, so that each run scores the same rows; the files lie in a
temporary folder (--folder chooses another disk) and are removed at the end.

    python benchmarks/scoring.py [--rows 188000000] [--folder /var/tmp]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from evalkit.methods import load_methods, score_parquet

ROWS_PER_EMPLOYEE = 40
EMPLOYEES_PER_PLACE = 9_000  # about 520 places: regencies, cities, ministries
EMPLOYEES_PER_FILE = 90_000
BYTES_PER_ROW = 14  # on disk, scores included; generously
FULL, SECONDS, GIGABYTES = 188_000_000, 60, 8

# What one employee is observed in over a year: ten rows a quarter, rotating through all five methods'
# indicators; a rater number tells two raters of one source apart.
OBSERVED = """
(VALUES
  ('productivity', 'system', 'percent', 0), ('service_quality', 'supervisor', 'rating', 0),
  ('service_quality', 'citizen', 'rating', 0), ('service_quality', 'citizen', 'rating', 1),
  ('complaints', 'system', 'count', 0), ('praise', 'system', 'count', 0),
  ('work_result', 'supervisor', 'rating', 0), ('adaptability', 'supervisor', 'rating', 0),
  ('collaboration', 'supervisor', 'rating', 0), ('collaboration', 'peer', 'rating', 0),
  ('collaboration', 'peer', 'rating', 1), ('initiative', 'supervisor', 'rating', 0),
  ('integrity', 'supervisor', 'rating', 0), ('integrity', 'citizen', 'rating', 0),
  ('team_contribution', 'peer', 'rating', 0), ('staff_conduct', 'citizen', 'answer', 0),
  ('staff_conduct', 'citizen', 'answer', 1), ('improvement', 'system', 'percent', 0),
  ('discipline', 'supervisor', 'rating', 0), ('innovation', 'supervisor', 'rating', 0),
  ('permits_on_time', 'system', 'share', 0), ('monitoring_entries', 'system', 'percent', 0),
  ('target_achievement_rating', 'self', 'rating', 0),
  ('target_achievement_rating', 'supervisor', 'rating', 0),
  ('target_achievement_rating', 'peer', 'rating', 0), ('target_achievement_rating', 'peer', 'rating', 1),
  ('measurable_indicators', 'self', 'rating', 0), ('measurable_indicators', 'supervisor', 'rating', 0),
  ('communication', 'supervisor', 'rating', 0), ('communication', 'peer', 'rating', 0),
  ('responsiveness', 'self', 'rating', 0), ('responsiveness', 'supervisor', 'rating', 0)
) AS observed (indicator, source, kind, rater_number)
"""

# What a unit of 300 employees is observed in each quarter: days, a report, and surveys with ten respondents.
UNIT_OBSERVED = """
(SELECT indicator, source, kind, '' AS item, 1 AS n FROM (VALUES
  ('complaint_response_days', 'system', 'days'), ('ktp_days', 'system', 'days'),
  ('birth_certificate_days', 'system', 'days'), ('agency_report', 'agency_report', 'points')
) AS single (indicator, source, kind)
UNION ALL SELECT 'public_satisfaction', 'citizen', 'answer', 'U' || u, 10 FROM range(1, 10) AS r(u)
UNION ALL SELECT 'complaint_handling', 'citizen', 'answer', '', 10) AS observed
"""

VALUE = """CASE WHEN luck % 50 = 0 THEN NULL ELSE CASE kind WHEN 'rating' THEN 1 + luck // 50 % 5
  WHEN 'answer' THEN 1 + luck // 50 % 4 WHEN 'percent' THEN 40 + luck // 50 % 90
  WHEN 'share' THEN (luck // 50 % 101) / 100 WHEN 'count' THEN luck // 50 % 8
  WHEN 'days' THEN 1 + luck // 50 % 20 ELSE luck // 50 % 101 END END::DOUBLE"""
TAIL = f"""{VALUE} AS value, DATE '2025-01-01' + (quarter * 91 + luck // 50 % 90)::INTEGER AS recorded_on,
  CASE WHEN luck % 100 = 0 THEN 'refused' WHEN luck % 50 = 0 THEN 'missing' ELSE 'recorded' END AS status"""


def pseudonym(letter: str, number: str) -> str:
    """Write SQL for a 12-character pseudonym, as keyed hashes of a NIP give."""
    return f"'{letter}' || lower(to_base((hash({number}) >> 9)::BIGINT, 32, 11))"


def generate(folder: Path, n_rows: int) -> None:
    """Write evidence sorted by place, unit, employee and period, 90 000 employees a file."""
    n_employees = n_rows // ROWS_PER_EMPLOYEE
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as connection:
        connection.execute(
            f"CREATE TABLE observed AS SELECT row_number() OVER () - 1 AS number, * FROM {OBSERVED}"
        )
        connection.execute(f"CREATE TABLE unit_observed AS FROM {UNIT_OBSERVED}")
        for number, first in enumerate(range(0, n_employees, EMPLOYEES_PER_FILE)):
            last = min(first + EMPLOYEES_PER_FILE, n_employees)
            file = folder / f"evidence-{number:03d}.parquet"
            connection.execute(
                f"COPY (FROM ({employee_rows(first, last)}) UNION ALL FROM ({unit_rows(first, last)})"
                " ORDER BY place, unit, employee, period)"
                f" TO '{file}' (FORMAT parquet)"
            )


def employee_rows(first: int, last: int) -> str:
    """Write the query for the observations of some employees."""
    return f"""
SELECT format('place-{{:04d}}', e // {EMPLOYEES_PER_PLACE}) AS place,
  format('unit-{{:06d}}', e // 300) AS unit,
  {pseudonym("p", "e")} AS employee, format('2025Q{{}}', quarter + 1) AS period, indicator, source,
  CASE source WHEN 'system' THEN '' WHEN 'self' THEN {pseudonym("p", "e")}
    WHEN 'supervisor' THEN {pseudonym("p", "e // 12 * 12")}
    WHEN 'peer' THEN {pseudonym("p", "e // 12 * 12 + (e + 1 + quarter + rater_number) % 12")}
    ELSE {pseudonym("c", "i")} END AS rater, '' AS item, {TAIL}
FROM (SELECT i, i // 40 AS e, i % 40 // 10 AS quarter, (i // 40 * 7 + i % 40) % 32 AS number, hash(i) AS luck
  FROM range({first * 40}, {last * 40}) AS r(i)) JOIN observed USING (number)"""


def unit_rows(first: int, last: int) -> str:
    """Write the query for the observations of the units of some employees."""
    return f"""
SELECT format('place-{{:04d}}', u * 300 // {EMPLOYEES_PER_PLACE}) AS place,
  format('unit-{{:06d}}', u) AS unit,
  '' AS employee, format('2025Q{{}}', quarter + 1) AS period, indicator, source,
  CASE source WHEN 'citizen' THEN {pseudonym("c", "u * 1000 + quarter * 100 + respondent")} ELSE '' END
    AS rater, item, {TAIL}
FROM (SELECT *, hash(u, quarter, indicator, item, respondent) AS luck
  FROM range({first // 300}, {-(-last // 300)}) AS r(u), range(4) AS q(quarter), unit_observed,
    range(10) AS s(respondent) WHERE respondent < n)"""


def score(files: str, destination: str) -> None:
    """Score in this process; print seconds, the peak of its memory and what was scored, as JSON."""
    start = time.perf_counter()
    counts = score_parquet(files, load_methods(), destination, n_workers=2, memory_limit="6GB")
    seconds = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    processor, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2
    scored = dict(zip(counts["method"], counts["n_scored"].astype(int).tolist(), strict=True))
    print(json.dumps({"seconds": seconds, "processor": processor, "gigabytes": peak, "scored": scored}))


def measure(parent: Path, n_rows: int) -> tuple[float, float]:
    """Generate, score in a process of its own, print one line, and clean up."""
    evidence, scores = parent / "evidence", parent / "scores"
    evidence.mkdir()
    try:
        start = time.perf_counter()
        generate(evidence, n_rows)
        generation = time.perf_counter() - start
        files = f"{evidence}/*.parquet"
        n = duckdb.sql(f"SELECT count(*) FROM '{files}'").fetchall()[0][0]
        command = [sys.executable, __file__, "--score", files, str(scores)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        shutil.rmtree(evidence, ignore_errors=True)
        shutil.rmtree(scores, ignore_errors=True)
    result = json.loads(run.stdout)
    seconds, gigabytes = result["seconds"], result["gigabytes"]
    print(
        f"{n:>13,} rows: scored by five methods in {seconds:6.1f} s ({1e9 * seconds / n:4.0f} ns a row; "
        f"{result['processor']:.1f} s of processor time, {result['processor'] / seconds:.1f} cores), "
        f"peak {gigabytes:.1f} GB (generated in {generation:.0f} s)\n{'':15}employees scored: "
        + ", ".join(f"{method} {count:,}" for method, count in result["scored"].items()),
        flush=True,
    )
    return seconds, gigabytes


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=FULL, help="rows of employees in the largest run")
    parser.add_argument("--folder", type=Path, help="where the temporary files go (default: the system's)")
    parser.add_argument("--score", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.score:
        score(*arguments.score)
        return 0
    with tempfile.TemporaryDirectory(prefix="evalkit-scoring-", dir=arguments.folder) as folder:
        free = shutil.disk_usage(folder).free
        if free < arguments.rows * BYTES_PER_ROW:
            need = arguments.rows * BYTES_PER_ROW / 1e9
            print(
                f"{folder} has {free / 1e9:.1f} GB free and {need:.1f} GB are needed. Use --folder or --rows."
            )
            return 2
        sizes = [arguments.rows // 94, arguments.rows * 10 // 94, arguments.rows]
        measured = [measure(Path(folder), n) for n in sizes]
    seconds, gigabytes = measured[-1]
    print(f"time grows {seconds / measured[0][0]:.0f}-fold when rows grow {sizes[-1] / sizes[0]:.0f}-fold")
    if arguments.rows < FULL:
        return 0
    met = seconds < SECONDS and gigabytes < GIGABYTES
    print(f"budget of {SECONDS} s and {GIGABYTES} GB for {FULL:,} rows: {'met' if met else 'NOT met'}")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
