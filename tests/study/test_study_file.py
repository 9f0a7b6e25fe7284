"""Study files say all that is wrong with them at once."""

from __future__ import annotations

import pytest

from evalkit.errors import StudyError, UsageError
from evalkit.study import find_root, find_study, load_study, shipped_studies
from evalkit.study.shipped import shipped_folder
from evalkit.study.study_file import STUDIES_VARIABLE

from .conftest import write_study


def test_a_study_has_what_its_file_says_and_defaults_for_the_rest(workbench):
    study = find_study("tiny")
    assert (study.name, study.kind, study.notebooks) == ("tiny", "real", ("first",))
    assert (study.languages, study.conf_level, study.n_boot) == (("en",), 0.95, 2000)
    assert (study.heading("id"), study.heading("en")) == ("Studi kecil", "Tiny study")


def test_every_fault_of_a_study_file_is_reported_at_once(workbench):
    folder = write_study(workbench, "bad", "notebook: [first]\nn_boot: 0\nconf_level: 95\nmethods: [a, a]")
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    assert str(caught.value) == (
        "bad/study.yaml cannot be used:\n"
        "  - line 3: unknown key 'notebook': did you mean 'notebooks'?\n"
        "  - the key 'notebooks' is missing\n"
        "  - line 6: methods must be a list of method names, each once; found ['a', 'a']\n"
        "  - line 5: conf_level must be a number between 0 and 1, such as 0.95; found 95\n"
        "  - line 4: n_boot must be a whole number of at least 1; found 0"
    )


def test_places_have_names_in_one_language_or_more(workbench):
    folder = write_study(
        workbench, "tiny", "notebooks: [first]\nplaces: {here: {en: Our town, id: Kota kita}}"
    )
    assert load_study(folder).places == {"here": {"en": "Our town", "id": "Kota kita"}}


@pytest.mark.parametrize(
    "places", ["[here]", "{here: Our town}", "{here: {fr: Notre ville}}", "{here: {en: ''}}"]
)
def test_names_of_places_of_another_shape_are_refused(workbench, places):
    folder = write_study(workbench, "bad", f"notebooks: [first]\nplaces: {places}")
    with pytest.raises(StudyError, match="places must be a mapping of places to mappings of languages"):
        load_study(folder)


def test_a_notebook_is_named_without_folder_or_ending(workbench):
    folder = write_study(workbench, "bad", "notebooks: [../first, first.ipynb]")
    with pytest.raises(StudyError, match=r"letters, digits, - and _, without \.ipynb"):
        load_study(folder)


@pytest.mark.parametrize("content", [b"", b"title: [", b"just text", b"title: {en: \xff}"])
def test_a_file_that_is_no_mapping_in_utf_8_is_refused(workbench, content):
    (workbench / "data/tiny/study.yaml").write_bytes(content)
    with pytest.raises(StudyError, match=r"tiny/study\.yaml"):
        find_study("tiny")


def test_a_pattern_that_matches_no_method_file_is_refused(workbench):
    folder = write_study(workbench, "tiny", "notebooks: [first]\nmethod_files: [profiles/*.yaml]")
    with pytest.raises(StudyError, match=r"no file matches 'profiles/\*.yaml'"):
        load_study(folder)


def test_method_files_are_found_inside_the_study(workbench):
    folder = write_study(workbench, "tiny", "notebooks: [first]\nmethod_files: [profiles/*.yaml]")
    (folder / "profiles").mkdir()
    for name in ("b", "a"):
        (folder / f"profiles/{name}.yaml").touch()
    assert load_study(folder).method_files == ("profiles/a.yaml", "profiles/b.yaml")


def test_an_unknown_study_names_the_nearest_one(workbench):
    with pytest.raises(UsageError, match="There is no study 'tinny': did you mean 'tiny'"):
        find_study("tinny")


def test_a_folder_without_a_study_file_says_so(workbench):
    (workbench / "empty").mkdir()
    with pytest.raises(StudyError, match=r"empty has no study.yaml"):
        find_study("empty")


def test_a_study_outside_data_is_found_by_its_path_and_through_the_environment(
    workbench, tmp_path, monkeypatch
):
    folder = write_study(tmp_path / "elsewhere", "mine", "notebooks: [first]")
    assert find_study(folder).folder == folder
    monkeypatch.setenv(STUDIES_VARIABLE, str(folder.parent))
    assert find_study("mine").folder == folder


def test_shipped_studies_are_those_in_data(workbench):
    write_study(workbench, "another", "notebooks: [first]")
    assert [study.name for study in shipped_studies()] == ["another", "tiny"]


def test_the_workbench_is_found_from_a_folder_inside_it(workbench):
    assert find_root(workbench / "notebooks") == workbench


def test_outside_a_workbench_reports_go_to_the_current_folder(tmp_path, monkeypatch):
    for folder in ("data/some", "notebooks"):  # names that many folders have
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks")
    assert find_root() == tmp_path / "notebooks"


def test_outside_a_workbench_the_shipped_studies_are_known_and_one_s_own_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [study.name for study in shipped_studies()] == ["five-places", "judges", "principles"]
    assert find_study("judges").folder == shipped_folder() / "data/judges"
    (tmp_path / "data").mkdir()
    own = write_study(tmp_path, "judges", "notebooks: [first]").rename(tmp_path / "judges")
    assert find_study("judges").folder == own
    assert [study.folder for study in shipped_studies()] == [own]
    monkeypatch.chdir(own)
    assert [study.folder for study in shipped_studies()] == [own]


def test_a_study_is_found_by_its_name_from_inside_its_folder(workbench, tmp_path, monkeypatch):
    own = write_study(workbench, "mine", "notebooks: [first]").rename(tmp_path / "mine")
    (own / "analysis").mkdir()
    monkeypatch.chdir(own / "analysis")
    assert find_study("mine").folder == own


LINKS = """\
notebooks: [first]
methods: [dumai, senapelan, semarang]
links:
"""


def linked(workbench, *entries):
    """Return a study whose links are these lines, or what is said of them."""
    return write_study(workbench, "linked", LINKS + "\n".join(f"  - {{{entry}}}" for entry in entries))


def test_links_are_read_as_they_stand(workbench):
    entry = "method_a: dumai, method_b: senapelan, slope: 1.2, intercept: -3, error_ratio: 2, because: Seen."
    study = load_study(linked(workbench, entry))
    assert study.links == (
        {
            "method_a": "dumai", "method_b": "senapelan", "slope": 1.2, "intercept": -3, "error_ratio": 2,
            "because": "Seen.",
        },
    )  # fmt: skip
    assert load_study(write_study(workbench, "tiny", "notebooks: [first]")).links == ()


def test_every_fault_of_a_link_has_its_line(workbench):
    folder = linked(
        workbench,
        "method_a: dumai, method_b: senapelan",
        "method_a: dumai, method_b: senapela, because: Seen.",
        "method_a: dumai, method_b: semarang, slope: -1, intercept: a, because: ' ', ratio: 2",
        "method_a: dumai, method_b: dumai, because: Seen.",
        "method_a: dumai, method_b: semarang, because: Seen.",
        "method_a: semarang, method_b: dumai, because: Seen.",
    )
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    assert str(caught.value) == (
        "linked/study.yaml cannot be used:\n"
        "  - line 6: the key 'because' is missing\n"
        "  - line 7: method_b: methods has no 'senapela': did you mean 'senapelan'?\n"
        "  - line 8: unknown key 'ratio': did you mean 'error_ratio'?\n"
        "  - line 8: slope must be a number above 0; found -1\n"
        "  - line 8: intercept must be a number; found 'a'\n"
        "  - line 8: because must be the reason, in words; found ' '\n"
        "  - line 9: a link needs two methods; both are 'dumai'\n"
        "  - line 11: dumai and semarang are linked twice"
    )


def test_a_link_that_is_no_mapping_or_no_list_is_refused(workbench):
    folder = write_study(workbench, "linked", LINKS + "  - dumai")
    with pytest.raises(StudyError, match="line 6: a link must be a mapping with method_a, method_b and"):
        load_study(folder)
    folder = write_study(workbench, "linked", LINKS + "  dumai: senapelan")
    with pytest.raises(StudyError, match="line 5: links must be a list, each entry with method_a, method_b"):
        load_study(folder)


CRITERIA = "notebooks: [first]\ncriteria:\n"


def test_criteria_are_read_as_they_stand(workbench):
    entry = "  - {indicator: agency_report, source: agency_report, because: Seen.}"
    study = load_study(write_study(workbench, "held", CRITERIA + entry))
    assert study.criteria == ({"indicator": "agency_report", "source": "agency_report", "because": "Seen."},)
    assert load_study(write_study(workbench, "tiny", "notebooks: [first]")).criteria == ()


def test_every_fault_of_a_criterion_has_its_line(workbench):
    entries = [
        "  - {indicator: agency_report, source: agency_report}",
        "  - {indicator: ktp_days, source: sistem, because: Seen.}",
        "  - {indicator: ' ', source: system, because: Seen., weight: 1}",
        "  - {indicator: ktp_days, source: system, because: Seen.}",
        "  - {indicator: ktp_days, source: system, because: Seen.}",
        "  - ktp_days",
    ]
    with pytest.raises(StudyError) as caught:
        load_study(write_study(workbench, "held", CRITERIA + "\n".join(entries)))
    assert str(caught.value) == (
        "held/study.yaml cannot be used:\n"
        "  - line 5: the key 'because' is missing\n"
        "  - line 6: unknown source 'sistem': did you mean 'system'?\n"
        "  - line 7: unknown key 'weight': known are: because, indicator, source\n"
        "  - line 7: indicator must be a text; found ' '\n"
        "  - line 9: ktp_days from system is listed twice\n"
        "  - line 10: a criterion must be a mapping with indicator, source and because; found 'ktp_days'"
    )


def test_criteria_that_are_no_list_are_refused(workbench):
    folder = write_study(workbench, "held", CRITERIA + "  ktp_days: system")
    with pytest.raises(StudyError, match="line 4: criteria must be a list, each entry with indicator"):
        load_study(folder)


@pytest.mark.parametrize(
    "target",
    ["4", "{value: 4}", "{value: 130, because: b}", "{value: 4, because: ''}", "{value: true, because: b}"],
)
def test_a_target_needs_points_and_a_reason(workbench, target):
    folder = write_study(workbench, "aimed", f"notebooks: [first]\ntargets:\n  praise: {target}")
    with pytest.raises(
        StudyError, match="line 4: targets must be a mapping of components to mappings with a value"
    ):
        load_study(folder)


def test_targets_are_read_as_they_stand(workbench):
    folder = write_study(workbench, "aimed", "notebooks: [first]\ntargets:\n  praise: {value: 4, because: b}")
    assert load_study(folder).targets == {"praise": {"value": 4, "because": "b"}}


def telling(workbench, because):
    """Return a study with one criterion, and why it is one."""
    lines = f"notebooks: [first]\ncriteria:\n  - {{indicator: overall, source: peer, because: {because}}}"
    return write_study(workbench, "tiny", lines)


def test_a_study_may_say_why_in_each_language(workbench):
    study = load_study(telling(workbench, "{en: The only verdict., id: Satu-satunya putusan.}"))
    assert study.criteria[0]["because"] == "The only verdict."
    assert study.texts == {"The only verdict.": {"en": "The only verdict.", "id": "Satu-satunya putusan."}}


@pytest.mark.parametrize("because", ["{en: ''}", "{xx: Why.}", "{}"])
def test_a_reason_of_another_shape_is_refused(workbench, because):
    with pytest.raises(StudyError, match="because"):
        load_study(telling(workbench, because))
