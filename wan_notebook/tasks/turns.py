"""Whose turn it is to call the service: first come, first served, in the pace of the account."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from wan_notebook.service import ThrottledError
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.pacing import RATE, Pace

NAP = 15.0
"""Longest sleep in seconds: the timers of a machine that slept go on where they stood."""

T = TypeVar("T")


class Turns:
    """Gives turns to query, list and cancel calls, which the service counts together.

    Args:
        clock: tells the time.
        rate: calls a second while nobody complains.
    """

    def __init__(self, clock: Clock, rate: float = RATE) -> None:
        self._clock = clock
        self._pace = Pace(clock.now(), rate)
        self._gate = asyncio.Lock()

    async def turn(self) -> datetime:
        """Wait for a turn, and return when it began; the call is to be sent then."""
        async with self._gate:
            while (seconds := self._pace.wait(self._clock.now())) > 0:
                await self._clock.sleep(min(seconds, NAP))
            now = self._clock.now()
            self._pace.sent(now)
            return now

    async def paced(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call when its turn has come.

        Raises:
            ServiceError: whatever the call raises.
        """
        began = await self.turn()
        return await self.heeded(began, call)

    async def heeded(self, began: datetime, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call in a turn that began at a time; where the service says "too many", slow down.

        Raises:
            ServiceError: whatever the call raises.
        """
        try:
            return await call()
        except ThrottledError as error:
            self._pace.throttled(began, self._clock.now(), error.retry_after)
            raise
