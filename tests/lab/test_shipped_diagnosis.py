"""The diagnosis that is shipped: whole, small, and what today's code computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evalkit.lab import DIAGNOSIS_FOLDER, read_diagnosis, recompute_sample
from evalkit.lab.montecarlo import PRIMARY
from evalkit.study import find_study
from evalkit.study.diagnose import plan_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data/five-places" / DIAGNOSIS_FOLDER
MOST_BYTES = 3_000_000

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no diagnosis is there: run make diagnose")


@pytest.fixture(scope="module")
def diagnosis():
    return read_diagnosis(FOLDER)


def test_it_is_of_the_plan_in_the_study_file(diagnosis):
    plan = plan_of(find_study("five-places", root=ROOT))
    assert diagnosis.plan == plan
    assert diagnosis.scenarios["scenario"].tolist() == plan.names


def test_every_scenario_has_its_target_error(diagnosis):
    target = [diagnosis.plan.target_of(scenario) for scenario in diagnosis.plan.scenarios]
    assert (diagnosis.scenarios["largest_error"] <= target).all()


def test_no_replicate_failed_and_every_number_has_its_error(diagnosis):
    assert diagnosis.n_failed == 0
    known = diagnosis.summary["estimate"].notna() & (diagnosis.summary["n_replicates"] > 1)
    assert diagnosis.summary.loc[known, "mc_error"].notna().all()
    assert (
        not diagnosis.summary.query(f"quantity == '{PRIMARY}' and target == 'common'")["estimate"]
        .isna()
        .all()
    )


def test_it_is_small():
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < MOST_BYTES


def test_a_sample_comes_out_again(diagnosis):
    again = recompute_sample(diagnosis, 3, rng=np.random.default_rng(20260101))
    assert len(again) > 50
    assert again["agrees"].all(), again[~again["agrees"]].to_string()
