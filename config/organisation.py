"""Whose rollout it is, what they move to, and what they move from."""

from datetime import time
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

from config.money import Worth
from config.names import Language
from config.old_sources import JsonSource, Source
from config.outside import Accounts, Address, Link, NoTable, Switch, Table
from config.values import Clock, Day, Part, Zone

SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=40)]
"""A name for keys and run names: small letters, digits and single hyphens."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""Some words for people to read."""


def _spoken(value: object) -> object:
    if isinstance(value, str):
        return dict.fromkeys(Language, value)
    if not isinstance(value, dict) or not value or not set(value) <= set(Language):
        msg = "write words, or a text for each language: {en: one place, nl: één plek}"
        raise ValueError(msg)
    first = next(iter(value.values()))
    return {language: value.get(language, first) for language in Language}


def _as_written(value: dict[Language, str]) -> str | dict[Language, str]:
    return value if len(set(value.values())) > 1 else next(iter(value.values()))


Spoken = Annotated[
    dict[Language, Text],
    BeforeValidator(_spoken),
    PlainSerializer(_as_written, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {language.value: {"type": "string"} for language in Language},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
"""Words of a mail: the same for everybody, or `{en: ..., nl: ...}` for readers of each."""


class Site(Part):
    """A place where people work."""

    zone: Zone
    """IANA time zone; it also tells the country whose holidays count."""
    title: Text | None = None
    """How people call it; none: the key in capitals."""
    language: Language = Language.EN
    """Language of people whose own is not stated."""
    connectivity: Literal["good", "poor", "offline"] = "good"
    """How good the line is; on a poor one mails stay small and training is on site."""
    champion: Address | None = None
    """Who speaks for the tool there."""


class Signer(Part):
    """Who signs the mails."""

    name: Text
    role: Text
    email: Address


class Morning(Part):
    """When the daily tick runs."""

    at: Clock = Field(default="06:00", validate_default=True)
    """Local time, from 03:00 to 11:59."""
    zone: Zone | None = None
    """Zone of the time; none: that of the first site."""

    @field_validator("at")
    @classmethod
    def _in_the_morning(cls, value: time) -> time:
        if not time(3) <= value < time(12):
            msg = f"{value:%H:%M} is not in the morning; choose 03:00 to 11:59"
            raise ValueError(msg)
        return value


class Organisation(Part):
    """Whose rollout it is."""

    name: Text
    sites: dict[Slug, Site] = Field(min_length=1)
    """By short name; the people's files name the same sites."""
    signed_by: Signer
    morning: Morning = Morning()


class NewTool(Part):
    """What people move to."""

    name: Text
    url: Link | None = None
    """Where people sign in."""
    benefit: Spoken
    """What it brings, completing "you get ...". Stands in the mails."""
    problem: Spoken
    """What it ends, as a sentence without full stop."""
    first_task: Spoken | None = None
    """A first task of ten minutes."""
    accounts: Accounts
    activity: Table = NoTable()
    """Who was active when: columns email, day."""
    workflows: tuple[Slug, ...] = ()
    """The processes that must work in it."""
    completed: Table = NoTable()
    """Who completed which of them: columns email, day, workflow, times."""


class PersonAccess(Part):
    """A person's own access to the old system: taken back at launch, given back by a rollback."""

    read: str
    """A SELECT of one value, by :email."""
    set: str
    """One UPDATE with :value and :email."""
    to: str
    """The value it is set to on the person's launch day, such as read-only."""


class OldSystem(Part):
    """What people move from."""

    name: Text
    url: str | None = None
    """SQLAlchemy URL; write secret:NAME. None: nothing to export."""
    source: Source | None = None
    """What it is where it is no database: a folder of exported files, or a service that gives
    JSON."""
    files: tuple[Text, ...] = ()
    """Files and folders beside the database, relative to the plan's folder: the archive keeps them
    as they are. One that is missing or empty stops the export."""
    renews: Day | None = None
    """When the subscription renews."""
    notice_days: int = Field(default=30, ge=0, le=365)
    """Days before that by which notice is to be given."""
    renewal_costs: Worth | None = None
    """What it costs when it renews."""
    logins: str | None = None
    """A SELECT of email and day of last log-in: who still depends on it."""
    attempts: str | None = None
    """A SELECT of email and day of last attempt to log in, refused ones too: it stops the clock of
    the cooling-off."""
    integrations: dict[Slug, Text] = Field(default_factory=dict)
    """What else reads from it or writes to it, by short name; each is confirmed to have moved."""
    completed: Table = NoTable()
    """Work still done in it: columns email, day, workflow, times."""
    person: PersonAccess | None = None
    """People's own access; none: it stays as it is until the freeze."""
    freeze: tuple[Switch, ...] = ()
    """What makes it read-only, reversibly."""
    off: tuple[Switch, ...] = ()
    """What switches it off for good."""

    @property
    def can_be_archived(self) -> bool:
        """Whether the plan says where its data is."""
        return self.url is not None or self.source is not None

    @property
    def can_be_probed(self) -> bool:
        """Whether it can be asked if it is still there: exported files say nothing of that."""
        return self.url is not None or isinstance(self.source, JsonSource)
