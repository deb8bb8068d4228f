"""What the house asks of the outside. Each kind in this room, memory included, keeps these.

Every method may raise `Unreachable`, `Refused` or `Misconfigured` (connectors.errors).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol

from archive.source import Source
from rollout.people import Entry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the new tool, as its service shows it."""

    id: str
    """The service's own id."""
    user_name: str
    active: bool
    external_id: str | None = None
    """Whose it is: ours where it was made by this rollout."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made, inactive."""

    external_id: str
    """Made of rollout and person key, so that a second try finds the first."""
    user_name: str
    """The person's address."""
    given: str
    family: str
    language: str


class Directory(Protocol):
    """Where people come from."""

    warnings: tuple[str, ...]
    """What the last reading passed over, in words with file and line."""

    def read(self) -> list[Entry]:
        """Give everybody, once; raises where two rows claim one address."""
        ...


class Accounts(Protocol):
    """Accounts of the new tool."""

    def everyone(self) -> dict[str, Account]:
        """Give all accounts by user name in small letters, as many as the service says it has."""
        ...

    def find(self, user_name: str) -> Account | None:
        """Give the account of a user name, if there is one."""
        ...

    def get(self, account_id: str) -> Account | None:
        """Give an account by the service's id; None once it is gone."""
        ...

    def create(self, new: NewAccount) -> Account:
        """Make an account, inactive, and read it back; one that is ours already is given as it is.

        Raises Refused where the user name belongs to an account that is not ours.
        """
        ...

    def set_active(self, account_id: str, *, active: bool) -> Account:
        """Open or close an account and read it back; Refused where the service did not do it."""
        ...


class Line(Protocol):
    """One open connection to the mail relay."""

    def send(self, message: EmailMessage) -> None:
        """Hand over one message for its one recipient.

        Raises Refused (it said no), Unreachable (nothing was handed over) or FateUnknown (the
        connection broke after the message and before the answer). After the last two the line is
        used no more.
        """
        ...


class Post(Protocol):
    """The mail relay."""

    connections: int
    """Lines that may be open at once."""

    def line(self) -> AbstractContextManager[Line]:
        """Open a line; Unreachable where the relay does not answer."""
        ...


@dataclass(frozen=True)
class Sheet:
    """A table of evidence as it was read; columns as `connectors.evidence` names them."""

    frame: "pd.DataFrame"
    """One row a datum; texts are str, days are datetime.date, moments aware UTC datetimes."""
    as_of: datetime | None
    """When the newest was written (a file's own time, a query's moment); None: nothing there."""


class Evidence(Protocol):
    """A table of evidence, one of `connectors.evidence.TABLES`."""

    def read(self, now: datetime) -> Sheet:
        """Read all of it."""
        ...

    def pieces(self, now: datetime) -> Iterator[Sheet]:
        """Read all of it a piece at a time, so that a long history needs little memory.

        At least one piece, oldest export first, each as of the newest; for a table of which no
        row replaces another, for a row told twice may be in two pieces.
        """
        ...


class OldSystem(Source, Protocol):
    """The system people move from."""

    def value(self, read_sql: str) -> str | None:
        """Ask for one value."""
        ...

    def set(self, set_sql: str, value: str, *, read_sql: str | None = None) -> None:
        """Set a switch by one UPDATE, ALTER, GRANT or REVOKE; anything else is Refused.

        With `read_sql` it is read back: Refused where it shows another value.
        """
        ...

    def person_value(self, read_sql: str, email: str) -> str | None:
        """Ask for one value of a person's."""
        ...

    def set_person(
        self, set_sql: str, email: str, value: str, *, read_sql: str | None = None
    ) -> None:
        """Set a person's switch, by one UPDATE; read back as `set` is."""
        ...

    def last_logins(self, sql: str) -> dict[str, date]:
        """Give the day each address last logged in, from a SELECT of email and day."""
        ...


class Hook(Protocol):
    """A switch of the old system that is set and read back by calls of its own."""

    def value(self) -> str | None:
        """Read it; None where it has no value."""
        ...

    def set(self, value: str) -> None:
        """Set it; twice is the same as once."""
        ...
