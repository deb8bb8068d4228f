"""Order: Prefect flows, composition only."""

from pathlib import Path

WATCHER = Path(__file__).with_name("watch.py")
"""Runs a command that ends when we do: `python -I -S WATCHER COMMAND...`, its input a pipe."""

CONSOLE_LEVEL = "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"
"""Variable that keeps Prefect's chatter off a terminal, and only there; read at its import."""

NO_ANALYTICS = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
"""Variables that keep a Prefect server and its clients from telling its makers of their use."""
