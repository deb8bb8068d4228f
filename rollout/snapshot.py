"""All that planning may know of a rollout at one moment: a value the ledger fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from config.names import Severity
from rollout.ceremony import Ceremony, ceremony
from rollout.invited import Invited
from rollout.people import Person
from rollout.phases import PhaseNow, State
from rollout.probe import ProbeNow
from rollout.steps import FINAL, StepNow, StepState
from rollout.trainings import places_of


@dataclass(frozen=True, slots=True)
class AccountNow:
    """A person's account in the new tool, as last seen."""

    id: str
    """The service's own id."""
    ours: bool
    """Whether this rollout made it; one it did not make is left as found."""
    was_active: bool
    """Whether it was open before the rollout touched it."""
    active: bool
    activated_on: date | None = None


@dataclass(frozen=True, slots=True)
class IncidentNow:
    """An open incident."""

    id: str
    severity: Severity
    title: str
    opened_at: datetime
    workaround: str | None = None
    phase: str | None = None
    """Whose it is; None: everybody's."""


@dataclass(frozen=True, slots=True)
class OrderNow:
    """Something a person asked for that the next tick carries out."""

    id: int
    kind: str
    target: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalNow:
    """A second person's yes to exactly one thing, named by its digest."""

    subject: str
    digest: str
    requester: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ArchiveNow:
    """The newest archive of the old system."""

    path: str
    seal: str
    proved: bool
    made_at: datetime
    signer: str | None = None
    """Fingerprint of the key it is signed with."""
    keys: tuple[str, ...] = ()
    """Names of the keys it is encrypted for; none where it is not encrypted."""
    opened: frozenset[str] = frozenset()
    """Of those, the keys whose holders have shown that they open it."""
    copy: str | None = None
    """Where a copy of it is."""

    @property
    def unopened(self) -> tuple[str, ...]:
        """The keys of which nobody has shown yet that they open it."""
        return tuple(name for name in self.keys if name not in self.opened)


@dataclass(frozen=True)  # without slots: what is asked again and again is worked out once
class Snapshot:
    """A rollout at one moment; every mapping is by the key its name says."""

    rollout: str
    rehearsal: bool
    paused: bool
    people: Mapping[str, Person]
    phases: Mapping[str, PhaseNow]
    """By name, the decommission among them."""
    steps: Mapping[str, StepNow]
    """By step key: every step the ledger has."""
    accounts: Mapping[str, AccountNow] = field(default_factory=dict)
    """By person key."""
    only_to: str | None = None
    """Where every mail goes instead, while set."""
    confirmed: frozenset[str] = frozenset()
    """Checklist items, `phase/item`."""
    incidents: tuple[IncidentNow, ...] = ()
    orders: tuple[OrderNow, ...] = ()
    approvals: tuple[ApprovalNow, ...] = ()
    adopted: frozenset[str] = frozenset()
    """Person keys."""
    trained: frozenset[str] = frozenset()
    """Person keys."""
    answered: frozenset[str] = frozenset()
    """Keys of people who answered a survey since their phase launched."""
    asked: Mapping[str, datetime] = field(default_factory=dict)
    """By person key: when they were last asked, by whichever survey."""
    archive: ArchiveNow | None = None
    keepers: tuple[Invited, ...] = ()
    """Everybody who was asked to keep the archive, oldest first."""
    signer: str | None = None
    """Fingerprint of the key that archives are signed with from now on; None before the first."""
    unapproved: frozenset[str] = frozenset()
    """Phases whose last look found everything met but an approval."""
    probe: ProbeNow | None = None
    """The newest look at the old system; None where nobody has looked yet."""
    attempted_on: date | None = None
    """The newest day on which somebody tried to log in to it, as far as a look has shown."""

    @cached_property
    def ceremony(self) -> Ceremony:
        """The ceremony of the organisation's size: everybody in scope counts."""
        return ceremony(sum(1 for p in self.people.values() if p.in_scope))

    def members(self, phase: str) -> list[Person]:
        """Give the people in scope who move in a phase, by key."""
        return [*self._members.get(phase, ())]

    @cached_property
    def _members(self) -> dict[str | None, list[Person]]:
        found: dict[str | None, list[Person]] = {}
        for person in sorted(self.people.values(), key=lambda p: p.key):
            if person.in_scope:
                found.setdefault(person.phase, []).append(person)
        return found

    def place(self, person: Person) -> int:
        """Give a person's place among those of their phase, site and language, by key; from 0.

        ValueError where they move in no phase.
        """
        found = self._places.get(person.key)
        if found is None:
            msg = f"{person.key} moves in no phase, so that no seat is theirs"
            raise ValueError(msg)
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        cohorts = [places_of(members) for members in self._members.values()]
        return {key: place for places in cohorts for key, place in places.items()}

    def done(self, key: str) -> bool:
        """Whether a step happened."""
        step = self.steps.get(key)
        return step is not None and step.state is StepState.DONE

    def over(self, key: str) -> bool:
        """Whether a step is settled, one way or another."""
        step = self.steps.get(key)
        return step is not None and step.state in FINAL

    def state(self, phase: str) -> State:
        """Where a phase stands."""
        return self.phases[phase].state

    def unknown(self) -> list[str]:
        """Give the keys of steps whose fate a person must resolve."""
        return sorted(k for k, s in self.steps.items() if s.state is StepState.UNKNOWN)
