"""A small study whose files a test may spoil."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest

EVIDENCE = (
    "place",
    "unit",
    "employee",
    "period",
    "indicator",
    "source",
    "rater",
    "item",
    "value",
    "recorded_on",
)
HEADER = (*EVIDENCE, "status")


def as_csv(header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def observation(**cells):
    """One row of evidence, in the order of the header."""
    row = {
        "place": "semarang",
        "unit": "u1",
        "employee": "e1",
        "period": "2025Q1",
        "indicator": "integrity",
        "source": "peer",
        "rater": "e2",
        "item": "",
        "value": "4",
        "recorded_on": "2025-03-31",
        "status": "recorded",
    }
    return [{**row, **cells}[name] for name in HEADER]


class StudyFolder:
    """Writes the files of a study and the descriptor that names them."""

    def __init__(self, path):
        path.mkdir()
        self.path = path
        self.resources = []
        self.header = HEADER
        self.row = observation

    def add(self, name, content, *, file=None, schema=None, with_hash=False, file_format="csv"):
        file = file or f"{name}.{file_format}"
        data = content if isinstance(content, bytes) else content.encode()
        (self.path / file).write_bytes(data)
        resource = {"name": name, "path": file, "format": file_format}
        if schema:
            resource["schema"] = schema
        if with_hash:
            resource["hash"] = "sha256:" + hashlib.sha256(data).hexdigest()
        self.resources.append(resource)
        return self.describe()

    def table(self, name, header, *rows, **options):
        return self.add(name, as_csv(header, rows), **options)

    def evidence(self, *rows):
        return self.table("evidence", HEADER, *rows)

    def describe(self, **package):
        package = {"name": "small", "evalkit": {"kind": "synthetic"}, "resources": self.resources, **package}
        (self.path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        return self


@pytest.fixture
def study(tmp_path):
    return StudyFolder(tmp_path / "small")
