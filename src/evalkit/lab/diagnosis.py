"""What came out of a plan, and the folder that holds it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError, StudyError, UsageError
from evalkit.lab.checkpoints import Answer
from evalkit.lab.code import find_versions, hash_code
from evalkit.lab.montecarlo import COMPARED, KEY, PRIMARY, contrast, largest_error, summarise, widen
from evalkit.lab.plan import Plan
from evalkit.lab.scenarios import Scenario
from evalkit.lab.storage import read_table, write_table
from evalkit.shown import show_frame

#: Folder of a study that holds its diagnosis.
DIAGNOSIS_FOLDER: Final = "diagnosis"
PLAN_FILE: Final = "plan.json"
#: The tables, with the decimals that files keep: far below Monte Carlo errors, and more for the spot check.
_TABLES: Final = MappingProxyType({"summary": 4, "contrasts": 4, "sample": 6, "scenarios": 6})
_SAMPLED: Final = 2  # replicates whose numbers are kept for a spot check


@dataclass(frozen=True, eq=False, kw_only=True)
class Diagnosis:
    """The numbers of a plan, each with its Monte Carlo error.

    Attributes
    ----------
    plan
        What was run.
    summary
        scenario, corruption, method, target, quantity, estimate, mc_error, change, change_error,
        n_replicates, n_failed. ``change`` is the paired difference from clean evidence of the same people.
        Where every replicate failed there is a row of the primary quantity without an estimate; the reason
        stands among the scenarios.
    contrasts
        scenario, corruption, method_a, method_b, target, quantity, estimate, mc_error, n_replicates: paired
        differences of methods (a - b).
    sample
        scenario, corruption, method, target, quantity, replicate, value: the first replicates as they came.
    scenarios
        A row for each scenario with how evidence was made, how many replicates were run and failed, the
        largest error of the primary quantity, why replicates failed, and the hash of the code that ran.
    versions
        Of evalkit, Python and the packages that compute.
    """

    plan: Plan
    summary: pd.DataFrame
    contrasts: pd.DataFrame
    sample: pd.DataFrame
    scenarios: pd.DataFrame
    versions: Mapping[str, str]

    @property
    def n_failed(self) -> int:
        """How many replicates failed."""
        return int(self.scenarios["n_failed"].sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the summary, unrounded."""
        return self.summary.copy()

    def _repr_html_(self) -> str:
        return show_frame(self.scenarios)

    def write(self, folder: Path) -> None:
        """Write four tables and the plan; the same numbers give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, decimals in _TABLES.items():
            write_table(getattr(self, name), folder / f"{name}.parquet", decimals=decimals)
        content = {"plan": self.plan.to_json(), "versions": dict(self.versions)}
        (folder / PLAN_FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def find_diagnosis(study: Path) -> Diagnosis | None:
    """Read the diagnosis in the folder of a study; none if there is none.

    Raises
    ------
    StudyError
        If there is one that cannot be read.

    Examples
    --------
    >>> find_diagnosis(Path("nowhere")) is None
    True
    """
    folder = study / DIAGNOSIS_FOLDER
    return read_diagnosis(folder) if (folder / PLAN_FILE).is_file() else None


def require_diagnosis(diagnosis: Diagnosis | None) -> Diagnosis:
    """Return the diagnosis.

    Raises
    ------
    DesignError
        If there is none; the message says how to make one.
    """
    if diagnosis is None:
        raise DesignError(
            "This study has no diagnosis, which takes evidence that is simulated many times; make it with "
            "'evalkit diagnose STUDY'."
        )
    return diagnosis


def read_diagnosis(folder: Path) -> Diagnosis:
    """Read what `Diagnosis.write` wrote.

    Raises
    ------
    StudyError
        If there is no diagnosis, or it was written in another way; the message says how to make one.
    """
    study = folder.parent.name
    if not (folder / PLAN_FILE).is_file():
        raise StudyError(
            f"Study {study} has no diagnosis; make it with 'evalkit diagnose {study}' (it takes a while)."
        )
    try:
        content = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
        tables: dict[str, Any] = {name: read_table(folder / f"{name}.parquet") for name in _TABLES}
        return Diagnosis(plan=Plan.from_json(content["plan"]), versions=content["versions"], **tables)
    except Exception as error:
        raise StudyError(
            f"The diagnosis of study {study} cannot be read ({type(error).__name__}); "
            f"make it anew with 'evalkit diagnose {study}'."
        ) from error


def put_together(plan: Plan, answers: Mapping[str, Mapping[int, Answer]]) -> Diagnosis:
    """Return the diagnosis of a plan from what became of each replicate, by scenario."""
    parts = [_describe(plan, scenario, answers[scenario.name]) for scenario in plan.scenarios]
    joined = {name: _stack([part[name] for part in parts]) for name in _TABLES}
    return Diagnosis(plan=plan, versions=find_versions(), **joined)


def join_diagnoses(old: Diagnosis, new: Diagnosis, plan: Plan) -> Diagnosis:
    """Return the scenarios of a plan, from the new diagnosis where it has them and else from the old one."""
    check_joinable(old.plan, new.plan)
    known = set(old.plan.names) | set(new.plan.names)
    kept = plan.select([name for name in plan.names if name in known])
    joined = {}
    for name in _TABLES:
        before, now = getattr(old, name), getattr(new, name)
        both = pd.concat([before[~before["scenario"].isin(new.plan.names)], now], ignore_index=True)
        both = both[both["scenario"].isin(kept.names)]
        order = both["scenario"].map({one: i for i, one in enumerate(kept.names)})
        joined[name] = both.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
    return Diagnosis(plan=kept, versions=new.versions, **joined)


def check_joinable(old: Plan, new: Plan) -> None:
    """Raise if two plans differ in what their numbers share.

    Raises
    ------
    UsageError
        If they have other people, methods or seeds.
    """
    for name in ("seed", "sizes", "methods"):
        if getattr(old, name) != getattr(new, name):
            raise UsageError(
                f"The diagnosis that is there has other {name}; run all scenarios, without --only."
            )


def _stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)


def _describe(plan: Plan, scenario: Scenario, answers: Mapping[int, Answer]) -> dict[str, pd.DataFrame]:
    """Return the rows of one scenario in each table."""
    rows = {number: answer.rows for number, answer in answers.items() if answer.rows is not None}
    n_failed = len(answers) - len(rows)
    wide = widen(rows) if rows else _nothing(plan, scenario)
    tables = {
        "summary": summarise(wide).assign(n_failed=n_failed),
        "contrasts": contrast(wide),
        "sample": _sample(wide),
        "scenarios": pd.DataFrame([_facts(scenario, answers, largest_error(wide))]),
    }
    for name, table in tables.items():
        if name != "scenarios":
            table.insert(0, "scenario", scenario.name)
    return tables


def _nothing(plan: Plan, scenario: Scenario) -> pd.DataFrame:
    """Return a number of the primary quantity, not a number, for each method and corruption."""
    levels = [scenario.corruption_names, plan.methods, ["own"], [PRIMARY]]
    keys = pd.MultiIndex.from_product(levels, names=list(KEY))
    return pd.DataFrame({0: np.nan}, index=keys)


def _sample(wide: pd.DataFrame) -> pd.DataFrame:
    chosen = wide[wide.index.get_level_values("quantity").isin(COMPARED)]
    keys = chosen.index.to_frame(index=False)
    parts = [keys.assign(replicate=i, value=chosen[i].to_numpy()) for i in range(_SAMPLED) if i in chosen]
    return pd.concat(parts, ignore_index=True) if parts else keys.assign(replicate=0, value=np.nan)[:0]


def _facts(scenario: Scenario, answers: Mapping[int, Answer], error: float) -> dict[str, Any]:
    fields = asdict(scenario)
    fields |= {**fields.pop("dose"), "n_corruptions": len(fields.pop("corruptions"))}
    failures = Counter(answer.failure for answer in answers.values() if answer.failure)
    reason = "; ".join(f"{n} × {message}" for message, n in sorted(failures.items()))
    counts = {"n_replicates": len(answers), "n_failed": sum(failures.values())}
    name = {"scenario": fields.pop("name")}
    unset = {key: np.nan for key in ("self_leniency", "target_error") if fields[key] is None}
    return {
        **name,
        **fields,
        **unset,
        **counts,
        "largest_error": error,
        "reason": reason,
        "code": hash_code(),
    }
