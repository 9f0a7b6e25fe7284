"""Pages: one per report, one index per study, one over all.

``render_report`` stands in ``evalkit.study.html.exporter``: it brings nbconvert, which only workers need.
"""

from evalkit.study.html.index import IndexEntry, render_study_index, render_workbench_index

__all__ = ["IndexEntry", "render_study_index", "render_workbench_index"]
