"""A run is decided and checked before anything is executed or written."""

from __future__ import annotations

import pytest

from evalkit.errors import StudyError, UsageError
from evalkit.study import find_study
from evalkit.study.plan import check_reports, plan_study
from evalkit.study.reports import list_reports, page_names

from .conftest import PLACE_PARAMETER, write_notebook, write_places, write_study


def plan(root, **options):
    study = find_study("tiny")
    return plan_study(study, root, list_reports(study, root), **options)


def test_the_command_line_comes_before_the_study_and_the_study_before_the_notebook(workbench):
    write_study(workbench, "tiny", "notebooks: [first]\nseed: 7\nn_boot: 99\nparameters: {note: from study}")
    values = plan(workbench, settings=["n_boot=5"])[0].parameters
    assert (values["n_boot"], values["seed"], values["note"], values["study"]) == (5, 7, "from study", "tiny")


def test_every_value_is_passed_so_that_the_page_shows_them_all(workbench):
    assert list(plan(workbench)[0].parameters)[:3] == ["study", "lang", "methods"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["n_bot=5"], "-p: there is no parameter 'n_bot': did you mean 'n_boot'"),
        (["n_boot=few"], "n_boot must be a whole number"),
        (["n_boot=0"], "n_boot must be 1 to 1,000,000; found 0"),
        (["conf_level=95"], "conf_level must be between 0 and 1"),
        (["seed=-1"], "seed must be at least 0"),
    ],
)
def test_a_wrong_setting_is_refused(workbench, settings, message):
    with pytest.raises(UsageError, match=message):
        plan(workbench, settings=settings)


def test_a_misspelt_parameter_in_study_yaml_is_refused(workbench):
    write_study(workbench, "tiny", "notebooks: [first]\nparameters: {nite: a}")
    with pytest.raises(
        UsageError, match=r"tiny/study.yaml: there is no parameter 'nite': did you mean 'note'"
    ):
        plan(workbench)


def test_a_notebook_that_does_not_exist_is_refused(workbench):
    write_study(workbench, "tiny", "notebooks: [frist]")
    with pytest.raises(StudyError, match=r"names the notebook 'frist'.*did you mean 'first'"):
        plan(workbench)


def test_a_report_that_does_not_exist_is_refused(workbench):
    with pytest.raises(UsageError, match="There is no report 'frist' in tiny: did you mean 'first'"):
        check_reports({"tiny": list_reports(find_study("tiny"), workbench)}, ["frist"])


def test_pages_name_the_language_only_where_there_are_two(workbench):
    assert [task.page for task in plan(workbench)] == ["first.html"]
    write_study(workbench, "tiny", "notebooks: [first]\nlanguages: [id, en]")
    assert [task.page for task in plan(workbench)] == ["first.id.html", "first.en.html"]
    assert [task.page for task in plan(workbench, languages=["en"])] == ["first.en.html"]


def test_a_language_that_is_asked_for_is_built_beside_those_of_the_study(workbench):
    assert [task.page for task in plan(workbench, languages=["id"])] == ["first.id.html"]
    assert [task.page for task in plan(workbench, languages=["id", "en"])] == ["first.id.html", "first.html"]


def test_only_chosen_reports_are_planned(workbench):
    write_notebook(workbench, "second")
    write_study(workbench, "tiny", "notebooks: [first, second]")
    assert [task.report for task in plan(workbench, only=["second"])] == ["second"]


@pytest.fixture
def of_places(workbench):
    """A study of two places with a notebook that is about one place."""
    write_notebook(workbench, "office", parameters=PLACE_PARAMETER)
    write_places(write_study(workbench, "tiny", "notebooks: [first, office]"), ["there", "kota raya"])
    return workbench


def test_a_notebook_about_a_place_gives_one_report_for_each_place(of_places):
    tasks = plan(of_places)
    assert [task.page for task in tasks] == ["first.html", "office_there.html", "office_kota_raya.html"]
    assert [task.parameters.get("place") for task in tasks] == [None, "there", "kota raya"]
    assert {task.notebook.name for task in tasks[1:]} == {"office.ipynb"}


@pytest.mark.parametrize(
    ("only", "reports"),
    [
        (["office"], ["office_there", "office_kota_raya"]),
        (["office_there"], ["office_there"]),
        (["first", "office_kota_raya"], ["first", "office_kota_raya"]),
    ],
)
def test_a_report_of_a_place_is_chosen_by_its_notebook_or_by_its_own_name(of_places, only, reports):
    assert [task.report for task in plan(of_places, only=only)] == reports


def test_a_place_that_does_not_exist_is_refused_with_the_nearest_one(of_places):
    reports = {"tiny": list_reports(find_study("tiny"), of_places)}
    with pytest.raises(UsageError, match="no report 'office_ther' in tiny: did you mean 'office_there'"):
        check_reports(reports, ["office_ther"])
    check_reports(reports, ["office", "office_there"])


def test_the_place_is_set_by_the_report_and_by_nothing_else(of_places):
    with pytest.raises(UsageError, match="-p place cannot be set; name the report of the place"):
        plan(of_places, settings=["place=there"])
    write_study(of_places, "tiny", "notebooks: [office]\nparameters: {place: there}")
    with pytest.raises(UsageError, match=r"tiny/study.yaml: there is no parameter 'place'"):
        plan(of_places)


def test_places_that_are_left_out_have_no_report(of_places):
    kept = plan(of_places, settings=["places=there"])
    assert [task.report for task in kept] == ["first", "office_there"]
    with pytest.raises(UsageError, match="'office_kota_raya' is about kota raya, and the parameter places"):
        plan(of_places, only=["office_kota_raya"], settings=["places=there"])


def test_a_misspelt_place_keeps_the_reports_so_that_it_is_refused_with_the_inputs(of_places):
    assert len(plan(of_places, only=["office"], settings=["places=thera"])) == 2


def test_simulated_places_need_no_evidence_to_be_listed(of_places):
    write_study(of_places, "tiny", "notebooks: [office]\nsimulate: {seed: 1, sizes: {dumai: 40}}")
    path = of_places / "data/tiny/study.yaml"
    path.write_text(path.read_text().replace("kind: real", "kind: synthetic"), encoding="utf-8")
    study = find_study("tiny")
    reports = list_reports(study, of_places)
    assert [(report.name, report.place) for report in reports] == [("office_dumai", "dumai")]
    assert page_names(study, reports) == ["office_dumai.html", "office_dumai.id.html"]


def test_two_reports_of_one_name_are_refused(of_places):
    write_notebook(of_places, "office_there")
    write_places(write_study(of_places, "tiny", "notebooks: [office, office_there]"), ["there"])
    with pytest.raises(StudyError, match=r"two reports would be named 'office_there'\. Rename a notebook"):
        plan(of_places)
