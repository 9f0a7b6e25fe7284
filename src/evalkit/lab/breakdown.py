"""How much spoiling do a method's decisions stand? Until another way of deciding is better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd

from evalkit.lab.baselines import BASELINES
from evalkit.shown import show_frame
from evalkit.stats import estimate_crossing
from evalkit.vocabulary import METHODS

NEXT: Final = "next"
LOSS: Final = "decision_loss"
_COLUMNS: Final[dict[str, list[str]]] = {
    "levels": [
        *["scenario", "corruption", "method", "against", "other", "estimate", "mc_error", "conf_low"],
        *["conf_high", "verdict", "largest_dial", "n_replicates"],
    ],
    "conclusions": ["scenario", "method", "n_held", "n_other", "n_unclear", "n", "held_share"],
    "curves": ["corruption", "dial", "method", "estimate", "mc_error", "n_replicates", "n_failed"],
}


class Diagnosed(Protocol):
    """What is read of a diagnosis."""

    @property
    def summary(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def contrasts(self) -> pd.DataFrame: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Breakdown:
    """Down to which quality of evidence each method decides better than others.

    Attributes
    ----------
    levels
        A row per scenario, corruption, method and what it is held against (the next method with clean
        evidence, or a baseline): the lowest dial from which its decision loss is the larger one (estimate;
        NaN where it never is), its Monte Carlo error and interval (infinite: beyond the largest dial), and a
        verdict: "from the start", "within", "never" or "unclear".
    conclusions
        A row per scenario and method: of the n verdicts of the base scenario that are clear, how many are
        the same (n_held), others (n_other) or unclear there (n_unclear).
    curves
        Decision loss of the base scenario by corruption, dial and method, with its Monte Carlo error.
    base, target
        The scenario whose conclusions are said, and what the decisions are held to.
    conf_level
        Level of intervals and verdicts.
    """

    levels: pd.DataFrame
    conclusions: pd.DataFrame
    curves: pd.DataFrame
    base: str
    target: str
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the counts of conclusions to their sum."""
        counts = self.conclusions
        if (counts["n_held"] + counts["n_other"] + counts["n_unclear"] != counts["n"]).any():
            raise ValueError("conclusions that hold, do not, and are unclear do not add up")

    def of_base(self) -> pd.DataFrame:
        """Return the levels of the base scenario."""
        return self.levels[self.levels["scenario"] == self.base].reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return the levels, one tidy row each."""
        return self.levels.copy()

    def to_results(self) -> pd.DataFrame:
        """Return levels and curves of the base scenario, and conclusions, as rows of ``results.csv``."""
        levels = self.of_base().assign(quantity="breakdown_dial", n=lambda rows: rows["n_replicates"])
        levels["caveat"] = [
            f"{verdict}; Monte Carlo error {error:.3f}; up to {dial:g}"
            for verdict, error, dial in levels[["verdict", "mc_error", "largest_dial"]].to_numpy()
        ]
        levels = levels.replace({np.inf: np.nan}).rename(columns={"corruption": "item", "other": "method_b"})
        held = self.conclusions.assign(
            quantity="conclusions_held_share", estimate=lambda rows: rows["held_share"]
        )
        curves = self.curves.assign(quantity=LOSS, scenario=self.base, n=self.curves["n_replicates"])
        curves["item"] = [f"{kind}={dial:g}" for kind, dial in curves[["corruption", "dial"]].to_numpy()]
        curves["caveat"] = [f"Monte Carlo error {error:.4f}" for error in curves["mc_error"]]
        rows = pd.concat([levels, held, curves.drop(columns="corruption")])
        rows = rows.rename(columns={"method": "method_a", "scenario": "group"})
        columns = ["quantity", "method_a", "method_b", "group", "item", "estimate", "conf_low", "conf_high"]
        return rows[[*columns, "n", "caveat"]].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.levels)


def find_breakdowns(
    diagnosis: Diagnosed | None,
    *,
    rng: np.random.Generator,
    base: str = "",
    target: str = "common",
    conf_level: float = 0.95,
) -> Breakdown:
    """Find from which dial on each method decides worse than the next method, and than each baseline.

    Decisions are compared at the same dial, on the same people (paired by replicate). The next method is the
    one that comes after with clean evidence of the base scenario; it stays the next one in every scenario.
    Only corruptions that come alone are read.

    Parameters
    ----------
    diagnosis
        None: nothing was diagnosed, and nothing is found.
    base
        Scenario whose conclusions are said; the first one by default.
    target
        "common" (all dimensions alike, of the employee), "own" or "any".
    """
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _COLUMNS}
    if diagnosis is not None:
        summary, contrasts = (_read(frame, target) for frame in (diagnosis.summary, diagnosis.contrasts))
        base = base or str(summary["scenario"].iloc[0])
        mine = summary[summary["scenario"] == base]
        tables["curves"] = mine[_COLUMNS["curves"]].to_dict("records")  # type: ignore[assignment]
        pairs = list(_pair(mine[mine["dial"] == 0]))
        tables["levels"] = list(_levels(contrasts, pairs, rng, conf_level))
    frames = {name: pd.DataFrame(rows, columns=_COLUMNS[name]) for name, rows in tables.items()}
    frames["conclusions"] = _conclude(frames["levels"], base)
    return Breakdown(**frames, base=base, target=target, conf_level=conf_level)


def _read(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    """Return decision losses of one target, clean evidence repeated as dial 0 of every corruption."""
    rows = frame[(frame["quantity"] == LOSS) & (frame["target"] == target)]
    alone = rows[rows["corruption"].str.count("=") == 1]
    parts = alone["corruption"].str.split("=", expand=True)
    alone = alone.assign(corruption=parts[0], dial=parts[1].astype(float))
    kinds = alone[["scenario", "corruption"]].drop_duplicates()
    clean = rows[rows["corruption"] == ""].drop(columns="corruption").assign(dial=0.0)
    both = pd.concat([kinds.merge(clean, on="scenario"), alone], ignore_index=True)
    order = both["scenario"].map({name: i for i, name in enumerate(rows["scenario"].unique())})
    return both.assign(order=order).sort_values(["order", "corruption", "dial"], kind="stable")


def _pair(clean: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield each method with what it is held against: the next one, and the baselines."""
    losses = clean.drop_duplicates("method").set_index("method")["estimate"].dropna()
    ranked = [str(name) for name in losses.sort_values(kind="stable").index if name not in BASELINES]
    following = dict(pairwise(ranked))
    for method in [*(name for name in METHODS if name in ranked), *(n for n in ranked if n not in METHODS)]:
        if method in following:
            yield method, NEXT, following[method]
        yield from ((method, name, name) for name in BASELINES if name in losses)


def _levels(
    contrasts: pd.DataFrame, pairs: list[tuple[str, str, str]], rng: np.random.Generator, conf_level: float
) -> Iterator[dict[str, Any]]:
    """Yield the crossing of each pair's difference in each scenario and corruption."""
    turned = contrasts.rename(columns={"method_a": "method_b", "method_b": "method_a"})
    both = pd.concat([contrasts, turned.assign(estimate=-turned["estimate"])], ignore_index=True)
    wanted = pd.DataFrame(pairs, columns=["method_a", "against", "method_b"])
    rows = wanted.merge(both.dropna(subset=["estimate", "mc_error"]), on=["method_a", "method_b"])
    rows["pair"] = rows["method_a"].map(list(dict.fromkeys(wanted["method_a"])).index)
    rows = rows.sort_values([*_CURVE, "dial"], kind="stable")
    ends = np.flatnonzero((rows[_CURVE] != rows[_CURVE].shift()).any(axis=1).to_numpy())
    table = {name: rows[name].to_numpy() for name in (*_COPIED, *_POINTS, "n_replicates")}
    for places in np.split(np.arange(len(rows)), ends[1:]):
        curve = {name: values[places] for name, values in table.items()}
        if len(places) > 1 and curve["dial"][0] == 0:
            about = {name: curve[name][0] for name in ("scenario", "corruption", "against")}
            names = {"method": curve["method_a"][0], "other": curve["method_b"][0]}
            yield {**about, **names, **_level(curve, rng, conf_level)}


_CURVE: Final = ["order", "corruption", "against", "pair"]
_COPIED: Final = ("scenario", "corruption", "against", "method_a", "method_b")
_POINTS: Final = ("dial", "estimate", "mc_error")


def _level(curve: dict[str, Any], rng: np.random.Generator, conf_level: float) -> dict[str, Any]:
    found = estimate_crossing(*(curve[name] for name in _POINTS), rng=rng, conf_level=conf_level)
    return {
        "estimate": found.estimate if np.isfinite(found.estimate) else np.nan,
        "mc_error": found.std_error,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "verdict": found.verdict,
        "largest_dial": float(curve["dial"].max()),
        "n_replicates": int(curve["n_replicates"].min()),
    }


def _conclude(levels: pd.DataFrame, base: str) -> pd.DataFrame:
    """Count in every other scenario how many clear verdicts of the base scenario hold."""
    key = ["corruption", "method", "against"]
    said = levels[(levels["scenario"] == base) & (levels["verdict"] != "unclear")]
    clean = said["verdict"] == "from the start"  # one conclusion, whatever would have been spoiled
    said = said[~(clean & said.duplicated(["method", "against", "verdict"]))]
    others = levels[levels["scenario"] != base]
    both = others.merge(said[[*key, "verdict"]], on=key, suffixes=("", "_said"))
    rows = []
    for (scenario, method), each in both.groupby(["scenario", "method"], sort=False):
        held, unclear = each["verdict"] == each["verdict_said"], each["verdict"] == "unclear"
        counts = int(held.sum()), int((~held & ~unclear).sum()), int(unclear.sum()), len(each)
        rows.append((scenario, method, *counts, counts[0] / len(each)))
    return pd.DataFrame(rows, columns=_COLUMNS["conclusions"])
