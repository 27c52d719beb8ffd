"""How many calls a second are let through: pure, the time comes from the caller."""

from collections import deque


class Window:
    """Lets a number of calls through in any window of time.

    Args:
        limit: calls allowed within the window.
        seconds: length of the window.
    """

    def __init__(self, limit: int, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._admitted: deque[float] = deque(maxlen=limit)

    def admits(self, now: float) -> bool:
        """Count a call at this time if it is within the limit, and say whether it is."""
        full = len(self._admitted) == self._admitted.maxlen
        if full and now - self._admitted[0] < self._seconds:
            return False
        self._admitted.append(now)
        return True
