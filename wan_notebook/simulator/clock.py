"""The one place the simulator asks for the time, so that tests can jump a day."""

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        return time.time()


class MovableClock:
    """A clock that stands still until it is moved.

    Args:
        start: its first time, in seconds since 1970-01-01 UTC.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        return self._now

    def move(self, seconds: float = 0, *, hours: float = 0) -> None:
        """Move on by this much."""
        self._now += seconds + 3600 * hours
