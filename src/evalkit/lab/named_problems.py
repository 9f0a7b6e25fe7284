"""What the problems that a method's text names would do to its decisions, in the laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import did_you_mean
from evalkit.lab.corruption import KINDS
from evalkit.lab.diagnosis import Diagnosis
from evalkit.methods import MethodSpecification, Named
from evalkit.shown import show_frame
from evalkit.vocabulary import SOURCES

LOSS: Final = "decision_loss"
#: What stands for one source alone: every indicator that it is asked for, all alike (`load_bundles`).
SOURCE_ALONE: Final = "{source} alike"
NOT_READ: Final = "the method reads nothing that this spoils"
SHARED: Final = (
    "all that this source is asked for, weighed alike; the error is at most this, as people are shared"
)
_COLUMNS: Final = ("problem", "through", "dial", "loss", "estimate", "mc_error", "n", "caveat")
_REACH: Final = 2  # Monte Carlo errors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamedProblems:
    """Decision loss of a method where each problem that its text names is there, at several dials.

    Attributes
    ----------
    problems
        problem (its code), through (a way of spoiling evidence; or a source of ratings that stands alone),
        dial (NaN for a source), loss, estimate (what is lost more than with evidence as it is, or than by the
        method itself), mc_error, n (replicates), caveat. Where nothing shows a problem, one row without an
        estimate.
    method
        Name of the method; empty where none is described for the place.
    clean, clean_error
        Its loss with evidence as it is.
    target
        What the loss is measured on.
    """

    problems: pd.DataFrame
    method: str
    clean: float
    clean_error: float
    target: str

    def __post_init__(self) -> None:
        """Hold every missing figure to a reason."""
        if (self.problems["estimate"].isna() & (self.problems["caveat"] == "")).any():
            raise ValueError("a figure is missing without a reason")

    def at(self, dial: float) -> pd.DataFrame:
        """Return what was measured at one dial."""
        return self.problems[np.isclose(self.problems["dial"].astype(float), dial)].reset_index(drop=True)

    def sources(self) -> pd.DataFrame:
        """Return what was measured of sources that stand alone."""
        rows = self.problems
        return rows[rows["dial"].isna() & rows["estimate"].notna()].reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per problem, way of spoiling and dial."""
        return self.problems.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the added losses as rows of ``results.csv``; ends are two Monte Carlo errors away."""
        rows, reach = self.problems, _REACH * self.problems["mc_error"]
        items = [
            through if np.isnan(dial) else f"{through}={dial:g}"
            for through, dial in rows[["through", "dial"]].to_numpy()
        ]
        return pd.DataFrame(
            {
                "quantity": "loss_by_named_problem",
                "method_a": self.method,
                "group": rows["problem"],
                "item": items,
                "estimate": rows["estimate"],
                "conf_low": rows["estimate"] - reach,
                "conf_high": rows["estimate"] + reach,
                "n": rows["n"],
                "caveat": rows["caveat"],
            }
        )

    def _repr_html_(self) -> str:
        return show_frame(self.problems)


def measure_problems(
    diagnosis: Diagnosis | None, method: MethodSpecification | None, *, target: str = "common"
) -> NamedProblems:
    """Read from a diagnosis what each named problem does to a method's decisions.

    A method's specification says which ways of spoiling stand for a problem (``through``), or why none does
    (``note``). A source of ratings stands alone: all that it is asked for, weighed alike, in place of the
    method.

    Parameters
    ----------
    method
        None where no method is described for the place.
    target
        "common" (all dimensions of the employee alike), "own" or "any".
    """
    found = _Found(diagnosis, "" if method is None else method.name, target)
    problems = () if method is None else method.problems
    rows = [row for one in problems for row in _measure(one, found)]
    return NamedProblems(
        problems=pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"dial": float, "estimate": float}),
        method=found.method,
        clean=found.clean["estimate"],
        clean_error=found.clean["mc_error"],
        target=target,
    )


class _Found:
    """The decision losses of a diagnosis that are about one method."""

    def __init__(self, diagnosis: Diagnosis | None, method: str, target: str) -> None:
        self.method = method
        self.reason = "" if diagnosis is not None else "this study has no diagnosis"
        self.losses = pd.DataFrame(columns=["scenario", "corruption", "method", *_NUMBERS])
        self.base = self.usual = ""
        if diagnosis is not None:
            rows = diagnosis.summary
            self.losses = rows[(rows["quantity"] == LOSS) & (rows["target"] == target)]
            self.base = str(rows["scenario"].iloc[0])
            self.usual = "supervisors=1 peers=2 citizens=1 visitors=10 quarters=4"
        self.mine = self.losses[(self.losses["scenario"] == self.base) & (self.losses["method"] == method)]
        clean = self.mine[self.mine["corruption"] == ""]
        self.clean = {
            name: float(clean[name].iloc[0]) if len(clean) else np.nan for name in ("estimate", "mc_error")
        }
        if not self.reason and not len(clean):
            self.reason = "the diagnosis of this study has not tried the method"


_NUMBERS: Final = ("estimate", "mc_error", "change", "change_error", "n_replicates")


def _measure(problem: Named, found: _Found) -> Iterator[dict[str, Any]]:
    """Yield the rows of one problem."""
    if not problem.through:
        note = problem.note.en if problem.note else "nothing was said to show it"
        yield _missing(problem, "", f"not measured: {note}")
    for through in problem.through:
        if found.reason:
            yield _missing(problem, through, f"not measured: {found.reason}")
        elif through in SOURCES:
            yield _alone(problem, through, found)
        elif through in KINDS:
            yield from _spoiled(problem, through, found)
        else:
            hint = did_you_mean(through, [*KINDS, *SOURCES])
            yield _missing(problem, through, f"not measured: no way of spoiling is named {through!r}, {hint}")


def _missing(problem: Named, through: str, reason: str) -> dict[str, Any]:
    return {"problem": problem.code, "through": through, "dial": np.nan, "caveat": reason}


def _spoiled(problem: Named, kind: str, found: _Found) -> Iterator[dict[str, Any]]:
    rows = found.mine[found.mine["corruption"].str.fullmatch(rf"{kind}=[\d.]+")]
    if rows.empty:
        yield _missing(problem, kind, "not measured: the diagnosis of this study has not tried it")
    for row in rows.to_dict("records"):
        untouched = row["change"] == 0 and row["change_error"] == 0
        yield {
            "problem": problem.code,
            "through": kind,
            "dial": float(str(row["corruption"]).partition("=")[2]),
            "loss": row["estimate"],
            "estimate": row["change"],
            "mc_error": row["change_error"],
            "n": row["n_replicates"],
            "caveat": NOT_READ if untouched else "",
        }


def _alone(problem: Named, source: str, found: _Found) -> dict[str, Any]:
    """Return what is lost more where one source alone decides, with the usual numbers of raters."""
    rows = found.losses[(found.losses["scenario"] == found.usual) & (found.losses["corruption"] == "")]
    rows = rows.set_index("method")
    name = SOURCE_ALONE.format(source=source)
    if name not in rows.index or found.method not in rows.index:
        return _missing(problem, source, "not measured: the diagnosis of this study has no source alone")
    one, whole = rows.loc[name], rows.loc[found.method]
    return {
        "problem": problem.code,
        "through": source,
        "dial": np.nan,
        "loss": one["estimate"],
        "estimate": one["estimate"] - whole["estimate"],
        "mc_error": float(np.hypot(one["mc_error"], whole["mc_error"])),
        "n": one["n_replicates"],
        "caveat": SHARED,
    }
