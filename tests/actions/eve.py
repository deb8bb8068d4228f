"""The eve of the old system's end, and short ways to go on from it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from actions import retire_old_system
from actions.desk import Desk
from actions.export_old_system import export_old_system
from actions.retirement_awaited import awaited_approval
from actions.retirement_outcome import RetirementOutcome
from config.names import Language
from config.plan import Question
from ledger import records
from rollout.people import Entry, Person
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import ApprovalNow

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "phased.yaml"
THEN = datetime(2026, 4, 10, 12, tzinfo=UTC)
"""When the last phase passed: a Friday."""
READY = datetime(2026, 4, 13, 12, tzinfo=UTC)
"""The first day of the freeze."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
IT = "it@acme.example"
APPROVERS = ("m.kromosoeto@acme.example", "d.hinds@acme.example")
OPEN_ORDERS = "select count(*) from sales_order where closed_at is null"
QUESTION = Question(ask="How many orders are open?", sql=OPEN_ORDERS)


def retire(desk: Desk, now: datetime) -> RetirementOutcome:
    """Take the next step as a tick does: an export comes after it."""
    told = retire_old_system.retire(desk, now)
    if not told.to_export:
        return told
    came = export_old_system(desk, now)
    return RetirementOutcome(told.state, came.words, came.needs_person)


@dataclass
class World:
    """A desk, and what stands around it."""

    desk: Desk
    old: Path

    def planned(self, **update: object) -> "World":
        """Give the same world under a plan that differs."""
        plan = self.desk.plan.model_copy(update=update)
        return World(replace(self.desk, plan=plan), self.old)

    def order(self, at: datetime = READY, kind: str = "retire") -> None:
        """Ask for it."""
        with self.desk.door.write("order") as tx:
            records.add_order(tx, self.desk.rollout, kind, DECOMMISSION, IT, "because", at)

    def approve(
        self, subject: str, digest: str, at: datetime, by: tuple[str, ...] = APPROVERS
    ) -> None:
        """Say yes."""
        with self.desk.door.write("approve") as tx:
            for who in by:
                records.approve(tx, self.desk.rollout, ApprovalNow(subject, digest, IT, who, at))

    def say_yes(self, at: datetime, by: tuple[str, ...] = APPROVERS) -> None:
        """Approve what waits for it."""
        awaited = awaited_approval(self.desk, at)
        assert awaited is not None
        self.approve(awaited.subject, awaited.digest, at, by)

    def to_frozen(self, at: datetime = READY) -> None:
        """Ask, approve, freeze."""
        self.order(at)
        self.say_yes(at)
        assert retire(self.desk, at).state is State.FROZEN

    def to_cooling(self, at: datetime = READY) -> None:
        """Go on to the cooling-off, in two hours."""
        self.to_frozen(at)
        assert retire(self.desk, at + HOUR).state is State.FROZEN
        assert retire(self.desk, at + HOUR).state is State.PROVED
        self.say_yes(at + 2 * HOUR)
        assert retire(self.desk, at + 2 * HOUR).state is State.COOLING

    def value(self, sql: str) -> object:
        """Ask the old system's own file."""
        with closing(sqlite3.connect(self.old)) as database:
            return database.execute(sql).fetchone()[0]

    def read_only(self) -> object:
        """Tell whether it is frozen: '1' where it is."""
        return self.value("select value from setting where key = 'read_only'")

    def beside(self, old: object) -> "World":
        """Give the same world with another old system behind the port."""
        outside = cast("Any", SimpleNamespace(old=old))
        return World(replace(self.desk, outside=outside), self.old)


def people_of(count: int) -> list[Person]:
    """Give people in scope."""
    return [
        Person(
            f"p{n:05}",
            Entry(f"{n}", f"u{n}@acme.example", "U", f"{n}", "paramaribo", "Sales", Language.EN),
            date(2026, 2, 16),
            "early-adopters",
        )
        for n in range(1, count + 1)
    ]
