"""What commands there are, and understanding a command line.

A command's module is loaded when it is asked for.
"""

import gc
from collections.abc import Mapping, Sequence

from cyclopts import App
from cyclopts.exceptions import CycloptsError, MissingArgumentError, UnusedCliTokensError

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
    "decide": ("cli.decide:decide", "Try a phase again, abandon it, or skip an empty one."),
    "retire": ("cli.retire:retire", "Ask for the old system's end, or see what it waits for."),
    "override": ("cli.override:override", "Let a phase pass against its gate."),
    "approve": ("cli.approve:approve", "A second person's yes."),
    "confirm": ("cli.confirm:confirm", "Confirm an item of a checklist."),
    "incident": ("cli.incident:incident", "Open, update or close an incident."),
    "outage": ("cli.outage:outage", "Record that a site cannot work in the tool."),
    "unknown": ("cli.unknown:unknown", "List or resolve effects of unknown fate."),
    "token": ("cli.token:token", "Make a personal token."),
}
"""Command -> where it is and what it does; nothing of it is imported before it is asked for."""
ARCHIVE = "archive"
OF_ARCHIVES = {
    "make": ("cli.archive_make:make", "Make the old system's archive now, prove it and record it."),
    "verify": ("cli.archive:verify", "Check every file and every row; say in one line what holds."),
    "restore": ("cli.archive:restore", "Restore into an empty database, and compare every row."),
    "key": (
        "cli.archive_key:key",
        "Show the fingerprint of the key that signs, or change the key.",
    ),
    "encrypt": ("cli.archive_encryption:encrypt", "Encrypt an archive for named keys."),
    "open": ("cli.archive_encryption:open_", "Open an encrypted archive with your private key."),
    "opened": ("cli.archive_encryption:opened", "Record that your key opened the newest archive."),
    "erase": ("cli.archive_erase:erase", "Take a person's rows out, and leave a proof of it."),
    "fetch": ("cli.archive_fetch:fetch", "Bring a copy back from where it was put, and verify it."),
    "browse": ("cli.archive_browse:browse", "Show its tables in a browser, to people on a list."),
    "reader": ("cli.archive_browse:reader", "Put somebody on the list of those who may look."),
}
"""The same of `changeover archive`."""


class UsageError(Exception):
    """A command line that says nothing we understand. The message says what, and where to look."""


def app(asked: Sequence[str] = ()) -> App:
    """Give the commands there are, for a command line."""
    found = App(name="changeover", help="Moves people to a new tool, phase by phase.", version="")
    _know(found, COMMANDS, asked[:1])
    of_archives = App(name=ARCHIVE, help="Archives of old systems: make, verify, open, look up.")
    _know(of_archives, OF_ARCHIVES, asked[1:2])
    found.command(of_archives)
    return found


def _know(group: App, commands: Mapping[str, tuple[str, str]], asked: Sequence[str]) -> None:
    for name, (place, does) in commands.items():
        # The line is for the list; who asks for the command is told all that it says of itself.
        group.command(place, name=name, help=None if name in asked else does)


def obey(arguments: Sequence[str]) -> None:
    """Run the command of a command line; UsageError where it is none."""
    try:
        command, bound, _ = app(arguments).parse_args(
            list(arguments), exit_on_error=False, print_error=False
        )
    except CycloptsError as error:
        raise UsageError(usage(error, arguments)) from None
    if not gc.isenabled():
        # What was loaded stays to the end; what a command makes, of which `plan` and `up` make
        # much, does not.
        gc.freeze()
        gc.enable()
    command(*bound.args, **bound.kwargs)


def usage(error: CycloptsError, arguments: Sequence[str]) -> str:
    """Say what of a command line is wrong, and where it is written how to do it."""
    if isinstance(error, UnusedCliTokensError):
        said = f"not understood: {' '.join(error.unused_tokens or ())}"
    elif isinstance(error, MissingArgumentError) and error.argument is not None:
        name, positional = error.argument.name, error.argument.index is not None
        said = f"{name.lstrip('-').upper() if positional else name} is missing"
    else:
        said = str(error)
    known = [a for a in arguments[:1] if a in {*COMMANDS, ARCHIVE}]
    if known == [ARCHIVE]:
        known += [a for a in arguments[1:2] if a in OF_ARCHIVES]
    return f"{said}\n`{' '.join(['changeover', *known, '--help'])}` shows how"
