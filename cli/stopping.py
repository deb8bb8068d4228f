"""Being asked to stop, as a word that is looked for: nothing is torn out of the middle of its work.

A signal that raises comes wherever it likes: between two starts, while a server is being ended,
in the line that would have caught it. Here a handler only notes that it came, whoever waits looks
for the note, and asking again while we stop changes nothing.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a service manager, a terminal that was closed."""


@dataclass
class Stop:
    """Whether this process was asked to stop."""

    asked: bool = False

    def hear(self, _signal: int, _frame: FrameType | None) -> None:
        """Note that it was; a signal's handler."""
        self.asked = True

    def __call__(self) -> bool:
        """Tell whether it was."""
        return self.asked


@contextmanager
def listening() -> Iterator[Stop]:
    """Hear when this process is asked to stop; once what it did is over, until it ends, no more.

    A closed terminal asks only where it is not to be ignored (`nohup`). Ctrl-C always does: a
    script's background process inherits that it is ignored, and could not be ended with it.
    """
    stop = Stop()
    for number in ASKING:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop.hear)
    try:
        yield stop
    finally:
        # Not our handler: Python takes those away before its end, and then a third Ctrl-C kills.
        for number in ASKING:
            signal.signal(number, signal.SIG_IGN)
