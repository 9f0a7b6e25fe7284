"""A Dask cluster gives the same numbers as one process, whatever happens to its workers."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import Executor, Future

import pytest
import replicate_maker as maker

from evalkit.errors import ReportError, UsageError
from evalkit.lab import workers as machinery
from evalkit.lab.diagnose import diagnose

distributed = pytest.importorskip("distributed", reason="Dask is missing: pip install 'evalkit[cluster]'")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
TABLES = ("summary", "contrasts", "sample", "scenarios")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The scheduler of two worker processes, and the folder where they leave marks."""
    folder = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(maker.FOLDER, str(folder))
        options = {"dashboard_address": ":0", "silence_logs": 50, "local_directory": folder}
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **options) as started:
            yield started.scheduler_address, folder


@pytest.fixture
def address(cluster):
    """The scheduler of workers one of which is yet to be killed."""
    (cluster[1] / "killed").unlink(missing_ok=True)
    return cluster[0]


@pytest.fixture
def killed(cluster):
    """The mark of a worker that was killed."""
    return cluster[1] / "killed"


def test_a_cluster_gives_the_same_numbers_though_a_worker_is_killed_in_mid_run(address, killed, tmp_path):
    plan = maker.make_plan("plain", n_replicates=10, target_error=0.001)
    alone = diagnose(plan, folder=tmp_path / "alone", jobs=1, run=maker.draw)
    together = diagnose(plan, folder=tmp_path / "together", scheduler=address, run=maker.kill_once)
    assert killed.exists()
    for name in TABLES:
        assert getattr(together, name).equals(getattr(alone, name))


def test_the_laboratory_itself_gives_the_same_numbers_on_a_cluster_whose_worker_is_killed(
    address, killed, tmp_path
):
    plan = maker.make_plan("plain", "spoiled", n_replicates=6, target_error=0.001)
    alone = diagnose(plan, folder=tmp_path / "alone", jobs=1)
    together = diagnose(
        plan, folder=tmp_path / "together", scheduler=address, run=maker.simulate_and_kill_once
    )
    assert killed.exists()
    assert alone.n_failed == 0
    assert alone.summary["estimate"].notna().any()
    for name in TABLES:
        assert getattr(together, name).equals(getattr(alone, name))


class Gone(Executor):
    """What a client gives when its workers die again and again, or its scheduler ends."""

    def submit(self, *_):
        future = Future()
        future.set_exception(distributed.KilledWorker("run_unit", None, 3))
        return future

    def get_executor(self, **_):
        return self

    def close(self, **_):
        pass


def test_a_cluster_that_gives_up_ends_the_run_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(machinery, "connect", lambda _: Gone())
    with pytest.raises(ReportError, match=r"The cluster gave up \(KilledWorker\).*what is done is kept"):
        diagnose(maker.make_plan(), folder=tmp_path, scheduler="tcp://127.0.0.1:8786", run=maker.draw)


def test_without_dask_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"--scheduler needs Dask.*pip install 'evalkit\[cluster\]'"):
        diagnose(maker.make_plan(), folder=tmp_path, scheduler="tcp://127.0.0.1:8786")


def test_an_address_where_nobody_listens_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(machinery, "_PATIENCE", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UsageError, match=f"Nobody listens at the scheduler's address '{address}'"):
        diagnose(maker.make_plan(), folder=tmp_path, scheduler=address)


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "tcp://127.0.0.1:notaport", "gopher://x:1"])
def test_what_is_no_address_is_refused(address, monkeypatch, tmp_path):
    monkeypatch.setattr(machinery, "_PATIENCE", 1)
    with pytest.raises(UsageError, match="Nobody listens at the scheduler's address"):
        diagnose(maker.make_plan(), folder=tmp_path, scheduler=address)


def test_a_scheduler_without_workers_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(machinery, "_PATIENCE", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as cluster,
        pytest.raises(UsageError, match=r"has no workers; start some with 'dask worker tcp://"),
    ):
        diagnose(maker.make_plan(), folder=tmp_path, scheduler=cluster.scheduler_address)
