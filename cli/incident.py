"""`changeover incident open|update|close`: what went wrong."""

from collections.abc import Callable
from typing import Annotated

from cyclopts import App, Parameter
from sqlalchemy import Connection

from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token, in_words
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
    title: Annotated[str, Parameter(validator=in_words)],
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

    def change(tx: Connection, name: str, by: str) -> bool:
        return records.update_incident(
            tx, name, number, by, now(), severity=severity, workaround=workaround
        )

    _record(number, rollout, token, change)
    print(f"incident {number} is changed")


@incident.command
def close(
    number: int,
    *,
    reason: Annotated[
        str, Parameter(help="What it was and what mended it; it stands in the audit trail.")
    ] = "",
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Close an incident: it is over."""

    def end(tx: Connection, name: str, by: str) -> bool:
        return records.close_incident(tx, name, number, by, now(), reason)

    _record(number, rollout, token, end)
    print(f"incident {number} is closed")


Change = Callable[[Connection, str, str], bool]
"""Given the transaction, the rollout's name and who asks; False where no such incident is open."""


def _record(number: int, rollout: str | None, token: str | None, change: Change) -> None:
    with opened(rollout) as book:
        by = book.proved(token)
        with book.door.write("incident") as tx:
            done = change(tx, book.name, by)
            known = ", ".join(i.id for i in records.open_incidents(tx, book.name)) or "none"
    if not done:
        msg = f"no incident {number} is open in {book.name}; open: {known}"
        raise NoSuchIncidentError(msg)
