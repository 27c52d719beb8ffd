"""How many calls a second one account may make: pure rules, the time comes from the caller.

The service counts query, list and cancel together, over all programs that use the account (protocol.md,
section 5), so what was right a second ago may be too much now. "Too many" halves the rate, and it doubles
again with time.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from wan_notebook.service.retry import LONGEST_WISH

RATE = 17.0
"""Calls a second: 20 are allowed, and a network that delays some lets them arrive closer together."""
LOWEST_RATE = 0.5
BREATH = 1.0
"""Seconds without a call after "too many" that names no time: the service counts by the second."""
RECOVERY = 15.0
"""Seconds until a lowered rate has doubled; rate limits recover within about a minute."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A stretch of time to let pass. It is over, too, once the clock was set back to before its begin."""

    begin: datetime
    end: datetime

    @classmethod
    def of(cls, begin: datetime, seconds: float) -> "Rest":
        """Return the rest of so many seconds."""
        return cls(begin, begin + timedelta(seconds=seconds))

    def left(self, now: datetime) -> float:
        """Return how many seconds of it are left."""
        return (self.end - now).total_seconds() if self.begin <= now < self.end else 0.0


class Pace:
    """When the next call may be sent.

    Args:
        now: the present.
        rate: calls a second while nobody complains.
    """

    def __init__(self, now: datetime, rate: float = RATE) -> None:
        self._full = rate
        self._lowered = rate
        self._lowered_at = now
        self._rest = Rest(now, now)

    def rate(self, now: datetime) -> float:
        """Return the calls a second that are made for now."""
        passed = max((now - self._lowered_at).total_seconds(), 0.0)
        return min(self._full, self._lowered * math.exp2(min(passed / RECOVERY, 30)))

    def wait(self, now: datetime) -> float:
        """Return the seconds until the next call may be sent."""
        return self._rest.left(now)

    def sent(self, now: datetime) -> None:
        """Note that a call is sent now."""
        self._lowered_at = min(self._lowered_at, now)  # a clock that was set back must not keep the rate low
        self._rest = Rest.of(now, 1 / self.rate(now))

    def throttled(self, sent_at: datetime, now: datetime, retry_after: float | None) -> None:
        """Note that the service said "too many" to a call sent at a time; it may name the seconds to wait.

        Answers to calls that were under way when the rate was lowered do not lower it again.
        """
        if sent_at > self._lowered_at or now < self._lowered_at:
            self._lowered = max(self.rate(now) / 2, LOWEST_RATE)
            self._lowered_at = now
        wish = BREATH if retry_after is None else min(retry_after, LONGEST_WISH)
        self._rest = Rest.of(now, max(wish, self.wait(now)))
