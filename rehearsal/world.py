"""The simulated organisation: people who live from day to day, on servers or in memory."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from actions.signing_key import VARIABLE as KEY_VARIABLE
from archive.signature import SigningKey
from config.loading import parse
from config.plan import Plan
from connectors.evidence import TableName
from rehearsal import behaviour
from rehearsal.behaviour import Temper
from rehearsal.company import Acme, Company
from rehearsal.directory import Folk
from rehearsal.ground import TOKEN, Ground, Mail
from rehearsal.ground_servers import Servers
from rollout.calendar import country_of, is_working

__all__ = ["TOKEN", "World"]

_NOON_UTC = 16
_LIVED_AT_MOST = timedelta(days=7)
"""How far back a jump in time is lived; before that people did what the ledger cannot see."""


@dataclass
class World:
    """One organisation to practise on. Leaving it stops its servers."""

    folder: Path
    seed: int
    ground: Ground = field(default_factory=Servers)
    company: Company = field(default_factory=Acme)
    stack: ExitStack = field(default_factory=ExitStack)
    folk: list[Folk] = field(default_factory=list)
    lived_until: date = date.min
    started: dict[str, date] = field(default_factory=dict)
    """Address -> the day they were welcomed."""
    sessions: dict[tuple[str, date], str] = field(default_factory=dict)
    """Address and day -> Message-ID of the invitation to a training."""

    def __enter__(self) -> Self:
        """Build the files and what people touch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folk = self.company.people(self.seed)
        self.company.write(self.folder, self.folk)
        self.stack.enter_context(self.ground.opened(self.folder, self.folk, self.seed))
        return self

    def __exit__(self, *error: object) -> None:
        """Stop the servers."""
        self.stack.close()

    @property
    def old(self) -> Path:
        """The old system's file."""
        return self.folder / "kantoor.sqlite"

    @property
    def scim_url(self) -> str:
        """Where the account service answers; empty where there is none."""
        return str(getattr(self.ground, "scim_url", ""))

    def plan_text(self) -> str:
        """Give the company's plan, with this world's addresses."""
        return self.ground.placed(self.company.plan_text())

    @cached_property
    def plan(self) -> Plan:
        """The plan of this world."""
        return parse(self.plan_text(), "plan.yaml")

    def secrets(self) -> dict[str, str]:
        """Give the environment's variables for the plan's secrets, and the key of its archives.

        The same seed signs with the same key, so that two summaries of one seed are alike.
        """
        seed = sha256(f"a rehearsal's signing key, worth nothing: {self.seed}".encode()).digest()
        return self.ground.secrets() | {KEY_VARIABLE: SigningKey.of_seed(seed).secret()}

    def live(self, today: date) -> None:
        """Live every day up to yesterday: people work, learn, answer, call and log in."""
        self._come_and_go(today)
        accounts = self.ground.accounts()
        active = {str(a["userName"]).lower() for a in accounts if a.get("active", False)}
        day = max(self.lived_until, today - _LIVED_AT_MOST)
        self._read(self.ground.new_mails(), day)
        while day < today:
            self._day(day, active)
            day += timedelta(days=1)
        self.lived_until = today

    def _come_and_go(self, today: date) -> None:
        now = self.company.changed(self.folk, self.seed, today)
        if now != self.folk:
            self.folk = now
            self.__dict__.pop("_tempers", None)
            self.company.write(self.folder, now)

    def _read(self, mails: Iterable[Mail], day: date) -> None:
        """People open their mail: an invitation is remembered, a survey is answered or not."""
        for mail in mails:
            if mail.notice == "welcome":
                self.started[mail.to.lower()] = day
            elif mail.notice == "rollback":
                self._back(mail.to.lower(), day)
            elif mail.notice == "training":
                self._invited(mail)
            elif mail.notice == "survey":
                self._survey(mail.to.lower(), day)

    def _back(self, who: str, day: date) -> None:
        """Who is told to work in the old system again does, and no session is held for them."""
        self.started.pop(who, None)
        self.sessions = {k: v for k, v in self.sessions.items() if k[0] != who or k[1] < day}

    def _invited(self, mail: Mail) -> None:
        for part in mail.message.walk():
            if part.get_content_type() == "text/calendar":
                text = part.get_content()
                words = text if isinstance(text, str) else text.decode()
                line = next(x for x in words.splitlines() if x.startswith("DTSTART;TZID"))
                stamp = line.rsplit(":", 1)[1]
                day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
                self.sessions[mail.to.lower(), day] = mail.message_id

    def _survey(self, who: str, day: date) -> None:
        its = self._tempers.get(who)
        given = behaviour.answers(self.seed, who, day, its) if its else None
        if given is not None:
            at = datetime(day.year, day.month, day.day, _NOON_UTC, tzinfo=UTC)
            row = {"id": f"{who}/{day}", "email": who, "at": at, "comment": None}
            row |= {"satisfaction": given[0], "nps": given[1]}
            self.ground.drop("answers", day, [row])

    @cached_property
    def _tempers(self) -> dict[str, Temper]:
        """What people are like, by address in small letters, which is their order too."""
        ordered = sorted(self.folk, key=lambda who: who.email.lower())
        return {f.email.lower(): self.company.temper(self.seed, f) for f in ordered}

    @cached_property
    def _countries(self) -> dict[str, list[str]]:
        """Whose holidays a site keeps."""
        sites = self.plan.organisation.sites.items()
        found = {name: country_of(site.zone) for name, site in sites}
        return {name: [country] if country else [] for name, country in found.items()}

    def _day(self, day: date, active: set[str]) -> None:
        sites = {f.email.lower(): f.site for f in self.folk}
        working = {s for s, countries in self._countries.items() if is_working(day, countries)}
        told: dict[TableName, list[dict[str, Any]]]
        told = {"activity": [], "tickets": [], "attendance": [], "answers": []}
        for email, its in self._tempers.items():
            if sites[email] not in working:
                continue
            if (email, day) in self.sessions:
                came = behaviour.attends(self.seed, email, day, its)
                row = {"email": email, "training": "training", "day": day, "attended": came}
                told["attendance"].append(row)
            started = self.started.get(email)
            if started is None or day < started or email not in active:
                continue
            since = (day - started).days
            if behaviour.uses(self.seed, email, day, its, since):
                told["activity"].append({"email": email, "day": day})
            if behaviour.calls(self.seed, email, day, its, since):
                row = {"id": f"{email}/{day}", "email": email, "opened": day, "tier": 1}
                told["tickets"].append(row | {"closed": None})
        for table, rows in told.items():
            self.ground.drop(table, day, rows)
        self._use_old(day)

    def _use_old(self, day: date) -> None:
        """Who has not moved works in the old system; who has looks something up now and then."""
        using = [
            email
            for email, its in self._tempers.items()
            if behaviour.uses_old(self.seed, email, day, its, self._since(email, day))
        ]
        if using:
            at = datetime(day.year, day.month, day.day, _NOON_UTC, tzinfo=UTC)
            self.ground.log_in_to_old(using, at)

    def _since(self, email: str, day: date) -> int | None:
        started = self.started.get(email)
        return None if started is None else (day - started).days
