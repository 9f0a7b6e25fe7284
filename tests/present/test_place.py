"""The report on one place says the numbers of its results, in both languages, and refuses in one sentence."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit.compare import find_method_of, measure_score_dependability, profile_place
from evalkit.lab import compare_changes, foresee_place, measure_problems
from evalkit.lab.place_outlook import BESIDE
from evalkit.present import (
    plot_problems,
    say_place,
    tabulate_changes,
    tabulate_named,
    tabulate_place_components,
    tabulate_problems,
    tabulate_worth,
)
from evalkit.present.wording.place import _beside
from evalkit.study import start

from .numbers_said import assert_said_of


def read(study, place, *, diagnosed=True):
    session = start(study=study, place=place, n_boot=50)
    method = find_method_of(session.methods, place)
    scores = session.score(method)
    diagnosis = session.diagnosis if diagnosed else None
    return method, {
        "profile": profile_place(
            scores, session.evidence, method, place=place, n_boot=50, rng=session.rng("profile")
        ),
        "worth": measure_score_dependability(scores, session.evidence, n_boot=50, rng=session.rng("worth")),
        "outlook": foresee_place(session.study.simulate, method, place=place, seed=1, n_replicates=3),
        "changes": compare_changes(diagnosis, method),
        "problems": measure_problems(diagnosis, method),
    }


@pytest.fixture(scope="module", params=["senapelan", "bengkulu"])
def found(request):
    return read("five-places", request.param)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def say(method, results, *, kind="synthetic", lang="en"):
    rest = {name: each for name, each in results.items() if name != "profile"}
    return say_place(results["profile"], method, kind=kind, lang=lang, **rest)


def numbers_of(method, results):
    """Return every number that may be said: of the results, counted here, or stated as a limit."""
    changes = results["changes"].changes
    profile = results["profile"]
    counts = [len(profile.components), len(results["changes"].tried()), profile.facts["weight_on_units"]]
    ends = [float(text) for name in ("from", "to") for each in changes[name] for text in each.split(", ")]
    return [
        *results.values(), *counts, *ends, *np.round(changes["minutes"]),
        0.0, 0.8, 0.15, 0.10, 1.0,
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_said_is_one_of_the_results(found, lang):
    method, results = found
    findings = say(method, results, lang=lang)
    assert_said_of(findings, lang, *numbers_of(method, results))
    assert len(findings.sentences) >= 5


def test_the_finding_on_changes_names_the_best_one(found):
    method, results = found
    best = results["changes"].best()
    sentence = say(method, results).sentences[1]
    assert f"→ {best['to'].split(', ')[0]}" in sentence
    assert "improve its decisions most" in sentence


def test_a_problem_that_nothing_shows_is_named_as_not_measured():
    method, results = read("five-places", "semarang")
    text = " ".join(say(method, results).sentences)
    assert "Not measured, with the reason in the table: “data that are not objective”" in text
    assert "It reads nothing that “resistance among employees” would spoil" in text


def test_without_a_diagnosis_the_rest_is_still_said():
    method, results = read("five-places", "dumai", diagnosed=False)
    text = " ".join(say(method, results).sentences)
    assert "What one change would improve cannot be said" in text
    assert "Not measured, with the reason in the table" in text
    assert tabulate_changes(results["changes"]).empty
    assert plot_problems(results["problems"], xlabel="dial", ylabel="loss") is None


@pytest.mark.parametrize(("study", "place"), [("judges", "us_judges"), ("principles", "machines")])
@pytest.mark.parametrize("lang", ["en", "id"])
def test_a_place_without_a_method_is_refused_in_one_sentence(study, place, lang):
    method, results = read(study, place)
    (sentence,) = say(method, results, kind="real", lang=lang).sentences
    assert ("cannot be said: " if lang == "en" else "tidak dapat dikatakan: ") in sentence
    facts = results["profile"].facts
    assert_said_of(sentence, lang, facts)
    tables = [
        tabulate_place_components(results["profile"], lang),
        tabulate_changes(results["changes"], lang),
        tabulate_problems(results["problems"], method, lang),
        tabulate_named(results["profile"], method, lang),
    ]
    assert all(table.empty for table in tables)


@pytest.mark.parametrize(
    ("other", "word"), [(0.1, "better"), (0.5, "worse"), (0.21, "cannot be told from it")]
)
def test_one_overall_rating_is_better_worse_or_not_told_apart(other, word):
    loss = {"estimate": 0.2, "mc_error": 0.01}
    assert word in _beside(loss, {"estimate": other, "mc_error": 0.01})


def test_tables_hold_what_the_results_hold(found):
    method, results = found
    changes = tabulate_changes(results["changes"])
    assert changes["estimate"].tolist() == results["changes"].changes["estimate"].tolist()
    problems = tabulate_problems(results["problems"], method)
    assert len(problems) == len(results["problems"].problems.drop_duplicates(["problem", "through"]))
    named = tabulate_named(results["profile"], method)
    assert named["named"].tolist() == [one.en for one in (*method.aims, *method.follow_up)]
    assert ((named["value"] != "–") | (named["because"] != "")).all()
    worth = tabulate_worth(results["worth"], results["outlook"])
    assert len(worth) >= len(results["outlook"].figures) + 1
    assert set(worth["method"]) >= {"overall rating"}
    assert BESIDE in results["outlook"].figures["method"].tolist()


def test_the_figure_draws_each_way_of_spoiling_once(found):
    _, results = found
    rows = results["problems"].problems
    kinds = rows.loc[rows["dial"].notna(), "through"].unique()
    axes = plot_problems(results["problems"], xlabel="dial", ylabel="loss")
    drawn = [line for line in axes.get_lines() if len(line.get_xdata()) > 2]
    assert len(drawn) == len(kinds)
    first = rows[rows["through"] == kinds[0]].drop_duplicates("dial")
    assert np.asarray(drawn[0].get_ydata())[1:] == pytest.approx(first["loss"].to_numpy())


def test_everything_that_a_text_names_has_a_row_in_the_results(found):
    method, results = found
    rows = pd.concat([results["profile"].to_results(), results["problems"].to_results()])
    for quantity, named in (
        ("aim", method.aims),
        ("follow_up", method.follow_up),
        ("loss_by_named_problem", method.problems),
    ):
        mine = rows[rows["quantity"] == quantity]
        assert set(mine["group"]) == {one.code for one in named}
        assert (mine["estimate"].notna() | (mine["caveat"] != "")).all()
    components = rows[rows["quantity"] == "component_points"]
    assert components["item"].tolist() == [part.name for part in method.components]


def test_tables_are_in_the_language_of_the_reader(found):
    method, results = found
    assert isinstance(tabulate_worth(results["worth"], results["outlook"], "id"), pd.DataFrame)
    assert "tujuan" in tabulate_named(results["profile"], method, "id")["about"].tolist()
