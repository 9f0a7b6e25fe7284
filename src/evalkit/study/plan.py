"""What a run will do, decided and checked before anything runs or is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import UsageError, did_you_mean
from evalkit.study.notebooks import find_notebook, name_entry, name_for_help
from evalkit.study.parameters import (
    SET_BY_OPTIONS,
    Parameter,
    check_known,
    convert,
    parse_settings,
    read_parameters,
)
from evalkit.study.reports import PLACE, Report, list_reports, page_name
from evalkit.study.settings import check_settings
from evalkit.study.study_file import Study
from evalkit.vocabulary import Language


@dataclass(frozen=True, kw_only=True)
class Task:
    """One report to build: a notebook, its parameters, a language.

    Attributes
    ----------
    page
        File name of its page; it names the language where the study has more than one.
    place
        The place that it is about; empty where it is about all.
    """

    study: str
    report: str
    lang: Language
    notebook: Path
    parameters: Mapping[str, Any]
    page: str
    place: str = ""

    @property
    def stem(self) -> str:
        """Name of its files, without an ending."""
        return self.page.removesuffix(".html")


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """One study of a run: all its reports, and those that are asked for."""

    study: Study
    reports: tuple[Report, ...]
    tasks: tuple[Task, ...]


def plan_studies(
    studies: Sequence[Study],
    root: Path,
    *,
    only: Sequence[str],
    settings: Sequence[str],
    languages: Sequence[Language],
) -> list[StudyPlan]:
    """Plan some studies, those left out of which no report is asked for.

    Raises
    ------
    EvalkitError
        As `plan_study` does, or if there is no study, or no such report in any of them.
    """
    if not studies:
        raise UsageError(
            "There is no study in data/; each is a folder with a study.yaml. Make one: evalkit new data/NAME"
        )
    reports = {study.name: list_reports(study, root) for study in studies}
    check_reports(reports, only)
    chosen = [study for study in studies if any(report.is_asked(only) for report in reports[study.name])]
    return [
        StudyPlan(
            study=study,
            reports=reports[study.name],
            tasks=plan_study(
                study, root, reports[study.name], only=only, settings=settings, languages=languages
            ),
        )
        for study in chosen
    ]


def plan_study(
    study: Study,
    root: Path,
    reports: Sequence[Report],
    *,
    only: Sequence[str] = (),
    settings: Sequence[str] = (),
    languages: Sequence[Language] = (),
) -> tuple[Task, ...]:
    """List the reports of a study that are to be built, with every parameter checked.

    Parameters
    ----------
    reports
        All reports of the study (`list_reports`).

    Raises
    ------
    EvalkitError
        If a notebook, report, language or parameter does not exist, or a value has the wrong type.
    """
    given = parse_settings(settings)
    notebooks = {name_entry(entry): find_notebook(study, entry, root) for entry in study.notebooks}
    parameters = {name: read_parameters(path) for name, path in notebooks.items()}
    chosen = [report for report in reports if report.is_asked(only)]
    places = [report.place for report in reports if report.place]
    called = {name_entry(entry): name_for_help(study, entry) for entry in study.notebooks}
    of_all = {called[name]: known for name, known in parameters.items()}
    check_known(study.parameters, of_all, where=f"{study.name}/study.yaml")
    of_chosen = {called[report.notebook]: parameters[report.notebook] for report in chosen}
    check_known(given, of_chosen, where="-p")
    tasks = (
        Task(
            study=study.name,
            report=report.name,
            lang=lang,
            notebook=notebooks[report.notebook],
            parameters=_values(study, lang, report, parameters[report.notebook], given),
            page=page_name(study, report.name, lang),
            place=report.place,
        )
        for report in chosen
        for lang in _choose_languages(study, languages)
    )
    return tuple(task for task in tasks if _is_kept(task, places, only))


def _is_kept(task: Task, known: Sequence[str], only: Sequence[str]) -> bool:
    """Tell whether the places that are kept hold the one that a report is about.

    Where some of them do not exist, the report stays, and is refused for them with all the others.
    """
    places = task.parameters.get("places", [])
    if not (task.place and places) or task.place in places or not set(places) <= set(known):
        return True
    if task.report in only:
        raise UsageError(
            f"The report {task.report!r} is about {task.place}, and the parameter places leaves that place "
            f"out: {', '.join(places)}. Change the one or the other."
        )
    return False


def check_reports(reports: Mapping[str, Sequence[Report]], only: Sequence[str]) -> None:
    """Raise if a report that was asked for is in none of the studies, given with their reports by name."""
    known = {name for some in reports.values() for one in some for name in (one.name, one.notebook)}
    unknown = [report for report in only if report not in known]
    if unknown:
        names = ", ".join(reports)
        lines = [f"There is no report {name!r} in {names}: {did_you_mean(name, known)}" for name in unknown]
        raise UsageError("\n".join(lines))


def _choose_languages(study: Study, languages: Sequence[Language]) -> tuple[Language, ...]:
    """Return the languages that were asked for, else those of the study."""
    return tuple(dict.fromkeys(languages)) or study.languages


def _values(
    study: Study,
    lang: Language,
    report: Report,
    parameters: Mapping[str, Parameter],
    given: Mapping[str, str],
) -> dict[str, Any]:
    """Return the value of every parameter: the notebook's default, the study's, the command line's."""
    values = {name: parameter.default for name, parameter in parameters.items()}
    set_by = {}
    for where, layer in ((f"{study.name}/study.yaml", study.fixed()), ("-p", given)):
        for name, value in layer.items():
            if name in parameters and name not in SET_BY_OPTIONS:
                values[name] = convert(parameters[name], value, where=where)
                set_by[name] = f"{where}: "
    own = {"study": study.name, "lang": lang, PLACE: report.place}
    values |= {name: value for name, value in own.items() if name in parameters}
    settings = {"lang": lang, "conf_level": 0.95, "n_boot": 1, "seed": 0}
    check_settings(**{name: values.get(name, standard) for name, standard in settings.items()}, where=set_by)
    return values
