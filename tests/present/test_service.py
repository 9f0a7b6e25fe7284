"""Sentences, tables and figures of the service report."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from evidence_maker import make_evidence
from service_maker import answer, record_ikm, report

from evalkit.compare import (
    agency_reports,
    measure_agency_reports,
    measure_service_survey,
    sakip_scores,
    settled_bands,
    survey_answers,
    survey_questions,
    survey_samples,
)
from evalkit.compare import recorded_ikm as recorded_ikms
from evalkit.lab import simulate
from evalkit.present import (
    make_table,
    plot_band_probabilities,
    plot_ikm,
    plot_quadrants,
    publish,
    say_service_survey,
    tabulate_elements,
    tabulate_gaps,
    tabulate_ikm,
    tabulate_ikm_changes,
    tabulate_periods,
    tabulate_questions,
    tabulate_recorded,
    tabulate_reports,
    tabulate_samples_of_units,
    tabulate_unit_bands,
)
from evalkit.present.wording.service_reasons import REASONS
from evalkit.stats import element_index
from evalkit.vocabulary import RESULT_KEY

from .numbers_said import assert_said_of

LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])


def measure(evidence):
    return measure_service_survey(evidence), measure_agency_reports(evidence)


@pytest.fixture(scope="module")
def laboratory():
    return measure(simulate({"semarang": 120, "senapelan": 27}, seed=5))


@pytest.fixture(scope="module")
def poor():
    """One place: an element a point lower, a missing report, a wrong recorded IKM, nothing asked beside."""
    rows = [row for i in range(4) for row in answer(f"unit{i}", 40, low=("U3",), seed=i, level=3.0 + 0.2 * i)]
    rows += [report("unit0", "2025Q1", "2025-04-20"), report("unit1", "2025Q1", None, status="missing")]
    return measure(make_evidence(rows, recorded=record_ikm(("unit0", "2025Q1", 91.0))))


@pytest.fixture(scope="module")
def nothing():
    rows = [{"place": "here", "indicator": "integrity", "source": "peer", "value": 3.0, "employee": "e"}]
    return measure(make_evidence(rows))


def declared(survey, reports):
    """Return what sentences count or work out."""
    samples = survey.samples
    known = samples.dropna(subset=["needed"])
    bands = settled_bands(survey)
    wrong = reports.recorded_ikm[reports.recorded_ikm["difference"] != 0]
    return [
        survey.n_observations,
        *(25, 100, 1, 4, 0.95, 0.99, 2025),
        *(bands["settled"].sum(), (~bands["settled"]).sum(), len(bands)),
        (survey.changes["p_adjusted"] < 0.05).sum(),
        survey.changes["estimate"].notna().sum(),
        *(len(survey.places), (survey.elements["side"] != 0).sum(), len(survey.elements)),
        *(samples["reach"].median(), known["n"].median(), known["needed"].median()),
        *((known["n"] >= known["needed"]).sum(), len(known)),
        *(reports.completeness["n_there"].sum(), reports.completeness["n"].sum()),
        *(len(reports.recorded_ikm), len(wrong), (wrong["recorded_band"] != wrong["recomputed_band"]).sum()),
        *survey.places["band"].value_counts(),
    ]


@LANGUAGES
@pytest.mark.parametrize("case", ["laboratory", "poor", "nothing"])
def test_every_number_of_a_sentence_is_one_of_the_results(case, lang, request):
    survey, reports = request.getfixturevalue(case)
    said = say_service_survey(survey, reports, lang=lang)
    assert 1 <= len(said.sentences) <= 8
    plain = [text.replace("unit-", "").replace("U3", "").replace("U8", "") for text in said.sentences]
    for sentence in plain:
        frames = (survey.indices, survey.changes, survey.bands, survey.elements, survey.questions, reports)
        units = [float(part) for part in _digits_of_units(survey)]
        assert_said_of(sentence, lang, *frames, declared=[*declared(survey, reports), *units, *range(1, 10)])


def _digits_of_units(survey):
    """Return the digits in names of units, which count nothing."""
    return ["".join(filter(str.isdigit, name)) or "0" for name in survey.units["unit"]]


def test_what_is_poor_is_said(poor):
    said = " ".join(say_service_survey(*poor).sentences)
    assert "so to work on first" not in said or "U3" in said
    assert "The lowest of these is U3 completion time in here" in said
    assert "Agency reports: 1 of 4 that were due are there" in said
    assert "Of 1 recorded IKM, 1 are not those of the answers" in said
    assert "Sample: nobody says how many were served" in said
    assert said.endswith(
        "Not in this evidence, so not answered: handling of complaints, conduct of staff and SAKIP score."
    )


def test_evidence_without_any_of_it_says_so_in_one_sentence(nothing):
    said = say_service_survey(*nothing)
    assert len(said.sentences) == 1
    assert said.sentences[0].startswith(
        "How well people are served cannot be said: among 1 observation there is no"
    )
    assert said.limits == ()


def test_reports_without_a_survey_are_told_all_the_same():
    said = say_service_survey(*measure(make_evidence([report("a", "2025Q1", "2025-04-02")]))).sentences
    assert said[0].startswith("How satisfied those who are served are cannot be said: among 1 observation")
    assert said[1].startswith("Agency reports: all 1 that were due are there.")


@LANGUAGES
def test_certainty_is_never_printed(laboratory, lang):
    sentences = " ".join(say_service_survey(*laboratory, lang=lang).sentences)
    assert {"en": "over 99 %", "id": "lebih dari 99 %"}[lang] in sentences
    texts = [
        *tabulate_unit_bands(laboratory[0], lang=lang)["bands"],
        *tabulate_ikm(laboratory[0], lang=lang)["bands"],
    ]
    assert not [text for text in texts if re.search(r"\b(0|100)\u00a0%", text)]
    assert any("> 99\u00a0%" in text for text in texts)


def test_the_figure_of_ikm_draws_places_over_their_units(laboratory):
    survey = laboratory[0]
    ax = plot_ikm(survey)
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata())]
    assert dots == pytest.approx(survey.places["estimate"].tolist())
    strokes = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "|"])
    assert sorted(strokes) == pytest.approx(sorted(survey.units["estimate"]))
    assert "B" in [text.get_text() for text in ax.texts]
    plt.close("all")


def test_bars_of_bands_fill_the_whole_and_start_with_the_least_settled(laboratory):
    survey = laboratory[0]
    ax = plot_band_probabilities(survey, most=3)
    widths = np.array([[patch.get_width() for patch in bars] for bars in ax.containers])
    assert widths.sum(axis=0) == pytest.approx([1, 1, 1])
    least = settled_bands(survey).sort_values("estimate")["unit"].iloc[0]
    assert ax.get_yticklabels()[0].get_text() == least
    plt.close("all")


def test_the_figure_of_elements_names_the_one_that_stands_out(poor):
    figure = plot_quadrants(poor[0])
    (ax,) = figure.axes
    assert "U3" in [text.get_text() for text in ax.texts]
    plt.close("all")


def test_figures_of_nothing_say_so(nothing):
    for draw in (plot_ikm, plot_band_probabilities, plot_quadrants):
        assert [text.get_text() for text in draw(nothing[0]).texts] == ["no survey of those who are served"]
    plt.close("all")


@LANGUAGES
@pytest.mark.parametrize("case", ["laboratory", "poor", "nothing"])
def test_tables_are_in_words(case, lang, request):
    survey, reports = request.getfixturevalue(case)
    tables = [
        tabulate_ikm(survey, lang=lang),
        tabulate_unit_bands(survey, lang=lang).drop(columns="unit"),
        tabulate_elements(survey, lang=lang),
        tabulate_periods(survey),
        tabulate_ikm_changes(survey, lang=lang),
        tabulate_questions(survey, lang=lang),
        tabulate_samples_of_units(survey, lang=lang),
        tabulate_reports(reports, lang=lang),
        tabulate_recorded(reports),
        tabulate_gaps(survey, reports, lang=lang),
    ]
    for number, table in enumerate(tables):
        shown = make_table(table, label=f"tbl-{number}", caption="x", empty="none", lang=lang).to_html()
        assert "_" not in shown.partition("<tbody")[2]
        assert not re.search(r"\bnan\b", shown.partition("<tbody")[2])


def test_samples_say_how_many_units_have_enough(laboratory):
    row = tabulate_samples_of_units(laboratory[0]).set_index("place").loc["semarang"]
    assert (row["units"], row["reached"], row["answered"]) == (6, 0.0, 40)


def test_every_reason_of_a_result_can_be_translated():
    held = [
        survey_answers.NO_SURVEY,
        survey_answers.NO_RESPONDENTS,
        survey_answers.OFF_SCALE,
        survey_answers.SUPPRESSED,
        survey_answers.COMPLEMENT,
        survey_answers.FEW_EMPLOYEES,
        survey_questions.NO_RATERS,
        survey_questions.NOT_ASKED,
        sakip_scores.NO_SAKIP,
        sakip_scores.OLD_RULE,
        agency_reports.NO_REPORTS,
        agency_reports.NO_DATES,
        agency_reports.NO_PERIODS,
        agency_reports.NO_RECORDED,
        survey_samples.NO_POPULATION,
        survey_samples.FROM_CASES,
        element_index.NO_SPREAD,
    ]
    assert set(held) <= set(REASONS)
    assert recorded_ikms.SHORT_WEIGHT == "short_weight"


def test_results_have_each_key_once(laboratory, poor, nothing):
    for results in (laboratory, poor, nothing):
        rows = publish(*results).rows
        assert not rows.duplicated([name for name in RESULT_KEY if name != "report"]).any()
        assert (rows["estimate"].notna() | (rows["caveat"] != "")).all()
