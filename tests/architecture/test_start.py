"""Commands that need no engine start without it: importing Prefect alone takes a second."""

import subprocess
import sys

import pytest

from tests.architecture.house import ROOT

NEED_PREFECT = {"apply", "up", "run"}
"""They register, start or trigger runs; the import contracts name the same."""
COMMANDS = sorted({path.stem for path in (ROOT / "cli").glob("*.py")} - NEED_PREFECT - {"__init__"})
QUICK = sorted({"main", "status", "history", "pause", "resume"} & {*COMMANDS})
"""What an operator types in a hurry; none of it computes on tables."""


def _loaded(modules: list[str]) -> set[str]:
    """Give the top-level packages that importing these commands loads, in a fresh process."""
    imports = "".join(f"import cli.{name}\n" for name in modules)
    script = f"{imports}import sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {*run.stdout.split()}


def test_commands_that_need_no_prefect_load_none() -> None:
    assert "prefect" not in _loaded(COMMANDS)


@pytest.mark.parametrize("package", ["pandas", "scipy", "prefect", "fastapi"])
def test_quick_commands_load_nothing_heavy(package: str) -> None:
    assert package not in _loaded(QUICK)
