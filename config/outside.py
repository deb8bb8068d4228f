"""What a plan says of the outside: where people, accounts, mail, activity and answers are.

A value that is a secret is written `secret:NAME`; `config.settings` finds it.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from config.values import Part, Span

ADDRESS = r"^[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+$"
Address = Annotated[str, StringConstraints(pattern=ADDRESS)]
"""An e-mail address, without a name."""

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^/~]|~[01])*)*$")]
"""A place in a JSON document (RFC 6901, section 3); empty for all of it."""


def _link(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"(secret:\S+|https?://[^\s/]\S*)", value):
        msg = f"{value!r} is no web address; write it like https://atlas.example"
        raise ValueError(msg)
    return value


Link = Annotated[
    str,
    BeforeValidator(_link),
    WithJsonSchema({"type": "string", "pattern": r"^(secret:\S+|https?://[^\s/]\S*)$"}),
]
"""A web address, with its scheme."""


class CsvPeople(Part):
    """People from a CSV file; a second file is joined to the first on the address."""

    kind: Literal["csv"] = "csv"
    file: str
    """Path of the file, relative to the plan's folder."""
    layout: Literal["google-workspace", "plain"] = "plain"
    """Whose headers the file has; `plain` are our own names or those of `columns`."""
    join: Literal["email"] | None = None
    """Set for a file that adds columns to people of an earlier file."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Our name -> the file's header."""
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    """Tried after a byte-order mark; cp1252 only where it is named here."""


class ScimAccounts(Part):
    """Accounts of the new tool, over SCIM 2.0 (RFC 7644)."""

    kind: Literal["scim"] = "scim"
    url: Link
    """Base address of the service, up to and including its version."""
    token: str
    """Bearer token; write secret:NAME."""
    link: Literal["by_email", "none"] = "none"
    """Whether an account that exists already under the address is taken as the person's own."""
    per_second: int | None = Field(default=None, ge=1, le=1000)
    """Requests a second the service allows; none: as fast as it answers."""


class MemoryAccounts(Part):
    """Accounts kept in memory: for trying a plan, never for a real rollout."""

    kind: Literal["memory"] = "memory"


Accounts = Annotated[ScimAccounts | MemoryAccounts, Field(discriminator="kind")]


class CsvTable(Part):
    """A table of evidence from a CSV file, or from every CSV file of a folder."""

    kind: Literal["csv"] = "csv"
    file: str | None = None
    """Path of one file, relative to the plan's folder."""
    folder: str | None = None
    """Path of a folder whose *.csv are read together."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Our name -> the file's header."""
    dates: str | None = None
    """strptime format of dates in it; none: ISO 8601."""
    meaning: Literal["login", "use"] = "use"
    """What a row of activity proves."""
    fresh_within: Span = Field(default="36h", validate_default=True)
    """Older than this the evidence is no evidence."""

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if (self.file is None) == (self.folder is None):
            said = "names neither" if self.file is None else "names both"
            msg = f"write either file or folder: it {said}"
            raise ValueError(msg)
        return self


class SqlTable(Part):
    """A table of evidence from a query whose columns bear our names."""

    kind: Literal["sql"] = "sql"
    url: str
    """SQLAlchemy URL; write secret:NAME where it holds a password."""
    query: str
    """A SELECT."""
    meaning: Literal["login", "use"] = "use"
    """What a row of activity proves."""
    fresh_within: Span = Field(default="36h", validate_default=True)
    """Older than this the evidence is no evidence."""


class NoTable(Part):
    """No such evidence: a criterion that needs it says NO_DATA."""

    kind: Literal["none"] = "none"
    fresh_within: Span = Field(default="36h", validate_default=True)
    """Of no use here; every source has it."""


Table = Annotated[CsvTable | SqlTable | NoTable, Field(discriminator="kind")]


class Mail(Part):
    """The relay that takes our mail (RFC 5321)."""

    host: str = "127.0.0.1"
    """Name of the relay."""
    port: int = Field(default=25, ge=1, le=65535)
    """Port of the relay."""
    security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection is kept private."""
    user: str | None = None
    """Name to log in with, if the relay asks for one."""
    password: str | None = None
    """Password to log in with; write secret:NAME."""
    sender: Address
    """The address mail comes from."""
    reply_to: Address | None = None
    """A person who reads the answers; none: the one who signs."""
    connections: int = Field(default=4, ge=1, le=32)
    """Connections held open at once; at most so many mails are unknown after a crash."""
    per_minute: int | None = Field(default=None, ge=1)
    """Mails a minute the relay allows; none: as fast as it answers."""


class SqlSwitch(Part):
    """A switch of the old system that is a value in its database, set and read back."""

    kind: Literal["sql"] = "sql"
    name: str
    """What a report calls it."""
    read: str
    """A SELECT of one value."""
    set: str
    """One UPDATE, ALTER, GRANT or REVOKE with :value (and :email where it is a person's)."""
    to: str
    """The value it is set to."""


def _value_alone() -> dict[str, JsonValue]:
    return {"value": ":value"}


class HttpSwitch(Part):
    """A switch of the old system behind an HTTP address: set by a call, read back by another.

    Setting it twice must be the same as setting it once: after a lost answer it is read, and set
    again only where it does not read as it should. Nothing can be deleted by one.
    """

    kind: Literal["http"] = "http"
    name: str
    """What a report calls it."""
    read: str
    """Address whose JSON answer to a GET shows the value; write secret:NAME where it is one."""
    at: Pointer = ""
    """Where in that answer the value stands, as a JSON pointer (RFC 6901): /service/state."""
    set: str
    """Address that is called to set it; write secret:NAME where it is one."""
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    """How it is called."""
    body: dict[str, JsonValue] = Field(default_factory=_value_alone)
    """JSON that is sent; wherever a text in it is :value, the value stands instead."""
    to: str
    """The value it is set to, as text; truths are true and false."""
    token: str | None = None
    """Bearer token for both calls; write secret:NAME."""


class ConfirmedSwitch(Part):
    """A switch only a person can turn; they confirm it: `changeover confirm decommission/NAME`."""

    kind: Literal["confirmed"] = "confirmed"
    name: str
    """What a report calls it, and what is confirmed."""


SetSwitch = SqlSwitch | HttpSwitch
"""A switch we set and read back ourselves."""

Switch = Annotated[SqlSwitch | HttpSwitch | ConfirmedSwitch, Field(discriminator="kind")]
