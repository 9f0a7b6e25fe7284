"""The diagnosis of a study is found, and some of its numbers come out again."""

import numpy as np
import pytest

from evalkit.errors import StudyError
from evalkit.lab import DIAGNOSIS_FOLDER, Corruption, Scenario, find_diagnosis, spot_check
from evalkit.lab.diagnose import diagnose
from evalkit.lab.plan import Plan


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    scenario = Scenario(
        name="administrative", corruptions=((Corruption("refusal", 0.5),),), n_replicates=2, quarters=2
    )
    plan = Plan(
        name="tiny",
        seed=3,
        sizes={"dumai": 30},
        methods=("dumai", "overall_rating"),
        scenarios=(scenario,),
        target_error=1.0,
    )
    diagnose(plan, folder=folder / "kept", jobs=1).write(folder / DIAGNOSIS_FOLDER)
    return folder


def test_a_study_without_a_diagnosis_has_none(tmp_path):
    assert find_diagnosis(tmp_path) is None
    assert spot_check(None, rng=np.random.default_rng(1)).empty


def test_stored_numbers_come_out_again_and_changed_ones_do_not(study):
    found = find_diagnosis(study)
    check = spot_check(found, rng=np.random.default_rng(1))
    assert check["corruption"].tolist() == ["", "refusal=0.5"]
    assert check["agrees"].all()
    assert (check["n"] > 0).all()
    found.sample["value"] += 0.01
    again = spot_check(found, rng=np.random.default_rng(1))
    assert not again["agrees"].any()
    assert again["largest_difference"].to_numpy() == pytest.approx(0.01, abs=1e-4)


def test_a_diagnosis_that_cannot_be_read_says_so(study, tmp_path):
    folder = tmp_path / DIAGNOSIS_FOLDER
    folder.mkdir()
    (folder / "plan.json").write_text("{", encoding="utf-8")
    with pytest.raises(StudyError, match="cannot be read"):
        find_diagnosis(tmp_path)
