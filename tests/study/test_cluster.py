"""A Dask cluster writes the same bytes as one machine, and refuses where it could not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from evalkit.errors import UsageError
from evalkit.lab import workers as connecting
from evalkit.study import cluster as machinery
from evalkit.study.runner import run_studies

from .conftest import FIGURE, OUTPUTS, cell, make_workbench, write_notebook, write_study

distributed = pytest.importorskip("distributed", reason="Dask is missing: pip install 'evalkit[cluster]'")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
FATAL = """\
import psutil
psutil.Process().parents()[2].kill()  # after its own worker and the server, the cluster's"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The scheduler of two worker processes."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=":0",
        silence_logs=50,
        local_directory=tmp_path_factory.mktemp("dask"),
    ) as cluster:
        yield cluster.scheduler_address


def read_all(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_cluster_writes_the_bytes_that_one_machine_writes(address, tmp_path, monkeypatch):
    root = make_workbench(tmp_path / "bench")
    write_study(root, "tiny", "notebooks: [first, broken]")
    write_notebook(root, "first", cell("code", FIGURE), cell("code", OUTPUTS), cell("code", "1 / 3"))
    write_notebook(root, "broken", cell("code", "print(open('../data/tiny/study.yaml').read())\n1 / 0"))
    monkeypatch.chdir(root)
    reports = []
    for scheduler in (None, address):
        stream = io.StringIO()
        run = run_studies(scheduler=scheduler, force=True, stream=stream)
        assert [outcome.task.report for outcome in run.failed] == ["broken"]
        assert "ZeroDivisionError" in run.failed[0].failure.cause
        assert "] built tiny/first (" in stream.getvalue()
        reports.append(read_all(root / "reports/tiny"))
    assert list(reports[0]) == list(reports[1]) or sorted(reports[0]) == sorted(reports[1])
    assert [name for name in reports[0] if reports[0][name] != reports[1][name]] == []


def test_a_report_that_kills_its_worker_is_not_built_again_and_costs_no_other(address, workbench):
    write_study(workbench, "tiny", "notebooks: [fatal, first]")
    mark = f"print(1, file=open({str(workbench / 'begun')!r}, 'a'))\n"
    write_notebook(workbench, "fatal", cell("code", mark + FATAL))
    run = run_studies(scheduler=address, stream=io.StringIO())
    assert [outcome.task.report for outcome in run.failed] == ["fatal"]
    assert "died while it built this report" in run.failed[0].failure.message()
    assert (workbench / "begun").read_text() == "1\n"


class Client:
    """A client whose workers have the versions that a test says."""

    def __init__(self, installation) -> None:
        self.installation = installation

    def get_versions(self, *, check):
        assert check

    def run(self, _):
        if isinstance(self.installation, Exception):
            raise self.installation
        return {"tcp://far:1": self.installation}


def test_workers_like_this_machine_are_accepted():
    machinery.check_versions(Client(machinery.describe_installation()))


@pytest.mark.parametrize(
    ("name", "theirs", "message"),
    [
        ("pandas", "2.0.0", "  pandas: 2.0.0 there, "),
        ("Python", "3.9.1", "  Python: 3.9.1 there, "),
        ("the code of evalkit", "0123456789abcdef", "  the code of evalkit: 0123456789ab there, "),
    ],
)
def test_a_worker_with_other_versions_is_refused_by_name(name, theirs, message):
    client = Client({**machinery.describe_installation(), name: theirs})
    with pytest.raises(UsageError) as caught:
        machinery.check_versions(client)
    lines = str(caught.value).splitlines()
    assert lines[0] == "Worker tcp://far:1 would build other reports than this machine:"
    assert len(lines) == 3
    assert lines[1].startswith(message)
    assert "requirements.lock" in lines[2]


def test_workers_without_this_evalkit_are_refused():
    with pytest.raises(UsageError, match="other versions than this machine"):
        machinery.check_versions(Client(ModuleNotFoundError("No module named 'evalkit'")))


def test_a_report_whose_worker_died_is_not_built_again(tmp_path, monkeypatch):
    order = _order(tmp_path)
    monkeypatch.setattr(distributed, "Event", lambda *_, **__: Begun())
    monkeypatch.setattr(distributed, "get_client", lambda: None)
    delivery = machinery.deliver(order, {}, "mark")
    outcome = machinery._unpack(delivery, order)
    assert outcome.failure is not None
    assert "died while it built this report" in outcome.failure.message()


class Begun:
    """A mark that an earlier attempt has set."""

    def is_set(self) -> bool:
        return True


def _order(folder: Path):
    from evalkit.study.plan import Task
    from evalkit.study.worker import Order

    task = Task(
        study="tiny",
        report="first",
        lang="en",
        notebook=folder / "first.ipynb",
        parameters={},
        page="first.html",
    )
    return Order(task=task, folder=folder, page={}, environment={})


def test_nobody_at_the_address_is_said_before_anything_is_built(workbench, monkeypatch):
    monkeypatch.setattr(connecting, "_PATIENCE", 1)
    with pytest.raises(UsageError, match=r"Nobody listens at the scheduler's address 'tcp://127\.0\.0\.1:9'"):
        run_studies(scheduler="tcp://127.0.0.1:9", stream=io.StringIO())
    assert not (workbench / "reports/tiny").exists()
