"""The commands that show what there is: methods, and parameters of reports."""

from __future__ import annotations

import argparse
from typing import Final

from evalkit.cli.command import LANG, Command, argument


def _methods(chosen: argparse.Namespace) -> int:
    from evalkit.study.catalogue import show_methods

    print(show_methods(chosen.name, study=chosen.study, sql=chosen.sql, lang=chosen.lang))
    return 0


def _parameters(chosen: argparse.Namespace) -> int:
    from evalkit.study.catalogue import show_parameters

    print(show_parameters(chosen.report))
    return 0


METHODS: Final = Command(
    name="methods",
    help="show the methods of evaluation",
    description="List the methods, or show one: its evidence, weights and assumptions, or its SQL.",
    arguments=(
        argument("name", metavar="NAME", nargs="?", help="a method; all by default"),
        argument("--sql", action="store_true", help="show the SQL that scores it"),
        argument("--study", metavar="STUDY", help="show the methods of this study, its own ones too"),
        LANG,
    ),
    run=_methods,
)
PARAMETERS: Final = Command(
    name="parameters",
    help="list what -p can set",
    description="List the parameters of a report's notebook, each with its type, default and meaning.",
    arguments=(
        argument("report", metavar="REPORT", nargs="?", help="a notebook, or its path; all by default"),
    ),
    run=_parameters,
)
