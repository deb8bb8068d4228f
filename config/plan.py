"""The plan: everything an organisation writes about its rollout, in one frozen value."""

from datetime import date, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from config.archive import Archive
from config.criteria import Adopted, Gate, Nps, Satisfaction, Tickets, TrainingCompleted
from config.measures import Measure
from config.money import Budget
from config.names import Language
from config.organisation import NewTool, OldSystem, Organisation, Slug, Spoken, Text
from config.outside import Address, CsvPeople, Link, Mail, NoTable, Table
from config.values import Clock, Day, Part, Percent, Share, Span

First = Literal["pilot", "volunteer", "heaviest-users"]

_NAME = {"enum": list(get_args(First))}
_ONE_OR_MORE = {"anyOf": [_NAME, {"type": "array", "items": _NAME}]}


class Who(Part):
    """Who belongs to a phase: a share of all, people of a site or department, or named ones."""

    share: Share | None = None
    """Share of all people."""
    first: Annotated[tuple[First, ...], WithJsonSchema(_ONE_OR_MORE)] = ()
    """Who comes first when a share is filled."""
    site: Slug | None = None
    department: Text | None = None
    people: tuple[Address, ...] = ()

    @field_validator("first", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [n for n in ("share", "site", "department", "people") if getattr(self, n)]
        if len(said) != 1:
            msg = f"say one of share, site, department or people; here: {', '.join(said) or 'none'}"
            raise ValueError(msg)
        return self


EVERYONE_ELSE = "everyone-else"


class Phase(Part):
    """A group of people who move together, and what must be shown before the next."""

    name: Slug
    title: Text | None = None
    """Words for reports; none: the name with spaces."""
    who: Who | Literal["everyone-else"]
    weeks: int = Field(default=2, ge=1, le=26)
    """Weeks from launch to the end of the soak."""
    launch: Day | None = None
    """Launch day; none: after the phase before it."""
    training: Slug | None = None
    """Name of a training of `trainings`."""
    buddies: Slug | None = None
    """An earlier phase whose people help these."""
    checklist: tuple[Slug, ...] | None = None
    """Items of the launch checklist this phase needs; none: all."""
    activities: tuple[Text, ...] = ()
    """What happens in it, in words: close monitoring, daily office hours."""
    gate: Gate | None = None
    """Criteria that differ from those of `gates`."""

    @property
    def words(self) -> str:
        """Name the phase as people say it."""
        return self.title or self.name.replace("-", " ")


class Training(Part):
    """A training: one session for each site and language, more where seats run out."""

    title: Spoken
    minutes: int = Field(ge=10, le=480)
    on_day: int = Field(default=2, ge=1, le=20)
    """Working day of the phase; 1 is launch day."""
    at: Clock
    """Local time at the site."""
    seats: int = Field(default=20, ge=1, le=500)
    place: Spoken
    online: Text | None = None
    """Address for those who cannot come."""
    trainer: Address | None = None
    """Who gives it; `changeover plan` says where they would be at two sessions at once."""


class Tier(Part):
    """A tier of support."""

    title: Spoken
    how: Spoken
    hours_a_week: float | None = Field(default=None, gt=0, le=10_000)
    """Hours a week it has for tickets; none: nobody counts them."""
    minutes_a_ticket: int = Field(default=30, ge=1, le=2400)
    """What a ticket takes on average."""


class Answer(Part):
    """A question people ask, and its answer, in the languages of its readers."""

    ask: dict[Language, Text]
    answer: dict[Language, Text]


class Notices(Part):
    """When people are written to."""

    announce_days: int = Field(default=14, ge=0, le=60)
    """Calendar days before launch that preparing and telling begin."""
    remind_days: int = Field(default=7, ge=0, le=30)
    """Calendar days before launch of the reminder; 0: none."""
    invite_days: int = Field(default=4, ge=0, le=30)
    """Calendar days before launch of the training invitation."""
    weekly_on: int = Field(default=5, ge=1, le=5)
    """Weekday of the weekly update; 1 is Monday."""
    survey_on: int = Field(default=2, ge=1, le=5)
    """Weekday of the survey: in a phase's last week; of a phase of more than 100 people a random
    quarter is asked each week, in launch week not before `weekly_on`."""
    survey_url: Link | None = None
    """Where the survey is; none: no survey is sent."""
    answers: tuple[Answer, ...] = Field(default=(), max_length=5)
    """Questions and answers that stand in the weekly update, each to readers of its languages."""
    a_day_at_most: int = Field(default=2, ge=1, le=5)
    """Mails to one person on one day."""
    at_once_at_most: int = Field(default=2000, ge=1)
    """Mails one tick may send; more is refused with both numbers."""

    def quarter_on(self, week: int) -> int:
        """Give the weekday on which a quarter of a large phase is asked in one of its weeks."""
        return max(self.survey_on, self.weekly_on) if week == 1 else self.survey_on


class Question(Part):
    """A question asked of the source and of the restored archive alike."""

    ask: Text
    sql: str


class After(Part):
    """What must hold before the old system may go."""

    adopted: Percent = 0.8
    """Share of all people in scope who have adopted the tool."""


class Decommission(Part):
    """The old system's end: freeze, prove, approve, cool off, off."""

    after: After = After()
    begins: Literal["monday-after", "at-once"] = "monday-after"
    """When the freeze may come: the Monday after the last phase's soak, or once it has passed."""
    wait_weeks: int = Field(default=0, ge=0, le=52)
    """Weeks between the last phase's soak and the freeze."""
    idle_days: int = Field(default=7, ge=0, le=90)
    """A person who logged in to the old system in so many days still depends on it."""
    cooling_off: Span | None = None
    """Between approval and off; none: by the organisation's size."""
    archive: Archive = Archive()
    questions: tuple[Question, ...] = ()


class Freeze(Part):
    """Days on which nothing advances: no phase passes its gate or launches.

    Looking goes on, and so do pausing and rolling back.
    """

    first: Day
    last: Day
    """The last such day."""
    why: Text
    """Such as: closing the year's books."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            msg = f"the freeze ends on {self.last}, before it begins on {self.first}"
            raise ValueError(msg)
        return self


class Plan(Part):
    """One organisation's rollout, from its first notice to its last review."""

    rollout: Slug
    organisation: Organisation
    new_tool: NewTool
    old_system: OldSystem
    people: tuple[CsvPeople, ...] = Field(min_length=1)
    exclude: dict[Address, Text] = Field(default_factory=dict)
    """People left out, and why; they get nothing and stay on the old system."""
    mail: Mail
    start: Day
    """Launch day of the first phase."""
    phases: tuple[Phase, ...] = Field(min_length=1, max_length=20)
    freezes: tuple[Freeze, ...] = Field(default=(), max_length=50)
    """When nothing may advance."""
    gates: Gate = Gate(
        adopted=Adopted(),
        training_completed=TrainingCompleted(),
        satisfaction=Satisfaction(),
        nps=Nps(),
        tickets=Tickets(),
    )
    """What every phase must show; a phase's own gate adds to it or tightens it."""
    trainings: dict[Slug, Training] = Field(default_factory=dict)
    attendance: Table = NoTable()
    """Who attended: columns email, training, day, attended."""
    answers: Table = NoTable()
    """Survey answers: columns id, email, at, satisfaction, nps, comment."""
    tickets: Table = NoTable()
    """Calls for help: columns id, email, opened, closed, tier."""
    measures: dict[Slug, Measure] = Field(default_factory=dict)
    """What the work is measured by, by short name, to tell what moving did to it."""
    checklist: dict[Slug, Text] = Field(default_factory=dict)
    """The launch checklist: item -> what is confirmed."""
    notices: Notices = Notices()
    support: tuple[Tier, ...] = Field(default=(), max_length=4)
    """Tiers of support, first one first; none: the usual four."""
    budget: Budget | None = None
    decommission: Decommission = Decommission()
    approvers: tuple[Address, ...] = ()
    """Who may approve what cannot be undone, besides the one who asks."""

    def phase(self, name: str) -> Phase:
        """Give the phase of a name; KeyError where there is none."""
        return next(p for p in self.phases if p.name == name)

    def gate_of(self, phase: Phase) -> Gate:
        """Give a phase's criteria: those of the plan with its own laid over them."""
        if phase.gate is None:
            return self.gates
        own = {name: getattr(phase.gate, name) for name in phase.gate.model_fields_set}
        return self.gates.model_copy(update=own)

    def training_of(self, phase: Phase) -> Training | None:
        """Give a phase's training, if it has one."""
        return self.trainings[phase.training] if phase.training else None

    def checklist_of(self, phase: Phase) -> tuple[str, ...]:
        """Give the items to confirm before a phase, as `phase/item`."""
        items = self.checklist if phase.checklist is None else phase.checklist
        return tuple(f"{phase.name}/{item}" for item in items)

    def asked_at_gate(self, phase: Phase) -> tuple[str, ...]:
        """Give the items to confirm before a phase passes, as `phase/item`: its gate's own."""
        asked = self.gate_of(phase).checklist
        return tuple(f"{phase.name}/{item}" for item in asked.items) if asked else ()

    @property
    def zone(self) -> str:
        """Zone of the rollout's mornings."""
        first = next(iter(self.organisation.sites.values()))
        return self.organisation.morning.zone or first.zone

    def frozen_on(self, day: date) -> Freeze | None:
        """Give the freeze a day is in, if it is in one; of several the one that ends last."""
        found = [freeze for freeze in self.freezes if freeze.first <= day <= freeze.last]
        return max(found, key=lambda freeze: freeze.last, default=None)

    @property
    def prepare(self) -> timedelta:
        """How long before its launch a phase is prepared."""
        return timedelta(days=self.notices.announce_days)
