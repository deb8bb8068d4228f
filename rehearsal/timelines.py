"""The four example plans, with people who take to the tool at once: in which week they end."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from actions.desk import Desk
from actions.hands import PlainHands
from cli.init import written
from config.loading import parse
from config.names import Language
from flows.order import retiring
from ledger.tables import transition
from rehearsal import directory, office
from rehearsal.behaviour import AT_ONCE, Temper
from rehearsal.company import EXAMPLES
from rehearsal.directory import Folk
from rehearsal.ground_memory import Memory
from rehearsal.rehearse import Morning, begin, mornings, secrets_of
from rehearsal.world import World
from rollout.agenda import ends
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION

TIMELINES = ("solo", "small-team", "growing", "phased")
SIZES = {"solo": 1, "small-team": 8, "growing": 20}
"""People of each; the phased plan is Acme Trading's, of 60."""
ROUNDS = 3
"""Runs of the decommission that IT starts by hand on one day."""
_DEPARTMENTS = ("Sales", "Service", "Office")
_HEADER = ("email", "given", "family", "site", "department", "language", "pilot", "volunteer")


@dataclass(frozen=True)
class Beginner:
    """An organisation that has just written a plan with `init` (`rehearsal.company.Company`)."""

    timeline: str
    today: date
    """The day the plan is written."""

    def plan_text(self) -> str:
        """Give what `changeover init --timeline` writes."""
        return written(self.timeline, self.today, None, Path())

    def people(self, seed: int) -> list[Folk]:
        """Give its people: whoever signs the mails is the first of them."""
        if self.timeline == "phased":
            return directory.people(seed)
        plan = parse((EXAMPLES / f"{self.timeline}.yaml").read_text(encoding="utf-8"), "plan")
        (site,) = plan.organisation.sites
        signer = plan.organisation.signed_by
        given, family = signer.name.split(" ", 1)
        domain = signer.email.rpartition("@")[2]
        first = Folk(
            email=signer.email,
            given=given,
            family=family,
            site=site,
            department=_DEPARTMENTS[0],
            language=Language.EN,
            pilot=True,
            volunteer=False,
            hours=None,
            employee_id="1",
            manager=None,
        )
        known = (f for f in directory.people(seed) if f.email.split("@")[0] not in signer.email)
        others = [*islice(known, SIZES[self.timeline] - 1)]
        return [first] + [
            Folk(
                email=f"{who.email.partition('@')[0]}@{domain}",
                given=who.given,
                family=who.family,
                site=site,
                department=_DEPARTMENTS[number % len(_DEPARTMENTS)],
                language=who.language,
                pilot=False,
                volunteer=number % 5 == 0,
                hours=None,
                employee_id=str(number),
                manager=signer.email,
            )
            for number, who in enumerate(others, 2)
        ]

    def write(self, folder: Path, folk: Sequence[Folk]) -> None:
        """Write the files its plan reads people from."""
        if self.timeline == "phased":
            directory.write(folder, folk)
            return
        with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(_HEADER)
            for f in folk:
                flags = ["yes" if flag else "no" for flag in (f.pilot, f.volunteer)]
                own = (f.email, f.given, f.family, f.site, f.department, f.language)
                rows.writerow([*own, *flags])

    def changed(self, folk: list[Folk], seed: int, today: date) -> list[Folk]:  # noqa: ARG002
        """Nobody comes and nobody goes."""
        return folk

    def temper(self, seed: int, who: Folk) -> Temper:  # noqa: ARG002 - all alike
        """Everybody takes to the tool at once."""
        return AT_ONCE


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a timeline."""

    start: date
    launched: dict[str, date]
    """By phase."""
    passed: dict[str, date]
    frozen: date | None
    retired: date | None
    mornings: list[Morning]

    def week(self, day: date) -> int:
        """Give the week of a day; that of the start is 1."""
        return (day - self.start).days // 7 + 1


def by_hand(desk: Desk, now: datetime) -> None:
    """IT takes the old system's end on itself, and sees to what each run waits for."""
    for hour in range(1, ROUNDS * 2, 2):
        if not ends(desk.plan, desk.look()):
            return
        retiring(PlainHands(desk), desk.rollout, now + timedelta(hours=hour))
        office.work(desk, now + timedelta(hours=hour + 1))


def live(timeline: str, folder: Path, today: date, seed: int = 7) -> Lived:
    """Live an example plan from the day it is written to its end."""
    company = Beginner(timeline, today)
    with World(folder, seed, Memory(), company) as world, secrets_of(world):
        desk = begin(world)
        seen = [*mornings(world, desk, after=by_hand)]
        with desk.door.read() as tx:
            moves = [
                (m.phase, m.verb, m.at)
                for m in tx.execute(
                    select(transition)
                    .where(transition.c.rollout == desk.rollout)
                    .order_by(transition.c.seq)
                )
            ]
        zone = desk.plan.zone
        at = {(phase, verb): local_day(moment, zone) for phase, verb, moment in moves}
        names = [p.name for p in desk.plan.phases]
        return Lived(
            start=desk.plan.start,
            launched={n: at[n, "launch"] for n in names if (n, "launch") in at},
            passed={n: at[n, "pass_gate"] for n in names if (n, "pass_gate") in at},
            frozen=at.get((DECOMMISSION, "freeze")),
            retired=at.get((DECOMMISSION, "retire")),
            mornings=seen,
        )
