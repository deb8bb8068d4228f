"""What a rehearsal stands on: what the simulated people touch, whoever serves it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from connectors.evidence import TableName
from connectors.opening import Outside
from rehearsal.directory import Folk

TOKEN = "rehearsal-token"  # noqa: S105 - of a server on loopback that lives for one rehearsal
EVENING_UTC = 23
"""Hour at which a day's exports are written."""

Rows = Sequence[Mapping[str, object]]
"""Rows of evidence by our names, typed as `connectors.ports.Sheet` says."""


class Mail(Protocol):
    """A message as one recipient got it."""

    @property
    def to(self) -> str:
        """The envelope's recipient."""

    @property
    def message_id(self) -> str:
        """With its angle brackets."""

    @property
    def notice(self) -> str | None:
        """The header X-Changeover-Notice."""

    @property
    def message(self) -> EmailMessage:
        """The whole message."""


class Ground(Protocol):
    """Mail, accounts, the old system and evidence of one simulated organisation."""

    outlives: bool
    """Whether what people see of it outlives this process; then the ledger must, too."""

    def opened(self, folder: Path, folk: Sequence[Folk], seed: int) -> AbstractContextManager[None]:
        """Make what people touch, for as long as the context lasts."""

    def placed(self, plan_text: str) -> str:
        """Give a plan with this ground's addresses."""

    def secrets(self) -> dict[str, str]:
        """Give the environment's variables for the plan's secrets."""

    def outside(self, outside: Outside) -> Outside:
        """Give what production reaches of it, in place of what the plan alone says."""

    def accounts(self) -> list[dict[str, Any]]:
        """Give every account as SCIM shows one: id, userName, active, externalId."""

    def mails(self) -> list[Mail]:
        """Give every mail there is, in the order they came."""

    def new_mails(self) -> list[Mail]:
        """Give the mails nobody has opened yet; they are opened by it."""

    def log_in_to_old(self, emails: Iterable[str], at: datetime) -> None:
        """Log people in to the old system; who may not is turned away."""

    def drop(self, table: TableName, day: date, rows: Rows) -> None:
        """Export a day's evidence, that evening; a second export of a day adds to the first."""
