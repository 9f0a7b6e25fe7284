"""Each thing that the five texts name is answered in a report: docs/coverage.md, and the list behind it."""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path

import pytest

from evalkit.methods import load_methods

ROOT = Path(__file__).parents[1]
#: Environment variable: "1" where `make reports` ran just before.
JUST_BUILT = "EVALKIT_JUST_BUILT"
ROW = dict.fromkeys(("report", "quantity", "place", "unit", "period", "method_a", "method_b"), "")


@pytest.fixture(scope="module")
def coverage():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        yield importlib.import_module("write_coverage")


@pytest.fixture(scope="module")
def answers(coverage):
    return coverage.read_answers()


def make_row(**values):
    return {**ROW, "group": "", "item": "", "estimate": "", "conf_low": "", "caveat": "", **values}


def one(coverage, **values):
    about = {"place": "dumai", "row": "evidence", "feature": "integrity", "quantity": "component_points"}
    how = {"where": {"item": "integrity*"}, "notebook": "place", "section": "What the method reads"}
    return coverage.Answer(**{**about, **how, **values})


def test_every_place_has_every_row(coverage, answers):
    places = {method.place for method in load_methods().values()}
    assert {(one.place, one.row) for one in answers} == {
        (place, row) for place in places for row in coverage.ROWS
    }


def test_every_component_of_a_method_is_in_its_row_of_evidence(answers):
    listed = {(one.place, one.where.get("item")) for one in answers if one.quantity == "component_points"}
    components = {
        (method.place, component.name)
        for method in load_methods().values()
        for component in method.components
    }
    assert listed == components


@pytest.mark.parametrize(
    ("about", "quantity"),
    [("aims", "aim"), ("problems", "loss_by_named_problem"), ("follow_up", "follow_up")],
)
def test_every_aim_problem_and_follow_up_of_a_method_is_listed(answers, about, quantity):
    listed = {(one.place, one.where.get("group")) for one in answers if one.quantity == quantity}
    named = {
        (method.place, each.code) for method in load_methods().values() for each in getattr(method, about)
    }
    assert named == listed


def test_every_section_stands_in_its_notebook(coverage, answers):
    shown = {(one.notebook, one.section) for one in answers}
    assert {
        (notebook, section) for notebook, section in shown if section not in coverage.read_sections(notebook)
    } == set()


def test_the_page_holds_every_feature_with_its_answer(coverage, answers):
    text = coverage.PAGE.read_text(encoding="utf-8")
    for each in answers:
        start = re.escape(f"| {each.row} | {each.feature} | `{each.tag}` | ")
        end = re.escape(f" | {each.report} → {each.section} |")
        assert re.search(start + r"[^|]+" + end, text), f"{each.place}: {each.feature}: make features"


@pytest.mark.skipif(
    os.environ.get(JUST_BUILT) != "1",
    reason=f"needs reports that were just built: make reports, {JUST_BUILT}=1",
)
def test_each_feature_has_a_number_or_a_reason_in_the_reports_that_were_just_built(coverage, answers):
    results = coverage.read_results()
    assert coverage.find_faults(answers, results) == []
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.write_page(answers, results), "make features"


def test_a_feature_without_a_row_of_its_place_is_named(coverage):
    elsewhere = make_row(
        report="place_semarang", quantity="component_points", place="semarang", item="integrity", estimate="7"
    )
    assert coverage.find_faults([one(coverage)], [elsewhere]) == [
        "dumai, evidence, integrity: component_points item=integrity* is not in results.csv for place_dumai"
    ]


def test_a_row_without_number_or_reason_answers_nothing(coverage):
    about = {"report": "place_dumai", "quantity": "component_points", "place": "dumai", "item": "integrity"}
    (fault,) = coverage.find_faults([one(coverage)], [make_row(**about)])
    assert fault.endswith("has neither a number nor a reason")
    refused = make_row(**about, caveat="nobody | rated it")
    assert coverage.find_faults([one(coverage)], [refused]) == []
    assert "| refused: nobody / rated it | place_dumai → " in coverage.write_page([one(coverage)], [refused])


def test_another_report_or_item_is_no_answer(coverage):
    about = {"quantity": "component_points", "place": "dumai", "estimate": "7"}
    rows = [
        make_row(**about, report="10_follow_up", item="integrity"),
        make_row(**about, report="place_dumai", item="initiative"),
    ]
    assert one(coverage).find(rows) == []
    assert one(coverage, notebook="10_follow_up").find(rows) == rows[:1]


@pytest.mark.parametrize("text", ["no_such_quantity", "aim colour=red"])
def test_an_answer_that_names_what_is_unknown_is_refused(coverage, tmp_path, text):
    file = tmp_path / "coverage.yaml"
    file.write_text(
        "shown:\n  aim: [place, Findings]\n"
        f"features:\n  dumai:\n    aims named:\n      - integrity: {text}\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=f"'{text}' names a row, a quantity or a column that is unknown"):
        coverage.read_answers(file)
