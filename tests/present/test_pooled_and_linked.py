"""What is said and drawn of several places together, and of methods that a link puts in one unit."""

from __future__ import annotations

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import compare_differences
from evalkit.compare.differences import Differences
from evalkit.present import (
    place_column,
    plot_contrasts,
    plot_critical_difference,
    plot_differences,
    say_differences,
    tabulate_families,
)
from evalkit.present.labels import cell_label
from evalkit.present.wording.links import say_linked_pairs
from evalkit.present.wording.pooled import say_pooled_differences

NUMBER = {"en": re.compile(r"−?\d+(?:\.\d+)?"), "id": re.compile(r"−?\d+(?:,\d+)?")}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def found():
    """Three traits of 24 people in the north and 36 in the south, in six units each."""
    rng = np.random.default_rng(8)
    rows = [
        {
            "place": place,
            "unit": f"u{i % 6}",
            "employee": f"{place}{i}",
            "indicator": name,
            "source": "peer",
            "rater": "r",
            "value": float(np.clip(2.5 + shift * k + rng.normal(0, 0.4), 1, 5)),
        }
        for place, n, shift in (("north", 24, 0.3), ("south", 36, 0.6))
        for i in range(n)
        for k, name in enumerate(["integrity", "initiative", "discipline"])
    ]
    return compare_differences(
        make_evidence(rows),
        families={"traits": {"by": "indicator", "because": "All three are of one scale."}},
        margins={},
        scores={},
        n_boot=100,
        rng=rng,
    )


def numbers(text, lang):
    return [float(token.replace(",", ".").replace("−", "-")) for token in NUMBER[lang].findall(text)]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_of_the_pooled_sentence_is_one_of_the_result(found, lang):
    pooled = found.families[-1]
    row = pooled.comparison.pairs.iloc[pooled.comparison.pairs["estimate"].argmax()]
    said = say_pooled_differences(pooled, lang).replace(cell_label(pooled.unit, lang), "")
    expected = [
        2, row["estimate"], row["conf_low"], row["conf_high"], 60, 12, row["lowest"], row["highest"],
        pooled.comparison.pairs["verdict"].str.startswith("differs").sum(), 3,
    ]  # fmt: skip
    assert numbers(said, lang) == pytest.approx(expected, abs=0.00501)


def test_all_places_together_come_first_and_the_sentence_says_what_it_is(found):
    sentences = say_differences(found).sentences
    assert len(sentences) == 3
    assert sentences[1].startswith("In north, ")
    assert sentences[2].startswith("In south, ")
    assert sentences[0].startswith(
        "Pooled over 2 places (these and no others, every person counting alike), the largest difference is "
        "that of discipline over integrity: "
    )
    assert say_pooled_differences(found.families[-1], "id").startswith("Digabung dari 2 tempat (hanya")


def test_people_without_units_are_counted_alone(found):
    pooled = found.families[-1]
    alone = replace(pooled, comparison=replace(pooled.comparison, n_groups=60))
    assert "; 60 people)" in say_pooled_differences(alone)
    mixed = replace(pooled, comparison=replace(pooled.comparison, group_kind="units and people"))
    assert "; 60 people)" in say_pooled_differences(mixed)


def test_what_cannot_be_pooled_is_said_with_the_reason():
    reason = (
        "Pooling over places needs two conditions that every place has; no method is found in all 2, so "
        "place and method cannot be told apart. Read each place by itself."
    )
    refused = pd.DataFrame([("methods", "pooled", reason)], columns=["family", "place", "reason"])
    said = say_differences(Differences(families=(), refused=refused, conf_level=0.95)).sentences
    assert said == (
        "How far methods differ in all places together cannot be said. Pooling over places needs two "
        "conditions that every place has; no method is found in all 2, so place and method cannot be told "
        "apart.",
    )


def test_the_tables_name_the_places_only_where_there_are_several(found):
    assert place_column(found.to_frame()) == place_column(found.means()) == {"place": ""}
    one = replace(found, families=found.families[:1])
    assert place_column(one.to_frame()) == {}
    assert tabulate_families(found)["n"].tolist() == ["24 in 6 units", "36 in 6 units", "60 in 12 units"]


def test_the_places_are_drawn_on_one_scale_and_the_pooled_with_diamonds_below(found):
    figure = plot_contrasts(found, xlabel="difference")
    assert [ax.get_title("left") or ax.get_title() for ax in figure.axes] == [
        "traits (north, n = 24)", "traits (south, n = 36)", "traits (all places, pooled, n = 60)"
    ]  # fmt: skip
    assert len({ax.get_xlim() for ax in figure.axes}) == 1
    assert [ax.lines[1].get_marker() for ax in figure.axes] == ["o", "o", "D"]
    pooled = found.families[-1].comparison.pairs["estimate"].sort_values(ascending=False)
    assert figure.axes[2].lines[1].get_xdata() == pytest.approx(pooled)
    assert len(plot_critical_difference(found, xlabel="rank", lang="id").axes) == 3


DIFFERENCES = pd.DataFrame(
    [
        (quantity, "dumai", "senapelan", place, estimate, estimate - 0.5, estimate + 0.75, n, "in one unit")
        for place, n, shift in (("north", 20, 0.0), ("south", 30, 2.0), ("pooled", 50, 1.25))
        for quantity, estimate in (
            ("bias", -3.0 + shift),
            ("lower_limit_of_agreement", -13.0 + shift),
            ("upper_limit_of_agreement", 7.0 + shift),
            ("lin_concordance", 0.6),
        )
    ],
    columns=[
        *("quantity", "method_a", "method_b", "place", "estimate", "conf_low", "conf_high", "n", "caveat")
    ],
)


class Linked:
    """As much of an agreement as the sentences of links read."""

    def __init__(self, differences):
        self.differences = differences


@pytest.mark.parametrize("lang", ["en", "id"])
def test_a_linked_pair_is_said_within_places_and_then_over_all(lang):
    within, pooled = say_linked_pairs(Linked(DIFFERENCES), lang)
    assert numbers(within, lang) == [-3.0, -1.0, 2]
    rows = DIFFERENCES.query("place == 'pooled'").set_index("quantity")
    ends = ["estimate", "conf_low", "conf_high"]
    bias, lower, upper, lin = (rows.loc[name, ends].tolist() for name in rows.index)
    expected = [*bias, 50, 95, *lower, *upper, *lin]
    assert numbers(pooled, lang) == pytest.approx(expected, abs=0.00501)


def test_one_place_needs_no_sentence_of_places():
    one = DIFFERENCES.query("place == 'pooled'").assign(place="")
    assert len(say_linked_pairs(Linked(one))) == 1
    assert say_linked_pairs(Linked(one.iloc[:0])) == []


def test_a_link_that_cannot_be_used_is_said_with_its_reason():
    reason = "Limits of agreement compare methods, and only dumai scored anyone. Map another."
    rows = DIFFERENCES.iloc[:1].assign(
        place="", quantity="refused_limits_of_agreement", estimate=np.nan, caveat=reason
    )
    assert say_linked_pairs(Linked(rows)) == [
        "Limits of agreement of Dumai and Senapelan are refused. Limits of agreement compare methods, and "
        "only Dumai scored anyone."
    ]
    assert plot_differences(rows.iloc[:0], rows, names={}, unit="points") is None


def test_the_limits_that_are_drawn_are_those_over_all_places():
    points = pd.DataFrame(
        {"method_a": ["dumai"], "method_b": ["senapelan"], "mean": [50.0], "difference": 1.0}
    )
    names = {"dumai": "Dumai", "senapelan": "Senapelan"}
    figure = plot_differences(points, DIFFERENCES, names=names, unit="points")
    drawn = [line.get_ydata()[0] for line in figure.axes[0].lines[1:]]
    assert drawn == [-1.75, -11.75, 8.25]
