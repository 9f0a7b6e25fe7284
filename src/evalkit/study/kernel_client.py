"""The side of a kernel that asks: without the waits that a kernel of unknown age would need."""

from __future__ import annotations

from queue import Empty
from time import monotonic
from typing import Final

from jupyter_client.asynchronous.client import AsyncKernelClient

_ANSWER: Final = 1.0  # seconds for the answer of a kernel that listens, before it is asked again
_NEWS: Final = 0.2  # seconds for what it publishes, which may be lost until it knows who listens


class KernelClient(AsyncKernelClient):  # type: ignore[misc, unused-ignore]
    """Talks to a kernel that was started for it alone; nbclient knows that it runs from its process.

    jupyter_client's own reads what is published until 0.2 seconds pass in silence, and keeps a thread for
    heartbeats.
    """

    def start_channels(self, *_: bool, **__: bool) -> None:
        """Open the sockets, but none for heartbeats and for questions to a person."""
        super().start_channels(hb=False, stdin=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and what it publishes arrives.

        Raises
        ------
        RuntimeError
            If it ends, or does not answer in time.
        """
        deadline = monotonic() + (timeout or float("inf"))
        while not await self._is_heard():
            if not await self.is_alive():
                raise RuntimeError("the kernel ended before it answered")
            if monotonic() > deadline:
                raise RuntimeError(f"the kernel did not answer in {timeout} seconds")

    async def _is_heard(self) -> bool:
        self.kernel_info()
        try:
            await self.get_shell_msg(timeout=_ANSWER)
            await self.get_iopub_msg(timeout=_NEWS)
        except Empty:
            return False
        return True
