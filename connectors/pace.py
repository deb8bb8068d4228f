"""A pace to keep: so many calls a second, spread evenly over all threads."""

import time
from collections.abc import Callable
from threading import Lock


class Pace:
    """Gives out turns a fixed time apart; without a rate, at once.

    Even spacing and no bursts: a relay or service that counts in windows of its own is never
    asked for more than its rate in any of them.
    """

    def __init__(
        self,
        per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the rate (calls a second; None: any), a clock in seconds and a way to wait."""
        self._apart = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next = float("-inf")
        self._lock = Lock()

    def turn(self) -> None:
        """Come back when it is our turn."""
        if not self._apart:
            return
        with self._lock:
            now = self._clock()
            mine = max(now, self._next)
            self._next = mine + self._apart
        if mine > now:
            self._sleep(mine - now)
