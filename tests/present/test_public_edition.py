"""Sentences, tables and the figure of a public edition."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from evalkit.compare import make_public_edition
from evalkit.lab import as_text, simulate
from evalkit.methods import load_methods
from evalkit.present import (
    make_table,
    plot_public_edition,
    publish,
    say_public_edition,
    tabulate_not_shown,
    tabulate_public_cells,
    tabulate_public_people,
    tabulate_public_quarters,
    tabulate_public_units,
)
from evalkit.vocabulary import RESULT_KEY

from .numbers_said import assert_said_of

LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])
QUANTITIES = ["public_mean_score", "public_ikm", "public_median_days"]


@pytest.fixture(scope="module")
def edition():
    evidence = as_text(simulate({"dumai": 60}, seed=5, periods=("2025Q1", "2025Q2")))
    return make_public_edition(evidence, "dumai", load_methods())


@pytest.fixture(scope="module")
def nothing():
    evidence = as_text(simulate({"dumai": 10}, seed=5, periods=("2025Q1",)))
    few = evidence.employees["employee"].iloc[:4]
    keep = evidence.observations["employee"].isin(few)
    few_evidence = replace(
        evidence, observations=evidence.observations[keep], employees=evidence.employees.iloc[:4]
    )
    return make_public_edition(few_evidence, "dumai", load_methods())


@LANGUAGES
def test_every_number_of_a_sentence_is_one_of_the_edition(edition, lang):
    said = say_public_edition(edition, lang=lang)
    last = edition.cells[edition.cells["period"] == edition.periods[-1]]
    hidden = edition.cells["estimate"].isna()
    predikats = last[last["quantity"] == "public_predikat_share"]
    unknown = int((predikats["estimate"].isna() & (predikats["item"] != "no_predikat")).sum())
    assert 4 <= len(said.sentences) <= 5
    plain = [sentence.replace(", 2025Q2", "") for sentence in (*said.sentences, *said.limits)]
    for sentence in plain:
        assert_said_of(sentence, lang, last, declared=[100, len(edition.cells), hidden.sum(), unknown])


@LANGUAGES
def test_an_edition_without_a_number_is_one_sentence(nothing, lang):
    said = say_public_edition(nothing, lang=lang)
    assert len(said.sentences) == 1
    assert {"en": "cannot be said: ", "id": "tidak dapat dikatakan: "}[lang] in said.sentences[0]


@LANGUAGES
def test_tables_show_what_the_edition_holds_and_no_code(edition, lang):
    tables = [
        *(tabulate_public_units(edition, name, lang=lang) for name in QUANTITIES),
        *(
            tabulate_public_quarters(edition, name)
            for name in ("public_on_time_share", "public_predikat_share")
        ),
        tabulate_public_people(edition, lang=lang),
        tabulate_not_shown(edition, lang=lang),
    ]
    for number, table in enumerate(tables):
        body = make_table(table, label=f"tbl-{number}", caption="x", lang=lang).to_html().split("<tbody")[1]
        assert "_" not in body
        assert len(table)
    bands = tables[1]["band"].tolist()
    assert set(bands) <= set("ABCD")
    assert tables[0]["unit"].iloc[0] == {"en": "the whole place", "id": "seluruh tempat"}[lang]


def test_counts_of_what_is_not_shown_add_up(edition):
    table = tabulate_not_shown(edition)
    assert table[["n_shown", "n_hidden"]].sum().sum() == len(edition.cells)
    assert table["n_hidden"].sum() == edition.cells["estimate"].isna().sum()


def test_the_last_table_is_the_edition_as_it_is_published(edition):
    rows = publish(edition).rows
    kept = tabulate_public_cells(edition)
    assert not rows.duplicated([name for name in RESULT_KEY if name != "report"]).any()
    assert (rows["place"] == "dumai").all()
    np.testing.assert_array_equal(rows["estimate"], kept["estimate"])
    assert set(kept) == {*edition.cells, "place"}


def test_the_figure_draws_each_quarter_of_the_place(edition):
    axes = plot_public_edition(edition).axes
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes] == [
        "mean score",
        "IKM",
        "closed in time",
    ]
    for ax, name in zip(axes, ["public_mean_score", "public_ikm"], strict=False):
        drawn = ax.lines[0].get_ydata().tolist()
        assert drawn == edition.pick(name, units=False)["estimate"].tolist()
    shares = edition.pick("public_on_time_share", units=False)
    assert len(axes[2].containers) == shares.loc[shares["estimate"].notna(), "item"].nunique()
    plt.close("all")


def test_a_figure_of_nothing_says_so(nothing):
    axes = plot_public_edition(nothing).axes
    assert [ax.texts[0].get_text() for ax in axes] == ["not shown"] * 3
    plt.close("all")
