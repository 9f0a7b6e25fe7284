"""A check of a study as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from evalkit.rules import mask_nip
from evalkit.study.check.problems import Problem
from evalkit.study.check.words import words
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.study.check.collect import StudyCheck

#: Places of like faults that are listed on a terminal; a page has more.
_MOST_LINES: Final = 20
_WIDEST: Final = 60


def describe_check(check: StudyCheck, lang: Language) -> str:
    """Write everything that a check found, the number of faults first."""
    from evalkit.present.labels import use_labels
    from evalkit.present.wording.checks import say_check, say_lying

    use_labels(check.labels)
    say = words(lang)
    parts = [f"{check.name}:", *say_check(**count(check), lang=lang)]
    for file, problems in by_file(check.problems):
        parts += ["", f"{file}:"]
        for problem in problems:
            parts += [f"  {line}" for line in _problem(problem, lang)]
    if check.lying:
        parts += ["", f"{say['lying']}:"]
        parts += [f"  {say_lying(one.file, one.kind, check.given, lang=lang)}" for one in check.lying]
    parts += [line for head, rows in tables(check, lang) for line in ("", *_align(rows, head))]
    return mask_nip("\n".join(parts))


def count(check: StudyCheck) -> dict[str, Any]:
    """Return what the first sentences are written from."""
    return {
        "n_faults": check.n_faults,
        "n_files": len({problem.file for problem in check.problems}),
        "n_observations": check.n_observations,
        "is_foreseen": check.outlook is not None,
    }


def by_file(problems: Sequence[Problem]) -> list[tuple[str, list[Problem]]]:
    """Put the problems of each file together, in the order in which files come."""
    files = dict.fromkeys(problem.file for problem in problems)
    return [(file, [one for one in problems if one.file == file]) for file in files]


def tables(check: StudyCheck, lang: Language) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield what each method carries and what each report can say: headings and rows."""
    from evalkit.present.language import translator
    from evalkit.present.wording.checks import name_outlook, say_reason

    say, tr = words(lang), translator(lang)
    if check.coverage is not None and len(check.coverage):
        rows = [
            [tr.label(method), say["formed" if estimable else "not_formed"], say_reason(reason, lang)]
            for method, estimable, reason in _rows(check.coverage, "method", "estimable", "reason")
        ]
        yield [say["method"], say["evidence"], say["why"]], rows
    if check.outlook is not None:
        rows = [
            [report, name_outlook(outlook, lang), say_reason(reason, lang)]
            for report, outlook, reason in _rows(check.outlook, "report", "outlook", "reason")
        ]
        yield [say["report"], say["outlook"], say["why"]], rows


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return frame[list(columns)].itertuples(index=False, name=None)


def _problem(problem: Problem, lang: Language) -> Iterator[str]:
    from evalkit.present.wording.checks import say_more, say_place, say_rule, say_times
    from evalkit.present.wording.fixes import say_fix

    rule = say_rule(problem.rule, lang)
    told = f"{problem.column}: {rule}" if problem.column else rule
    yield f"{told} ({say_times(problem.n, lang)})" if problem.n > 1 else told
    shown = problem.places[:_MOST_LINES]
    for place in shown:
        if place.row or place.value:
            yield f"  {_short(say_place(place.row, place.value, of_table=problem.of_table, lang=lang))}"
    if problem.n > len(shown):
        yield f"  {say_more(problem.n - len(shown), lang)}"
    fix = say_fix(problem.rule, problem.file, of_table=problem.of_table, lang=lang)
    yield f"  {words(lang)['fix']}: {fix}"


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _align(rows: Sequence[Sequence[str]], head: Sequence[str]) -> Iterator[str]:
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head) - 1)]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, [*widths, 0], strict=True)]
        yield "  ".join(cells).rstrip()
