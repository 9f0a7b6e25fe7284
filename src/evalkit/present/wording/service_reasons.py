"""Reasons that the results of the service report hold, so that each has its translation."""

from __future__ import annotations

from typing import Final

from evalkit.present.language import mark

REASONS: Final = (
    mark(
        "No answers to the nine elements (U1 to U9) of the public satisfaction survey are in this evidence."
    ),
    mark(
        "The answers name no respondents, so neither who left an element out nor the error of the index can be told."
    ),
    mark(
        "Answers to the survey are 1, 2, 3 or 4; others stand here, such as averages of several respondents."
    ),
    mark("Citizens were not asked about this in this evidence."),
    mark("No SAKIP score is in this evidence; it is given by the ministry and not worked out here."),
    mark("No periodic agency reports are in this evidence."),
    mark("No report has a date, so nobody can tell whether it came in time."),
    mark(
        "The reports name no period, so neither how many there should be nor when each was due can be told."
    ),
    mark("No office wrote down an IKM whose answers are in this evidence, so nothing can be recomputed."),
    mark("nobody says how many were served, so no number can be asked for"),
    mark("population: the cases that the unit's systems hold, each counted as one person served"),
    mark("fewer than 5 respondents, not shown"),
    mark("would give a smaller cell away, not shown"),
    mark("about fewer than 5 employees, not shown"),
    mark("the answers name no respondents, so they have no interval"),
    mark("all respondents answered alike, so the answers show no error"),
    mark("from before 2022: other weights than those of PermenPANRB 88/2021"),
    mark("the given score is not that of its components"),
    mark("components are missing"),
    mark("answers of one quarter alone show no change"),
)
