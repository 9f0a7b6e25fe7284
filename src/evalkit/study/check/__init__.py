"""Everything that is wrong with a study, at once, and what each report can say of it; nothing is written."""

from evalkit.study.check.collect import StudyCheck, check_study
from evalkit.study.check.pages import render_check
from evalkit.study.check.problems import Place, Problem, gather_problems

__all__ = ["Place", "Problem", "StudyCheck", "check_study", "gather_problems", "render_check"]
