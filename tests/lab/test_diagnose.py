"""Plans are run to the same numbers however they are run, and what is done is never lost."""

from __future__ import annotations

import importlib
import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
import replicate_maker as maker

from evalkit.errors import ReportError, StudyError, UsageError
from evalkit.lab import QUANTITIES
from evalkit.lab import workers as machinery
from evalkit.lab.diagnose import diagnose
from evalkit.lab.diagnosis import join_diagnoses, read_diagnosis
from evalkit.lab.montecarlo import FIRST
from evalkit.lab.recompute import recompute_sample
from evalkit.methods import load_methods

engine = importlib.import_module("evalkit.lab.diagnose")  # the module, not the function
KEPT = 0.5001e-4  # files keep four decimals
TABLES = ("summary", "contrasts", "sample", "scenarios")
METHODS = load_methods(maker.METHODS)


def run(plan, folder, **settings):
    return diagnose(plan, folder=folder, **{"jobs": 1, "run": maker.draw, **settings})


def contents(diagnosis, folder: Path) -> dict[str, bytes]:
    diagnosis.write(folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def workers() -> list[psutil.Process]:
    return [
        one
        for one in psutil.Process().children(recursive=True)
        if "resource_tracker" not in " ".join(one.cmdline()) and one.status() != psutil.STATUS_ZOMBIE
    ]


class Inline:
    """Runs replicates where it is, which takes no time; the last one first."""

    def run(self, order, units):
        for unit in reversed(units):
            yield unit, machinery.run_unit(order, unit)

    def close(self):
        pass


@pytest.fixture
def inline(monkeypatch):
    monkeypatch.setattr(engine, "open_workers", lambda *_: closing(Inline()))


@pytest.fixture(scope="module")
def plan():
    return maker.make_plan(n_replicates=20, target_error=0.04)


@pytest.fixture(scope="module")
def single(plan, tmp_path_factory):
    """The plan as one worker process runs it."""
    return run(plan, tmp_path_factory.mktemp("single"))


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def marks(tmp_path, monkeypatch):
    """A folder where what happens once leaves a mark."""
    monkeypatch.setenv(maker.FOLDER, str(tmp_path))
    return tmp_path


def test_each_number_has_its_error_and_its_counts(single, plan):
    summary = single.summary
    assert list(summary["scenario"].unique()) == plan.names
    n_keys = len(maker.METHODS) * len(maker.QUANTITIES)
    assert summary.groupby("scenario", sort=False).size().tolist() == [n_keys, 3 * n_keys]
    assert (summary["mc_error"] > 0).all()
    assert (summary["n_failed"] == 0).all()
    assert set(single.sample["replicate"]) == {0, 1}
    assert single.scenarios["reason"].tolist() == ["", ""]


def test_replicates_are_as_many_as_the_target_error_needs(single, plan):
    n = single.scenarios.set_index("scenario")["n_replicates"]
    assert ((n >= FIRST) & (n <= 20)).all()
    errors = single.scenarios.set_index("scenario")["largest_error"]
    assert ((errors <= plan.target_error) | (n == 20)).all()
    assert n.max() > FIRST


def test_a_scenario_whose_own_target_is_larger_ends_early(plan, tmp_path):
    large = tuple(replace(one, target_error=10.0) for one in plan.scenarios[:1])
    found = run(replace(plan, scenarios=large), tmp_path)
    assert found.scenarios["n_replicates"].tolist() == [FIRST]
    assert found.scenarios["target_error"].tolist() == [10.0]


def test_two_workers_of_one_thread_give_the_same_bytes_as_one_though_one_is_killed(single, plan, marks):
    steps = []
    again = run(plan, marks / "kept", jobs=2, run=maker.kill_once, report=steps.append)
    assert (marks / "killed").exists()
    assert contents(again, marks / "b") == contents(single, marks / "a")
    assert [step.n_done for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].done == steps[-1].planned
    assert workers() == []


def test_workers_that_always_die_end_the_run_with_a_remedy(marks, monkeypatch):
    monkeypatch.setattr(machinery, "_MOST_DEATHS", 1)
    with pytest.raises(ReportError, match=r"Workers died 1 times in a row.*what is done is kept"):
        run(maker.make_plan("plain"), marks, run=maker.kill_always)
    assert workers() == []


@pytest.mark.usefixtures("inline")
def test_failed_replicates_are_counted_with_their_message(tmp_path):
    found = run(maker.make_plan("plain", n_replicates=8), tmp_path, run=maker.fail_sometimes)
    assert found.n_failed == 2
    assert found.scenarios["reason"].item() == "2 × ValueError: nobody was drawn in plain"
    assert (found.summary["n_failed"] == 2).all()
    assert (found.summary["n_replicates"] == 6).all()


@pytest.mark.usefixtures("inline")
def test_where_every_replicate_fails_there_is_a_row_without_a_number_and_a_reason(tmp_path):
    found = run(maker.make_plan(), tmp_path, run=maker.fail_always_where_spoiled)
    rows = found.summary.query("scenario == 'spoiled'")
    assert len(rows) == 3 * len(maker.METHODS)
    assert rows["estimate"].isna().all()
    assert (rows["n_replicates"] == 0).all()
    assert (rows["n_failed"] == FIRST).all()  # more of them would tell nothing
    assert found.scenarios["reason"].tolist() == ["", f"{FIRST} × ZeroDivisionError: division by zero"]


@pytest.mark.usefixtures("inline")
def test_want_of_memory_ends_the_run_and_counts_as_no_failed_replicate(tmp_path):
    with pytest.raises(MemoryError):
        run(maker.make_plan("plain"), tmp_path, run=maker.run_out_of_memory)
    assert not list(tmp_path.rglob("*.txt"))


@pytest.mark.usefixtures("inline")
def test_what_is_done_is_not_run_again_and_more_replicates_go_on_from_it(single, plan, tmp_path):
    run(plan.at_most(3).select(["spoiled"]), tmp_path / "kept")
    steps = []
    again = run(plan, tmp_path / "kept", report=steps.append)
    assert sum(not step.is_new for step in steps) == 3
    assert contents(again, tmp_path / "b") == contents(single, tmp_path / "a")


@pytest.mark.usefixtures("inline")
def test_a_kept_file_that_is_cut_short_is_run_again(single, plan, tmp_path):
    few = plan.at_most(2).select(["plain"])
    run(few, tmp_path)
    file = next(tmp_path.rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:40])
    steps = []
    run(few, tmp_path, report=steps.append)
    assert sorted(step.is_new for step in steps) == [False, True]


@pytest.mark.usefixtures("inline")
def test_other_people_or_methods_share_nothing_that_is_kept(tmp_path):
    plan = maker.make_plan("plain", n_replicates=1)
    run(plan, tmp_path)
    kept = {path.name for path in tmp_path.iterdir()}
    run(plan, tmp_path, methods=dict(reversed(list(METHODS.items()))))
    assert len({path.name for path in tmp_path.iterdir()} - kept) == 1
    assert len(list(tmp_path.iterdir())) == 1  # what nobody can use any more is cleared away


@pytest.mark.usefixtures("inline")
def test_a_folder_is_used_by_one_run_at_a_time(tmp_path):
    plan = maker.make_plan("plain", n_replicates=1)

    def meanwhile(_):
        run(plan, tmp_path)

    with pytest.raises(UsageError, match="Another run of the same plan"):
        run(plan, tmp_path, report=meanwhile)


def test_what_was_written_is_read_again(single, tmp_path):
    single.write(tmp_path / "diagnosis")
    again = read_diagnosis(tmp_path / "diagnosis")
    assert again.plan == single.plan
    assert again.versions == single.versions
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(single, name), atol=KEPT, rtol=0)


def test_a_folder_without_a_diagnosis_says_how_to_make_one(tmp_path):
    with pytest.raises(StudyError, match="Study mine has no diagnosis; make it with 'evalkit diagnose mine'"):
        read_diagnosis(tmp_path / "mine" / "diagnosis")


def test_a_diagnosis_that_is_broken_says_how_to_make_it_anew(single, tmp_path):
    single.write(tmp_path / "mine")
    os.truncate(tmp_path / "mine/summary.parquet", 10)
    with pytest.raises(StudyError, match=r"cannot be read.*make it anew"):
        read_diagnosis(tmp_path / "mine")


@pytest.mark.usefixtures("inline")
def test_some_scenarios_can_be_run_anew_beside_the_others(single, plan, tmp_path):
    only = run(plan.at_most(3).select(["plain"]), tmp_path)
    joined = join_diagnoses(single, only, plan)
    assert joined.plan.names == plan.names
    assert joined.scenarios["n_replicates"].tolist()[0] == 3
    for name in TABLES:
        old, now = (getattr(one, name).query("scenario == 'spoiled'") for one in (single, joined))
        pd.testing.assert_frame_equal(old.reset_index(drop=True), now.reset_index(drop=True))
    assert joined.summary["scenario"].tolist() == single.summary["scenario"].tolist()


@pytest.mark.usefixtures("inline")
def test_scenarios_of_other_people_are_not_joined(single, plan, tmp_path):
    other = run(replace(plan.at_most(1).select(["plain"]), seed=8), tmp_path)
    with pytest.raises(UsageError, match="has other seed; run all scenarios"):
        join_diagnoses(single, other, plan)


def test_a_spot_check_agrees_with_what_is_stored_and_finds_what_is_not(single, rng):
    found = recompute_sample(single, 2, rng=rng, run=maker.draw)
    assert found["agrees"].all()
    assert len(found) >= 2 * 2 * len(maker.METHODS)
    single.sample.loc[:, "value"] += 0.001
    try:
        assert not recompute_sample(single, 2, rng=rng, run=maker.draw)["agrees"].any()
    finally:
        single.sample.loc[:, "value"] -= 0.001


@pytest.mark.usefixtures("inline")
def test_the_laboratory_itself_is_run_and_its_numbers_come_out_again(tmp_path, rng):
    plan = replace(maker.make_plan("spoiled", n_replicates=3), sizes={"dumai": 60})
    found = diagnose(plan, folder=tmp_path)
    assert found.n_failed == 0
    assert set(QUANTITIES) <= set(found.summary["quantity"])
    again = recompute_sample(found, 1, rng=rng)
    assert again["agrees"].all()
    assert again["recomputed"].notna().any()
