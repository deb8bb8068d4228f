"""Six people on a few mornings: the smallest organisation that meets every kind of effect.

One has an account already, one address is refused by the relay; three launch, and are rolled back.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Self
from unittest.mock import patch

from actions.apply_plan import apply_plan
from actions.desk import Desk, open_desk
from actions.hands import PlainHands
from config.loading import parse
from config.plan import Plan
from connectors.csv_people import CsvDirectory
from flows.order import tick
from ledger import records
from ledger.opening import open_ledger
from rehearsal.failpoints import Failpoints, watched
from rehearsal.servers.scim import PilotUser
from rehearsal.servers.scim import seed as seed_accounts
from rollout.calendar import aware

IT = "it@six.example"
TOKEN = "rehearsal-token"  # noqa: S105 - of a server on loopback that lives for one rehearsal
FIRST = "first-half"
LAUNCH = date(2026, 3, 2)
MORNINGS = (
    LAUNCH - timedelta(days=7),
    LAUNCH - timedelta(days=4),
    LAUNCH,
    LAUNCH + timedelta(days=1),
)
"""Told and accounts made; invited and backed up; launched and judged; rolled back."""
ROLL_BACK_ON = MORNINGS[-1]
AGAIN = timedelta(minutes=20)
"""Between a worker's death and the next try."""

PEOPLE = (
    ("anil", "Anil", "nl"),
    ("bea", "Bea", "en"),
    ("carl", "Carl", "en"),
    ("dina", "Dina", "nl"),
    ("emil", "Emil", "en"),
    ("gone", "Gone", "en"),
)
PILOT = "anil"
REFUSED = "gone"

_PLAN = """
rollout: {rollout}
organisation:
  name: Six People
  sites:
    office: {{title: Office, zone: America/Port_of_Spain, language: en, champion: {it}}}
  signed_by: {{name: Iris Thomas, role: Manager, email: {it}}}
new_tool:
  name: Atlas
  url: https://atlas.example
  benefit: one place for customers and orders
  problem: prices live in four spreadsheets
  first_task: enter one order
  accounts: {{kind: scim, url: {scim}, token: secret:atlas-token, link: by_email}}
  activity: {{kind: csv, folder: drop/logins, meaning: login, fresh_within: 4d}}
old_system:
  name: Kantoor
  url: sqlite:///old.sqlite
  person:
    read: select access from app_user where email = :email
    set: update app_user set access = :value where email = :email
    to: read
people:
  - {{kind: csv, file: people.csv, layout: plain}}
mail: {{host: 127.0.0.1, port: {mail}, security: none, sender: {it}, connections: {lines}}}
start: 2026-03-02
phases:
  - {{name: first-half, who: {{share: 50%, first: [pilot, volunteer]}}, weeks: 1, training: hour}}
  - {{name: second-half, who: everyone-else, weeks: 1, training: hour}}
gates:
  adopted: {{goal: 80% within 28 days, to_advance: 60%}}
trainings:
  hour: {{title: Atlas, minutes: 60, on_day: 2, at: '10:00', seats: 10, place: At the big table}}
checklist:
  tool-tested: each key workflow was tried in the new tool
notices: {{announce_days: 7, remind_days: 4, invite_days: 4}}
decommission: {{wait_weeks: 1, after: {{adopted: 80%}}}}
approvers: [d.hinds@six.example]
"""


@dataclass(frozen=True)
class SixPeople:
    """One run's organisation: a folder, a rollout and a mail domain that are this run's alone."""

    folder: str
    number: int
    """Distinguishes runs on the same servers."""
    mail_port: int
    scim_url: str
    ledger: str
    """URL of the ledger's database."""
    lines: int = 1
    """Lines to the relay at once; with one, every run passes the same places in the same order."""

    @property
    def rollout(self) -> str:
        """The rollout's name."""
        return f"six-{self.number}"

    @property
    def domain(self) -> str:
        """What the addresses of this run's people end in."""
        return domain_of(self.number)

    @property
    def place(self) -> Path:
        """The folder."""
        return Path(self.folder)

    def save(self) -> Path:
        """Write what another process needs to go on with this world."""
        path = self.place / "world.json"
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a saved world."""
        return cls(**json.loads((folder / "world.json").read_text(encoding="utf-8")))

    def plan_text(self) -> str:
        """Give the plan."""
        return _PLAN.format(
            rollout=self.rollout, it=IT, scim=self.scim_url, mail=self.mail_port, lines=self.lines
        ).lstrip()

    def build(self) -> None:
        """Write the files, make the pilot's account, apply the plan."""
        self.place.mkdir(parents=True)
        self.save()
        self._write_people()
        _write_old(self.place / "old.sqlite", [f"{name}@{self.domain}" for name, *_ in PEOPLE])
        logins = self.place / "drop" / "logins"
        logins.mkdir(parents=True)
        none = logins / "none.csv"
        none.write_text("email,day\n", encoding="utf-8")
        written = datetime(*LAUNCH.timetuple()[:3], 1, tzinfo=UTC).timestamp()
        os.utime(none, (written, written))
        seed_accounts(self.scim_url, TOKEN, [PilotUser(f"{PILOT}@{self.domain}", "Anil", "Six")])
        text = self.plan_text()
        plan = parse(text, "plan.yaml")
        door = open_ledger(self.ledger, plan.rollout)
        entries = CsvDirectory(plan.people, self.place, plan.organisation.sites).read()
        now = moment(plan, MORNINGS[0] - timedelta(days=1))
        apply_plan(door, plan, text, self.place, IT, now, entries=entries, rehearsal=True)
        door.engine.dispose()

    def _write_people(self) -> None:
        rows = [
            f"{name}@{self.domain},{given},Six,office,{language},{'yes' if name == PILOT else 'no'}"
            for name, given, language in PEOPLE
        ]
        text = "\n".join(["email,given,family,site,language,pilot", *rows]) + "\n"
        self.place.joinpath("people.csv").write_text(text, encoding="utf-8")

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the desk, with this world's secrets, and close it."""
        with patch.dict("os.environ", {"CHANGEOVER_SECRET_ATLAS_TOKEN": TOKEN}):
            desk = open_desk(self.rollout, url=self.ledger)
            try:
                yield desk
            finally:
                desk.outside.close()
                desk.door.engine.dispose()

    def ended(self) -> int:
        """Give how many mornings have been lived to their end."""
        path = self.place / "mornings"
        return int(path.read_text()) if path.exists() else 0

    def end(self, number: int) -> None:
        """Keep that a morning was lived to its end, by whomever."""
        self.place.joinpath("mornings").write_text(str(number + 1))


def domain_of(number: int) -> str:
    """Give the mail domain of a run."""
    return f"r{number}.six.example"


def moment(plan: Plan, day: date) -> datetime:
    """Give six in the morning."""
    return aware(day, time(6), plan.zone)


def go_on(world: SixPeople, points: Failpoints, tries: int, until: int = len(MORNINGS)) -> bool:
    """Live the mornings left before `until`, as a worker does; False where another is at work."""
    with world.desk() as plain:
        desk = watched(plain, points)
        # Ports of its own, opened through the failpoints: the plain desk does not close them.
        with closing(desk.outside):
            return _live(world, desk, tries, until)


def _live(world: SixPeople, desk: Desk, tries: int, until: int) -> bool:
    for number in range(world.ended(), until):
        day = MORNINGS[number]
        now = moment(desk.plan, day)
        _office(desk, day, now)
        if tick(PlainHands(desk), desk.rollout, now + tries * AGAIN).busy:
            return False
        world.end(number)
    return True


def _office(desk: Desk, day: date, now: datetime) -> None:
    """Do what IT does before a morning; a second time changes nothing."""
    with desk.door.write("office") as tx:
        if day == MORNINGS[1]:
            for phase in desk.plan.phases:
                for item in desk.plan.checklist_of(phase):
                    records.confirm(tx, desk.rollout, item, IT, now)
        asked = records.last_order(tx, desk.rollout, "roll-back")
        if day == ROLL_BACK_ON and asked is None:
            records.add_order(tx, desk.rollout, "roll-back", FIRST, IT, "prices are wrong", now)


def _write_old(path: Path, emails: list[str]) -> None:
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("create table app_user (id integer primary key, email text, access text)")
        old.execute("create table customer (id integer primary key, name text not null)")
        old.executemany(
            "insert into app_user (email, access) values (?, 'full')", [(e,) for e in emails]
        )
        old.execute("insert into customer (name) values ('Brouwer')")
