"""What the problems that a method's text names would do, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evalkit.lab import NamedProblems
from evalkit.methods import MethodSpecification
from evalkit.present.language import Translator
from evalkit.present.place_rows import Row

_HALF: Final = 0.5


def say_problems(problems: NamedProblems, method: MethodSpecification, tr: Translator) -> list[str]:
    """Say which named problem costs most at half its worst, and which are not measured."""
    names = {one.code: one[tr.lang] for one in method.problems}
    half = problems.at(_HALF)
    felt = half[half["mc_error"] > 0].sort_values("estimate", ascending=False, kind="stable")
    sentences = []
    if len(felt):
        worst = felt.iloc[0].to_dict()
        sentences.append(
            tr(
                "Of the problems that the text names, “{problem}” would cost most: half of the way to its worst ({kind}), the loss rises by {added} (n = {n} "
                "samples).",
                problem=names[worst["problem"]],
                kind=tr.label(worst["through"]),
                added=write_share(tr, worst, digits=1),
                n=tr.number(int(worst["n"])),
            )
        )
    sentences += _sources(problems, tr)
    untouched = [code for code, part in half.groupby("problem", sort=False) if (part["mc_error"] == 0).all()]
    if untouched:
        told = tr.listed([f"“{names[str(code)]}”" for code in untouched])
        sentences.append(tr("It reads nothing that {problems} would spoil in the laboratory.", problems=told))
    silent = [
        code
        for code, part in problems.problems.groupby("problem", sort=False)
        if part["estimate"].isna().all()
    ]
    if silent:
        told = tr.listed([f"“{names[str(code)]}”" for code in silent])
        sentences.append(tr("Not measured, with the reason in the table: {problems}.", problems=told))
    return sentences


def _sources(problems: NamedProblems, tr: Translator) -> list[str]:
    rows = problems.sources().sort_values("loss", kind="stable")
    if rows.empty:
        return []
    told = [f"{tr.label(row['through'])} {tr.share(row['loss'])}" for row in rows.to_dict("records")]
    return [
        tr(
            "Each source alone would lose more than the method: {sources}; the method loses {clean}.",
            sources=tr.listed(told),
            clean=tr.share(problems.clean),
        )
        if (rows["estimate"] > 0).all()
        else tr(
            "What each source alone would lose: {sources}; the method loses {clean}.",
            sources=tr.listed(told),
            clean=tr.share(problems.clean),
        )
    ]


def write_share(tr: Translator, row: Row | Mapping[str, Any], *, digits: int = 0) -> str:
    """Write a share with its Monte Carlo error."""
    return f"{tr.share(row['estimate'], digits=digits)} ± {tr.share(row['mc_error'], digits=1)}"
