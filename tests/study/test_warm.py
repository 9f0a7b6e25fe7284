"""Processes forked from a warm one: they answer, die alone, and show what plainly started ones show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from operator import truediv

import psutil
import pytest

from evalkit.errors import ReportError, UsageError
from evalkit.study.runner import run_studies
from evalkit.study.settings import check_settings
from evalkit.study.warm import Server

from .conftest import FIGURE, cell, make_workbench, write_notebook, write_study


@pytest.fixture(scope="module")
def server():
    with Server(cold=True) as one:
        yield one


def test_a_call_returns_what_the_function_returns(server):
    assert server.call(divmod, 7, 2) == (3, 1)


def test_a_call_raises_what_the_function_raises(server):
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        server.call(truediv, 1, 0)


def test_an_error_of_evalkit_keeps_its_message_and_its_exit_code(server):
    with pytest.raises(UsageError, match=r"^n_boot must be 1 to 1,000,000; found 0$") as caught:
        server.call(check_settings, lang="en", conf_level=0.95, n_boot=0, seed=1)
    assert caught.value.exit_code == 2


def test_what_cannot_be_sent_back_is_an_error(server):
    with pytest.raises(TypeError, match="cannot pickle"):
        server.call(open, os.devnull)


def test_calls_inherit_what_was_prepared_and_outlive_what_could_not_be(server):
    server.prepare(truediv, 1, 0)
    server.prepare(sys.setrecursionlimit, 2345)
    assert server.call(sys.getrecursionlimit) == 2345


def test_calls_run_side_by_side_each_in_a_process_of_its_own(server):
    numbers = [server.submit(time.sleep, 1.0), server.submit(os.getpid), server.submit(os.getpid)]
    answers = [answer for _ in numbers for answer in server.receive()]
    assert [answer.number for answer in answers][-1] == numbers[0]
    assert len({answer.value for answer in answers[:2]} | {os.getpid()}) == 3


def test_what_runs_aside_is_handed_over_and_no_answer(server):
    told = []
    server.submit_aside(told.append, divmod, 7, 2)
    sleeping = server.submit(time.sleep, 0.5)
    assert server.receive() == []
    assert told == [(3, 1)]
    assert [answer.number for answer in server.receive()] == [sleeping]


def test_the_last_that_runs_aside_is_waited_for(server):
    told = []
    for seconds in (0.2, 0.0):
        server.submit_aside(lambda _, seconds=seconds: told.append(seconds), time.sleep, seconds)
    server.settle()
    assert told == [0.0, 0.2]


def test_what_fails_aside_is_raised_where_it_is_waited_for(server):
    server.submit_aside(print, truediv, 1, 0)
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        server.settle()
    server.submit_aside(print, os._exit, 3)
    with pytest.raises(ReportError, match="exit code 3"):
        server.settle()


@pytest.mark.parametrize(("exit_code", "end"), [(3, "os._exit"), (-9, "os.kill")])
def test_a_process_that_dies_costs_its_call_alone(server, exit_code, end):
    sleeping = server.submit(time.sleep, 1.0)
    dying = server.submit(os._exit, 3) if end == "os._exit" else server.submit(signal.raise_signal, 9)
    (first,), (second,) = server.receive(), server.receive()
    assert (first.number, first.exit_code) == (dying, exit_code)
    assert (second.number, second.exit_code) == (sleeping, 0)


def test_a_call_whose_process_dies_says_so(server):
    with pytest.raises(ReportError, match="exit code -9; most often the machine ran out of memory"):
        server.call(signal.raise_signal, 9)


def test_a_server_that_is_killed_costs_its_calls_and_is_started_anew():
    with Server(cold=True) as server:
        parent = server.call(os.getppid)
        lost = [server.submit(time.sleep, 60), server.submit(time.sleep, 60)]
        os.kill(parent, signal.SIGKILL)
        assert [(answer.number, answer.exit_code) for answer in server.receive()] == [
            (number, -9) for number in lost
        ]
        assert server.call(os.getppid) != parent


def test_closing_ends_what_still_runs_and_waits_for_it():
    with Server(cold=True) as server:
        server.submit(time.sleep, 60)
        wanted = server.submit(os.getppid)
        (answer,) = server.receive()
        assert answer.number == wanted
        family = [psutil.Process(answer.value), *psutil.Process(answer.value).children()]
        assert len(family) == 2
    deadline = time.monotonic() + 5  # a process lets go of its files a moment before it is gone
    while any(map(_runs, family)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(_runs, family))


def _runs(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


IMPORTED = "[name for name in ('ipykernel', 'nbconvert', 'pandas') if name in __import__('sys').modules]"


@pytest.mark.parametrize(
    ("settings", "imported"), [({"empty": True}, []), ({"cold": True}, ["ipykernel", "nbconvert"])]
)
def test_an_empty_server_imports_nothing_beforehand(settings, imported):
    with Server(**settings) as server:
        assert server.cold
        assert not server.is_warm
        assert server.call(eval, IMPORTED) == imported


def test_no_server_is_started_where_nothing_is_asked():
    with Server() as server:
        pass
    assert server._process is None


LEAN = """
import sys
import evalkit.study.runner
heavy = {"pandas", "scipy", "matplotlib", "papermill", "nbconvert", "nbformat", "zmq", "duckdb"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_runner_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


STATE = """
import os, sys, threading, warnings, json
{preload}
import matplotlib, matplotlib.units, matplotlib.pyplot as plt, numpy, pandas, scipy.stats, seaborn
import statsmodels.regression.linear_model
print(json.dumps({{
    "threads": len(os.listdir("/proc/self/task")),
    "contexts": "zmq" in sys.modules and bool(sys.modules["zmq"].Context._instance),
    "backend": plt._backend_mod is None and "matplotlib_inline.backend_inline" not in sys.modules,
    "rc": repr(sorted(dict(matplotlib.rcParams).items())),
    "units": len(matplotlib.units.registry),
    "filters": [str(one) for one in warnings.filters if "IPython" not in str(one)],
    "numpy": repr(numpy.get_printoptions()),
}}))
"""


def test_preloading_leaves_one_thread_and_what_plain_imports_leave():
    states = []
    for line in ("from evalkit.study.preload import preload; preload(notebooks=True)", ""):
        command = [sys.executable, "-c", STATE.format(preload=line)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        states.append(json.loads(done.stdout))
    warm, plain = states
    assert warm.pop("contexts") is plain.pop("contexts") is False
    assert (warm["threads"], warm["backend"]) == (1, True)
    assert set(warm.pop("filters")) == set(
        plain.pop("filters")
    )  # their order decides nothing: each is of a library
    assert warm == plain


#: Notebooks that show what an earlier import, a forked state or another order of imports could change.
REVEALING = {
    "figures": """\
import matplotlib.pyplot as plt
#| label: fig-plain
_ = plt.plot([1, 3, 2])""",
    "dates": """\
import matplotlib.pyplot as plt, pandas as pd
from IPython.display import display
#| label: fig-dates
days = pd.date_range("2026-01-01", periods=4)
_ = plt.plot(days.to_pydatetime(), [1, 3, 2, 4])""",
    "looks": """\
import matplotlib.pyplot as plt, seaborn as sns
plt.rcParams["axes.facecolor"] = "lightgrey"
#| label: fig-looks
_ = sns.lineplot(x=[1, 2], y=[2, 1])""",
    "variables": """\
import os
os.environ["MPLBACKEND"] = "agg"
os.environ["OMP_NUM_THREADS"] = "3"
import matplotlib.pyplot as plt
print(plt.get_backend(), plt.figure())""",
    "warned": """\
import warnings
def old():
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
old()
import numpy as np, pandas as pd
from scipy import special
from statsmodels.tools.sm_exceptions import ConvergenceWarning
for _ in range(2):
    warnings.warn("once", UserWarning)
    warnings.warn("always", ConvergenceWarning)
    warnings.warn("never", ImportWarning)
np.polyfit([1.0, 1.0], [1.0, 1.0], 1)
np.log(np.array([0.0]))""",
    "draws": """\
import random
import numpy as np
from evalkit.stats import *
random.seed(1); np.random.seed(1)
print(random.random(), np.random.random(), np.random.default_rng(1).random())
print(hash("text"), {"a", "b", "c"}, list(map(hash, ["x", "y"])))""",
    "frames": """\
import pandas as pd
pd.DataFrame({f"column {i}": ["a text of some length"] * 80 for i in range(12)})""",
    "surroundings": """\
import logging, os, sys, locale, signal, gc, threading, multiprocessing
print(os.getcwd() == sys.path[0], sys.path[1:3], sys.argv[0].rpartition("/")[2], sys.argv[1], len(sys.argv))
print(sorted(name for name in os.environ if name not in {"EVALKIT_COLD", "JPY_PARENT_PID"}))
print(logging.getLogger().handlers, logging.getLogger().level, locale.getlocale(), gc.isenabled())
print(signal.getsignal(signal.SIGINT), sys.stdin.read() if not sys.stdin.isatty() else "")
print(threading.active_count(), multiprocessing.parent_process(), multiprocessing.current_process().name)
print(os.getsid(0) == os.getpid(), os.environ["JPY_PARENT_PID"] == str(os.getppid()))""",
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Folders of reports of the same notebooks, built by warm kernels and by plainly started ones."""
    folders = []
    for cold in "01":
        root = make_workbench(tmp_path_factory.mktemp("bench") / "bench")
        for name, source in REVEALING.items():
            write_notebook(root, name, cell("code", f"#| fig-cap: C.\n#| fig-alt: A.\n{source}"))
        write_notebook(root, "drawn", cell("code", FIGURE))
        write_study(root, "tiny", f"notebooks: [{', '.join([*REVEALING, 'drawn'])}]")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EVALKIT_COLD", cold)
            patch.chdir(root)
            with (root / "log").open("w", encoding="utf-8") as log:
                run = run_studies(jobs=2, stream=log)
        assert not run.failed, [outcome.failure for outcome in run.failed]
        folders.append(root / "reports/tiny")
    return folders


@pytest.mark.parametrize("name", [*REVEALING, "drawn"])
def test_warm_and_plain_kernels_show_the_same(both, name):
    warm, plain = (json.loads((folder / f"notebooks/{name}.ipynb").read_text("utf-8")) for folder in both)
    assert [one.get("outputs") for one in warm["cells"]] == [one.get("outputs") for one in plain["cells"]]
    assert any(one.get("outputs") for one in warm["cells"])


def test_warm_and_plain_runs_write_the_same_bytes(both):
    warm, plain = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")} for folder in both
    )
    assert len(warm) > 2 * len(REVEALING)
    assert [path for path in warm if warm[path] != plain[path]] == []


def test_a_figure_of_a_warm_kernel_is_a_picture(both):
    text = (both[0] / "notebooks/figures.ipynb").read_text("utf-8")
    assert "image/svg+xml" in text or "image/png" in text


def test_the_file_of_a_cell_is_named_without_the_number_of_a_process(both):
    cells = json.loads((both[0] / "notebooks/warned.ipynb").read_text("utf-8"))["cells"]
    shown = "".join("".join(output["text"]) for output in cells[-1]["outputs"] if "text" in output)
    assert "cell:6: DeprecationWarning: deprecated\n" in shown
    assert "ipykernel" not in shown
