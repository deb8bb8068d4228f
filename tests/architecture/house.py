"""What the architecture's tests look at: the rooms, and the files git knows."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROOMS = [
    "config",
    "rollout",
    "gates",
    "archive",
    "ledger",
    "connectors",
    "notices",
    "reports",
    "actions",
    "tasks",
    "flows",
    "web",
    "cli",
    "rehearsal",
]


def tracked_files() -> list[Path]:
    """Files git tracks that are still there, relative to the root."""
    # Whoever owns the folder: a clone mounted into a container often has another owner.
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.fail(f"these tests look at the files git tracks: {run.stderr.strip()}")
    paths = [Path(name) for name in run.stdout.split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file()]


def modules() -> list[Path]:
    """Python modules of the rooms and the tests, but for migrations, which Alembic drafts."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.parts[:2] != ("ledger", "migrations")
    ]
