"""Public editions, attacked: by filters, later releases, corrections, sums and linear programming."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from scipy.optimize import linprog

from evalkit.compare import make_public_edition
from evalkit.compare.disclosure import LEAST, WINDOW
from evalkit.compare.public_edition import PUBLISHED
from evalkit.errors import UsageError
from evalkit.evidence import load_evidence
from evalkit.lab import as_text, simulate, simulate_to_files
from evalkit.methods import load_methods, score_methods
from evalkit.present import tabulate_public_cells

METHODS = load_methods()
QUARTERS = ("2025Q1", "2025Q2", "2025Q3")
KEY = ["quantity", "unit", "period", "method_a", "group", "item"]
DATA = Path(__file__).parents[2] / "data"


def shrink(evidence):
    """Put all but three people of one unit into another, so that one unit is too small to be shown."""
    people = evidence.employees
    last = people.loc[people["place"] == "dumai", "unit"].max()
    moved = people.loc[people["unit"] == last, "employee"].tolist()[3:]
    other = people["unit"].min()

    def move(frame):
        return frame.assign(unit=frame["unit"].where(~frame["employee"].isin(moved), other))

    return replace(
        evidence,
        employees=move(people),
        observations=move(evidence.observations),
        recorded=move(evidence.recorded),
    )


@pytest.fixture(scope="module")
def evidence():
    """Dumai with 47 people in three units of which one has three people, and Senapelan beside it."""
    return shrink(as_text(simulate({"senapelan": 27, "dumai": 60}, seed=5, periods=QUARTERS)))


@pytest.fixture(scope="module")
def edition(evidence):
    return make_public_edition(evidence, "dumai", METHODS)


def cells_of(edition):
    return edition.cells.set_index(KEY).sort_index()


def assert_part_of(part, whole):
    """Every cell of an edition is a cell of another, number by number and word by word."""
    part, whole = cells_of(part), cells_of(whole)
    pd.testing.assert_frame_equal(part, whole.loc[part.index])


def test_the_edition_says_something_of_everything(edition):
    shown = edition.cells[edition.cells["estimate"].notna()]
    assert set(shown["quantity"]) == {
        "public_mean_score",
        "public_predikat_share",
        "public_ikm",
        "public_on_time_share",
        "public_median_days",
        "public_complete_share",
        "public_people",
    }
    assert (shown["conf_low"] <= shown["estimate"]).all()
    assert (shown["estimate"] <= shown["conf_high"]).all()
    assert edition.cells.loc[edition.cells["estimate"].isna(), "caveat"].ne("").all()
    assert edition.periods == list(QUARTERS)


def test_no_choice_of_quarters_changes_a_number(evidence, edition):
    for periods in (("2025Q2",), ("2025Q1", "2025Q3"), ("2025Q3",)):
        chosen = make_public_edition(evidence.select(periods=periods), "dumai", METHODS)
        assert chosen.periods == list(periods)
        assert_part_of(chosen, edition)


def test_no_choice_of_places_or_methods_changes_a_number(evidence, edition):
    alone = make_public_edition(evidence.select(places=("dumai",)), "dumai", METHODS)
    assert_part_of(alone, edition)
    assert_part_of(edition, alone)
    own = make_public_edition(evidence, "dumai", {"dumai": METHODS["dumai"]})
    assert_part_of(own, edition)
    other = {"semarang": METHODS["semarang"]}
    without = make_public_edition(evidence, "dumai", other, declared=list(METHODS))
    scores = without.pick("public_mean_score")
    assert scores["estimate"].isna().all()
    assert set(scores["caveat"]) == {"which of several methods is the one of this place is not known"}


def as_of(evidence, period):
    """Return the evidence as it stood on the last day of a quarter."""
    end = pd.Period(period, freq="Q").end_time.normalize()
    events = evidence.events[evidence.events["opened_on"] <= end]
    return replace(
        evidence.select(periods=[one for one in QUARTERS if one <= period]),
        events=events.assign(closed_on=events["closed_on"].where(events["closed_on"] <= end)),
    )


@pytest.mark.parametrize("period", QUARTERS[:-1])
def test_an_edition_of_a_later_quarter_repeats_the_earlier_ones(evidence, edition, period):
    """No number of a quarter moves when the next one comes, so there is no difference to read."""
    earlier = make_public_edition(as_of(evidence, period), "dumai", METHODS)
    assert_part_of(earlier, edition)
    known = earlier.cells["estimate"].notna() & (earlier.cells["quantity"] == "public_on_time_share")
    assert known.any()


def correct(evidence):
    """Give one person of 2025Q1 other ratings, and another predikat."""
    rows = evidence.observations
    who = rows.loc[rows["employee"].str.startswith("dumai"), "employee"].iloc[0]
    ratings = (rows["employee"] == who) & (rows["period"] == "2025Q1") & (rows["source"] == "supervisor")
    recorded = evidence.recorded
    predikat = (recorded["employee"] == who) & (recorded["period"] == "2025Q1")
    return replace(
        evidence,
        observations=rows.assign(value=rows["value"].mask(ratings, 1.0)),
        recorded=recorded.assign(predikat=recorded["predikat"].mask(predikat, "sangat_kurang")),
    )


def test_a_correction_of_what_was_published_is_not_published(evidence, edition):
    published = edition.to_results()[lambda rows: rows["period"] == "2025Q1"]
    corrected = correct(evidence)
    later = make_public_edition(replace(corrected, extras={PUBLISHED: published}), "dumai", METHODS)
    assert_part_of(edition, later)
    assert_part_of(later, edition)
    first = replace(
        corrected.select(periods=("2025Q1",)), extras={PUBLISHED: published.assign(place="there")}
    )
    unkept = cells_of(make_public_edition(first, "dumai", METHODS))
    assert not unkept.equals(cells_of(edition).loc[unkept.index]), (
        "without the table the correction would show"
    )


def groups_of(evidence, edition, quantity, period):
    """Return who each published sum of scores is about: shape (sums, people)."""
    people = evidence.employees.query("place == 'dumai'")
    units = edition.pick(quantity, period=period)["unit"]
    sets = [people["unit"].isin(unit.split("+")) if unit else people["unit"].notna() for unit in units]
    return np.array(sets, dtype=float)


@pytest.mark.parametrize("period", QUARTERS)
def test_no_sum_of_published_numbers_tells_five_people_apart(evidence, edition, period):
    """Everyone shares all sums with four others or more: no combination of sums singles anyone out."""
    sums = groups_of(evidence, edition, "public_mean_score", period)
    assert sums.shape[0] >= 3, "the place and two units"
    alike = [(sums == person[:, None]).all(axis=0).sum() for person in sums.T]
    assert min(alike) >= LEAST
    small = evidence.employees.query("place == 'dumai'")["unit"].value_counts().idxmin()
    told = edition.pick("public_mean_score", period=period)["unit"].tolist()
    assert small not in told
    assert any(small in unit.split("+") for unit in told)


def bounds_of(cells, base_of):
    """Return what each published mean says of its sum: between a low and a high end."""
    ends = []
    for row in cells.to_dict("records"):
        at_end = "not told apart" in row["caveat"]
        half = base_of(row) / 2
        low, high = row["estimate"] - half, row["estimate"] + half
        ends.append(
            (low, 100.0) if at_end and row["estimate"] > 50 else (0.0, high) if at_end else (low, high)
        )
    return np.array(ends)


@pytest.mark.parametrize("period", QUARTERS)
def test_linear_programming_leaves_everyone_a_window(evidence, edition, period):
    """With all sums of a quarter, and who is in them, known: no score is told to less than 20 points."""
    cells = edition.pick("public_mean_score", period=period)
    sums = groups_of(evidence, edition, "public_mean_score", period)
    sizes = sums.sum(axis=1)
    base = {
        name: next(b for b in (1, 2, 5) if n * b >= WINDOW)
        for name, n in zip(cells["unit"], sizes, strict=True)
    }
    ends = bounds_of(cells, lambda row: base[row["unit"]]) * sizes[:, None]
    scores = score_methods(evidence.select(periods=(period,), places=("dumai",)), [METHODS["dumai"]]).scores
    people = evidence.employees.query("place == 'dumai'")["employee"]
    true = scores.set_index("employee")["score"].reindex(people).to_numpy()
    assert ((ends[:, 0] <= sums @ true + 1e-6) & (sums @ true <= ends[:, 1] + 1e-6)).all(), (
        "the attack is fair"
    )
    rows, limits = np.vstack([sums, -sums]), np.concatenate([ends[:, 1], -ends[:, 0]])
    _, firsts = np.unique(sums.T, axis=0, return_index=True)
    for person in firsts:  # all who are in the same sums have the same bounds
        aim = np.eye(len(people))[person]
        low, high = (
            side * linprog(side * aim, A_ub=rows, b_ub=limits, bounds=[(0, 100)] * len(people)).fun
            for side in (1, -1)
        )
        assert high - low >= WINDOW


def test_means_at_the_end_of_the_scale_are_not_told(evidence):
    """Where everyone gets full marks the edition says no more than where some do not."""
    rows = evidence.observations
    high = evidence.indicators.set_index("indicator")["high"].reindex(rows["indicator"]).to_numpy()
    asked = rows["source"].isin(["supervisor", "peer", "self", "citizen"]).to_numpy()
    perfect = replace(evidence, observations=rows.assign(value=np.where(asked, high, rows["value"])))
    found = make_public_edition(perfect, "dumai", METHODS)
    means = found.pick("public_mean_score", period="2025Q1")
    assert means["caveat"].str.contains("not told apart").all()
    assert (means["estimate"] < 100).all()
    assert (means["conf_high"] - means["conf_low"] > 0).all()


@pytest.mark.parametrize("code", ["sangat_kurang", "baik"])
def test_nobody_and_everybody_in_a_category_are_not_told(evidence, code):
    """All with one predikat, and all but four: the same edition."""
    recorded = evidence.recorded
    mine = (recorded["place"] == "dumai") & (recorded["employee"] != "")
    everyone = recorded.assign(predikat=recorded["predikat"].mask(mine, code))
    four = recorded.loc[mine, "employee"].unique()[:4]
    all_but = everyone.assign(
        predikat=everyone["predikat"].mask(mine & everyone["employee"].isin(four), "butuh_perbaikan")
    )
    shares = [
        make_public_edition(replace(evidence, recorded=table), "dumai", METHODS).pick("public_predikat_share")
        for table in (everyone, all_but)
    ]
    hidden = shares[0].set_index(["period", "item"])["estimate"].isna()
    assert hidden.sum() == 5 * len(QUARTERS)
    pd.testing.assert_frame_equal(shares[0], shares[1])


def test_every_number_is_about_five_or_more_and_every_n_is_rounded(edition):
    shown = edition.cells[edition.cells["estimate"].notna()]
    assert (shown["n"] >= LEAST).all()
    assert (shown["n"] % LEAST == 0).all()
    assert not (shown["caveat"] == "").any()


def test_descriptions_of_people_hold_five_or_more_all_taken_together(evidence, edition):
    people = edition.pick("public_people", period="2025Q1")
    told = len(people["group"].iloc[0].split(", "))
    columns = ["sex", "age", "grade", "position"][:told]
    mine = evidence.employees.query("place == 'dumai'")
    first = (2025 - mine["birth_year"]) // 10 * 10
    described = mine.assign(age=first.map(lambda age: f"{age}–{age + 9}"))
    counts = described.groupby(columns).size()
    names = [", ".join(key) if isinstance(key, tuple) else key for key in counts.index]
    assert people["group"].tolist() == names
    assert (counts >= LEAST).all()
    assert (people["conf_low"].to_numpy() <= counts).all()
    assert (counts <= people["conf_high"].to_numpy()).all()
    finer = described.groupby(["sex", "age", "grade", "position"][: told + 1]).size()
    assert (finer < LEAST).any(), "one more description would have told of fewer"


def test_a_place_of_four_people_has_no_number():
    rows = [
        {"place": "here", "unit": "u", "employee": f"e{i}", "period": "2025Q1", "indicator": "integrity",
         "source": "peer", "rater": "r", "value": 4.0}
        for i in range(4)
    ]  # fmt: skip
    found = make_public_edition(make_evidence(rows), "here", METHODS)
    assert found.cells["estimate"].isna().all()
    assert found.cells["n"].isna().all()
    assert found.n == 0


@pytest.mark.parametrize(("study", "place"), [("judges", "us_judges"), ("principles", "attitude")])
def test_real_evidence_gives_numbers_or_reasons(study, place):
    found = make_public_edition(load_evidence(DATA / study), place, METHODS)
    assert found.cells.loc[found.cells["estimate"].isna(), "caveat"].ne("").all()
    assert len(found.cells) > 3


def test_an_unknown_place_is_refused(evidence):
    with pytest.raises(UsageError, match=r"no place 'dumay': did you mean 'dumai'|no place 'dumay'"):
        make_public_edition(evidence, "dumay", METHODS)


def test_a_table_of_what_was_published_is_read_from_the_study(tmp_path):
    """The file that a page offers, kept in the study's folder, is the edition again."""
    folder = tmp_path / "kept"
    simulate_to_files({"dumai": 20}, folder, seed=3)
    evidence = load_evidence(folder).select(periods=("2025Q1",))
    first = make_public_edition(evidence, "dumai", METHODS)
    tabulate_public_cells(first).to_csv(folder / "published.csv", index=False)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    numbers = ("estimate", "conf_low", "conf_high", "n")
    fields = [
        {"name": name, "type": "number" if name in numbers else "string"}
        for name in tabulate_public_cells(first)
    ]
    resource = {"name": PUBLISHED, "path": "published.csv", "format": "csv", "schema": {"fields": fields}}
    package["resources"].append(resource)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    read = load_evidence(folder).select(periods=("2025Q1",))
    assert len(read.extras[PUBLISHED]) == len(first.cells)
    spoiled = replace(
        read, observations=read.observations.assign(value=read.observations["value"].clip(upper=1))
    )
    again = make_public_edition(spoiled, "dumai", METHODS)
    assert_part_of(again, first)
    assert_part_of(first, again)


def test_a_unit_with_four_respondents_is_joined_to_others(evidence):
    rows = evidence.observations
    answers = (rows["indicator"] == "public_satisfaction") & (rows["period"] == "2025Q1")
    unit = rows.loc[answers & rows["unit"].str.startswith("dumai"), "unit"].min()
    raters = rows.loc[answers & (rows["unit"] == unit), "rater"].unique()
    few = replace(evidence, observations=rows[~(answers & rows["rater"].isin(raters[4:]))])
    told = make_public_edition(few.select(periods=("2025Q1",)), "dumai", METHODS).pick("public_ikm")
    assert unit not in told["unit"].tolist()
    assert (told["n"] >= LEAST).all()
    scores = make_public_edition(evidence.select(periods=("2025Q1",)), "dumai", METHODS).pick("public_ikm")
    assert unit in scores["unit"].tolist()


def test_cases_of_a_quarter_that_is_not_over_are_not_told(evidence):
    middle = pd.Timestamp("2025-02-15")
    events = evidence.events[evidence.events["opened_on"] <= middle]
    early = replace(
        evidence.select(periods=("2025Q1",)),
        events=events.assign(closed_on=events["closed_on"].where(events["closed_on"] <= middle)),
    )
    early = replace(early, observations=early.observations.assign(recorded_on=pd.NaT))
    found = make_public_edition(early, "dumai", METHODS)
    service = found.cells[found.cells["quantity"].isin(["public_on_time_share", "public_median_days"])]
    assert set(service["caveat"]) == {"the evidence does not reach the end of the quarter"}
