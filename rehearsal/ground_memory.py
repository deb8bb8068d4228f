"""The ports in memory, and an old system without its history: a rollout in seconds."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import cached_property
from pathlib import Path
from typing import Any

from connectors.evidence import TABLES, TableName
from connectors.memory import Letter, MemoryAccounts, MemoryEvidence, MemoryPost
from connectors.opening import Outside
from rehearsal import kantoor
from rehearsal.directory import Folk, had_accounts
from rehearsal.ground import EVENING_UTC, TOKEN, Mail, Rows
from rehearsal.ground_servers import old_users


@dataclass(frozen=True)
class Opened:
    """A letter whose headers are read (`rehearsal.ground.Mail`)."""

    letter: Letter

    @property
    def to(self) -> str:
        """The envelope's recipient."""
        return self.letter.to

    @cached_property
    def _headers(self) -> Message:
        # Not the structured headers of today's policies: every mail's are read, and only these two.
        return BytesHeaderParser(policy=compat32).parsebytes(self.letter.content)

    @property
    def message_id(self) -> str:
        """With its angle brackets."""
        return str(self._headers["Message-ID"] or "").strip()

    @property
    def notice(self) -> str | None:
        """The header X-Changeover-Notice."""
        found = self._headers["X-Changeover-Notice"]
        return None if found is None else str(found).strip()

    @property
    def message(self) -> EmailMessage:
        """The whole message."""
        return self.letter.message


class Memory:
    """Mail, accounts and evidence of this process (`rehearsal.ground.Ground`)."""

    outlives = False

    def __init__(self) -> None:
        """Begin with nobody and nothing."""
        self._folder = Path()
        self._accounts = MemoryAccounts()
        self._post = MemoryPost()
        self._mails: list[Mail] = []
        self._seen = 0
        self._evidence = {table: MemoryEvidence(table) for table in TABLES}

    @contextmanager
    def opened(self, folder: Path, folk: Sequence[Folk], seed: int) -> Iterator[None]:
        """Make the old system's file, and the pilots' accounts."""
        self._folder = folder
        kantoor.build(self.old, old_users(folk), seed, history=False)
        for who, is_open in had_accounts(folk):
            self._accounts.add(who.email, active=is_open)
        yield

    @property
    def old(self) -> Path:
        """The old system's file."""
        return self._folder / "kantoor.sqlite"

    def placed(self, plan_text: str) -> str:
        """Change nothing: what the plan names is not spoken to."""
        return plan_text

    def secrets(self) -> dict[str, str]:
        """Give the environment's variables for the plan's secrets."""
        url = f"sqlite:///{self.old}"
        return {"CHANGEOVER_SECRET_ATLAS_TOKEN": TOKEN, "CHANGEOVER_SECRET_KANTOOR_URL": url}

    def outside(self, outside: Outside) -> Outside:
        """Give the ports of this memory; people and the old system stay files."""
        return replace(
            outside,
            open_accounts=lambda: self._accounts,
            open_post=lambda: self._post,
            open_activity=lambda: self._evidence["activity"],
            open_attendance=lambda: self._evidence["attendance"],
            open_answers=lambda: self._evidence["answers"],
            open_tickets=lambda: self._evidence["tickets"],
        )

    def accounts(self) -> list[dict[str, Any]]:
        """Give every account."""
        return [
            {
                "id": account.id,
                "userName": account.user_name,
                "active": account.active,
                "externalId": account.external_id,
            }
            for account in self._accounts.everyone().values()
        ]

    def mails(self) -> list[Mail]:
        """Give every mail."""
        self._mails += [Opened(letter) for letter in self._post.received[len(self._mails) :]]
        return [*self._mails]

    def new_mails(self) -> list[Mail]:
        """Give the mails that came since."""
        found = self.mails()[self._seen :]
        self._seen += len(found)
        return found

    def log_in_to_old(self, emails: Iterable[str], at: datetime) -> None:
        """Log people in to Kantoor."""
        kantoor.log_in_all(self.old, emails, at)

    def drop(self, table: TableName, day: date, rows: Rows) -> None:
        """Add a day's rows, as of that evening."""
        evidence = self._evidence[table]
        evidence.rows += [dict(row) for row in rows]
        evidence.as_of = datetime(day.year, day.month, day.day, EVENING_UTC, tzinfo=UTC)
