"""Evidence as a document carries it: rows of plain values, one list a table.

Reading it needs no tables; `gates.laying_out` makes frames of it, which are then measured.
"""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field, NonNegativeInt

from config.values import Part, Span
from gates.changes import Change
from gates.outage import Outage
from gates.setting import Setting

TableName = Literal[
    "people",
    "activity",
    "attendance",
    "answers",
    "tickets",
    "incidents",
    "workflows",
    "old_work",
    "old_logins",
    "checklist",
    "everyone",
    "asked",
    "measured",
]


class PersonRow(Part):
    """One person of the cohort."""

    person: str
    """Key, each person's own."""
    site: str | None = None
    """Where they work; null: nobody stated it."""
    department: str | None = None
    """Their department; null: nobody stated it."""
    activated_on: date | None = None
    """Local day their account was opened; null: it is not open."""
    invited: bool = False
    """Whether they were invited to a training."""


class ActivityRow(Part):
    """A local day on which a person was active; a missing value is null, and is a flaw."""

    person: str | None
    """Key of the person."""
    day: date | None
    """Local day."""


class AttendanceRow(Part):
    """Whether a person was at a training on a local day."""

    person: str | None
    """Key of the person."""
    day: date | None
    """Local day of the session."""
    attended: bool
    """Whether they were there."""


class AnswerRow(Part):
    """One answer to the survey; `person` null: nobody knows whose it is."""

    id: str | None
    """Each answer's own; one id with two contents is a contradiction."""
    person: str | None = None
    """Key of the person; null: nobody knows."""
    at: AwareDatetime | None
    """When it was given."""
    satisfaction: float | None = None
    """1 to 10; null: left blank."""
    nps: float | None = None
    """0 to 10; null: left blank."""


class TicketRow(Part):
    """One call for help; days are local."""

    id: str | None
    """Each ticket's own; one id with two contents is a contradiction."""
    person: str | None = None
    """Key of who called; null: nobody knows, and it counts as the cohort's."""
    opened: date | None
    """Local day."""
    closed: date | None = None
    """Local day; null: it is open."""
    tier: int | None = None
    """Tier of support that took it; null: the first."""


class IncidentRow(Part):
    """One incident; `closed` null: it is open."""

    id: str | None
    """Its number in the register."""
    severity: str | None
    """critical, major or minor; another word is a flaw of the register."""
    title: str = ""
    """In a few words."""
    opened: AwareDatetime | None
    """When it was opened."""
    closed: AwareDatetime | None = None
    """When it was closed; null: it is open."""
    workaround: str | None = None
    """What people do until then; null: there is none."""


class WorkRow(Part):
    """A person's work of one kind on a local day."""

    person: str | None
    """Key of the person."""
    day: date | None
    """Local day."""
    workflow: str | None
    """Which kind of work, by its name in the setting."""
    times: float | None = 1
    """How often it was done that day."""


class OldLoginRow(Part):
    """The local day a person last logged in to the old system."""

    person: str | None
    """Key of the person."""
    day: date | None
    """Local day."""


class ItemRow(Part):
    """Something to be confirmed for the phase."""

    item: str
    """In words."""
    confirmed: bool
    """Whether somebody has."""


class MoveRow(Part):
    """One person in scope, of any phase."""

    person: str
    """Key of the person."""
    moved_on: date | None = None
    """Local day their account was opened; null: not yet."""


class AskedRow(Part):
    """When one person of the cohort was asked by survey."""

    person: str
    """Key of the person."""
    at: AwareDatetime
    """When the survey was mailed."""


class MeasuredRow(Part):
    """A person's mean of one week in what the work is measured by."""

    measure: str | None
    """The measure's name, as in the setting."""
    person: str | None
    """Key of the person."""
    week: date | None
    """Its Monday."""
    value: float | None
    """In the measure's unit."""


class Sheets(Part):
    """One phase's cohort and its evidence, to be measured."""

    people: tuple[PersonRow, ...]
    """The cohort as it is now."""
    activity: tuple[ActivityRow, ...] = ()
    """Days on which people used the new tool."""
    attendance: tuple[AttendanceRow, ...] = ()
    """Who was at a training."""
    answers: tuple[AnswerRow, ...] = ()
    """Answers to the survey, of this cohort or of nobody known."""
    tickets: tuple[TicketRow, ...] = ()
    """Calls for help."""
    incidents: tuple[IncidentRow, ...] = ()
    """The register of incidents; empty: nothing went wrong."""
    workflows: tuple[WorkRow, ...] = ()
    """In the new tool, by everybody who has moved."""
    old_work: tuple[WorkRow, ...] = ()
    """By the cohort, still in the old system."""
    old_logins: tuple[OldLoginRow, ...] = ()
    """Last log-ins to the old system, of the cohort."""
    checklist: tuple[ItemRow, ...] = ()
    """What is to be confirmed, and whether it is."""
    everyone: tuple[MoveRow, ...] = ()
    """Everybody in scope, of any phase, for what moving did to the work."""
    asked: tuple[AskedRow, ...] | None = None
    """Who was asked by survey, where that was a random part of the cohort: answers are then theirs,
    and counted of them. null: everybody was."""
    measured: tuple[MeasuredRow, ...] = ()
    """Everybody's weeks in what the work is measured by."""
    setting: Setting = Setting()
    """What the plan says besides the gate."""
    as_of: dict[TableName, AwareDatetime | None]
    """When each table was last written; null, or no entry: its source was never heard."""
    fresh: dict[TableName, Span] = Field(default_factory=dict)
    """How old each table may be, as 36h or 2d; no entry: any age."""
    rows: dict[TableName, NonNegativeInt] = Field(default_factory=dict)
    """Rows each whole source has, other phases' included; no entry: those given here."""
    changes: tuple[Change, ...] = ()
    """Who left, joined or was excluded."""
    outages: tuple[Outage, ...] = ()
    """Days taken from the people of a site."""
    before: tuple[AnswerRow, ...] = ()
    """Answers of people of earlier phases: a cohort too small to be shown alone joins them."""
    before_people: NonNegativeInt = 0
    """How many people those phases have."""
