"""The door for operators: `changeover COMMAND`. A command's module is loaded when it is asked for.

Exit codes: 0 done; 2 refused, with the reason and what to do in one line each on stderr.
"""

import sys
from collections.abc import Sequence

from cyclopts import App
from cyclopts.exceptions import CycloptsError

REFUSED = 2

COMMANDS = {
    "init": "cli.init:init",
    "schema": "cli.schema:schema",
    "plan": "cli.plan:plan",
    "apply": "cli.apply:apply",
    "status": "cli.status:status",
    "history": "cli.history:history",
    "pause": "cli.pause:pause",
    "resume": "cli.resume:resume",
    "roll-back": "cli.roll_back:roll_back",
    "decide": "cli.decide:decide",
    "retire": "cli.retire:retire",
    "override": "cli.override:override",
    "approve": "cli.approve:approve",
    "confirm": "cli.confirm:confirm",
    "incident": "cli.incident:incident",
    "unknown": "cli.unknown:unknown",
    "token": "cli.token:token",
}
"""Command -> where it is; nothing of it is imported before it is asked for."""

_ROOMS = frozenset(
    {"config", "rollout", "gates", "archive", "ledger", "connectors", "actions", "flows", "cli"}
)
"""Errors of these rooms are sentences for people: what, where and what to do next."""


def app() -> App:
    """Give the commands there are."""
    found = App(name="changeover", help="Moves people to a new tool, phase by phase.", version="")
    for name, place in COMMANDS.items():
        found.command(place, name=name)
    return found


def main() -> None:
    """Run the command of this process's arguments, and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; give its exit code."""
    try:
        app()(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        return _refuse(str(error))
    except Exception as error:
        said = words(error)
        if said is None:
            raise
        return _refuse(said)
    return 0


def words(error: Exception) -> str | None:
    """Give what a person is told of an error; None for one that is a fault of our own."""
    room, _, rest = type(error).__module__.partition(".")
    if room in _ROOMS:
        return str(error)
    if room == "sqlalchemy" and type(error).__name__ in {"OperationalError", "InterfaceError"}:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return f"the ledger does not answer ({cause}); look at CHANGEOVER_LEDGER"
    if room == "sqlalchemy" and rest == "exc" and type(error).__name__ == "ArgumentError":
        return "CHANGEOVER_LEDGER is no database address; write it like sqlite:///ledger.sqlite"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return None


def _refuse(said: str) -> int:
    for line in said.splitlines():
        print(line, file=sys.stderr)
    return REFUSED
