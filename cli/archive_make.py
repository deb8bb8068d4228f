"""`changeover archive make`: make the old system's archive, or go on with one, outside a tick."""

import sys

from archive.errors import ArchiveError
from archive.progress import Meter, Standing
from cli.book import opened
from cli.clock import now
from cli.options import RolloutName


def make(*, rollout: RolloutName = None) -> None:
    """Make the old system's archive now, prove it and record it, as the schedule would.

    It goes on with the tables that an export which ended early has written. How far it is stands
    on stderr. Ticks go on beside it; an export that is at work already is refused.
    """
    from dataclasses import replace

    from actions.desk import at_desk
    from actions.export_old_system import export_old_system

    with opened(rollout) as book:
        name = book.name
    with at_desk(name) as desk:
        done = export_old_system(replace(desk, told=Meter(_show)), now())
    if done.needs_person:
        raise ArchiveError("\n".join(done.words))
    for line in done.words:
        print(line)


def _show(standing: Standing) -> None:
    print(standing.line, file=sys.stderr, flush=True)
