"""Real servers on loopback, each a process of its own, and files that are dropped in folders."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from connectors.evidence import TABLES, TableName
from connectors.opening import Outside
from rehearsal import kantoor
from rehearsal.directory import Folk, had_accounts
from rehearsal.ground import EVENING_UTC, TOKEN, Mail, Rows
from rehearsal.servers.mail import received, start_mail
from rehearsal.servers.scim import PilotUser, base_url, start_scim, users
from rehearsal.servers.scim import seed as seed_accounts

FOLDERS: dict[TableName, str] = {
    "activity": "logins",
    "attendance": "attendance",
    "answers": "answers",
    "tickets": "tickets",
}
"""Where the plan says each table's exports are dropped."""


class Servers:
    """A relay, an account service, an old system and drop folders (`rehearsal.ground.Ground`)."""

    outlives = True

    def __init__(self) -> None:
        """Begin with nothing started."""
        self.scim_url = ""
        self._mail_port = 0
        self._folder = Path()
        self._opened: set[Path] = set()

    @contextmanager
    def opened(self, folder: Path, folk: Sequence[Folk], seed: int) -> Iterator[None]:
        """Start the servers; end them with the context."""
        self._folder = folder
        for name in FOLDERS.values():
            (folder / "drop" / name).mkdir(parents=True, exist_ok=True)
        kantoor.build(self.old, old_users(folk), seed)
        with start_mail(folder) as mail, start_scim(folder, TOKEN) as scim:
            self._mail_port = mail.port
            self.scim_url = base_url(scim.port)
            pilots = [
                PilotUser(f.email, f.given, f.family, active=is_open)
                for f, is_open in had_accounts(folk)
            ]
            seed_accounts(self.scim_url, TOKEN, pilots)
            yield

    @property
    def old(self) -> Path:
        """The old system's file."""
        return self._folder / "kantoor.sqlite"

    def placed(self, plan_text: str) -> str:
        """Give a plan with the servers' ports."""
        return plan_text.replace("https://atlas.example/scim/v2", self.scim_url).replace(
            "port: 25,", f"port: {self._mail_port},"
        )

    def secrets(self) -> dict[str, str]:
        """Give the environment's variables for the plan's secrets."""
        return {
            "CHANGEOVER_SECRET_ATLAS_TOKEN": TOKEN,
            "CHANGEOVER_SECRET_KANTOOR_URL": f"sqlite:///{self.old}",
        }

    def outside(self, outside: Outside) -> Outside:
        """Change nothing: production finds the servers by the plan."""
        return outside

    def accounts(self) -> list[dict[str, Any]]:
        """Give every account as the service shows it."""
        return users(self.scim_url, TOKEN)

    def mails(self) -> list[Mail]:
        """Give every mail of the Maildir."""
        return [*received(self._folder / "mail")]

    def new_mails(self) -> list[Mail]:
        """Give the mails of files that were not there before."""
        found = received(self._folder / "mail", self._opened)
        self._opened.update(mail.path for mail in found)
        return [*found]

    def log_in_to_old(self, emails: Iterable[str], at: datetime) -> None:
        """Log people in to Kantoor."""
        kantoor.log_in_all(self.old, emails, at)

    def drop(self, table: TableName, day: date, rows: Rows) -> None:
        """Write a day's file, dated the evening of that day."""
        path = self._folder / "drop" / FOLDERS[table] / f"{day}.csv"
        fresh = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(TABLES[table])
            writer.writerows([_text(row.get(name)) for name in TABLES[table]] for row in rows)
        evening = datetime(day.year, day.month, day.day, EVENING_UTC, tzinfo=UTC).timestamp()
        os.utime(path, (evening, evening))


def old_users(folk: Sequence[Folk]) -> list[kantoor.OldUser]:
    """Give the old system's users: everybody."""
    return [kantoor.OldUser(f.email, f.name) for f in folk]


def _text(value: object) -> object:
    """Write a value as an export does: yes and no, ISO 8601, nothing where nothing is known."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value
