"""Where a command gets the time: the one place in this room that looks at a clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)
