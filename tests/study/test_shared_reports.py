"""Every report finds what it shared: the second time its computing cell computes nothing."""

from __future__ import annotations

import ast
import json
import pickle
from pathlib import Path

import pytest

from evalkit.study import find_study
from evalkit.study import shared as shared_module
from evalkit.study.plan import Task, plan_study
from evalkit.study.reports import list_reports
from evalkit.study.shared_folder import SHARED_VARIABLE, find_or_compute

ROOT = Path(__file__).parents[2]


def tasks_of(study: str) -> list[Task]:
    found = find_study(study, root=ROOT)
    return list(plan_study(found, ROOT, list_reports(found, ROOT)))


def marked(study: str) -> list:
    return [pytest.param(task, id=f"{study}-{task.stem}") for task in tasks_of(study)]


def read_computing(task: Task) -> str:
    """Return the code of the cell that computes, after that of the parameters."""
    cells = json.loads(task.notebook.read_text(encoding="utf-8"))["cells"]
    return "".join([cell for cell in cells if cell["cell_type"] == "code"][1]["source"])


class Kernel:
    """Runs the computing cell of a report, and notes which shared results it computed, and which it found."""

    def __init__(self, monkeypatch):
        self.asked, self.computed = [], []

        def noting(folder, key, compute):
            self.asked.append(key)
            return find_or_compute(folder, key, lambda: (self.computed.append(key), compute())[1])

        monkeypatch.setattr(shared_module, "find_or_compute", noting)

    def run(self, task: Task) -> dict:
        self.asked, self.computed, space = [], [], dict(task.parameters)
        exec(read_computing(task), space)
        return space


def shared_names(task: Task) -> list[str]:
    """Return the names that the computing cell gives to what it shares."""
    source = read_computing(task)
    return [
        node.targets[0].id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("session.share(")
    ]


def hold(task: Task, kernel: Kernel) -> None:
    first = kernel.run(task)
    second = kernel.run(task)
    names = shared_names(task)
    assert kernel.asked
    assert kernel.computed == []
    assert len(kernel.asked) > len(names)  # the evidence, too
    for name in names:
        assert pickle.dumps(pickle.loads(pickle.dumps(first[name]))) == pickle.dumps(second[name]), name


@pytest.fixture
def kernel(tmp_path, monkeypatch) -> Kernel:
    monkeypatch.setenv(SHARED_VARIABLE, str(tmp_path))
    monkeypatch.chdir(ROOT)
    return Kernel(monkeypatch)


@pytest.mark.parametrize("task", marked("judges"))
def test_a_report_computes_nothing_that_another_has_computed(task, kernel):
    hold(task, kernel)


@pytest.mark.slow
@pytest.mark.parametrize("task", marked("principles") + marked("five-places"))
def test_a_large_report_computes_nothing_that_another_has_computed(task, kernel):
    hold(task, kernel)


def test_the_other_language_asks_for_the_same(kernel):
    english, other = (task for task in tasks_of("judges") if task.report == "03_scores")
    assert (english.lang, other.lang) == ("en", "id")
    kernel.run(english)
    asked = kernel.asked
    kernel.run(other)
    assert (kernel.asked, kernel.computed) == (asked, [])


@pytest.mark.parametrize("setting", ["places=attitude", "n_boot=1999", "seed=3", "conf_level=0.9"])
def test_another_setting_asks_for_something_else(kernel, setting):
    study = find_study("principles", root=ROOT)
    for settings in (["places=machines"], [setting] if "places" in setting else ["places=machines", setting]):
        [task] = plan_study(
            study,
            ROOT,
            list_reports(study, ROOT),
            only=["05_agreement"],
            languages=["en"],
            settings=settings,
        )
        kernel.run(task)
    assert kernel.computed
