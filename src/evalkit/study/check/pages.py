"""A check of a study as a page that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalkit.rules import mask_nip
from evalkit.study.check.lines import by_file, count, tables
from evalkit.study.check.problems import Problem
from evalkit.study.check.words import words
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    from evalkit.study.check.collect import StudyCheck


def render_check(check: StudyCheck, lang: Language) -> str:
    """Write the page of a check."""
    from evalkit.present.labels import use_labels
    from evalkit.present.wording.checks import say_check, say_lying
    from evalkit.study.html.index import environment

    use_labels(check.labels)
    titles = ["methods", "reports"] if check.coverage is not None and len(check.coverage) else ["reports"]
    page = environment().get_template("evalkit/check.html.j2")
    return mask_nip(
        page.render(
            lang=lang,
            name=check.name,
            say=words(lang),
            findings=say_check(**count(check), lang=lang),
            files=[
                (file, [_row(problem, lang) for problem in problems])
                for file, problems in by_file(check.problems)
            ],
            lying=[say_lying(one.file, one.kind, check.given, lang=lang) for one in check.lying],
            tables=list(zip(titles, tables(check, lang), strict=False)),
        )
    )


def _row(problem: Problem, lang: Language) -> dict[str, Any]:
    from evalkit.present.wording.checks import say_more, say_place, say_rule, say_times
    from evalkit.present.wording.fixes import say_fix

    places = [
        say_place(place.row, place.value, of_table=problem.of_table, lang=lang) for place in problem.places
    ]
    if problem.n > len(problem.places):
        places.append(say_more(problem.n - len(problem.places), lang))
    return {
        "rule": say_rule(problem.rule, lang),
        "times": say_times(problem.n, lang) if problem.n > 1 else "",
        "column": problem.column,
        "places": places,
        "fix": say_fix(problem.rule, problem.file, of_table=problem.of_table, lang=lang),
    }
