import json

import numpy as np
import pandas as pd
import pytest

from evalkit.present.published import Findings, publish
from evalkit.present.tables import make_table
from evalkit.vocabulary import FINDINGS_MIME, RESULT_COLUMNS, RESULTS_MIME, TABLE_MIME

FRAME = pd.DataFrame(
    {
        "source": ["citizen", "<b>&"],
        "n": [73421, 2],
        "estimate": [0.12345, np.nan],
        "conf_low": [0.1, np.nan],
        "conf_high": [0.15, np.nan],
        "estimable": [True, False],
    }
)


def test_an_interval_stands_in_one_column_beside_its_estimate():
    shown = make_table(
        FRAME, label="tbl-x", caption="Shares.", shares=("estimate",), digits={"estimate": 1}
    ).shown()
    assert list(shown.columns) == ["source", "n", "estimate", "interval", "estimable"]
    assert shown.loc[0].tolist() == ["citizen", "73,421", "12.3 %", "10.0 % to 15.0 %", "yes"]
    assert shown.loc[1].tolist() == ["<b>&", "2", "–", "–", "no"]


def test_other_numbers_have_their_interval_in_brackets():
    columns = [
        "within_units",
        "within_units_low",
        "within_units_high",
        "effect_size",
        "effect_low",
        "effect_high",
    ]
    frame = pd.DataFrame([[0.5, 0.4, 0.6, -0.1, np.nan, np.nan], [np.nan] * 6], columns=columns)
    table = make_table(frame, label="tbl-x", caption="x", shares=("within_units",))
    assert table.shown().to_dict("list") == {
        "within_units": ["50 % (40 % to 60 %)", "–"],
        "effect_size": ["−0.10 (no interval)", "–"],
    }
    assert '<th scope="col" role="columnheader" class="measured">' in table.to_html()
    assert len(table._repr_mimebundle_()[TABLE_MIME]["columns"]) == 6


def test_ends_that_are_of_no_column_of_numbers_before_them_stay_columns():
    frame = pd.DataFrame({"n": [3], "flip_low": [0.1], "flip_high": [0.2], "group": ["a"]})
    assert list(make_table(frame, label="tbl-x", caption="x").shown()) == list(frame)
    days = pd.DataFrame({"since": ["13 Aug"], "since_low": ["1 Aug"], "since_high": ["20 Aug"]})
    assert list(make_table(days, label="tbl-x", caption="x").shown()) == list(days)


def test_counts_have_no_decimals_though_one_is_missing():
    frame = pd.DataFrame({"estimate": [0.5, 1.5], "n": [1585.0, np.nan], "n_raters": [3.0, 4.0]})
    shown = make_table(frame, label="tbl-x", caption="Counts.").shown()
    assert shown.loc[0].tolist() == ["0.50", "1,585", "3"]
    finer = make_table(frame, label="tbl-x", caption="Counts.", digits=3).shown()
    assert finer.loc[0].tolist() == ["0.500", "1,585", "3"]


def test_html_escapes_what_the_data_hold_and_scopes_every_header():
    html = make_table(FRAME, label="tbl-x", caption="A < B").to_html()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html
    assert "<caption>A &lt; B</caption>" in html
    assert html.count('scope="col"') == 5
    assert html.count('scope="row"') == 2


def test_codes_and_headings_are_labelled_in_the_language():
    table = make_table(FRAME, label="tbl-x", caption="x", lang="id", columns={"source": "", "estimate": "Φ"})
    assert table.shown().loc[0, "source"] == "masyarakat"
    assert "Sumber" in table.to_html()
    assert ">Φ</th>" in table.to_html()
    assert "0,12" in table.to_html()


def test_the_numbers_travel_unrounded_as_json_beside_the_text():
    payload = make_table(FRAME, label="tbl-x", caption="x")._repr_mimebundle_()[TABLE_MIME]
    assert json.loads(json.dumps(payload, allow_nan=False))["rows"][0] == [
        "citizen",
        73421,
        0.12345,
        0.1,
        0.15,
        True,
    ]
    assert payload["rows"][1][2] is None


def test_published_rows_have_every_column_of_results_except_the_report():
    bundle = publish(pd.DataFrame({"quantity": ["alpha"], "estimate": [0.9]}))._repr_mimebundle_()
    (row,) = json.loads(json.dumps(bundle[RESULTS_MIME], allow_nan=False))
    assert list(row) == [name for name in RESULT_COLUMNS if name != "report"]
    assert (row["estimate"], row["conf_low"], row["place"]) == (0.9, None, "")


def test_a_row_with_an_unknown_column_is_refused():
    with pytest.raises(ValueError, match=r"results\.csv has no column colour; it has quantity, place"):
        publish(pd.DataFrame({"quantity": ["alpha"], "colour": ["red"]}))


def test_findings_show_their_sentences_and_hand_them_to_the_runner():
    bundle = Findings(("One < two.",), ("Few people.",))._repr_mimebundle_()
    assert bundle[FINDINGS_MIME] == {"findings": ["One < two."], "limits": ["Few people."]}
    assert "One &lt; two." in bundle["text/html"]
    assert '<ul class="limits">' in bundle["text/html"]


def test_findings_of_two_questions_make_one_list():
    both = Findings(("A.",), ("Few.",)) + Findings(("B.", "C."))
    assert (both.sentences, both.limits) == (("A.", "B.", "C."), ("Few.",))


def test_a_caveat_is_explained_once_below_the_table():
    frame = pd.DataFrame({"place": ["a", "b", "c"], "caveat": ["few people", "", "few people"]})
    html = make_table(frame, label="tbl-x", caption="x").to_html()
    assert html.count("few people") == 1
    assert html.count(">a</td>") == 2
    assert "a: few people." in html


def test_without_a_caveat_there_is_no_column_for_it():
    html = make_table(pd.DataFrame({"place": ["a"], "caveat": [""]}), label="tbl-x", caption="x").to_html()
    assert "Caveat" not in html


def test_names_lose_their_underscores_and_files_keep_them():
    frame = pd.DataFrame({"file": ["machine_trials.csv", "recorded"], "indicator": ["ktp_days", "ktp_days"]})
    shown = make_table(frame, label="tbl-x", caption="x", lang="id").shown()
    assert shown["file"].tolist() == ["machine_trials.csv", "recorded"]
    assert "_" not in shown.loc[0, "indicator"]


LONG = pd.DataFrame({"place": ["a", "b"] * 25, "n": range(50), "estimate": np.linspace(0, 1, 50)})


def test_of_a_long_table_the_page_shows_some_rows_and_the_bundle_holds_all():
    table = make_table(LONG, label="tbl-x", caption="x", most=3)
    html = table.to_html()
    assert html.count("<tr") == 1 + 3
    assert "The first 3 of 50 rows; the CSV file tbl-x holds all." in html
    bundle = table._repr_mimebundle_()
    assert bundle["text/html"] == html
    assert len(bundle[TABLE_MIME]["rows"]) == len(table.shown()) == 50


def test_the_first_rows_of_a_long_table_may_be_those_with_the_largest_values():
    columns = {"place": "", "n": "People", "estimate": ""}
    table = make_table(LONG, label="tbl-x", caption="x", columns=columns, most=2, largest="n", lang="id")
    assert table.shown()["n"].tolist()[:2] == ["49", "48"]
    assert "Dari 50 baris, 2 dengan “Orang” terbesar; berkas CSV tbl-x memuat semuanya." in table.to_html()


def test_a_table_that_is_not_long_is_shown_whole_and_in_its_order():
    table = make_table(LONG.head(48), label="tbl-x", caption="x", most=3, largest="n")
    assert table.to_html().count("<tr") == 1 + 48
    assert table.shown()["n"].tolist()[:2] == ["0", "1"]
    assert "rows" not in table.to_html().partition("</table>")[2]
    shorter = make_table(LONG.head(13), label="tbl-x", caption="x", most=3, whole=12)
    assert shorter.to_html().count("<tr") == 1 + 3


def test_rows_that_are_alike_in_a_column_are_not_called_its_largest():
    alike = make_table(LONG.assign(n=0), label="tbl-x", caption="x", most=2, largest="n").to_html()
    assert "The first 2 of" in alike


def test_a_bundle_says_how_a_page_writes_each_column():
    frame = pd.DataFrame(
        {
            "source": ["citizen", None],
            "estimate": [0.5, None],
            "conf_low": [0.4, None],
            "conf_high": [0.6, None],
            "p_value": [0.04, 0.5],
            "n": [3, 4],
            "estimable": [True, False],
            "file": ["work_result.csv", "b.csv"],
        }
    )
    table = make_table(frame, label="tbl-x", caption="x", lang="id", shares=("estimate",), note="Note.")
    bundle = table._repr_mimebundle_()[TABLE_MIME]
    fields = {field["name"]: field for field in bundle["fields"]}
    assert fields["source"] == {
        "name": "source",
        "title": "Sumber",
        "type": "string",
        "categories": [{"value": "citizen", "label": "masyarakat"}],
    }
    share = {"type": "number", "decimals": 0, "share": True}
    assert all(share.items() <= fields[name].items() for name in ("estimate", "conf_low", "conf_high"))
    assert {"type": "number", "decimals": 2, "p_value": True}.items() <= fields["p_value"].items()
    assert {"type": "integer", "decimals": 0}.items() <= fields["n"].items()
    assert [fields[name]["type"] for name in ("estimable", "file")] == ["boolean", "string"]
    assert "categories" not in fields["file"]
    assert (bundle["note"], bundle["cut"], bundle["n_shown"]) == ("Note.", "", 2)


def test_a_bundle_says_which_rows_a_page_shows_of_a_long_table():
    bundle = make_table(pd.DataFrame({"n": range(60)}), label="tbl-x", caption="x")._repr_mimebundle_()
    assert bundle[TABLE_MIME]["n_shown"] == 16
    assert bundle[TABLE_MIME]["cut"] == "The first 16 of 60 rows; the CSV file tbl-x holds all."


def test_a_column_that_says_nothing_stays_in_the_data_and_off_the_page():
    frame = pd.DataFrame({"method": ["dumai", "semarang"], "estimable": [True, True], "reason": ["", ""]})
    table = make_table(frame, label="tbl-x", caption="Methods.")
    assert "Reason" not in table.to_html()
    assert table._repr_mimebundle_()[TABLE_MIME]["columns"] == ["method", "estimable", "reason"]
    said = make_table(frame.assign(reason=["", "no rater"]), label="tbl-x", caption="Methods.").to_html()
    assert "Reason" in said


def test_a_table_without_rows_is_its_caption_and_its_note():
    frame = pd.DataFrame({"place": [], "source": []})
    html = make_table(frame, label="tbl-x", caption="Copies.", note="None was found.").to_html()
    assert html == '<p class="table-note" id="tbl-x">Copies. None was found.</p>'


def test_a_number_with_its_interval_breaks_before_its_bracket_only():
    frame = pd.DataFrame(
        {"place": ["a", "b"], "error": ["0.82 (0.80 to 0.84)", "–"], "period": ["2025", "–"]}
    )
    html = make_table(frame, label="tbl-x", caption="Errors.").to_html()
    assert '<td role="cell" data-label="Error" class="measured">0.82 (0.80\u00a0to\u00a00.84)</td>' in html
    assert '<td role="cell" data-label="Period">2025</td>' in html


def test_a_column_of_numbers_that_are_all_missing_is_plain():
    frame = pd.DataFrame({"place": ["a", "b"], "age": pd.Series([None, None], dtype="object")})
    html = make_table(frame, label="tbl-x", caption="Ages.").to_html()
    assert '<td role="cell" data-label="Age">–</td>' in html


def test_machines_read_what_is_missing_as_null_and_plain_numbers():
    values = [np.float64(0.5), np.nan, None, pd.NA, pd.NaT, np.int64(3)]
    frame = pd.DataFrame({"x": values, "n": pd.array([1, None] * 3, dtype="Int64")}, dtype="object")
    rows = make_table(frame, label="tbl-x", caption="x")._repr_mimebundle_()[TABLE_MIME]["rows"]
    assert rows == [[0.5, 1], [None, None], [None, 1], [None, None], [None, 1], [3, None]]
    assert json.loads(json.dumps(rows)) == rows
