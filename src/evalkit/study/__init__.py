"""Studies: their files, their notebooks, their reports."""

from evalkit.study.parameters import Parameter, describe_parameters, read_parameters
from evalkit.study.session import Session, start
from evalkit.study.shipped import find_root
from evalkit.study.study_file import Study, find_study, load_study, shipped_studies

__all__ = [
    "Parameter",
    "Session",
    "Study",
    "describe_parameters",
    "find_root",
    "find_study",
    "load_study",
    "read_parameters",
    "shipped_studies",
    "start",
]
