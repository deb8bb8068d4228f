"""The simulated organisation: its folder, its servers, and people who live from day to day."""

import csv
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

import config
from config.loading import parse
from config.plan import Plan
from rehearsal import behaviour, directory, kantoor
from rehearsal.servers.mail import ReceivedMail, received, start_mail
from rehearsal.servers.scim import PilotUser, base_url, start_scim, users
from rehearsal.servers.scim import seed as seed_accounts
from rollout.calendar import country_of, is_working

TOKEN = "rehearsal-token"  # noqa: S105 - of a server on loopback that lives for one rehearsal
EXAMPLE = Path(config.__file__).parent / "examples" / "phased.yaml"
_NOON_UTC = 16
LEAVES_ON = date(2026, 3, 24)
_LOOKS_UP_DAYS = 14


@dataclass
class World:
    """One organisation to practise on. Leaving it stops its servers."""

    folder: Path
    seed: int
    stack: ExitStack = field(default_factory=ExitStack)
    folk: list[directory.Folk] = field(default_factory=list)
    mail_port: int = 0
    scim_url: str = ""
    lived_until: date = date(2026, 2, 1)
    changed: bool = False
    seen_mails: set[Path] = field(default_factory=set)
    started: dict[str, date] = field(default_factory=dict)
    """Address -> first day with an open account of the rollout's making or finding."""
    sessions: dict[tuple[str, date], str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Build the files and start the servers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folk = directory.people(self.seed)
        directory.write(self.folder, self.folk)
        for drop in ("logins", "attendance", "answers", "tickets"):
            (self.folder / "drop" / drop).mkdir(parents=True, exist_ok=True)
        old = [kantoor.OldUser(f.email, f"{f.given} {f.family}") for f in self.folk]
        kantoor.build(self.folder / "kantoor.sqlite", old, self.seed)
        mail = self.stack.enter_context(start_mail(self.folder))
        self.mail_port = mail.port
        scim = self.stack.enter_context(start_scim(self.folder, TOKEN))
        self.scim_url = base_url(scim.port)
        pilots = [PilotUser(f.email, f.given, f.family) for f in self.folk if f.pilot]
        seed_accounts(self.scim_url, TOKEN, pilots)
        return self

    def __exit__(self, *error: object) -> None:
        """Stop the servers."""
        self.stack.close()

    @property
    def old(self) -> Path:
        """The old system's file."""
        return self.folder / "kantoor.sqlite"

    def plan_text(self) -> str:
        """Give the phased example, with this world's addresses."""
        text = EXAMPLE.read_text(encoding="utf-8")
        return text.replace("https://atlas.example/scim/v2", self.scim_url).replace(
            "port: 25,", f"port: {self.mail_port},"
        )

    def plan(self) -> Plan:
        """Give the plan of this world."""
        return parse(self.plan_text(), "plan.yaml")

    def secrets(self) -> dict[str, str]:
        """Give the environment's variables for the plan's secrets."""
        return {
            "CHANGEOVER_SECRET_ATLAS_TOKEN": TOKEN,
            "CHANGEOVER_SECRET_KANTOOR_URL": f"sqlite:///{self.old}",
        }

    def live(self, today: date) -> None:
        """Live every day up to yesterday: people work, learn, answer, call and log in."""
        self._come_and_go(today)
        accounts = {u["userName"].lower(): u for u in users(self.scim_url, TOKEN)}
        active = {name for name, user in accounts.items() if user.get("active", False)}
        self._read(received(self.folder / "mail", self.seen_mails))
        day = max(self.lived_until, today - timedelta(days=7))
        while day < today:
            self._day(day, active)
            day += timedelta(days=1)
        self.lived_until = today

    def _come_and_go(self, today: date) -> None:
        """One leaves half-way, one joins: the directory says so from that day on."""
        if not self.changed and today >= LEAVES_ON:
            self.changed = True
            gone, new = directory.leaver(self.folk), directory.joiner(self.folk, self.seed)
            directory.write(self.folder, self.folk, left=[gone.email], joined=[new])
            self.folk = [f for f in self.folk if f.email != gone.email] + [new]

    def _read(self, mails: Iterable[ReceivedMail]) -> None:
        """People open their mail: an invitation is remembered, a survey is answered or not."""
        for mail in mails:
            self.seen_mails.add(mail.path)
            if mail.notice == "welcome":
                self.started[mail.to.lower()] = self.lived_until
            elif mail.notice == "training":
                self._invited(mail)
            elif mail.notice == "survey":
                self._survey(mail)

    def _invited(self, mail: ReceivedMail) -> None:
        for part in mail.message.walk():
            if part.get_content_type() == "text/calendar":
                text = part.get_content()
                words = text if isinstance(text, str) else text.decode()
                line = next(x for x in words.splitlines() if x.startswith("DTSTART;TZID"))
                stamp = line.rsplit(":", 1)[1]
                day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
                self.sessions[mail.to.lower(), day] = mail.message_id

    def _survey(self, mail: ReceivedMail) -> None:
        who = mail.to.lower()
        given = behaviour.answers(self.seed, who, self.lived_until, self._temper(who))
        if given is not None:
            at = datetime(*self.lived_until.timetuple()[:3], _NOON_UTC, tzinfo=UTC)
            row = (f"{who}/{self.lived_until}", who, at.isoformat(), given[0], given[1], "")
            self._drop("answers", self.lived_until, _ANSWERS, [row])

    def _temper(self, email: str) -> behaviour.Temper:
        its = next((f for f in self.folk if f.email.lower() == email), None)
        early = its is not None and (its.pilot or its.volunteer)
        return behaviour.temper(self.seed, email, early=early)

    def _day(self, day: date, active: set[str]) -> None:
        logins, calls, attended = [], [], []
        for who in sorted(self.folk, key=lambda f: f.email):
            email = who.email.lower()
            started = self.started.get(email)
            self._old_log_in(who.email, day, started)
            country = country_of(_ZONES[who.site])
            if not is_working(day, [country] if country else []):
                continue
            if (email, day) in self.sessions:
                came = behaviour.attends(self.seed, email, day, self._temper(email))
                attended.append((email, "training", day.isoformat(), "yes" if came else "no"))
            if started is None or day < started or email not in active:
                continue
            since = (day - started).days
            if behaviour.uses(self.seed, email, day, self._temper(email), since):
                logins.append((email, day.isoformat()))
            if behaviour.calls(self.seed, email, day, since):
                calls.append((f"{email}/{day}", email, day.isoformat(), "", "1"))
        self._drop("logins", day, ("email", "day"), logins)
        self._drop("tickets", day, ("id", "email", "opened", "closed", "tier"), calls)
        self._drop("attendance", day, ("email", "training", "day", "attended"), attended)
        self._drop("answers", day, _ANSWERS, [])

    def _old_log_in(self, email: str, day: date, started: date | None) -> None:
        """Who has not moved works in the old system; who has looks something up now and then."""
        since = None if started is None else (day - started).days
        often = 0.6 if since is None else 0.04 if since < _LOOKS_UP_DAYS else 0.0
        if day.weekday() < 5 and behaviour.chance(self.seed, email, day, "old").random() < often:
            at = datetime(day.year, day.month, day.day, _NOON_UTC, tzinfo=UTC)
            with suppress(kantoor.LoginRefused):
                kantoor.log_in(self.old, email, at)

    def _drop(
        self, table: str, day: date, header: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> None:
        """Write a day's file, dated the evening of that day."""
        path = self.folder / "drop" / table / f"{day}.csv"
        fresh = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(header)
            writer.writerows(rows)
        evening = datetime(day.year, day.month, day.day, 23, tzinfo=UTC).timestamp()
        os.utime(path, (evening, evening))


_ANSWERS = ("id", "email", "at", "satisfaction", "nps", "comment")
_ZONES = {
    "paramaribo": "America/Paramaribo",
    "port-of-spain": "America/Port_of_Spain",
    "bridgetown": "America/Barbados",
}
