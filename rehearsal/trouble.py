"""A scenario: a critical failure in a phase's first week, and what people do about it.

Its people act as they do at the command line, through the ledger's own records and orders; what
follows from that (rolling back, new dates, who is told) is the product's doing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from actions.ask_for import ask_for
from actions.desk import Desk
from config.names import Severity
from ledger import records
from rehearsal.compare import undone
from rehearsal.office import IT
from rehearsal.sight import Sight, see
from rehearsal.world import World
from rollout.calendar import aware, local_day
from rollout.orders import ROLLOUT, OrderKind
from rollout.phases import State

PHASE = "core-team"
FAILS_AFTER = timedelta(days=3)
"""After its launch: trainings are over, and people count on it."""
MENDED_AFTER = timedelta(days=4)
"""After it is rolled back: there is a week-end in between."""
RINGS, LOOKS = time(10, 40), time(11)
"""When the phone rings, and when IT has the gate look again instead of waiting for the morning."""

FAILURE = "orders entered in the new tool are gone the next day"
WORKAROUND = "enter today's orders in the old system again"
MENDED = "a nightly import overwrote them; it is off, and 40 test orders were there 3 mornings on"
AGAIN = "the cause is found, mended and tried"

Run = Callable[[str, datetime], object]
"""Has one phase looked at, at a moment."""


@dataclass
class Trouble:
    """The scenario: called each day, after the morning's tick."""

    world: World
    desk: Desk
    run: Run
    sights: list[Sight] = field(default_factory=list)
    """Before and after the rolling back, once it happened."""

    def day(self, today: date) -> None:
        """Do what this day asks of IT, as the ledger shows the phase."""
        at = self.desk.look().phases[PHASE]
        if at.attempt > 1 or at.dates.launch is None:
            return
        if at.state is State.LIVE and today >= at.dates.launch + FAILS_AFTER:
            self._fail(today)
        rolled_back = local_day(at.since, self.desk.plan.zone)
        if at.state is State.ROLLED_BACK and today >= rolled_back + MENDED_AFTER:
            self._mend(today)

    def _fail(self, today: date) -> None:
        """The phone rings: IT opens an incident, pauses everything, and has the gate look."""
        desk, zone = self.desk, self.desk.plan.zone
        now = aware(today, RINGS, zone)
        self.sights.append(see(self.world, desk))
        with desk.door.write("incident") as tx:
            critical = Severity.CRITICAL
            number = records.open_incident(
                tx, desk.rollout, critical, FAILURE, IT, now, phase=PHASE
            )
        with desk.door.write("pause") as tx:
            records.pause(tx, desk.rollout, IT, f"incident {number}: find out what is safe", now)
        with desk.door.write("incident") as tx:
            records.update_incident(tx, desk.rollout, number, IT, now, workaround=WORKAROUND)
        self.run(PHASE, aware(today, LOOKS, zone))
        self.sights.append(see(self.world, desk))

    def _mend(self, today: date) -> None:
        """It is mended: IT closes the incident, resumes, and decides to try again."""
        desk, now = self.desk, aware(today, RINGS, self.desk.plan.zone)
        snapshot = desk.look()
        if not snapshot.incidents:
            return
        with desk.door.write("incident") as tx:
            for incident in snapshot.incidents:
                records.close_incident(tx, desk.rollout, int(incident.id), IT, now, MENDED)
        ask_for(desk.door, desk.plan, OrderKind.RESUME, ROLLOUT, IT, "the incident is over", now)
        ask_for(desk.door, desk.plan, OrderKind.TRY_AGAIN, PHASE, IT, AGAIN, now)

    def differences(self) -> list[str]:
        """Give every difference between world and ledger about the rolling back; none is right."""
        if len(self.sights) != 2:
            return [f"{PHASE} was never rolled back, so nothing was compared"]
        before, after = self.sights
        return undone(self.desk, self.world.ground.mails(), PHASE, before, after)
