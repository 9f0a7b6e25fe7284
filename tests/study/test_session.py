"""The first cell of every notebook: settings are checked, and randomness is the same each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evalkit.errors import UsageError
from evalkit.study.session import Session
from evalkit.study.settings import check_settings
from evalkit.study.study_file import Study

from .conftest import write_places, write_study


@pytest.fixture
def start():
    from evalkit.study import start

    return start


def a_session(seed: int = 1) -> Session:
    study = Study(name="s", folder=None, title={"en": "A <title>"}, kind="real")
    return Session(
        study=study,
        evidence=None,
        methods={},
        profiles={},
        lang="en",
        conf_level=0.9,
        n_boot=10,
        seed=seed,
    )


def test_every_use_of_chance_has_a_generator_of_its_own_and_the_same_each_time():
    session = a_session()
    first, again, other = (session.rng(name).random(3) for name in ("a", "a", "b"))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    assert not np.allclose(first, a_session(seed=2).rng("a").random(3))


def test_a_session_shows_its_settings():
    assert a_session()._repr_html_() == (
        '<p class="session"><strong>A &lt;title&gt;</strong> (real evidence); '
        "90 % intervals, 10 bootstrap replicates, seed 1.</p>"
    )


def test_every_setting_out_of_range_is_named():
    with pytest.raises(UsageError) as caught:
        check_settings(lang="de", conf_level=1.0, n_boot=0, seed=-1)
    assert str(caught.value) == (
        "lang must be one of id, en; found 'de'\n"
        "conf_level must be between 0 and 1, such as 0.95; found 1.0\n"
        "n_boot must be 1 to 1,000,000; found 0\n"
        "seed must be at least 0; found -1"
    )


def test_a_session_holds_the_evidence_and_methods_of_its_study(workbench, start):
    write_study(workbench, "tiny", "notebooks: [first]\nmethods: [dumai, senapelan]")
    session = start(study="tiny")
    assert list(session.methods) == ["dumai", "senapelan"]
    assert session.evidence.observations["value"].tolist() == [4.0, 3.0]
    assert list(start(study="tiny", methods=["dumai"]).methods) == ["dumai"]


def test_a_session_of_one_place_holds_the_evidence_of_that_place(workbench, start):
    write_places(workbench / "data/tiny", ["there", "yonder"])
    assert set(start(study="tiny", place="yonder").evidence.observations["place"]) == {"yonder"}
    with pytest.raises(UsageError, match="the study has no place 'yonder': known are: there"):
        start(study="tiny", places=["there"], place="yonder")


def test_the_labels_of_a_study_hold_until_the_next_one_starts(workbench, start):
    from evalkit.present.labels import cell_label

    write_study(workbench, "tiny", "notebooks: [first]\nplaces: {here: {en: Our town, id: Kota kita}}")
    start(study="tiny")
    assert (cell_label("here", "id"), cell_label("ktp_days", "id")) == ("Kota kita", "hari penerbitan KTP")
    assert cell_label("agency_report", "id") == "laporan instansi"  # a word of all reports stays
    write_study(workbench, "tiny", "notebooks: [first]")
    start(study="tiny")
    assert cell_label("here", "id") == "here"


def test_a_label_of_a_place_that_the_evidence_lacks_is_refused(workbench, start):
    write_study(workbench, "tiny", "notebooks: [first]\nplaces: {heer: {en: Our town}}")
    with pytest.raises(UsageError, match=r"places: the evidence has no place 'heer': did you mean 'here'\?"):
        start(study="tiny")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"methods": ["dumia"]}, "the study has no method 'dumia': did you mean 'dumai'?"),
        ({"places": ["ther"]}, "the study has no place 'ther': did you mean 'here'?"),
        ({"periods": ["2025Q1"]}, "the study has no period '2025Q1'"),
        ({"n_boot": 0}, "n_boot must be 1 to 1,000,000; found 0"),
    ],
)
def test_what_a_study_does_not_have_is_refused(workbench, start, setting, message):
    write_study(workbench, "tiny", "notebooks: [first]\nmethods: [dumai]")
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        start(study="tiny", **setting)


def test_links_are_those_between_the_chosen_methods():
    entry = {"method_a": "dumai", "method_b": "senapelan", "slope": 2, "because": "Seen elsewhere."}
    study = Study(name="s", folder=None, title={"en": "T"}, kind="real", links=(entry,))
    both, one = (
        replace(a_session(), study=study, methods=dict.fromkeys(names))
        for names in (("dumai", "senapelan"), ("dumai",))
    )
    assert [(link.method_a, link.method_b, link.slope, link.intercept) for link in both.links] == [
        ("dumai", "senapelan", 2, 0)
    ]
    assert one.links == ()
