"""Brings a file to the disk while it grows, so that little is left to wait for when it is whole."""

import asyncio
import os
from types import TracebackType
from typing import BinaryIO, Self

STEP = 16 * 2**20
"""Bytes between two flushes; at most twice as many wait in memory for the disk."""


class Flusher:
    """Flushes a file in a thread, step by step; a context that ends when all flushes have.

    A slow disk thus holds back this file only: the loop goes on, and whoever fetches another.

    Args:
        file: open for writing, and until this ends.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._next = file.tell() + STEP
        self._running: asyncio.Future[None] | None = None

    async def grown(self, size: int) -> None:
        """Begin a flush when there is enough for one and the last has ended.

        Raises:
            OSError: the last could not be done; which bytes are lost the system does not tell, and not twice.
        """
        if size < self._next:
            return
        self._next = size + STEP
        await self._ended()
        loop = asyncio.get_running_loop()
        self._running = loop.run_in_executor(None, os.fsync, self._file.fileno())

    async def _ended(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._ended()
