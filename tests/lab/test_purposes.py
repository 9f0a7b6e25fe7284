"""Purposes and their criteria: the shipped file, a study's own one, and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

import evalkit.lab.purposes as module
from evalkit.errors import StudyError
from evalkit.lab import load_purposes
from evalkit.lab.purpose_faults import find_purpose_faults

SHIPPED = Path(module.__file__).with_name("purposes.yaml")


@pytest.fixture
def content():
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def write(folder, content):
    (folder / "purposes.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


def test_the_shipped_file_has_the_five_purposes_and_every_criterion_counts_for_one(content):
    found = load_purposes()
    assert list(found.purposes) == [
        *("pay", "training", "recognition", "service_improvement", "public_accountability"),
    ]
    counted = {name for one in found.purposes.values() for name in one.criteria}
    assert counted == set(found.criteria) == set(content["criteria"])


def test_decisions_on_persons_have_a_limit_for_what_is_known_of_units_only():
    for one in load_purposes().purposes.values():
        assert (one.most_unit_weight < 1) == (one.about == "employee")


def test_a_study_brings_its_own_purposes(tmp_path, content):
    content["clear"] = 0.9
    content["purposes"] = {"pay": content["purposes"]["pay"]}
    found = load_purposes(write(tmp_path, content))
    assert (found.clear, list(found.purposes)) == (0.9, ["pay"])
    assert load_purposes(tmp_path / "elsewhere").clear == 0.8


def test_a_value_rises_from_the_worst_anchor_to_the_best_and_stays_there():
    minutes = load_purposes().criteria["minutes"]
    assert minutes.value(np.array([-10.0, 0, 60, 240, 1000])).tolist() == [1, 1, 0.75, 0, 0]


def test_ways_of_spoiling_are_named_as_the_diagnosis_names_them():
    criteria = load_purposes().criteria
    assert criteria["units_bad_records"].spoiled == (
        *("inaccurate_records=0.5", "stale_records=0.5", "kpi_gaming=0.5"),
    )
    assert criteria["order_of_units"].spoiled == ("",)


def test_every_fault_is_told_at_once_with_its_line(tmp_path, content):
    content["clear"] = 80
    content["criteria"]["minutes"]["best"] = 240
    content["criteria"]["tells_apart"]["reads"]["quantity"] = "powr"
    content["criteria"]["public_voice"]["reads"] = {"from": "survey"}
    content["purposes"]["pay"]["criteria"] = ["minutes", "minutes", "tells_a_part"]
    content["purposes"]["training"]["about"] = "team"
    del content["purposes"]["recognition"]["because"]
    with pytest.raises(StudyError) as raised:
        load_purposes(write(tmp_path, content))
    text = str(raised.value)
    assert text.startswith("8 faults in ")
    for part in (
        "clear: must be a share above 0 up to 1; found 80",
        "criteria.minutes.best: worst and best must differ; both are 240",
        "criteria.tells_apart.reads.quantity: unknown 'powr': did you mean 'power'?",
        "criteria.public_voice.reads.from: must be one of diagnosis, units, specification; found 'survey'",
        "purposes.pay.criteria: each criterion counts once",
        "purposes.pay.criteria: unknown 'tells_a_part': did you mean 'tells_apart'?",
        "purposes.training.about: must be employee or unit; found 'team'",
        "purposes.recognition: the key 'because' is missing",
    ):
        assert part in text
    assert text.splitlines()[1].startswith("  line 1, clear")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "it holds no keys; it needs clear, criteria and purposes"),
        ({"clear": 0.8, "criteria": {}, "purposes": {}}, "must be a mapping; found {}"),
        (
            {"clear": True, "criteria": {"a": 1}, "purposes": {"b": 2}},
            "must be a share above 0 up to 1; found True",
        ),
    ],
)
def test_a_file_that_holds_no_purposes_says_what_it_needs(content, fault):
    assert fault in [text for _, text in find_purpose_faults(content)]


def test_a_dial_needs_something_to_spoil(content):
    reads = content["criteria"]["order_of_units"]["reads"]
    reads["dial"] = 0.5
    assert (
        ("criteria", "order_of_units", "reads"),
        "corruptions and dial go together",
    ) in find_purpose_faults(content)


def test_a_repeated_key_is_a_fault(tmp_path):
    text = SHIPPED.read_text(encoding="utf-8") + "clear: 0.9\n"
    (tmp_path / "purposes.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match="key 'clear' stands twice"):
        load_purposes(tmp_path)
