"""An event loop whose time jumps to the next timer instead of waiting for it, and a clock that shows it."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

BEGIN = datetime(2026, 1, 20, 3, tzinfo=UTC)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop without waiting: sleeps, time limits and timers all follow its own time."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the seconds since its begin."""
        return self._jumping.passed


class _Jumping(selectors.SelectSelector):
    """Lets time pass where the loop would wait."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready; when nothing is, it is as late as the next timer says."""
        if timeout is None:
            message = "nothing will ever happen"
            raise RuntimeError(message)
        self.passed += max(timeout, 0.0)
        return super().select(0)


class VirtualClock:
    """The time of the loop it is used on.

    Attributes:
        set_by: seconds by which somebody has set the wall clock; timers do not know of it.
    """

    def __init__(self) -> None:
        self.set_by = 0.0

    def now(self) -> datetime:
        """Return the wall clock, aware, in UTC."""
        return BEGIN + timedelta(seconds=asyncio.get_running_loop().time() + self.set_by)

    async def sleep(self, seconds: float) -> None:
        """Return after this many seconds of the loop."""
        await asyncio.sleep(seconds)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a loop of its own, in no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
