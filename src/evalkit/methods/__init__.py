"""Methods: specifications in YAML, and scores from evidence."""

from evalkit.methods.loading import load_methods, load_specification, specification_schema
from evalkit.methods.specification import (
    Assumption,
    Bilingual,
    Component,
    Expectation,
    MethodSpecification,
    MinimumEvidence,
    Pp30,
    Transform,
)
from evalkit.methods.sql import scoring_sql

__all__ = [
    "Assumption",
    "Bilingual",
    "Component",
    "Expectation",
    "MethodSpecification",
    "MinimumEvidence",
    "Pp30",
    "Transform",
    "load_methods",
    "load_specification",
    "scoring_sql",
    "specification_schema",
]
