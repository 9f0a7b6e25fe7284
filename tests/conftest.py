"""What every test shares: one thread for linear algebra, no deadlines, no skips where they are forbidden."""

from __future__ import annotations

import os
import signal
import sys

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # threads that wait for each other's cores stall for seconds
os.environ.setdefault("MPLBACKEND", "agg")

import pytest
from hypothesis import settings

settings.register_profile("evalkit", deadline=None)  # machines are shared, and a deadline would test them
settings.load_profile("evalkit")
# A shell that runs the tests in the background has them ignore Ctrl-C; what they start would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_labels_of_a_study():
    """Take back labels, texts and language that the study of a test has set, or one that tests share."""
    _forget_study()
    yield
    _forget_study()


def _forget_study():
    if labels := sys.modules.get("evalkit.present.labels"):
        labels.use_labels({})
        labels.use_texts({})
    if reader := sys.modules.get("evalkit.present.reader"):
        reader.use_language("en")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure in CI, where everything that a test needs is installed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("EVALKIT_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and EVALKIT_NO_SKIPS forbids it: {report.longrepr}"
