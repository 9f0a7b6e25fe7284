"""What the problems that texts name do to decisions, read from a diagnosis."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from evalkit.lab import measure_problems
from evalkit.lab.corruption import KINDS
from evalkit.lab.named_problems import NOT_READ, NamedProblems
from evalkit.methods import Bilingual, Named, load_methods
from evalkit.vocabulary import SOURCES

METHODS = load_methods()
USUAL = "supervisors=1 peers=2 citizens=1 visitors=10 quarters=4"
RISE = {"refusal": 0.1, "inflated_self_rating": 0.0}


def make(method="senapelan", *, dials=(0.5, 1.0)):
    """Return a diagnosis in which refusal raises the loss in a straight line, and nothing else does."""
    about = {"target": "common", "quantity": "decision_loss", "n_replicates": 30, "n_failed": 0}
    clean = {**about, "scenario": "administrative", "corruption": "", "method": method, "estimate": 0.3,
             "mc_error": 0.01, "change": np.nan, "change_error": np.nan}  # fmt: skip
    rows = [clean]
    rows += [
        {**clean, "corruption": f"{kind}={dial:g}", "estimate": 0.3 + dial * rise, "change": dial * rise,
         "change_error": 0.003 * (rise > 0)}
        for kind, rise in RISE.items() for dial in dials
    ]  # fmt: skip
    rows.append({**clean, "corruption": "refusal=0.5+inflated_self_rating=0.5", "estimate": 9.0})
    for name, loss in ((method, 0.28), ("self alike", 0.6), ("peer alike", 0.35)):
        rows.append({**clean, "scenario": USUAL, "method": name, "estimate": loss})
    return SimpleNamespace(summary=pd.DataFrame(rows))


def test_every_dial_of_every_way_that_stands_for_a_problem_is_read():
    found = measure_problems(make(), METHODS["senapelan"])
    rows = found.problems[found.problems["problem"] == "resistance"].set_index(["through", "dial"])
    assert rows.loc[("refusal", 0.5), ["loss", "estimate", "mc_error", "n"]].tolist() == [
        0.35,
        0.05,
        0.003,
        30,
    ]
    assert rows.loc[("refusal", 1.0), "estimate"] == pytest.approx(0.1)
    assert len(rows) == 4, "two at once are nobody's problem alone"
    assert (found.clean, found.clean_error) == (0.3, 0.01)
    assert found.at(0.5)["through"].tolist() == ["refusal", "inflated_self_rating"]


def test_what_the_method_does_not_read_has_no_effect_and_says_so():
    rows = measure_problems(make(), METHODS["senapelan"]).problems
    same = rows[rows["through"] == "inflated_self_rating"]
    assert (same["estimate"] == 0).all()
    assert (same["caveat"] == NOT_READ).all()


def test_a_source_stands_alone_against_the_method_with_the_usual_raters():
    found = measure_problems(make(), METHODS["senapelan"])
    alone = found.sources().set_index("through")
    assert alone.loc["self", ["loss", "estimate"]].tolist() == pytest.approx([0.6, 0.32])
    assert alone.loc["peer", "mc_error"] == pytest.approx(np.hypot(0.01, 0.01))
    missing = found.problems[(found.problems["through"] == "supervisor")]
    assert missing["caveat"].tolist() == ["not measured: the diagnosis of this study has no source alone"]


@pytest.mark.parametrize(
    ("problem", "caveat"),
    [
        (Named(id="a", en="a", code="a"), "not measured: nothing was said to show it"),
        (
            Named(id="a", en="a", code="a", note=Bilingual(id="tidak", en="nobody looked")),
            "not measured: nobody looked",
        ),
        (
            Named(id="a", en="a", code="a", through=("refusl",)),
            "not measured: no way of spoiling is named 'refusl', did you mean 'refusal'?",
        ),
        (
            Named(id="a", en="a", code="a", through=("collusion",)),
            "not measured: the diagnosis of this study has not tried it",
        ),
    ],
)
def test_what_nothing_shows_has_its_reason(problem, caveat):
    method = replace(METHODS["senapelan"], problems=(problem,))
    assert measure_problems(make(), method).problems["caveat"].tolist() == [caveat]


def test_without_a_diagnosis_every_problem_says_so():
    found = measure_problems(None, METHODS["bengkulu"]).to_results()
    assert set(found["caveat"]) == {"not measured: this study has no diagnosis"}
    assert found["estimate"].isna().all()
    other = measure_problems(make("dumai"), METHODS["bengkulu"]).problems
    assert set(other["caveat"]) == {"not measured: the diagnosis of this study has not tried the method"}


def test_a_place_without_a_method_has_no_problems():
    found = measure_problems(make(), None)
    assert found.problems.empty
    assert found.to_results().empty


def test_results_have_a_key_each():
    rows = measure_problems(make(), METHODS["senapelan"]).to_results()
    assert not rows.duplicated(["quantity", "group", "item"]).any()
    assert "refusal=0.5" in rows["item"].tolist()


def test_a_figure_without_a_reason_is_refused():
    rows = pd.DataFrame({"estimate": [np.nan], "caveat": [""]})
    with pytest.raises(ValueError, match="missing without a reason"):
        NamedProblems(problems=rows, method="", clean=0.1, clean_error=0.1, target="common")


def test_texts_and_ways_of_spoiling_name_one_another():
    """What a specification says of its text, and what a way of spoiling says of the texts, is the same."""
    named = {
        (kind, name)
        for name, method in METHODS.items()
        for problem in method.problems
        for kind in problem.through
        if kind in KINDS
    }
    assert named == {(kind, name) for kind, one in KINDS.items() for name in one.named_by}


def test_every_named_thing_of_the_five_texts_has_a_code_and_is_shown_or_says_why_not():
    for method in METHODS.values():
        entries = (*method.aims, *method.problems, *method.follow_up)
        codes = [one.code for one in entries]
        assert all(codes)
        assert len(set(codes)) == len(codes), method.name
        for one in entries:
            assert one.through or one.note, one.code
        for problem in method.problems:
            assert set(problem.through) <= {*KINDS, *SOURCES}
