"""`changeover outage open|close`: a site cannot work in the new tool."""

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token
from ledger import outages
from rollout.calendar import local_day

outage = App(
    name="outage",
    help="Record that a site has no internet, power or tool: its clock stops until it is over.",
)

EVERYWHERE = "everywhere"


class NoSuchOutageError(Exception):
    """No open outage has this number, or no site this name. The message names those there are."""


@outage.command(name="open")
def open_outage(
    site: str,
    what: str,
    *,
    first: Annotated[date | None, Parameter(help="The day it began; none: today.")] = None,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Say that a SITE, or `everywhere`, cannot work in the tool, and WHAT is wrong.

    Its days, the first and the last included, never count as days on which people did not use it.
    """
    with opened(rollout) as book:
        by = book.proved(token)
        known = book.plan.organisation.sites
        if site not in known and site != EVERYWHERE:
            msg = f"{site} is no site of {book.name}; it has {', '.join(known)}, or {EVERYWHERE}"
            raise NoSuchOutageError(msg)
        moment = now()
        today = local_day(moment, book.plan.zone)
        begun = first or today
        if begun > today:
            msg = f"{begun} is still to come; record an outage once it is there"
            raise NoSuchOutageError(msg)
        with book.door.write("outage") as tx:
            place = None if site == EVERYWHERE else site
            number = outages.begin(tx, book.name, place, what, begun, by, moment)
    print(f"outage {number} ({site}, since {begun}) is open: {what}")


@outage.command
def close(
    number: int,
    *,
    last: Annotated[date | None, Parameter(help="The last day it took; none: today.")] = None,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Say that an outage is over."""
    with opened(rollout) as book:
        by = book.proved(token)
        moment = now()
        today = local_day(moment, book.plan.zone)
        ended = last or today
        if ended > today:
            msg = f"{ended} is still to come; close an outage once it is over"
            raise NoSuchOutageError(msg)
        with book.door.write("outage") as tx:
            done = outages.end(tx, book.name, number, ended, by, moment)
            going_on = [o for o in outages.recorded(tx, book.name) if o.last is None]
    if not done:
        known = ", ".join(f"{o.id} (since {o.first})" for o in going_on) or "none"
        msg = f"no outage {number} that began by {ended} is open in {book.name}; open: {known}"
        raise NoSuchOutageError(msg)
    print(f"outage {number} is over; its last day was {ended}")
