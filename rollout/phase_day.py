"""One phase on one day: what every rule of planning reads."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from config.names import Notice
from config.plan import Phase, Plan
from rollout.calendar import local_day, monday_of
from rollout.ceremony import Ceremony
from rollout.people import Person
from rollout.phases import PhaseNow
from rollout.snapshot import Snapshot
from rollout.steps import Kind, Step


@dataclass(frozen=True)
class PhaseDay:
    """One phase on one day: what every rule reads."""

    plan: Plan
    snapshot: Snapshot
    phase: Phase
    now: datetime

    @cached_property
    def today(self) -> date:
        """The local day of the rollout."""
        return local_day(self.now, self.plan.zone)

    @property
    def at(self) -> PhaseNow:
        """Where the phase stands."""
        return self.snapshot.phases[self.phase.name]

    @cached_property
    def ceremony(self) -> Ceremony:
        """The ceremony of the organisation's size; everybody is counted, so once is enough."""
        return self.snapshot.ceremony

    def step(self, kind: str, person: str | None, occurrence: str = "-") -> Step:
        """Make a step of this phase's present attempt."""
        return Step(kind, self.phase.name, person, self.at.attempt, occurrence, self.now)

    def notice(self, notice: Notice, person: str, occurrence: str = "-") -> Step:
        """Make a mail of this phase's present attempt."""
        return self.step(f"notice.{notice}", person, occurrence)

    def happened(self, step: Step) -> bool:
        """Whether a step is done."""
        return self.snapshot.done(step.key)

    def begun(self, step: Step) -> bool:
        """Whether the ledger has a step: one that a dead worker began is ended, not forgotten."""
        return step.key in self.snapshot.steps

    @property
    def week(self) -> int:
        """The week of the phase, 1 in launch week."""
        launch = self.at.dates.launch or self.today
        return (monday_of(self.today) - monday_of(launch)).days // 7 + 1

    def is_active(self, person: Person) -> bool:
        """Whether this attempt has opened a person's account."""
        return self.happened(self.step(Kind.ACTIVATE, person.key))
