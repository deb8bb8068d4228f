"""What every test stands on."""

import os
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.postgres", "tests.mariadb"]

# A developer's own Prefect profile may point at a real server: no test may ever speak to it.
_prefect_home = tempfile.TemporaryDirectory(prefix="changeover-prefect-")
os.environ["PREFECT_HOME"] = _prefect_home.name
for name in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE"):
    os.environ.pop(name, None)
os.environ.update(PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")

# Two workers share two cores with the servers they start: a slow example is no finding.
settings.register_profile("shared-cores", deadline=None)
settings.load_profile("shared-cores")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that ask for the most time: two workers then end together."""
    asked: dict[Path, float] = defaultdict(float)
    for item in items:
        mark = item.get_closest_marker("timeout")
        asked[item.path] = max(asked[item.path], float(mark.args[0]) if mark else 0.0)
    items.sort(key=lambda item: -asked[item.path])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded (`record_property("figures", ...)`)."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    for report in reports:
        for name, value in getattr(report, "user_properties", []):
            if name == "figures" and report.when == "call":
                terminalreporter.write_line(str(value))
