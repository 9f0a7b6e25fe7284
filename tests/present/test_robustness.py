"""Sentences, tables and figures about robustness carry the numbers of their results, in both languages."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from diagnosis_maker import make_diagnosis
from score_maker import evidence_of, gather, make_method

from evalkit.compare import leave_out, measure_weight_robustness, vary_missing
from evalkit.lab import find_breakdowns
from evalkit.methods import score_methods
from evalkit.present import (
    plot_degradation,
    plot_weight_bands,
    plot_weight_turns,
    say_robustness,
    tabulate_breakdown,
    tabulate_check,
    tabulate_conclusions,
    tabulate_left_out,
    tabulate_missing,
    tabulate_refused,
    tabulate_units_left_out,
    tabulate_weight_turns,
)
from evalkit.present.figures.degradation import spread_labels
from evalkit.present.wording.scenarios import name_scenario
from evalkit.study import start

from .numbers_said import assert_said_of

PARTS = [("a", ("peer", "supervisor"), 0.6, "result"), ("b", ("peer", "citizen"), 0.4, "behaviour")]
BANDS = {"bands": ["top", "middle", "low"], "xlabel": "people", "ylabel": "share"}
SCENARIOS = ("administrative", "administrative half halo", "research")


def make(n=60, names=("first", "second"), lost=0.0):
    rng = np.random.default_rng(20260825)
    person = 50 * rng.normal(size=(n, 1, 1, 1))
    rows = []
    for component, sources, _, _ in PARTS:
        for source in sources:
            values = person + 80 * rng.normal(size=(n, 1, 1, 1))
            made = evidence_of(values, [component], source, units=np.arange(n) % 6)
            rows += [row for row in made if component == "a" or rng.random() >= lost]
    evidence = gather(rows)
    weights = dict(zip(names, (1.0, 3.0), strict=False))
    methods = [
        make_method(PARTS, name=name, raters={"peer": 1, "supervisor": w, "citizen": w})
        for name, w in weights.items()
    ]
    return score_methods(evidence, methods), evidence


def find(scores, evidence, diagnosis=None):
    rng = np.random.default_rng(1)
    return (
        measure_weight_robustness(scores, rng=rng, n_draws=100),
        leave_out(scores, evidence),
        vary_missing(scores, rng=rng, n_imputations=2),
        find_breakdowns(diagnosis, rng=rng),
    )


@pytest.fixture(scope="module")
def found():
    return find(*make(lost=0.3), make_diagnosis(scenarios=SCENARIOS))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def counts_of(breakdown):
    """Return shares of conclusions that hold or turn, over all and for the method with fewest."""
    table = breakdown.conclusions.groupby("method")[["n_held", "n_other", "n"]].sum()
    total = table.sum()
    return [
        total["n_held"] / total["n"],
        total["n_other"] / total["n"],
        (table["n_held"] / table["n"]).min(),
        breakdown.conclusions["scenario"].nunique(),
    ]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_in_a_sentence_is_the_results(found, lang):
    weights, left_out, missing, breakdown = found
    said = say_robustness(*found, study="made", kind="synthetic", lang=lang)
    assert len(said.sentences) == 6
    sources = (weights.decisions, left_out.sources, missing.shifts, breakdown.levels)
    assert_said_of(said, lang, *sources, declared=[95, weights.level, *counts_of(breakdown)])


def test_each_method_is_said_with_the_dial_and_its_error(found):
    first, overall, plain = say_robustness(*found, study="made", kind="synthetic").sentences[:3]
    assert re.search(
        r"Dumai \(next: Semarang\) from 0\.25 \(0\.2\d to 0\.2\d\) of refusal to take part", first
    )
    assert "Semarang decides worst with clean evidence already" in first
    assert re.search(r"Dumai from 0\.37 \(0\.3\d to 0\.38\) of refusal to take part", overall)
    assert "Semarang under none, up to the whole dial" in overall
    assert "Semarang and Dumai with clean evidence already" in plain


def test_replicates_that_do_not_tell_are_said_to():
    found = find(*make(), make_diagnosis(error=0.3))
    first = say_robustness(*found, study="made", kind="synthetic").sentences[0]
    assert "Dumai under none that is told apart" in first


def test_without_a_diagnosis_one_sentence_says_what_to_do():
    found = find(*make())
    first = say_robustness(*found, study="made", kind="synthetic").sentences[-1]
    assert first == "How much spoiling decisions stand is not known yet: run evalkit diagnose made first."
    assert plot_degradation(found[3], xlabel="", ylabel="") is None
    assert tabulate_breakdown(found[3]).empty
    assert tabulate_conclusions(found[3]).empty


@pytest.mark.parametrize("lang", ["en", "id"])
def test_judges_are_asked_about_weights_and_refused_the_rest(lang):
    session = start(study="judges")
    found = find(session.scores, session.evidence)
    said = say_robustness(*found, study="judges", kind="real", lang=lang)
    assert len(said.sentences) == 3
    assert_said_of(said, lang, found[0].decisions, declared=[0.95, 95])
    refused = tabulate_refused(*found[:3], lang=lang)
    assert refused["reason"].is_unique
    assert {"There is one unit, so leaving it out leaves nobody."} < set(refused["reason"])
    assert tabulate_left_out(found[1]).empty
    assert tabulate_units_left_out(found[1]).empty
    assert tabulate_missing(found[2]).empty


def test_where_nobody_is_scored_it_is_said():
    session = start(study="judges", methods=["semarang"])
    found = find(session.scores, session.evidence)
    sentences = say_robustness(*found, study="judges", kind="real").sentences
    assert "nobody has a score that hangs on them" in sentences[0]
    assert plot_weight_turns(found[0], xlabel="") is None
    assert plot_weight_bands(found[0], **BANDS) is None
    assert tabulate_weight_turns(found[0]).empty


def test_tables_have_a_row_each_with_error_and_range(found):
    weights, left_out, missing, breakdown = found
    turns = tabulate_weight_turns(weights)
    assert turns["method"].tolist() == ["first", "first", "second", "second"]
    assert turns["changed"].str.fullmatch(r"\d+\.\d % ± \d+\.\d\d %").all()
    assert len(tabulate_left_out(left_out)) == 6
    assert len(tabulate_units_left_out(left_out)) == 4
    assert tabulate_missing(missing)["delta"].tolist()[:5] == [-1, -0.5, 0, 0.5, 1]
    table = tabulate_breakdown(breakdown, against="all_evidence").set_index("corruption")
    assert table.loc["refusal"].tolist() == ["from the start", "from the start"]
    assert (
        tabulate_breakdown(breakdown).set_index("corruption").loc["stale_records", "dumai"] == "not up to 1"
    )
    held = tabulate_conclusions(breakdown, lang="id").set_index("scenario")
    assert held.index.tolist() == ["setengah varians: halo", "penilaian untuk penelitian"]
    assert held["dumai"].tolist() == ["5 dari 5"] * 2
    unclear = replace(
        breakdown, conclusions=breakdown.conclusions.assign(n=5, n_held=3, n_other=0, n_unclear=2)
    )
    assert set(tabulate_conclusions(unclear)["dumai"]) == {"3 of 5; 2 unclear"}


def test_weights_are_drawn_as_dots_and_ranges_by_decision(found):
    weights = found[0]
    figure = plot_weight_turns(weights, xlabel="people")
    assert [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes] == ["recognition", "training"]
    rows = weights.decisions.query("decision == 'training'")
    assert figure.axes[1].lines[0].get_xdata().tolist() == rows["estimate"].tolist()
    ends = [segment[:, 0].tolist() for segment in figure.axes[1].collections[0].get_segments()]
    assert ends == rows[["usual_least", "usual_most"]].to_numpy().tolist()


def test_bands_fill_the_panel_of_each_method(found):
    figure = plot_weight_bands(found[0], **BANDS)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") or ax.get_title() for ax in shown] == ["first · here", "second · here"]
    for ax in shown:
        assert len(ax.collections) == 3
        tops = ax.collections[2].get_paths()[0].vertices[:, 1]
        assert tops.max() == pytest.approx(1)


def test_curves_are_drawn_with_bands_and_labels_at_their_ends(found):
    breakdown = found[3]
    figure = plot_degradation(breakdown, xlabel="dial", ylabel="loss")
    panels = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") or ax.get_title() for ax in panels] == [
        "refusal to take part",
        "stale records",
    ]
    for ax in panels:
        assert len(ax.lines) == 8  # a curve, and a line from its end to its label
        assert len(ax.collections) == len(ax.texts) == 4
        assert {text.get_text() for text in ax.texts} == {
            "Dumai", "Semarang", "overall rating", "mean of all evidence",
        }  # fmt: skip
    dumai = breakdown.curves.query("method == 'dumai' and corruption == 'refusal'")
    assert any(line.get_ydata().tolist() == dumai["estimate"].tolist() for line in panels[0].lines)


def test_labels_stay_apart_in_their_order_and_inside(found):
    spread = spread_labels({"a": 0.98, "b": 1.0, "c": 0.99, "d": 0.1}, gap=0.1, top=1.0)
    assert sorted(spread, key=spread.get) == ["d", "a", "c", "b"]
    assert min(np.diff(sorted(spread.values()))) >= 0.1 - 1e-9
    assert max(spread.values()) <= 1 + 1e-9


def test_a_spot_check_is_named_in_words():
    rows = [("administrative half halo", ""), ("research", "refusal=0.5+stale_records=1")]
    check = pd.DataFrame(rows, columns=["scenario", "corruption"]).assign(n=3, agrees=True)
    named = tabulate_check(check)
    assert named["scenario"].tolist() == ["half the variance: halo", "ratings for research"]
    assert named["corruption"].tolist() == [
        "evidence as it is",
        "refusal to take part 0.50 + stale records 1.00",
    ]
    assert tabulate_check(check.iloc[:0]).empty


def test_every_scenario_of_the_laboratory_has_a_name_in_words():
    from evalkit.lab import PARTS as SHARES
    from evalkit.lab import PROFILES

    for profile in PROFILES:
        assert name_scenario(profile) != profile
    for part in SHARES:
        for word in ("half", "double"):
            name = f"administrative {word} {part}"
            assert name_scenario(name).startswith(f"{word} the variance: "), name
            assert name_scenario(name, "id") != name_scenario(name)
    assert name_scenario("something_else") == "something else"
