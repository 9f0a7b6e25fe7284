"""Pages: one per report, one index per study, one over all.

``render_report`` stands in ``evalkit.study.html.exporter``: it brings nbconvert, which only workers need.
"""

from evalkit.study.html.index import (
    IndexedStudy,
    IndexEntry,
    home_name,
    index_name,
    render_study_index,
    render_workbench_index,
    workbench_languages,
)

__all__ = [
    "IndexEntry",
    "IndexedStudy",
    "home_name",
    "index_name",
    "render_study_index",
    "render_workbench_index",
    "workbench_languages",
]
