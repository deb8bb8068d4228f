"""The door for operators: `changeover COMMAND`. A command's module is loaded when it is asked for.

Exit codes: 0 done; 2 refused, with the reason and what to do in one line each on stderr; 130 ended
with Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence

from cyclopts import App
from cyclopts.exceptions import CycloptsError, MissingArgumentError, UnusedCliTokensError

from flows import CONSOLE_LEVEL, NO_ANALYTICS

REFUSED = 2
INTERRUPTED = 130

COMMANDS = {
    "init": ("cli.init:init", "Write a commented plan to begin from."),
    "schema": ("cli.schema:schema", "Print the JSON Schema of a plan."),
    "plan": ("cli.plan:plan", "Who moves when and why, every date, and every problem."),
    "apply": ("cli.apply:apply", "Record a plan, or a change of one."),
    "go": ("cli.go:go", "Let it begin, after every mail went to one address."),
    "up": ("cli.up:up", "A server, the deployments and a worker, in one terminal."),
    "run": ("cli.run:run", "Run a phase now."),
    "status": ("cli.status:status", "Where the rollout stands, and what needs a person."),
    "history": ("cli.history:history", "All that was recorded, oldest first."),
    "evidence": ("cli.evidence:evidence", "A decision with all it rests on, as one document."),
    "judge": ("cli.judge:judge", "Judge such documents again, without ledger or clock."),
    "buddies": ("cli.buddies:buddies", "Who helps whom."),
    "gate": ("cli.gate:gate", "How often a gate is wrong, and what other thresholds would do."),
    "pause": ("cli.pause:pause", "Stop everything, at once."),
    "resume": ("cli.resume:resume", "Let a paused rollout or phase go on."),
    "roll-back": ("cli.roll_back:roll_back", "Undo a phase."),
    "decide": ("cli.decide:decide", "Try a rolled-back phase again, or abandon it."),
    "retire": ("cli.retire:retire", "Ask for the old system's end."),
    "override": ("cli.override:override", "Let a phase pass against its gate."),
    "approve": ("cli.approve:approve", "A second person's yes."),
    "confirm": ("cli.confirm:confirm", "Confirm an item of a checklist."),
    "incident": ("cli.incident:incident", "Open, update or close an incident."),
    "outage": ("cli.outage:outage", "Record that a site cannot work in the tool."),
    "unknown": ("cli.unknown:unknown", "List or resolve effects of unknown fate."),
    "archive": ("cli.archive:archive", "Archives of an old system: verify, restore, their keys."),
    "token": ("cli.token:token", "Make a personal token."),
}
"""Command -> where it is and what it does; nothing of it is imported before it is asked for."""

_ROOMS = frozenset(
    {
        "config",
        "rollout",
        "gates",
        "archive",
        "ledger",
        "connectors",
        "actions",
        "flows",
        "web",
        "cli",
    }
)
"""Errors of these rooms are sentences for people: what, where and what to do next."""


def app() -> App:
    """Give the commands there are."""
    found = App(name="changeover", help="Moves people to a new tool, phase by phase.", version="")
    for name, (place, does) in COMMANDS.items():
        found.command(place, name=name, help=does)
    return found


def main() -> None:
    """Run the command of this process's arguments, and end with its exit code.

    Prefect's own lines stay off the terminal, warnings and errors excepted, and it tells nobody
    that it is used.
    """
    for name, value in {CONSOLE_LEVEL: "WARNING", **NO_ANALYTICS}.items():
        os.environ.setdefault(name, value)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; give its exit code."""
    try:
        app()(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        return _refuse(usage(error, arguments))
    except Exception as error:
        said = words(error)
        if said is None:
            raise
        return _refuse(said)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def usage(error: CycloptsError, arguments: Sequence[str]) -> str:
    """Say what of a command line is wrong, and where it is written how to do it."""
    if isinstance(error, UnusedCliTokensError):
        said = f"not understood: {' '.join(error.unused_tokens or ())}"
    elif isinstance(error, MissingArgumentError) and error.argument is not None:
        name, positional = error.argument.name, error.argument.index is not None
        said = f"{name.lstrip('-').upper() if positional else name} is missing"
    else:
        said = str(error)
    known = [a for a in arguments[:1] if a in COMMANDS]
    return f"{said}\n`{' '.join(['changeover', *known, '--help'])}` shows how"


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
