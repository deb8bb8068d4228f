"""The people of a plan's directory, as a command that looks at a plan reads them."""

from pathlib import Path

from config.plan import Plan
from config.secrets import secret_finder
from connectors.opening import open_outside
from rollout.people import Entry


def entries_of(plan: Plan, folder: Path) -> tuple[list[Entry], tuple[str, ...]]:
    """Give everybody, and what the reading passed over; Misconfigured where a file is wrong."""
    with open_outside(plan, folder, secret_finder(folder)) as outside:
        return outside.directory.read(), outside.directory.warnings
