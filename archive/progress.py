"""How far an export is, how fast it goes and how long it still takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from archive.copying import TableProgress

EVERY_SECONDS = 2.0
"""Between two words of progress."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an export stands."""

    table: str
    """The table last heard of."""
    done: int
    """Tables that are written …"""
    of: int
    """… of so many."""
    rows: int
    """Rows written, of all tables."""
    expected: int | None
    """Rows there are by the source's own estimate; None where it has none."""
    spared: int
    """Rows among them that an earlier attempt had written."""
    seconds: float
    """Since it began."""

    @property
    def per_second(self) -> float:
        """Rows written in a second."""
        return (self.rows - self.spared) / self.seconds if self.seconds else 0.0

    @property
    def share(self) -> float | None:
        """How much of it is done, 0 to 1; None where nobody knows how much there is."""
        if self.done == self.of:
            return 1.0
        # An estimate may be too low.
        return min(self.rows / self.expected, 0.99) if self.expected else None

    @property
    def left(self) -> float | None:
        """Seconds until all tables are written, at this rate; None where nobody knows."""
        if self.done == self.of:
            return 0.0
        if not self.expected or self.per_second <= 0:
            return None
        return max(self.expected - self.rows, 0) / self.per_second

    @property
    def line(self) -> str:
        """Say it in one line: names of tables and numbers, nothing of what is in them."""
        about = f" of about {self.expected:,}" if self.expected else ""
        left = "" if self.left is None else f", about {_span(self.left)} left"
        if self.done == self.of:
            left = "; what follows is the SQLite copy, the checksums and the proof"
        return (
            f"{self.done} of {self.of} tables, {self.rows:,} rows{about}, "
            f"{self.per_second:,.0f} rows/s, now {self.table}{left}"
        )


class Meter:
    """Hears of tables and tells of the whole, every two seconds and at each table's end."""

    def __init__(
        self, show: Callable[[Standing], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin now; `clock` gives seconds."""
        self._show = show
        self._clock = clock
        self._began = clock()
        self._shown = float("-inf")
        self._rows: dict[int, TableProgress] = {}

    def __call__(self, heard: TableProgress) -> None:
        """Hear of one table."""
        self._rows[heard.number] = heard
        at = self._clock()
        if not heard.done and at - self._shown < EVERY_SECONDS:
            return
        self._shown = at
        known = self._rows.values()
        self._show(
            Standing(
                table=heard.table,
                done=sum(each.done for each in known),
                of=heard.of,
                rows=sum(each.rows for each in known),
                expected=heard.expected,
                spared=sum(each.rows for each in known if each.spared),
                seconds=at - self._began,
            )
        )


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
