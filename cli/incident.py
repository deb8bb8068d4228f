"""`changeover incident open|update|close`: what went wrong."""

from typing import Annotated

from cyclopts import App, Parameter

from cli.book import RolloutName, Token, opened
from cli.clock import now
from config.names import Severity
from ledger import records
from rollout.orders import phase_of

incident = App(name="incident", help="Record what went wrong, what helps, and that it is over.")

Workaround = Annotated[str | None, Parameter(help="What people can do meanwhile.")]


class NoSuchIncidentError(Exception):
    """No open incident has this number. The message names those that are open."""


@incident.command(name="open")
def open_incident(
    severity: Severity,
    title: str,
    *,
    phase: Annotated[str | None, Parameter(help="The phase it is about.")] = None,
    workaround: Workaround = None,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Open an incident: critical rolls the phase back, major pauses it, minor is noted."""
    with opened(rollout) as book:
        by = book.proved(token)
        if phase is not None:
            phase_of(book.look(), phase)
        with book.door.write("incident") as tx:
            number = records.open_incident(
                tx, book.name, severity, title, by, now(), phase=phase, workaround=workaround
            )
    print(f"incident {number} ({severity}) is open: {title}")


@incident.command
def update(
    number: int,
    *,
    severity: Severity | None = None,
    workaround: Workaround = None,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Change the severity of an open incident, or say what people can do meanwhile."""
    if severity is None and workaround is None:
        msg = "nothing to change: say --severity or --workaround"
        raise NoSuchIncidentError(msg)
    _change(number, rollout, token, severity=severity, workaround=workaround)
    print(f"incident {number} is changed")


@incident.command
def close(number: int, *, rollout: RolloutName = None, token: Token = None) -> None:
    """Close an incident: it is over."""
    _change(number, rollout, token, close=True)
    print(f"incident {number} is closed")


def _change(
    number: int,
    rollout: str | None,
    token: str | None,
    *,
    severity: Severity | None = None,
    workaround: str | None = None,
    close: bool = False,
) -> None:
    with opened(rollout) as book:
        by = book.proved(token)
        with book.door.write("incident") as tx:
            done = records.update_incident(
                tx,
                book.name,
                number,
                by,
                now(),
                severity=severity,
                workaround=workaround,
                close=close,
            )
            known = ", ".join(i.id for i in records.open_incidents(tx, book.name)) or "none"
    if not done:
        msg = f"no incident {number} is open in {book.name}; open: {known}"
        raise NoSuchIncidentError(msg)
