"""Methods: specifications in YAML, and scores from evidence."""

from evalkit.methods.coverage import describe_coverage
from evalkit.methods.files import score_parquet
from evalkit.methods.listing import describe_method, list_methods
from evalkit.methods.loading import load_methods, load_specification
from evalkit.methods.mappings import apply_mappings
from evalkit.methods.national import apply_rules
from evalkit.methods.overlap import method_overlap
from evalkit.methods.rating_points import list_rating_points
from evalkit.methods.schema import specification_schema
from evalkit.methods.scores import (
    MethodScores,
    refuse_never_scored,
    score_methods,
    score_periods,
    score_without_sources,
)
from evalkit.methods.specification import (
    Assumption,
    Bilingual,
    Component,
    Expectation,
    MethodSpecification,
    MinimumEvidence,
    Named,
    Pp30,
    Transform,
)
from evalkit.methods.sql import scoring_sql

__all__ = [
    "Assumption",
    "Bilingual",
    "Component",
    "Expectation",
    "MethodScores",
    "MethodSpecification",
    "MinimumEvidence",
    "Named",
    "Pp30",
    "Transform",
    "apply_mappings",
    "apply_rules",
    "describe_coverage",
    "describe_method",
    "list_methods",
    "list_rating_points",
    "load_methods",
    "load_specification",
    "method_overlap",
    "refuse_never_scored",
    "score_methods",
    "score_parquet",
    "score_periods",
    "score_without_sources",
    "scoring_sql",
    "specification_schema",
]
