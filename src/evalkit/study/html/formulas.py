"""Formulas as MathML, which browsers show without a script or a network."""

from __future__ import annotations

import re
from typing import Final

from evalkit.errors import ReportError

_UNKNOWN: Final = re.compile(r">(\\[A-Za-z]+)<")
_BRACE: Final = re.compile(r"(?<!\\)[{}]")


def write_formula(latex: str, *, block: bool = False) -> str:
    r"""Turn a LaTeX formula into MathML.

    Raises
    ------
    ReportError
        If the formula holds a command that is not known, or braces that do not match: it would be shown
        wrongly, and nobody would notice.

    Examples
    --------
    >>> write_formula(r"\Phi").count("<mi>")
    1
    """
    from latex2mathml.converter import convert

    source = latex.strip()
    depths = [0]
    for brace in _BRACE.findall(source):
        depths.append(depths[-1] + (1 if brace == "{" else -1))
    if min(depths) < 0 or depths[-1]:
        raise ReportError(f"The braces of the formula ${source}$ do not match; close every {{ by a }}")
    try:
        written = str(convert(source, display="block" if block else "inline"))
    except Exception as error:
        raise ReportError(
            f"The formula ${source}$ cannot be written ({type(error).__name__}); mend what is between the $"
        ) from error
    if unknown := _UNKNOWN.search(written):
        raise ReportError(
            f"The formula ${source}$ has the command {unknown[1]}, which is not known; "
            "use one that LaTeX itself has"
        )
    return written
