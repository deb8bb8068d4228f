"""`changeover history`: all that was recorded, oldest first."""

import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from cli import overridden
from cli.book import opened
from cli.clock import now
from cli.columns import columns
from cli.options import RolloutName
from ledger import audit, decisions, records
from rollout.orders import OrderKind


def history(
    *,
    last: Annotated[int, Parameter(help="How many entries; 0: all.")] = 0,
    decided: Annotated[bool, Parameter(help="Gates' decisions alone.")] = False,
    rollout: RolloutName = None,
) -> None:
    """Print the audit trail, and how overrides turned out; refused where the trail was changed."""
    with opened(rollout) as book, book.door.read() as tx:
        entries = audit.trail(tx, book.name)
        asked = records.every_order(tx, book.name, OrderKind.OVERRIDE)
        judged = decisions.of_phase(tx, book.name) if decided or asked else []
        look = book.look() if asked else None
    zone = ZoneInfo(book.plan.zone)
    rows = [(moment(e.at, zone), e.by, e.event, told(e.data)) for e in entries[-last:]]
    if decided:
        rows = [
            (moment(d.at, zone), f"{decisions.name_of(d.id)} {d.phase}", d.verdict, headline(d))
            for d in judged[-last:]
        ]
    for line in columns(rows):
        print(line)
    if look is not None:
        known = {d.id: d for d in judged}
        for line in overridden.lines(book.plan, look, asked, known, now()):
            print(line)
    head = entries[-1].hash if entries else audit.NOTHING_BEFORE
    print(f"{len(entries)} entries, unbroken; head {head[:16]}")


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as people of a zone read it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def headline(decided: decisions.Decided) -> str:
    """Give the sentence a decision is known by."""
    return str(decided.document.get("verdict", {}).get("headline", ""))


def told(data: str) -> str:
    """Write an entry's data as words."""
    found: dict[str, object] = json.loads(data)
    return ", ".join(f"{k} {_words(v)}" for k, v in found.items() if v not in (None, "", [], {}))


def _words(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
