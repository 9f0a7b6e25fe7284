"""Every published answer is recomputed within its tolerance; the page and these tests read one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evidence_maker import make_evidence

from evalkit.compare import list_references, validate_statistics
from evalkit.compare.recomputed import RECOMPUTED
from evalkit.errors import DesignError, UsageError
from evalkit.evidence import load_evidence

SHIPPED = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def principles():
    return load_evidence(SHIPPED / "principles")


@pytest.mark.parametrize("entry", sorted(RECOMPUTED))
def test_the_published_answers_are_ours(principles, entry):
    answers = validate_statistics(principles, entries=[entry]).answers
    missed = answers.loc[~answers["passed"], ["quantity", "published", "estimate"]]
    assert missed.to_dict("records") == []
    assert len(answers) > 0


def test_every_entry_has_its_recomputation_and_its_source():
    references = list_references()
    assert set(references["entry"]) == set(RECOMPUTED)
    assert references["entry"].is_unique
    assert references.map(str.strip).ne("").all(axis=None)


def test_an_answer_outside_its_tolerance_is_shown_as_missed(principles, monkeypatch):
    monkeypatch.setitem(
        RECOMPUTED, "four_fifths", lambda data, evidence: {"rate": 0.3, "reference_rate": 0.6, "ratio": 0.51}
    )
    found = validate_statistics(principles, entries=["four_fifths"])
    assert found.answers["passed"].tolist() == [True, True, False]
    assert found.entries[["n_answers", "n_passed"]].to_numpy().tolist() == [[3, 2]]
    assert found.to_results()["caveat"].iloc[2] == "published 0.5, tolerance 1e-09: MISSED"


def test_an_answer_that_is_missing_is_an_error(principles, monkeypatch):
    monkeypatch.setitem(RECOMPUTED, "four_fifths", lambda data, evidence: {"rate": 0.3})
    with pytest.raises(KeyError):
        validate_statistics(principles, entries=["four_fifths"])


def test_nan_never_passes(principles, monkeypatch):
    values = dict.fromkeys(("rate", "reference_rate", "ratio"), np.nan)
    monkeypatch.setitem(RECOMPUTED, "four_fifths", lambda data, evidence: values)
    assert not validate_statistics(principles, entries=["four_fifths"]).answers["passed"].any()


def test_entries_whose_data_are_elsewhere_are_named():
    found = validate_statistics(make_evidence([]))
    assert found.left_out == ("lme4_insteval", "aer_teaching_ratings")
    with pytest.raises(DesignError) as refused:
        validate_statistics(make_evidence([]), entries=["lme4_insteval"])
    assert str(refused.value) == (
        "The evidence of made holds the data of none of these: lme4_insteval. They need the study "
        "principles, with all its places."
    )


def test_an_unknown_entry_names_the_nearest(principles):
    with pytest.raises(UsageError, match="There is no published answer 'demsar': did you mean 'demsar_2006'"):
        validate_statistics(principles, entries=["demsar"])
