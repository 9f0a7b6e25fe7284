"""Reports are built in the order that ends soonest, by what each took before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evalkit.study.plan import Task
from evalkit.study.timings import Timings, name_of, sort_longest_first
from evalkit.study.worker import Order
from evalkit.study.workspace import PRIVATE


def order(report: str, lang: str) -> Order:
    task = Task(
        study="tiny", report=report, lang=lang, notebook=Path(), parameters={}, page=f"{report}.{lang}.html"
    )
    return Order(task=task, folder=Path(), page={}, environment={})


def test_the_longest_comes_first_and_one_language_after_the_other(tmp_path):
    Timings(tmp_path).keep({"tiny/short.en": 1.0, "tiny/long.en": 9.0, "tiny/long.id": 2.0})
    timings = Timings(tmp_path)
    asked = [order(report, lang) for report in ("short", "new", "long") for lang in ("en", "id")]
    assert timings.expect("tiny/new.en") == 4.0  # as a usual one
    assert [name_of(one.task) for one in sort_longest_first(asked, timings)] == [
        *("tiny/long.en", "tiny/new.en", "tiny/short.en"),
        *("tiny/short.id", "tiny/new.id", "tiny/long.id"),
    ]


def test_a_page_without_a_kernel_takes_little(tmp_path):
    timings = Timings(tmp_path)
    timings.keep({"tiny/long.en": 9.0})
    assert timings.expect_order(order("long", "en")) == 9.0
    assert timings.expect_order(replace(order("long", "en"), executed=Path("executed.ipynb"))) < 1


def test_broken_or_unwritable_records_cost_nothing_but_the_estimate(tmp_path):
    (tmp_path / PRIVATE).write_text("a file where the folder should be")
    timings = Timings(tmp_path)
    timings.keep({"tiny/long.en": 9.0})
    assert timings.expect("tiny/long.en") == 9.0
    assert Timings(tmp_path).expect("tiny/long.en") == 5.0
