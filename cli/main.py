"""The door for operators: `changeover COMMAND`. A command's module is loaded when it is asked for.

Exit codes: 0 done; 2 refused, with the reason and what to do in one line each on stderr; 130 ended
with Ctrl-C; 141 nobody reads on, as after `| head`.
"""

import gc
import os
import sys
from collections.abc import Sequence

from cli.commands import obey
from flows import CONSOLE_LEVEL, NO_ANALYTICS

REFUSED = 2
INTERRUPTED = 130
UNREAD = 141

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


def main() -> None:
    """Run the command of this process's arguments, and end with its exit code.

    Prefect's own lines stay off the terminal, warnings and errors excepted, and it tells nobody
    that it is used.
    """
    for name, value in {CONSOLE_LEVEL: "WARNING", **NO_ANALYTICS}.items():
        os.environ.setdefault(name, value)
    # All that is loaded stays to the end, and `obey` begins to look for what does not: Python's way
    # takes a tenth of a quick command's time, and as much again at its end.
    gc.disable()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; give its exit code."""
    try:
        obey(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still to be written goes nowhere, or Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except Exception as error:
        said = words(error)
        if said is None:
            raise
        return _refuse(said)
    except KeyboardInterrupt:
        return INTERRUPTED
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
