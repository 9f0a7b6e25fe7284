"""Workers have something to do while the runner looks at what they did."""

from pathlib import Path
from types import SimpleNamespace

from evalkit.study.worker import run_orders


class Recorder:
    """A server that ends calls in the order in which they came, and runs none."""

    cold = False

    def __init__(self):
        self.calls, self.ended, self.closed, self.settled = [], 0, False, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def submit(self, function, order, runtime, *, warm, jobs):
        self.calls.append(order)
        return len(self.calls)

    def receive(self):
        self.ended += 1
        return [SimpleNamespace(number=self.ended, value=f"built {self.calls[self.ended - 1]}")]

    def settle(self):
        self.settled = not self.closed


def test_the_next_report_is_begun_before_an_outcome_is_handed_over():
    server = Recorder()
    outcomes = run_orders(["a", "b", "c", "d"], jobs=2, runtime=Path(), server=server)
    begun = [(outcome, len(server.calls)) for outcome in outcomes]
    assert begun == [("built a", 4), ("built b", 4), ("built c", 4), ("built d", 4)]


def test_one_more_at_a_time_is_begun_than_may_have_a_kernel():
    server = Recorder()
    for _ in run_orders(range(5), jobs=1, runtime=Path(), server=server):
        assert len(server.calls) - server.ended <= 2
    assert len(server.calls) == 5
    assert server.closed


def test_what_runs_aside_is_waited_for_before_the_server_is_closed():
    server = Recorder()
    assert list(run_orders([], jobs=1, runtime=Path(), server=server)) == []
    assert server.settled
