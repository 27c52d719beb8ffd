"""A running kernel without a browser, and what it sends."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from tests.simulators import stop_simulators

KERNEL: Any = {"kernel_name": "python3", "extra_arguments": ["--log-level=ERROR"]}
"""The environment's own kernel; that its channels are not encrypted on this machine it need not say."""
PATIENCE = 60.0
"""Seconds until the next message."""

Message = dict[str, Any]


class KernelError(Exception):
    """Code failed in the kernel, or it has fallen silent."""


class Kernel:
    """A kernel that runs code and hands over its messages."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def run(self, code: str) -> list[Message]:
        """Run code and return what the kernel sent, to the last message: that it is idle.

        Raises:
            KernelError: the code raised.
        """
        request = self.client.execute(code)
        messages = self.collect(lambda message: _ends(message, request))
        for message in messages:
            if message["msg_type"] == "error":
                reason = "{ename}: {evalue}".format_map(message["content"])
                raise KernelError(reason)
        return messages

    def milliseconds(self, code: str) -> float:
        """Run code and return how long it took, from the request to the idle kernel."""
        begun = time.perf_counter()
        self.run(code)
        return 1000 * (time.perf_counter() - begun)

    def send(self, kind: str, content: Message) -> Message:
        """Send a message as a page does, and return it."""
        message: Message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        return message

    def collect(self, last: Callable[[Message], bool]) -> list[Message]:
        """Return the messages up to one that is the last.

        Raises:
            KernelError: nothing came for a minute.
        """
        messages: list[Message] = []
        while not messages or not last(messages[-1]):
            try:
                messages.append(self.client.get_iopub_msg(timeout=PATIENCE))
            except queue.Empty:
                reason = f"no message for {PATIENCE:g} s"
                raise KernelError(reason) from None
        return messages

    def late(self, seconds: float) -> list[Message]:
        """Return the messages that still come, until there is none for this long."""
        messages: list[Message] = []
        while True:
            try:
                messages.append(self.client.get_iopub_msg(timeout=seconds))
            except queue.Empty:
                return messages

    def size(self, message: Message) -> int:
        """Return a message's bytes on its way to a page."""
        parts = (message[part] for part in ("header", "parent_header", "metadata", "content"))
        packed = sum(len(self.client.session.pack(part)) for part in parts)
        return packed + sum(len(buffer) for buffer in message.get("buffers", ()))


def _ends(message: Message, request: str) -> bool:
    if message["msg_type"] != "status" or message["parent_header"].get("msg_id") != request:
        return False
    return bool(message["content"]["execution_state"] == "idle")


@contextmanager
def running_kernel(folder: Path) -> Iterator[Kernel]:
    """Run a kernel in a folder; end it, and the simulators it has started, with the block."""
    manager, client = start_new_kernel(**KERNEL, cwd=str(folder))
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        stop_simulators(folder)
