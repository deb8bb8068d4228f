"""What a notice may speak of: plain frozen values, the only things a template sees.

Every text is in the reader's own language already; phrases carry no full stop of their own need
(one is taken off where it stands). Parts that are None belong to other notices: a notice that needs
one is refused by `notices.rendering`, and `NEEDS` there says which needs what.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from config.names import Language


@dataclass(frozen=True, slots=True)
class Person:
    """Who reads it."""

    given_name: str
    """Empty where nobody knows it: they are greeted without a name."""
    full_name: str
    language: Language


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs it."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Tool:
    """What people move to."""

    name: str
    benefit: str
    """Completes "you get ...": `one place for customers and orders`."""
    problem: str
    """What it ends, as a sentence without full stop: `prices live in four spreadsheets`."""
    url: str | None = None
    """Where people sign in, http or https."""
    sign_in: str | None = None
    """With what: `with your Acme password`."""
    first_task: str | None = None
    """A first task of ten minutes: `enter one order`."""
    quick_start: str | None = None
    """Address of the quick start, http or https."""


@dataclass(frozen=True, slots=True)
class OldSystem:
    """What people move from."""

    name: str
    read_only_after_launch: bool = False
    """Whether the reader's own access becomes read-only on the launch day of their phase."""


@dataclass(frozen=True, slots=True)
class Phase:
    """The group the reader moves with."""

    title: str
    launch: date
    zone: str
    """IANA name of the zone of the reader's site."""
    site: str
    """Title of the site: `Port of Spain`."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of help, in the order people should take them."""

    title: str
    how: str


@dataclass(frozen=True, slots=True)
class Session:
    """A training session of the reader's."""

    title: str
    starts: datetime
    """Aware."""
    zone: str
    """IANA name of the zone the time is told in."""
    minutes: int
    place: str
    online: str | None = None
    """Address for those who cannot come, http or https."""

    def __post_init__(self) -> None:
        if self.starts.utcoffset() is None:
            msg = f"session {self.title!r} starts at a naive time; give an aware one"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Buddy:
    """A colleague who moved before and helps."""

    name: str
    where: str | None = None
    """Where to find them: `Sales, second floor`."""
    moved: date | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """The survey and the last day it is open."""

    url: str = field(repr=False)
    """The reader's own address of it, http or https; it may carry a token."""
    closes: date | None = None


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A launch that moved."""

    old_launch: date
    new_launch: date
    reason: str
    """A sentence without full stop."""


class AccountFate(StrEnum):
    """What a rollback does to the reader's account in the new tool."""

    CLOSED = "closed"
    """We made it; it is deactivated, not deleted."""
    KEPT = "kept"
    """It was there before us; it is left as found."""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A group that works in the old system again."""

    reason: str
    """A sentence without full stop."""
    account: AccountFate
    entered: str | None = None
    """What happens to what was entered in the new tool meanwhile, a sentence without full stop."""


@dataclass(frozen=True, slots=True)
class Decommissioning:
    """The old system's end."""

    read_only_from: date
    off_on: date
    ask_archive: str
    """Where people ask for something from the archive: `IT, it@acme.example`."""
    kept_until: date | None = None
    moved: bool = False
    """Whether its reader was told of other dates before."""


@dataclass(frozen=True, slots=True)
class Celebrated:
    """What was reached."""

    people: int
    adopted: int
    weeks: int
    quick_wins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """The state of things in one week of a phase."""

    number: int
    """1 is the week of the launch."""
    moved: int
    """People of the whole rollout who have moved so far."""
    people: int
    """People of the whole rollout."""
    tip: str | None = None
    known_issues: tuple[str, ...] = ()
    """Each with its workaround."""
    office_hours: str | None = None
    """`every day at 15:00, Room 2`."""
    answers: tuple[tuple[str, str], ...] = ()
    """Questions with their answers."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A decision asked of an approver."""

    what: str
    """What would happen, a sentence without full stop."""
    phase: str
    """Title of the phase it is about."""
    people: int
    """How many people it touches."""
    evidence: tuple[str, ...]
    if_nothing: str
    """What happens if the approver does nothing, a sentence without full stop."""
    digest: str
    """Hash of exactly what is approved."""
    requester: str
    command: str
    """The command that approves it."""
    why: str | None = None
    """Why it is asked now, a sentence without full stop."""
    until: date | None = None
    """The day whose morning an answer must come before, if there is one."""
    needed: int = 1
    """How many people must say yes; all of them within a day."""
    url: str | None = field(default=None, repr=False)
    """Page of the same decision, http or https."""
    audit_head: str | None = None
    signer: str | None = None
    """Fingerprint of the key that signs archives, where it is about one."""
    seal: str | None = None
    """Identity of the archive it is about, once there is one."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """An archive somebody looks after, year by year."""

    role: str
    """As whom they do: `head of finance`."""
    archive: str
    """Its folder."""
    until: date
    seal: str
    command: str
    """What checks it."""
    signer: str | None = None
    """Fingerprint of the key it is signed with."""
    keys: tuple[str, ...] = ()
    """Names of the keys it is encrypted for."""
    copy: str | None = None
    """Where a copy of it is: an address or a folder."""
    first: date | None = None
    """The first of the yearly days; None where it is over before a year."""
    successor: str | None = None
    """As whom somebody else looks after it from now on; None: nobody was named."""


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A personal token by which its owner is known at the command line."""

    token: str = field(repr=False)
    how: str
    """How to use it: `CHANGEOVER_TOKEN=... changeover approve`, or a sentence."""


@dataclass(frozen=True, slots=True)
class Words:
    """All that one notice to one person says; parts not wanted by a notice stay None."""

    person: Person
    organisation: str
    signer: Signer
    tool: Tool
    old_system: OldSystem
    phase: Phase | None = None
    """None for those who decide and do not move."""
    support: tuple[Tier, ...] = ()
    """In the order people should take them: cheat sheet, buddy and champion, IT, vendor."""
    training: Session | None = None
    buddy: Buddy | None = None
    survey: Survey | None = None
    rescheduled: Rescheduled | None = None
    rolled_back: RolledBack | None = None
    decommissioning: Decommissioning | None = None
    celebrated: Celebrated | None = None
    week: Week | None = None
    approval: Approval | None = None
    keeping: Keeping | None = None
    token: PersonalToken | None = None
