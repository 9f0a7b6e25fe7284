"""Findings and numbers that leave a notebook: sentences for the first screen, rows for ``results.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Final, Protocol

import pandas as pd

from evalkit.present.cells import hold_codes
from evalkit.present.reader import reader_language
from evalkit.present.suppression import is_protecting, suppress_results
from evalkit.present.tables import to_plain
from evalkit.present.withheld import WITHHELD_MIME, list_withheld
from evalkit.vocabulary import FINDINGS_MIME, RESULT_COLUMNS, RESULTS_MIME

_COLUMNS: Final = tuple(name for name in RESULT_COLUMNS if name != "report")
#: Why a number is not in ``results.csv``.
FEW: Final = "left out: it would tell something of fewer than five people"
_NUMBERS: Final = ("estimate", "conf_low", "conf_high", "n")


class Publishable(Protocol):
    """A result that knows its rows for ``results.csv``."""

    def to_results(self) -> pd.DataFrame:
        """Return one row per published number, in the columns of ``results.csv`` except ``report``."""


@dataclass(frozen=True)
class Findings:
    """What a report found, in sentences, the most important first, and what limits it.

    Examples
    --------
    >>> Findings(("43 officials were scored.",)).to_html()
    '<ul class="findings"><li>43 officials were scored.</li></ul>'
    """

    sentences: tuple[str, ...]
    limits: tuple[str, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        """Return the findings of both as one list, with the limits of both."""
        return Findings(self.sentences + other.sentences, self.limits + other.limits)

    def to_html(self) -> str:
        """Write the findings as a list, and the limits as a list of their own."""
        found = "".join(f"<li>{hold_codes(escape(sentence))}</li>" for sentence in self.sentences)
        limits = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.limits)
        html = f'<ul class="findings">{found}</ul>'
        return html + (f'<ul class="limits">{limits}</ul>' if limits else "")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/html": self.to_html(),
            "text/plain": "\n".join((*self.sentences, *self.limits)),
            FINDINGS_MIME: {"findings": list(self.sentences), "limits": list(self.limits)},
        }


@dataclass(frozen=True)
class Published:
    """Rows for ``results.csv`` that a notebook hands to the runner by showing them.

    Where people are protected, the rows lack what tells something of fewer than five of them.
    """

    rows: pd.DataFrame

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if is_protecting():
            found = suppress_results(self.rows)
            caveats = found.frame["caveat"].mask(found.rows, FEW)
            bundle = Published(found.frame.assign(caveat=caveats))._bundle()
            return {**bundle, WITHHELD_MIME: {"texts": list_withheld(found, reader_language())}}
        return self._bundle()

    def _bundle(self) -> dict[str, Any]:
        names = list(self.rows.columns)
        columns = [to_plain(self.rows[name].tolist()) for name in names]
        return {
            "text/plain": f"{len(self.rows)} numbers for results.csv",
            RESULTS_MIME: [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)],
        }


def publish(*results: Publishable | pd.DataFrame) -> Published:
    """Gather the rows of several results for ``results.csv``; what a row leaves out is filled with blanks.

    Raises
    ------
    ValueError
        If a row has a column that ``results.csv`` does not know.

    Examples
    --------
    >>> rows = pd.DataFrame({"quantity": ["alpha"], "estimate": [0.9], "n": [43]})
    >>> publish(rows).rows.loc[0, "quantity"]
    'alpha'
    """
    frames = [result if isinstance(result, pd.DataFrame) else result.to_results() for result in results]
    return Published(pd.concat([_complete(frame) for frame in frames], ignore_index=True))


def _complete(frame: pd.DataFrame) -> pd.DataFrame:
    unknown = sorted(set(frame.columns) - set(_COLUMNS))
    if unknown:
        raise ValueError(f"results.csv has no column {', '.join(unknown)}; it has {', '.join(_COLUMNS)}")
    frame = frame.reindex(columns=list(_COLUMNS))
    text = [name for name in _COLUMNS if name not in _NUMBERS]
    frame[text] = frame[text].astype("object").fillna("")
    frame[list(_NUMBERS)] = frame[list(_NUMBERS)].astype(float)
    return frame
