"""A run is decided and checked before anything is executed or written."""

from __future__ import annotations

import pytest

from evalkit.errors import StudyError, UsageError
from evalkit.study import find_study
from evalkit.study.plan import check_reports, plan_study

from .conftest import write_notebook, write_study


def plan(root, **options):
    return plan_study(find_study("tiny"), root, **options)


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
        check_reports([find_study("tiny")], ["frist"])


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
