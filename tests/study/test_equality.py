"""A language changes no number; where it does, the report is not whole."""

from __future__ import annotations

import io

from evalkit.study.equality import compare_numbers
from evalkit.study.runner import run_studies

from .conftest import cell, write_notebook, write_study

NUMBERS = """\
from IPython.display import display
rows = [{"quantity": "mean", "item": "a", "estimate": ESTIMATE}]
display({"application/vnd.evalkit.results+json": rows}, raw=True)
"""


def test_the_same_numbers_in_any_order_and_form_are_equal():
    rows = [{"quantity": "n", "estimate": 3.0}, {"quantity": "mean", "estimate": None, "caveat": "none"}]
    other = [{"quantity": "mean", "place": "", "estimate": float("nan"), "caveat": "none"}]
    other.append({"quantity": "n", "estimate": 3})
    assert compare_numbers(("en", rows), ("id", other)) == ""


def test_a_difference_names_the_number_and_both_values():
    one = [{"quantity": "mean", "item": "a", "estimate": 0.3, "n": 2}, {"quantity": "sd", "estimate": 1.0}]
    other = [{"quantity": "mean", "item": "a", "estimate": 0.1 + 0.2, "n": 2}]
    assert compare_numbers(("en", one), ("id", other)) == (
        "The languages publish different numbers: mean, a: en estimate=0.3, "
        "id estimate=0.30000000000000004 (and 1 more)."
    )


def test_numbers_that_depend_on_the_language_fail_their_report(workbench):
    dependent = NUMBERS.replace("ESTIMATE", "1.5 if lang == 'id' else 2.5")
    write_notebook(workbench, "first", cell("code", dependent))
    write_study(workbench, "tiny", "notebooks: [first]\nlanguages: [en, id]")
    done = run_studies(stream=io.StringIO())
    assert [(outcome.task.lang, outcome.failure.cause) for outcome in done.failed] == [
        (lang, "The languages publish different numbers: mean, a: en estimate=2.5, id estimate=1.5.")
        for lang in ("en", "id")
    ]
    folder = workbench / "reports/tiny"
    assert "The languages publish different numbers" in (folder / "first.en.html").read_text(encoding="utf-8")
    assert len((folder / "results.csv").read_text(encoding="utf-8").splitlines()) == 1
    assert (folder / "index.html").read_text(encoding="utf-8").count("not whole</strong>") == 1
    again = run_studies(stream=io.StringIO(), settings=["note=x"], languages=["en"])
    assert not again.failed  # the other language was made with another parameter
