"""The coverage of intervals that is shown was simulated by the code that stands here."""

import ast
import dataclasses
import importlib
import inspect
import typing
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit import stats
from evalkit.compare import IntervalCoverage, judge_coverage, read_coverage
from evalkit.present import plot_coverage, say_coverage

ROOT = Path(__file__).parents[2]
SIMULATED = ROOT / "benchmarks" / "coverage"
TABLE = ROOT / "src" / "evalkit" / "stats" / "coverage.csv"

#: Intervals that are those of another function, which is simulated.
SAME_AS = {
    "estimate_ceiling": "estimate_share",
    "estimate_dependability": "profile_interval",
    "estimate_decision_grid": "profile_interval",
    "correlations_of_curve": "profile_interval",
}

#: Simulation of every interval that is made outside of `evalkit.stats`, by module and the statistic that is
#: resampled. An interval that is not named here needs a simulation first.
MADE_ELSEWHERE = {
    ("compare.links", "weighted_lin_concordance"): "weighted_lin",
    ("compare.paired", "standardise_differences"): "effect_size_of_places",
    ("compare.pairs", "classification_agreement"): "classes",
    ("compare.profiles", "weighted_correlation"): "weighted_correlation",
    ("compare.score_summary", "weighted_mean"): "few_cluster_mean",
    ("lab.recovery_curves", "weighted_group_means"): "tenths",
}
#: What looks like an interval outside of `evalkit.stats` and needs no simulation, with the reason.
NEEDS_NONE = {
    ("compare.ceiling", "quantile"): "spread of data",
    ("compare.group_contrasts", "ppf"): "the error of a ratio, from its interval",
    ("compare.profiles", "quantile"): "range of random mappings",
    ("compare.small_sizes", "ppf"): "half the width that an interval would have",
    ("compare.score_summary", "quantile"): "quartiles of data",
    ("compare.weight_robustness", "quantile"): "how far weightings move ranks",
    ("lab.corruption.records", "quantile"): "a value that is put in",
    ("lab.fitness", "ppf"): "the error of a dependability, from its interval",
    ("lab.fitness", "quantile"): "an interval that is simulated, drawn again",
    ("lab.intervals", "ppf"): "its coverage is a quantity of the laboratory",
    ("lab.mistakes", "quantile"): "range of draws over scenarios",
    ("lab.offices", "quantile"): "cut-offs of a scale",
    ("lab.pitfalls.traps", "quantile"): "cut-off of a selection",
    ("lab.place_outlook", "nanquantile"): "how far one place differs from another of its size",
    ("lab.ratings", "ppf"): "cut-offs of a scale",
    ("lab.synthesis", "quantile"): "range of draws over scenarios",
    ("present.figures.scores", "quantile"): "quartiles of data",
    ("present.wording.profiles", "quantile"): "range of random mappings",
}
#: Calls from which intervals are made.
MAKERS = {"bootstrap", "quantile", "nanquantile", "percentile", "nanpercentile", "ppf", "isf"}


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        yield importlib.import_module("benchmarks.coverage.running")


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(TABLE)


def test_every_simulation_has_its_rows_and_every_row_its_simulation(script, table):
    expected = [
        (name, interval, found.design, found.nominal, found.made_by)
        for name, found in script.SIMULATIONS.items()
        for interval in found.truths
    ]
    columns = ["simulation", "interval", "design", "nominal", "made_by"]
    assert list(table[columns].itertuples(index=False, name=None)) == expected, "run `make coverage`"


def test_simulations_are_large_enough(script, table):
    asked = table["simulation"].map({name: found.n for name, found in script.SIMULATIONS.items()})
    assert table["n_replicates"].between(2000, asked).all(), "fewer than asked where an interval is withheld"
    error = np.sqrt(table["coverage"] * (1 - table["coverage"]) / table["n_replicates"])
    assert np.allclose(error, table["mc_error"], atol=1e-4)


@pytest.mark.parametrize("name", ["alpha", "limits", "paired"])
def test_a_simulation_gives_its_rows_again(script, table, name):
    found = script.SIMULATIONS[name]
    held = np.concatenate([script.run_batch(name, i, 100) for i in range(found.n // 100)])
    rows = pd.DataFrame(script.rows_of(found, held)).astype({"coverage": float})
    kept = table[table["simulation"] == name]
    assert rows["coverage"].to_list() == kept["coverage"].to_list()


def test_every_function_that_gives_an_interval_is_simulated():
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SIMULATED.glob("*.py")))
    missed = [
        name
        for name in stats.__all__
        if _gives_interval(getattr(stats, name)) and f"{SAME_AS.get(name, name)}(" not in text
    ]
    assert not missed


def test_every_interval_made_outside_of_stats_is_simulated(script):
    made = {each for path in sorted((ROOT / "src" / "evalkit").rglob("*.py")) for each in _intervals_of(path)}
    assert made == set(MADE_ELSEWHERE) | set(NEEDS_NONE)
    assert set(MADE_ELSEWHERE.values()) <= set(script.SIMULATIONS)
    for (_, statistic), name in MADE_ELSEWHERE.items():
        module = Path(inspect.getfile(script.SIMULATIONS[name].draw))
        assert statistic in module.read_text(encoding="utf-8"), f"{name} does not resample {statistic}"


def test_an_interval_that_someone_adds_is_found(tmp_path):
    folder = tmp_path / "src" / "evalkit" / "compare"
    folder.mkdir(parents=True)
    module = folder / "new.py"
    module.write_text(
        "how = partial(weighted_median, strata=1)\n"
        "bootstrap(how, x)\n"
        "bootstrap(lambda w, a: clean(gini(w, a)), x)\n"
        "np.nanquantile(x, [0.025, 0.975])\n"
    )
    assert set(_intervals_of(module)) == {
        ("compare.new", "weighted_median"),
        ("compare.new", "gini"),
        ("compare.new", "nanquantile"),
    }


def _intervals_of(path):
    """Yield module and statistic of each interval that a module makes; of `evalkit.stats`, none."""
    after = len(path.parts) - path.parts[::-1].index("evalkit")
    module = ".".join(path.with_suffix("").parts[after:])
    if module.startswith("stats."):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        maker = _name(call.func)
        if maker in MAKERS:
            yield module, _statistic(call.args[0], named) if maker == "bootstrap" else maker


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _statistic(node, named):
    """Name the statistic: of a partial what it binds, of a lambda what it calls innermost."""
    if isinstance(node, ast.Name) and node.id in named:
        return _statistic(named[node.id], named)
    if isinstance(node, ast.Lambda):
        return [_name(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)][-1]
    if isinstance(node, ast.Call):
        return _statistic(node.args[0], named) if _name(node.func) == "partial" else _name(node.func)
    return _name(node)


def _gives_interval(thing):
    if not inspect.isfunction(thing):
        return False
    result = typing.get_type_hints(thing).get("return")
    results = [result, *typing.get_args(result)]
    return any(
        field.name.endswith("_low")
        for one in results
        if dataclasses.is_dataclass(one)
        for field in dataclasses.fields(one)
    )


def test_no_interval_is_shown_that_holds_the_truth_too_seldom(table):
    assert "withheld" not in set(table["verdict"])


@pytest.mark.parametrize(
    ("coverage", "exact", "verdict"),
    [
        (0.93, False, "within"),
        (0.97, False, "within"),
        (0.9701, False, "too wide"),
        (0.9701, True, "exact"),
        (0.9299, True, "caveat"),
        (0.90, False, "caveat"),
        (0.8999, False, "withheld"),
    ],
)
def test_the_rule(coverage, exact, verdict):
    assert judge_coverage(coverage, 0.95, exact=exact) == verdict


def test_the_rule_follows_the_nominal_level():
    assert judge_coverage(0.90, 0.90, exact=True) == "within"


@pytest.fixture
def found():
    """Two intervals: one as promised, one too low."""
    shared = {"simulation": "s", "kind": "approximate", "n_replicates": 2000, "nominal": 0.95}
    return IntervalCoverage(
        rows=pd.DataFrame(
            [
                {**shared, "interval": "alpha", "design": "43 people", "coverage": 0.951, "mc_error": 0.0048},
                {**shared, "interval": "omega", "design": "30 people", "coverage": 0.921, "mc_error": 0.0060},
            ]
        ).assign(verdict=["within", "caveat"])
    )


def test_a_verdict_against_the_rule_is_refused(found):
    with pytest.raises(ValueError, match="does not follow from its coverage"):
        IntervalCoverage(rows=found.rows.assign(verdict="within"))


def test_the_sentences_name_what_misses(found):
    assert say_coverage(found).sentences == (
        "1 of 2 simulated intervals holds the truth as often as it promises: within 2 points, or more often "
        "where it is exact (2,000 samples each).",
        "1 interval holds the truth less often than promised, by 2 to 5 points, and is shown with a caveat: "
        "omega (92.1 %).",
    )


def test_the_sentences_of_the_shipped_table_count_its_rows():
    shipped = read_coverage()
    kept = shipped.rows["verdict"].isin(["within", "exact"]).sum()
    assert say_coverage(shipped).sentences[0].startswith(f"{kept} of {len(shipped.rows)} simulated intervals")


def test_the_figure_draws_each_coverage_on_its_row(found):
    ax = plot_coverage(found, xlabel="held")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["alpha", "omega"]
    dots = {line.get_marker(): line.get_xydata().tolist() for line in ax.lines}
    assert dots == {"o": [[0.951, 0]], "D": [[0.921, 1]]}
    assert [patch.get_x() for patch in ax.patches] == pytest.approx([0.93, 0.93])
    plt.close("all")


def test_results_carry_two_monte_carlo_errors(found):
    row = found.to_results().iloc[1]
    assert (row["quantity"], row["group"], row["n"], row["caveat"]) == ("coverage", "omega", 2000, "caveat")
    assert row["estimate"] - row["conf_low"] == pytest.approx(0.012)
