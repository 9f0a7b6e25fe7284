"""What few people of one place can show, and the sentences and tables about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from present.numbers_said import assert_said_of
from score_maker import evidence_of, gather, make_method

from evalkit.compare import measure_small_place
from evalkit.methods import score_methods
from evalkit.present import say_small_place, tabulate_small_ranks, tabulate_small_units, tabulate_smallest
from evalkit.stats import estimate_share, smallest_change, smallest_correlation
from evalkit.vocabulary import RESULT_COLUMNS

LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])


def make_place(sizes, *, related=0.9, seed=3, unit_only=False):
    """Two methods that see the same of each person, up to their own error; units 40 points apart by both."""
    rng = np.random.default_rng(seed)
    units = np.repeat(np.arange(len(sizes)), sizes)
    n = len(units)
    seen = rng.normal(size=n)
    also = related * seen + (1 - related**2) ** 0.5 * rng.normal(size=n)
    values = np.stack([seen, seen, also, also], axis=-1) + 0.1 * rng.normal(size=(n, 4))
    values = 100 * values + 400 * units[:, None]
    rows = evidence_of(values[:, None, None, :], list("abcd"), "supervisor", units=units)
    methods = [
        make_method(
            [(result, ("supervisor",), 0.5, "result"), (conduct, ("supervisor",), 0.5, "behaviour")],
            name=name,
        )
        for name, result, conduct in (("first", "a", "b"), ("second", "c", "d"))
    ]
    if unit_only:
        rows += [
            {
                "place": "here",
                "unit": f"u{unit:03d}",
                "indicator": "report",
                "source": "agency_report",
                "value": 9.0 * unit,
            }
            for unit in range(len(sizes))
        ]
        part = make_method([("report", ("agency_report",), 1.0, "result")], name="units")
        whole = replace(part.components[0], level="unit")
        methods.append(replace(part, components=(whole,)))
    evidence = gather(rows)
    return evidence, score_methods(evidence, methods)


def measure(sizes, **how):
    evidence, scores = make_place(sizes, **how)
    return measure_small_place(scores, evidence, place="here", rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def few():
    return measure([13, 14])


def test_ranks_are_compared_within_units_and_never_between(few):
    row = few.ranks.iloc[0]
    assert (row["method_a"], row["method_b"], row["n"], row["exact"]) == ("first", "second", 27, True)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert len(few.together()) == 1
    assert few.shares["n"].to_list() == [27, 27]
    apart = measure([13, 14], related=0.0)
    assert apart.together().empty
    assert apart.ranks["estimate"].iloc[0] < 0.3


@pytest.mark.pitfall(21)
def test_21_a_method_that_reads_units_only_is_not_compared_on_people():
    found = measure([13, 14], unit_only=True)
    row = found.ranks[found.ranks["method_b"] == "units"].iloc[0]
    assert np.isnan(row["estimate"])
    assert "one is constant in all" in row["caveat"]


def test_what_so_many_people_show_follows_from_their_number(few):
    sizes = few.smallest.set_index(["quantity", "item"])["estimate"]
    assert sizes["smallest_correlation", ""] == smallest_correlation(27, n_strata=2)
    assert sizes["smallest_change", ""] == smallest_change(27)
    share = estimate_share(13, 27)
    assert sizes["half_width", "share"] == pytest.approx((share.conf_high - share.conf_low) / 2)
    assert sizes["half_width", "mean"] == pytest.approx(2.0555 / 27**0.5, abs=1e-4)


def test_unit_means_are_drawn_toward_the_mean_of_the_place(few):
    plain = few.units["mean"].to_numpy()
    drawn = few.units["estimate"].to_numpy()
    assert abs(np.diff(drawn))[0] < abs(np.diff(plain))[0]
    assert (few.units["conf_low"] < drawn).all()


def test_means_of_under_five_people_are_not_shown():
    found = measure([13, 10, 4])
    hidden = found.units[found.units["unit"] == "u002"].iloc[0]
    assert hidden[["mean", "estimate", "conf_low", "conf_high"]].isna().all()
    assert hidden["caveat"] == "under 5 people: not shown"


def test_what_cannot_be_shown_is_refused_with_its_reason(few):
    assert few.refused["question"].to_list() == ["units", "groups", "invariance"]
    assert few.refused["reason"].iloc[0] == "2 units: how much units differ takes 10 or more to estimate"


@LANGUAGES
def test_a_place_where_nobody_is_scored_is_refused_in_one_sentence(lang):
    evidence, scores = make_place([13, 14])
    found = measure_small_place(scores, evidence, place="there", rng=np.random.default_rng(1))
    row = found.to_results().iloc[0]
    assert (row["quantity"], row["place"]) == ("refused_small_place", "there")
    assert row["caveat"].startswith("Nobody in there is scored by a method")
    said = say_small_place(found, lang)
    assert_said_of(said, lang)
    assert len(said.sentences) == 1
    assert all(tabulate(found, lang=lang).empty for tabulate in (tabulate_smallest, tabulate_small_ranks))


def test_results_name_the_place_and_hold_no_person(few):
    rows = few.to_results()
    assert set(rows.columns) <= set(RESULT_COLUMNS)
    assert set(rows["place"]) == {"here"}
    assert {"tau_within_units", "smallest_correlation", "share_below_good", "refused_small_place"} <= set(
        rows["quantity"]
    )
    assert not rows.astype("str").apply(lambda column: column.str.contains("e00")).any(axis=None)
    gaps = rows[rows["estimate"].isna()]
    assert (gaps["caveat"] != "").all()


def test_an_adjusted_p_value_below_its_own_is_refused(few):
    with pytest.raises(ValueError, match="below its own"):
        replace(few, ranks=few.ranks.assign(p_adjusted=few.ranks["p_value"] / 2))


@LANGUAGES
@pytest.mark.parametrize("sizes", [[13, 14], [20] * 12, [4, 5]])
def test_every_number_of_a_sentence_is_one_of_the_results(sizes, lang):
    found = measure(sizes)
    said = say_small_place(found, lang)
    known = found.units.dropna(subset=["estimate"])
    gaps = [known[name].max() - known[name].min() for name in ("mean", "estimate") if len(known)]
    declared = [200, found.n, found.n_units, 0.3, 40, len(found.together()), len(found.ranks), *gaps]
    assert_said_of(said, lang, found.ranks, found.shares, found.smallest, declared=declared)
    assert any("40" in limit for limit in said.limits) is (found.n < 40)


def test_the_sentences_say_what_27_people_cannot_show(few):
    said = say_small_place(few).sentences
    assert said[0].startswith(
        "here has 27 people in 2 units. They would show four times in five: a correlation of 0.52"
    )
    assert said[-1] == (
        "What 27 people cannot show: how much units differ from one another, which takes ten units or more; "
        "whether groups of people are treated alike, which takes two groups of ten or more; "
        "whether ratings measure groups alike, which takes two groups of 200."
    )


@LANGUAGES
def test_tables_are_in_words(few, lang):
    asked = tabulate_smallest(few, lang=lang)
    assert list(asked.columns) == ["question", "shown"]
    assert len(asked) == len(few.smallest)
    assert tabulate_small_ranks(few, lang=lang)["pair"].to_list() == [
        {"en": "first and second", "id": "first dan second"}[lang]
    ]
    assert tabulate_small_units(few, lang=lang)["n"].to_list() == [14, 13]


def test_the_table_of_units_shows_the_twenty_furthest_and_nobody_alone():
    found = measure([6] * 25 + [4])
    table = tabulate_small_units(found)
    assert len(table) == 20
    assert table["estimate"].is_monotonic_decreasing
    assert "u025" not in set(table["unit"])
    assert len(found.units) == 26
