"""A whole rollout on a simulated clock, without the engine: morning after morning, ticks only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from actions.apply_plan import apply_plan
from actions.desk import Desk, open_desk
from actions.hands import PlainHands
from config.loading import parse
from connectors.csv_people import CsvDirectory
from flows.order import Day, tick
from ledger.opening import open_ledger
from rehearsal import office
from rehearsal.world import World
from rollout.calendar import aware
from rollout.phases import DECOMMISSION, State

DAYS_AT_MOST = 260
After = Callable[[Desk, datetime], None]
"""Called each day at the hour the office has done its work."""


@dataclass(frozen=True, slots=True)
class Morning:
    """One morning, and what came of it."""

    day: date
    tick: Day


def begin(world: World) -> Desk:
    """Apply the world's plan to a fresh ledger, as a rehearsal; give its desk."""
    text = world.plan_text()
    plan = parse(text, "plan.yaml")
    url = f"sqlite:///{world.folder}/ledger.sqlite"
    door = open_ledger(url, plan.rollout)
    entries = CsvDirectory(plan.people, world.folder, plan.organisation.sites).read()
    now = aware(plan.start - plan.prepare - timedelta(days=1), time(6), plan.zone)
    by = office.leader(plan)
    apply_plan(door, plan, text, world.folder, by, now, entries=entries, rehearsal=True)
    door.engine.dispose()
    desk = open_desk(plan.rollout, url=url)
    if not world.ground.outlives:
        _write_without_waiting(desk.door.engine)
    return replace(desk, outside=world.ground.outside(desk.outside))


def _write_without_waiting(engine: Engine) -> None:
    """Wait for no disk: a world that ends with its process need not survive a power cut."""
    engine.dispose()

    def hurry(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(engine, "connect", hurry)


def mornings(world: World, desk: Desk, after: After | None = None) -> Iterator[Morning]:
    """Live and tick, morning after morning, until the old system is off or the bound is met.

    `after` is what IT does by hand each day, besides its usual work.
    """
    hands = PlainHands(desk)
    first = desk.plan.start - desk.plan.prepare
    for number in range(DAYS_AT_MOST):
        today = first + timedelta(days=number)
        now = aware(today, time(6), desk.plan.zone)
        world.live(today)
        yield Morning(today, tick(hands, desk.rollout, now))
        office.work(desk, now + timedelta(hours=2))
        if after is not None:
            after(desk, now + timedelta(hours=2))
        if finished(desk):
            return


def finished(desk: Desk) -> bool:
    """Whether there is nothing more to rehearse: the old system is off, and people know."""
    snapshot = desk.look()
    if any(at.state is State.ABANDONED for at in snapshot.phases.values()):
        return True
    told = any(key.startswith("notice.celebration") for key in snapshot.steps)
    return told and snapshot.state(DECOMMISSION) is State.RETIRED


@contextmanager
def secrets_of(world: World) -> Iterator[None]:
    """Put the world's secrets into this process's environment for a while."""
    with patch.dict("os.environ", world.secrets()):
        yield


Show = Callable[[Morning], None]


def rehearse(world: World, show: Show) -> Desk:
    """Rehearse a whole rollout; every morning is shown. Gives the desk at its end."""
    desk = begin(world)
    for morning in mornings(world, desk):
        show(morning)
    return desk
