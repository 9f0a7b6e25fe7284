"""What a study keeps out of every score stays out."""

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import SpecificationError
from evalkit.evidence import load_evidence
from evalkit.methods import load_methods, score_methods

JUDGES = Path(__file__).parents[2] / "data" / "judges"


def test_a_method_that_reads_an_overall_verdict_is_refused():
    mapping = {"indicators": ["retention_worthiness"], "sources": ["citizen"], "because": "nearest"}
    with pytest.raises(SpecificationError) as refused:
        score_methods(
            load_evidence(JUDGES), load_methods(["dumai"]), mappings={"dumai": {"work_result": mapping}}
        )
    assert str(refused.value) == (
        "A method reads what is never scored:\n"
        "  dumai reads retention_worthiness, which judges keeps out of every score\n"
        "Take it out of the method, or out of never_scored in datapackage.json."
    )


def test_without_such_a_list_the_same_method_is_scored():
    evidence = replace(load_evidence(JUDGES), never_scored=())
    reads = {"work_result": "retention_worthiness", "integrity": "demeanor", "collaboration": "diligence"}
    mappings = {
        name: {"indicators": [indicator], "sources": ["citizen"], "because": "nearest"}
        for name, indicator in reads.items()
    }
    scores = score_methods(evidence, load_methods(["dumai"]), mappings={"dumai": mappings})
    assert len(scores.scores) == 43
