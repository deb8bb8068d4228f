"""What commands there are, and understanding a command line.

A command's module is loaded when it is asked for.
"""

from collections.abc import Sequence

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


class UsageError(Exception):
    """A command line that says nothing we understand. The message says what, and where to look."""


def app() -> App:
    """Give the commands there are."""
    found = App(name="changeover", help="Moves people to a new tool, phase by phase.", version="")
    for name, (place, does) in COMMANDS.items():
        found.command(place, name=name, help=does)
    return found


def obey(arguments: Sequence[str]) -> None:
    """Run the command of a command line; UsageError where it is none."""
    try:
        app()(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        raise UsageError(usage(error, arguments)) from None


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
