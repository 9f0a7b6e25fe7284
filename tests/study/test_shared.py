"""Results that reports share: only for the same inputs, whole or computed anew, by one process at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import DesignError
from evalkit.processes import COLD_VARIABLE
from evalkit.study import provenance, shared_folder
from evalkit.study.shared import SharedResults
from evalkit.study.shared_folder import SHARED_VARIABLE, clear_shared, hash_computing_code, hold, open_shared


class Counted:
    """A function that stands in the package as far as its name goes, and counts how often it runs."""

    __module__ = "evalkit.compare.counted"

    def __init__(self, answer=lambda *args, **kwargs: (args, kwargs), *, name="count"):
        self.n_calls, self.answer, self.__qualname__ = 0, answer, name

    def __call__(self, *args, **kwargs):
        self.n_calls += 1
        return self.answer(*args, **kwargs)


def test_a_result_is_computed_once_for_all_kernels(tmp_path):
    count = Counted()
    for _ in range(3):
        assert SharedResults(tmp_path).share(count, 1, level=0.9) == ((1,), {"level": 0.9})
    assert count.n_calls == 1


@pytest.mark.parametrize("other", [{"args": (2,)}, {"args": (1.0,)}, {"level": 0.95}, {"name": "recount"}])
def test_another_input_or_function_is_another_result(tmp_path, other):
    first, second = Counted(), Counted(name=other.get("name", "count"))
    SharedResults(tmp_path).share(first, 1, level=0.9)
    SharedResults(tmp_path).share(second, *other.get("args", (1,)), level=other.get("level", 0.9))
    assert second.n_calls == 1


def test_what_a_function_would_take_by_itself_makes_no_other_result(tmp_path):
    class CountedWithDefault(Counted):
        __module__ = Counted.__module__

        def __call__(self, n, *, level=0.9):
            return super().__call__(n, level=level)

    count = CountedWithDefault()
    for given in ({}, {"level": 0.9}, {"level": 0.95}):
        assert SharedResults(tmp_path).share(count, 1, **given) == ((1,), {"level": 0.9} | given)
    assert count.n_calls == 2


def test_without_a_folder_everything_is_computed(monkeypatch, tmp_path):
    monkeypatch.delenv(SHARED_VARIABLE, raising=False)
    count = Counted()
    for _ in range(2):
        SharedResults.from_environment().share(count)
    monkeypatch.setenv(SHARED_VARIABLE, str(tmp_path / "gone"))
    SharedResults.from_environment().share(count)
    assert count.n_calls == 3


def test_what_comes_from_nowhere_is_computed_each_time_and_not_kept(tmp_path):
    count = Counted(len)
    for _ in range(2):
        assert SharedResults(tmp_path).share(count, pd.DataFrame({"a": [1]})) == 1
    assert count.n_calls == 2
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_known_by_its_origin(tmp_path):
    count = Counted(len)
    for origin in ("here", "here", "there"):
        shared = SharedResults(tmp_path)
        shared.share(count, shared.know(pd.DataFrame(), ["table", origin]))
    assert count.n_calls == 2


def test_a_result_of_a_result_is_known_whether_the_first_was_found_or_computed(tmp_path):
    first, second = Counted(lambda n: pd.DataFrame({"a": range(n)})), Counted(len)
    for _ in range(2):
        shared = SharedResults(tmp_path)
        assert shared.share(second, shared.share(first, 3)) == 3
    assert (first.n_calls, second.n_calls) == (1, 1)
    shared = SharedResults(tmp_path)
    assert shared.share(second, shared.share(first, 4)) == 4


def test_draws_that_follow_are_the_same_after_a_result_that_was_found(tmp_path):
    count = Counted(lambda *, rng: rng.random(5).sum())
    after = []
    for _ in range(2):
        rng = np.random.default_rng(4)
        SharedResults(tmp_path).share(count, rng=rng)
        after.append(rng.random())
    assert count.n_calls == 1
    assert after[0] == after[1] == np.random.default_rng(4).random(6)[5]


def test_what_warns_is_computed_again_so_that_it_warns_again(tmp_path):
    count = Counted(lambda: warnings.warn("doubtful", stacklevel=1))
    for _ in range(2):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            SharedResults(tmp_path).share(count)
        assert [str(warning.message) for warning in caught] == ["doubtful"]
    assert count.n_calls == 2


def test_a_refusal_is_raised_each_time(tmp_path):
    def refuse():
        raise DesignError("too few")

    for _ in range(2):
        with pytest.raises(DesignError, match="too few"):
            SharedResults(tmp_path).share(Counted(refuse))
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "spoil",
    [lambda content: content[:-1], lambda content: b"", lambda content: content[:40] + b"?" + content[41:]],
    ids=["cut short", "empty", "one byte changed"],
)
def test_a_result_that_is_not_whole_is_computed_anew_and_mended(tmp_path, spoil):
    count = Counted(lambda: "a text that is long enough to be spoiled in its middle")
    SharedResults(tmp_path).share(count)
    [entry] = tmp_path.glob("*.result")
    whole = entry.read_bytes()
    entry.write_bytes(spoil(whole))
    assert SharedResults(tmp_path).share(count).startswith("a text")
    assert (count.n_calls, entry.read_bytes()) == (2, whole)


def test_what_cannot_be_written_is_returned_all_the_same(tmp_path, monkeypatch):
    assert SharedResults(tmp_path).share(Counted(lambda: lambda: 7))() == 7  # a function cannot be pickled
    monkeypatch.setattr(shared_folder, "_LARGEST", 10)
    assert len(SharedResults(tmp_path).share(Counted(lambda: "x" * 99))) == 99
    assert SharedResults(tmp_path / "gone").share(Counted(lambda: 5)) == 5
    assert not list(tmp_path.glob("*.result"))


def test_a_result_is_for_its_owner_alone(tmp_path):
    SharedResults(tmp_path).share(Counted())
    [entry] = tmp_path.glob("*.result")
    assert entry.stat().st_mode & 0o077 == 0


def test_a_result_that_a_process_holds_is_not_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(shared_folder, "_held", {})
    first = SharedResults(tmp_path)
    first.recall(["evidence"], lambda: [7])
    hold(tmp_path, [*first.recalled, "unknown"])
    for entry in tmp_path.iterdir():
        entry.unlink()
    assert SharedResults(tmp_path).recall(["evidence"], lambda: 1 / 0) == [7]
    with pytest.raises(ZeroDivisionError):
        SharedResults(tmp_path).recall(["other evidence"], lambda: 1 / 0)


KERNEL = """
    import sys, time
    from pathlib import Path
    from evalkit.study.shared_folder import find_or_compute

    def compute():
        with open(sys.argv[2], "a") as log:
            log.write("x")
        time.sleep(float(sys.argv[3]))
        return 42, True

    print(find_or_compute(Path(sys.argv[1]), "key", compute))
"""


def a_kernel(folder: Path, log: Path, seconds: float) -> subprocess.Popen:
    arguments = [sys.executable, "-c", dedent(KERNEL), str(folder), str(log), str(seconds)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def wait_for(log: Path) -> None:
    until = time.monotonic() + 60
    while not log.exists():
        assert time.monotonic() < until, "no kernel began"
        time.sleep(0.02)


def test_of_kernels_that_want_the_same_one_computes_and_the_others_wait(tmp_path):
    kernels = [a_kernel(tmp_path, tmp_path / "log", 0.5) for _ in range(3)]
    assert [kernel.communicate(timeout=120)[0] for kernel in kernels] == ["42\n"] * 3
    assert (tmp_path / "log").read_text() == "x"


def test_a_kernel_that_is_killed_while_it_computes_holds_nobody_up(tmp_path):
    killed = a_kernel(tmp_path, tmp_path / "log", 600)
    try:
        wait_for(tmp_path / "log")
        waiting = a_kernel(tmp_path, tmp_path / "log", 0)
        time.sleep(0.2)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    assert waiting.communicate(timeout=120)[0] == "42\n"
    assert (tmp_path / "log").read_text() == "xx"


@pytest.fixture
def warm(monkeypatch):
    """Let what was computed before be found; other tests of studies start from nothing."""
    monkeypatch.delenv(COLD_VARIABLE, raising=False)


def test_the_folder_keeps_nothing_of_other_code_and_nothing_unfinished(warm, tmp_path):
    folder = open_shared(tmp_path)
    assert folder.parent == tmp_path / ".evalkit" / "shared"
    (folder.parent / "other").mkdir()
    for name in ("a.result", "a.lock", "b.123.tmp"):
        (folder / name).write_text("x")
    assert open_shared(tmp_path) == folder
    clear_shared(folder)
    assert [path.name for path in folder.parent.rglob("*")] == [folder.name, "a.result"]


def test_the_folder_is_bounded_and_what_was_used_last_stays(warm, tmp_path, monkeypatch):
    folder = open_shared(tmp_path)
    for age, name in enumerate(["new", "used", "old"]):
        SharedResults(folder).share(Counted(), name)
        [entry] = [path for path in folder.glob("*.result") if path.stat().st_mtime > 1000]
        os.utime(entry, (age, 900 - age))
    SharedResults(folder).share(Counted(), "used")
    size = max(path.stat().st_size for path in folder.glob("*.result"))
    monkeypatch.setattr(shared_folder, "_MOST_BYTES", 2 * size)
    clear_shared(folder)
    again = Counted()
    for name in ("new", "used", "old"):
        SharedResults(folder).share(again, name)
    assert again.n_calls == 1


def test_nothing_is_taken_over_where_all_is_to_be_computed_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("EVALKIT_COLD", "1")
    assert open_shared(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_code_that_computes_makes_another_folder_and_code_that_words_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "_PACKAGE_FOLDER", tmp_path)
    for folder in ("compare", "present", "study/html"):
        (tmp_path / folder).mkdir(parents=True)
    before = hash_computing_code()
    (tmp_path / "present" / "words.py").write_text("")
    (tmp_path / "study" / "html" / "page.css").write_text("")
    assert hash_computing_code() == before
    monkeypatch.setattr(shared_folder, "list_installed", lambda _: {"numpy": "99"})
    assert hash_computing_code() != before
    monkeypatch.undo()
    monkeypatch.setattr(provenance, "_PACKAGE_FOLDER", tmp_path)
    (tmp_path / "compare" / "more.yaml").write_text("")
    assert hash_computing_code() != before
