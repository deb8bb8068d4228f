"""The people of a plan's directory, as a command that looks at a plan reads them."""

from pathlib import Path

from config.plan import Plan
from connectors.csv_people import CsvDirectory
from rollout.people import Entry


def entries_of(plan: Plan, folder: Path) -> tuple[list[Entry], tuple[str, ...]]:
    """Give everybody, and what the reading passed over; Misconfigured where a file is wrong."""
    directory = CsvDirectory(plan.people, folder, plan.organisation.sites)
    return directory.read(), directory.warnings
