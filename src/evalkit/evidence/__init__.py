"""Evidence: tables that were checked, and the design that they form."""

from evalkit.evidence.coded import code_texts
from evalkit.evidence.descriptor import read_descriptor
from evalkit.evidence.design import Design, describe_design, describe_designs
from evalkit.evidence.indicators import read_indicators, standard_indicators
from evalkit.evidence.load import load_evidence, read_places
from evalkit.evidence.schema import COMMENTS, EVIDENCE_KEY, TABLES, Column, Table, write_schema
from evalkit.evidence.tables import Evidence
from evalkit.evidence.trainings import TRAININGS_FILE, load_trainings

__all__ = [
    "COMMENTS",
    "EVIDENCE_KEY",
    "TABLES",
    "TRAININGS_FILE",
    "Column",
    "Design",
    "Evidence",
    "Table",
    "code_texts",
    "describe_design",
    "describe_designs",
    "load_evidence",
    "load_trainings",
    "read_descriptor",
    "read_indicators",
    "read_places",
    "standard_indicators",
    "write_schema",
]
