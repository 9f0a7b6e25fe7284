"""Simulated evidence in files is that of `simulate`, or place by place, whole or not there at all."""

from __future__ import annotations

import json
import re
import resource

import duckdb
import numpy as np
import pandas as pd
import pytest

from evalkit.errors import StudyError, UsageError
from evalkit.evidence import TABLES, load_evidence, read_descriptor
from evalkit.lab import SIZES, as_text, divide, score_at_once, simulate, simulate_to_files
from evalkit.lab.files import new_folder
from evalkit.lab.service_changes import SERVICE_CHANGES
from evalkit.lab.simulate import TABLES_BESIDE
from evalkit.lab.streams import Streams
from evalkit.methods import load_methods, score_parquet
from evalkit.study.study_file import load_study

SMALL = {"dumai": 40, "senapelan": 27}
#: Sums of the same numbers in another order.
ROUNDING = 1e-9


def read(folder, name):
    return duckdb.read_parquet(f"{folder}/{name}/*.parquet").df()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """More people than are drawn at once, here 50."""
    folder = tmp_path_factory.mktemp("many") / "study"
    lines = []
    simulate_to_files(SMALL, folder, seed=7, at_once=50, report=lines.append)
    return folder, lines


def test_few_people_are_those_of_simulate_and_pass_the_checks_of_real_evidence(tmp_path):
    folder = tmp_path / "study"
    n_rows = simulate_to_files(SMALL, folder, seed=7)
    loaded, drawn = load_evidence(folder), as_text(simulate(SMALL, seed=7))
    assert n_rows == len(drawn.observations)
    assert loaded.kind == "synthetic"
    for name in ("observations", *TABLES_BESIDE):
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(drawn, name))
    assert load_study(folder).heading() == "67 simulated people, seed 7"


def test_a_place_of_many_does_not_depend_on_the_others_nor_on_their_order(many, tmp_path):
    folder, _ = many
    simulate_to_files({"semarang": 35, **dict(reversed(SMALL.items()))}, tmp_path / "s", seed=7, at_once=50)
    for name in ("evidence", *TABLES_BESIDE):
        whole, other = read(folder, name), read(tmp_path / "s", name)
        key = list(TABLES[name].key)
        who = "place" if "place" in whole else "employee"
        for place in SMALL:
            here = whole[whole[who].str.startswith(place)].sort_values(key, ignore_index=True)
            there = other[other[who].str.startswith(place)].sort_values(key, ignore_index=True)
            assert len(here)
            pd.testing.assert_frame_equal(here, there)


def test_tables_of_many_have_their_keys_once_and_say_what_they_are(many):
    folder, lines = many
    package = json.loads((folder / "datapackage.json").read_text())
    for entry in package["resources"]:
        name, table = entry["name"], {**TABLES, "service_changes": SERVICE_CHANGES}[entry["name"]]
        assert entry["path"] == [f"{name}/0001.parquet", f"{name}/0002.parquet"]
        frame = read(folder, name)
        assert tuple(frame.columns) == table.column_names
        assert not frame.duplicated(list(table.key)).any()
    patterns = [
        rf"\[{i}/2\] {place}: {n} people, [\d,]+ observations"
        for i, (place, n) in enumerate(SMALL.items(), 1)
    ]
    assert len(lines) == len(patterns)
    assert all(re.fullmatch(pattern, line) for pattern, line in zip(patterns, lines, strict=True))


def test_many_people_are_scored_from_their_files_as_their_places_are_in_memory(many, tmp_path):
    folder, _ = many
    methods = load_methods()
    coverage = score_parquet(folder / "evidence" / "*.parquet", methods, tmp_path / "scores")
    assert coverage["n_scored"].tolist() == [67] * len(methods)
    found = duckdb.read_parquet(str(tmp_path / "scores" / "*.parquet")).df()
    one = simulate({"dumai": 40}, seed=Streams(7).derive("place dumai"), tables=())
    alone = score_at_once(one, methods).astype({"employee": "str"})
    joined = alone.merge(found, on=["method", "employee"], suffixes=("", "_file"), validate="one_to_one")
    assert len(joined) == 40 * len(methods)
    np.testing.assert_allclose(joined["score"], joined["score_file"], atol=ROUNDING, rtol=0)


def test_a_study_of_many_is_not_loaded_and_it_is_said_what_scores_it(many):
    with pytest.raises(StudyError, match=r'"path" lists 2 files, .*score_parquet'):
        read_descriptor(many[0])


def test_a_place_of_too_many_people_is_refused(tmp_path):
    with pytest.raises(UsageError) as caught:
        simulate_to_files({"dumai": 60, "senapelan": 27}, tmp_path / "study", seed=7, at_once=50)
    assert str(caught.value) == (
        "A place is drawn as a whole and may have 50 people; found dumai: 60. Divide it into several places."
    )
    assert not list(tmp_path.iterdir())


def test_a_seed_below_zero_is_refused(tmp_path):
    with pytest.raises(UsageError, match="at least 0; found -1"):
        simulate_to_files(SMALL, tmp_path / "study", seed=-1)


def test_nothing_is_overwritten_and_an_empty_folder_is_filled(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    simulate_to_files({"dumai": 20}, folder, seed=7)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UsageError, match="exists already, and is not empty"):
        simulate_to_files({"dumai": 20}, folder, seed=8)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="exists already"):
        simulate_to_files({"dumai": 20}, tmp_path / "file", seed=8)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_an_interrupted_run_wrote_is_removed(tmp_path, error):
    def stop(line):
        raise error

    with pytest.raises(error):
        simulate_to_files(SMALL, tmp_path / "study", seed=7, at_once=50, report=stop)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"the disk may be full: .*evidence.parquet"):
            simulate_to_files({"dumai": 60}, tmp_path / "study", seed=7)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path):
    left = tmp_path / ".study.part" / "evidence"
    left.mkdir(parents=True)
    (left / "0009.parquet").write_text("half")
    simulate_to_files({"dumai": 20}, tmp_path / "study", seed=7)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["study"]
    assert not (tmp_path / "study" / "evidence").exists()


def test_two_runs_do_not_write_one_folder(tmp_path):
    with new_folder(tmp_path / "study") as building:
        (building / "half").write_text("")
        with pytest.raises(UsageError, match="Another run is writing"), new_folder(tmp_path / "study"):
            raise AssertionError("must not begin")
        assert (building / "half").exists()
    assert (tmp_path / "study" / "half").exists()


@pytest.mark.parametrize("n", [50, 51, 60, 99, 750, 2_027, 50_000])
def test_people_are_divided_among_five_places(n):
    sizes = divide(n)
    assert list(sizes) == list(SIZES)
    assert sum(sizes.values()) == n
    assert min(sizes.values()) >= 10


def test_the_default_number_of_people_gives_the_default_sizes():
    assert divide(2_027) == dict(SIZES)


def test_many_people_are_divided_among_several_fives():
    sizes = divide(1_000_003)
    assert len(sizes) == 105
    assert sum(sizes.values()) == 1_000_003
    assert max(sizes.values()) < 30_000
    assert list(sizes)[:6] == [*(f"{place}-01" for place in SIZES), "semarang-02"]


def test_too_few_people_are_refused():
    with pytest.raises(UsageError, match="Five places need at least 50 people, 10 each; found 49"):
        divide(49)
