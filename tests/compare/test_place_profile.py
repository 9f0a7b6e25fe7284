"""What one place's method reads and finds there, and what stands for what its text names."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from score_maker import evidence_of, gather, make_method

from evalkit.compare import PlaceProfile, find_method_of, profile_place
from evalkit.compare.place_profile import NO_METHOD
from evalkit.methods import Bilingual, Named, load_methods, score_methods
from evalkit.stats import estimate_share

PARTS = [("speed", ("system",), 0.6, "result"), ("conduct", ("peer", "supervisor"), 0.4, "behaviour")]
NOTE = Bilingual(id="catatan", en="a note")
NAMED = {
    "aims": (
        Named(id="cepat", en="fast", code="fast", through=("speed",)),
        Named(id="adil", en="fair", code="fair", note=NOTE),
        Named(id="semua", en="all sides", code="all_sides", through=("peer", "self"), note=NOTE),
        Named(id="lain", en="other", code="other", through=("speeed",)),
    ),
    "follow_up": (
        Named(id="latih", en="train", code="train", through=("training",)),
        Named(id="bimbing", en="mentor", code="mentor", through=("mentoring",)),
    ),
}


def make(n=60, n_units=12, *, lost=0.0, trained=20, mentored=2):
    rng = np.random.default_rng(1)
    unit = rng.normal(size=n_units)[np.arange(n) % n_units][:, None, None, None]
    rows = []
    for component, sources, _, _ in PARTS:
        for source in sources:
            values = 100 * unit + 100 * rng.normal(size=(n, 1, 1, 1))
            rows += evidence_of(values, [component], source, units=np.arange(n) % n_units)
    evidence = gather(rows)
    people = evidence.observations["employee"].unique()
    peers = evidence.observations.index[evidence.observations["source"] == "peer"]
    observations = evidence.observations.copy()
    gone = peers[: round(lost * len(peers))]
    observations.loc[gone, "value"], observations.loc[gone, "status"] = np.nan, "refused"
    given = [(person, "2025Q1", "training", "lot", "") for person in people[:trained]]
    given += [(person, "2025Q1", "mentoring", "lot", "") for person in people[:mentored]]
    given.append(("elsewhere", "2025Q1", "training", "lot", ""))
    interventions = pd.DataFrame(given, columns=["employee", "period", "kind", "assigned_by", "provider"])
    employees = observations[["place", "unit", "employee"]].drop_duplicates("employee")
    method = replace(make_method(PARTS, name="made"), place="here", **NAMED)
    return replace(
        evidence, observations=observations, interventions=interventions, employees=employees
    ), method


def profile(evidence, method, *, n_boot=200):
    scores = score_methods(evidence, {method.name: method} if method else {})
    rng = np.random.default_rng(2)
    return profile_place(scores, evidence, method, place="here", n_boot=n_boot, rng=rng), scores


@pytest.fixture(scope="module")
def found():
    return profile(*make(lost=0.25))


def test_the_mean_of_a_component_is_that_of_everyone_with_enough_evidence(found):
    profiled, scores = found
    speed = scores.components.query("component == 'speed'")["points"]
    row = profiled.components.set_index("component").loc["speed"]
    assert row[["estimate", "n", "n_units", "weight"]].tolist() == pytest.approx([speed.mean(), 60, 12, 0.6])
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_with_few_units_the_interval_is_that_of_their_means():
    profiled, scores = profile(*make(n=40, n_units=4))
    rows = scores.components.query("component == 'speed'")
    means = rows.groupby("unit")["points"].mean()  # units of one size: CR3 is the jackknife of their means
    reach = stats.t.ppf(0.975, 3) * means.std(ddof=1) / np.sqrt(4)
    row = profiled.components.set_index("component").loc["speed"]
    assert row["conf_high"] - row["estimate"] == pytest.approx(
        reach * np.sqrt(4 / 3) * np.sqrt(3 / 4), rel=0.2
    )
    assert row["caveat"] == "from 4 units, with t(3)"


def test_what_units_stand_for_counts_units():
    evidence, method = make()
    parts = (replace(method.components[0], level="unit"), method.components[1])
    rows = evidence.observations
    of_unit = rows["source"] == "system"
    evidence = replace(evidence, observations=rows.assign(employee=rows["employee"].mask(of_unit, "")))
    profiled, _ = profile(evidence, replace(method, components=parts))
    assert profiled.components.set_index("component").loc["speed", "n"] == 12
    assert profiled.facts["weight_on_units"] == pytest.approx(0.6)


def test_a_source_is_told_with_the_exact_interval_of_what_it_gave(found):
    row = found[0].sources.set_index("source").loc["peer"]
    share = estimate_share(45, 60)
    assert row[["estimate", "conf_low", "conf_high", "n"]].tolist() == pytest.approx(
        [0.75, share.conf_low, share.conf_high, 60]
    )


def test_what_a_text_names_is_shown_by_components_sources_and_counts_or_says_why_not(found):
    rows = found[0].named.set_index(["code", "through"])
    assert rows.loc[("fast", "speed"), "n"] == 60
    assert rows.loc[("fair", ""), "caveat"] == "not measured: a note"
    assert rows.loc[("all_sides", "peer"), "estimate"] == 0.75
    assert rows.loc[("all_sides", "self"), "caveat"] == (
        "not measured: the evidence has nothing from the source self"
    )
    assert rows.loc[("other", "speeed"), "caveat"] == "not measured: the method has no component 'speeed'"
    assert rows.loc[("train", "training"), "estimate"] == 20, "and nobody of another place"


@pytest.mark.parametrize(("trained", "shown"), [(4, False), (5, True), (55, True), (56, False), (60, True)])
def test_few_people_with_or_without_an_intervention_are_not_counted(trained, shown):
    rows = profile(*make(trained=trained))[0].named.set_index("code")
    assert np.isfinite(rows.loc["train", "estimate"]) == shown
    assert rows.loc["mentor", "caveat"] == "suppressed: fewer than 5 people"


def test_no_person_is_named_in_the_results(found):
    profiled, scores = found
    text = profiled.to_results().to_csv()
    assert not [name for name in scores.scores["employee"] if f",{name}," in text]


def test_results_have_a_key_each_and_their_place(found):
    rows = found[0].to_results()
    assert not rows.duplicated(["quantity", "group", "item"]).any()
    assert set(rows["place"]) == {"here"}
    assert (rows["estimate"].notna() | (rows["caveat"] != "")).all()


def test_a_place_without_a_method_keeps_its_facts_and_says_why():
    evidence, _ = make()
    rows = profile(evidence, None)[0].to_results()
    assert NO_METHOD in rows["caveat"].tolist()
    assert rows.set_index("quantity").loc["n_people", "estimate"] == 60


def test_the_method_of_a_place_is_the_one_that_is_described_for_it():
    methods = load_methods()
    assert find_method_of(methods, "bengkulu") is methods["bengkulu"]
    assert find_method_of(methods, "jakarta") is None


def test_a_figure_without_a_reason_is_refused(found):
    named = found[0].named.assign(caveat="", estimate=np.nan)
    with pytest.raises(ValueError, match="missing without a reason"):
        replace(found[0], named=named)
    with pytest.raises(ValueError, match="do not add up to 1"):
        replace(found[0], components=found[0].components.iloc[:1])
    assert isinstance(found[0], PlaceProfile)
