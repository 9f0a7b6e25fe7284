"""No more processes than asked for have a turn, and one that dies leaves its own to another."""

from __future__ import annotations

import os
import signal
import threading
import time

from evalkit.processes import fork
from evalkit.study.turns import take_turn


def hold_turn(folder, seconds: float) -> None:
    with take_turn(folder, 2):
        mark = folder / f"at-work-{os.getpid()}"
        mark.touch()
        time.sleep(seconds)
        mark.unlink()


def test_no_more_than_two_of_six_work_at_a_time(tmp_path):
    most, workers = 0, [fork(hold_turn, tmp_path, 0.2) for _ in range(6)]
    while any(worker.poll() is None for worker in workers):
        most = max(most, len(list(tmp_path.glob("at-work-*"))))
        time.sleep(0.002)
    assert most == 2
    assert [worker.returncode for worker in workers] == [0] * 6


def test_who_dies_leaves_the_turn_to_who_waits(tmp_path):
    workers = [fork(hold_turn, tmp_path, 60) for _ in range(2)]
    while len(list(tmp_path.glob("at-work-*"))) < 2:
        time.sleep(0.005)
    taken = threading.Event()

    def wait() -> None:
        with take_turn(tmp_path, 2):
            taken.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not taken.wait(0.1)
    workers[0].send_signal(signal.SIGKILL)
    assert taken.wait(10)
    waiting.join()
    for worker in workers:
        worker.kill()
        worker.wait()


def test_what_was_forked_during_a_turn_does_not_keep_it(tmp_path):
    with take_turn(tmp_path, 1):
        lasting = fork(time.sleep, 60)
    with take_turn(tmp_path, 1):
        assert lasting.poll() is None
    lasting.kill()
    assert lasting.wait() == -signal.SIGKILL
