"""Figures over many data sets are those of the committed diagnosis: its first scenario, nothing spoiled."""

import pytest
import replicate_maker as maker

from evalkit.lab import find_diagnosis, select_clean
from evalkit.lab.diagnose import diagnose
from evalkit.methods import load_methods

KEPT = 0.5001e-4  # files keep four decimals


@pytest.fixture(scope="module")
def diagnosis(tmp_path_factory):
    return diagnose(
        maker.make_plan("spoiled", "plain"),
        folder=tmp_path_factory.mktemp("kept"),
        jobs=1,
        run=maker.draw,
        methods=load_methods(maker.METHODS),
    )


def test_only_the_first_scenario_as_it_is_counts(diagnosis):
    found = select_clean(diagnosis)
    rows = diagnosis.summary.query("scenario == 'spoiled' and corruption == ''")
    assert found["estimate"].tolist() == rows["estimate"].tolist()
    assert 0 < len(found) < len(diagnosis.summary)
    assert set(found["method"]) == set(maker.METHODS)


def test_what_was_written_is_read_again(diagnosis, tmp_path):
    diagnosis.write(tmp_path / "diagnosis")
    found = select_clean(find_diagnosis(tmp_path))
    assert found["n_replicates"].gt(1).all()
    assert found["estimate"].tolist() == pytest.approx(select_clean(diagnosis)["estimate"].tolist(), abs=KEPT)


def test_without_a_diagnosis_there_are_no_rows():
    assert select_clean(None).empty
