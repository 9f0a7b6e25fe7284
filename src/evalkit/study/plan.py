"""What a run will do, decided and checked before anything runs or is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError, UsageError, did_you_mean
from evalkit.study.parameters import (
    SET_BY_OPTIONS,
    Parameter,
    check_known,
    convert,
    parse_settings,
    read_parameters,
)
from evalkit.study.session import check_settings
from evalkit.study.study_file import Study
from evalkit.vocabulary import LANGUAGES, Language


@dataclass(frozen=True, kw_only=True)
class Task:
    """One report to build: a notebook, its parameters, a language.

    Attributes
    ----------
    page
        File name of its page; it names the language where the study has more than one.
    """

    study: str
    report: str
    lang: Language
    notebook: Path
    parameters: Mapping[str, Any]
    page: str

    @property
    def stem(self) -> str:
        """Name of its files, without an ending."""
        return self.page.removesuffix(".html")


def plan_study(
    study: Study,
    root: Path,
    *,
    only: Sequence[str] = (),
    settings: Sequence[str] = (),
    languages: Sequence[Language] = (),
) -> tuple[Task, ...]:
    """List the reports of a study that are to be built, with every parameter checked.

    Raises
    ------
    EvalkitError
        If a notebook, report, language or parameter does not exist, or a value has the wrong type.
    """
    given = parse_settings(settings)
    notebooks = {report: _notebook(root, report, study) for report in study.notebooks}
    chosen = _choose_reports(study, only)
    parameters = {report: read_parameters(path) for report, path in notebooks.items()}
    check_known(study.parameters, parameters, where=f"{study.name}/study.yaml")
    check_known(given, {report: parameters[report] for report in chosen}, where="-p")
    return tuple(
        Task(
            study=study.name,
            report=report,
            lang=lang,
            notebook=notebooks[report],
            parameters=_values(study, lang, parameters[report], given),
            page=page_name(study, report, lang),
        )
        for report in chosen
        for lang in _choose_languages(study, languages)
    )


def page_name(study: Study, report: str, lang: Language) -> str:
    """Return the file name of a report's page; the only language of a study needs no mark."""
    return f"{report}.html" if study.languages == (lang,) else f"{report}.{lang}.html"


def page_names(study: Study) -> list[str]:
    """Return the pages that a study can have, in the order of its reports, its own languages first."""
    languages = dict.fromkeys((*study.languages, *LANGUAGES))
    return [page_name(study, report, lang) for report in study.notebooks for lang in languages]


def _notebook(root: Path, report: str, study: Study) -> Path:
    path = root / "notebooks" / f"{report}.ipynb"
    if not path.is_file():
        known = [found.stem for found in path.parent.glob("*.ipynb")]
        raise StudyError(
            f"{study.name}/study.yaml names the notebook {report!r}, which is not in notebooks/: "
            f"{did_you_mean(report, known)}"
        )
    return path


def _choose_reports(study: Study, only: Sequence[str]) -> list[str]:
    return [report for report in study.notebooks if not only or report in only]


def check_reports(studies: Sequence[Study], only: Sequence[str]) -> None:
    """Raise if a report that was asked for is in none of the studies."""
    known = {report for study in studies for report in study.notebooks}
    unknown = [report for report in only if report not in known]
    if unknown:
        names = ", ".join(study.name for study in studies)
        lines = [f"There is no report {name!r} in {names}: {did_you_mean(name, known)}" for name in unknown]
        raise UsageError("\n".join(lines))


def _choose_languages(study: Study, languages: Sequence[Language]) -> tuple[Language, ...]:
    """Return the languages that were asked for, else those of the study."""
    return tuple(dict.fromkeys(languages)) or study.languages


def _values(
    study: Study, lang: Language, parameters: Mapping[str, Parameter], given: Mapping[str, str]
) -> dict[str, Any]:
    """Return the value of every parameter: the notebook's default, the study's, the command line's."""
    values = {name: parameter.default for name, parameter in parameters.items()}
    set_by = {}
    for where, layer in ((f"{study.name}/study.yaml", study.fixed()), ("-p", given)):
        for name, value in layer.items():
            if name in parameters and name not in SET_BY_OPTIONS:
                values[name] = convert(parameters[name], value, where=where)
                set_by[name] = f"{where}: "
    values |= {
        name: value for name, value in {"study": study.name, "lang": lang}.items() if name in parameters
    }
    settings = {"lang": lang, "conf_level": 0.95, "n_boot": 1, "seed": 0}
    check_settings(**{name: values.get(name, standard) for name, standard in settings.items()}, where=set_by)
    return values
