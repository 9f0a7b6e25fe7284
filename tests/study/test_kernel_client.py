"""Whoever talks to a kernel finds it listening, waits for nothing else, and hears when it has ended."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest

from evalkit.study.kernel_client import KernelClient


class Deaf(KernelClient):
    """A client whose kernel answers, or publishes, only when asked for the nth time; or never."""

    def __init__(self, *, answers: int = 1, news: int = 1, alive: bool = True) -> None:
        super().__init__()
        self.left = {"answers": answers, "news": news}
        self.asked, self.alive = 0, alive

    def kernel_info(self):
        self.asked += 1

    async def is_alive(self):
        return self.alive

    async def get_shell_msg(self, timeout):
        self._count("answers")

    async def get_iopub_msg(self, timeout):
        self._count("news")

    def _count(self, kind):
        self.left[kind] -= 1
        if self.left[kind] > 0:
            raise Empty


def finish(waiting):
    """Wait for it in a thread of its own: where browsers were tested, this one has a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, waiting).result()


def test_a_kernel_that_listens_is_asked_once():
    client = Deaf()
    finish(client.wait_for_ready(timeout=5))
    assert client.asked == 1


@pytest.mark.parametrize(("answers", "news", "asked"), [(3, 1, 3), (1, 2, 2)])
def test_a_kernel_is_asked_again_until_it_answers_and_is_heard(answers, news, asked):
    client = Deaf(answers=answers, news=news)
    finish(client.wait_for_ready(timeout=5))
    assert client.asked == asked


def test_a_kernel_that_ended_is_not_waited_for():
    with pytest.raises(RuntimeError, match=r"^the kernel ended before it answered$"):
        finish(Deaf(answers=99, alive=False).wait_for_ready())


def test_a_kernel_that_never_answers_is_given_up():
    with pytest.raises(RuntimeError, match=r"^the kernel did not answer in 1e-09 seconds$"):
        finish(Deaf(answers=99).wait_for_ready(timeout=1e-9))
