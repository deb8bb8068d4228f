"""A multitude: a rollout of 100,000 people, live for so many days, written straight into a ledger.

One phase has everybody, which is the hardest case for its gate. People are as in the demo's files,
but for what they did: drawn by seeded rules, a day at a time. Nothing is due on the day that is
judged, so that what is measured is looking and judging, not sending.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, insert

from actions.apply_plan import apply_plan
from config.loading import parse
from config.names import Language
from config.plan import Plan
from gates.days import day_of
from ledger import days, evidence
from ledger.evidence_tables import answer, ticket
from ledger.opening import open_ledger
from ledger.phases import record, standing
from ledger.tables import account, step
from rollout.people import Entry
from rollout.phases import Verb
from rollout.steps import Step

LAUNCH = date(2026, 3, 2)
PHASE = "everyone"
ACTIVE, KEEN = 0.45, 0.2
"""Share of people at work in the tool on a working day: of most people, and of the slow half."""
CALLS_A_WEEK, ANSWERS = 0.02, 0.5
CHUNK = 20_000
SEED = 20260302

_PLAN = """
rollout: multitude
organisation:
  name: Multitude
  sites:
    north: {zone: America/Paramaribo, language: en, champion: it@bench.example}
    south: {zone: America/Paramaribo, language: en, champion: it@bench.example}
  signed_by: {name: Iris Thomas, role: Manager, email: it@bench.example}
new_tool:
  name: Atlas
  url: https://atlas.example
  benefit: one place for customers and orders
  problem: prices live in four spreadsheets
  accounts: {kind: memory}
  activity: {kind: csv, folder: logins, fresh_within: 300d}
old_system: {name: Kantoor}
people: [{kind: csv, file: people.csv}]
tickets: {kind: csv, folder: calls, fresh_within: 300d}
answers: {kind: csv, folder: answers, fresh_within: 300d}
mail: {host: 127.0.0.1, port: 9, security: none, sender: it@bench.example}
start: 2026-03-02
phases: [{name: everyone, who: everyone-else, weeks: 1}]
gates:
  adopted: {to_advance: 80%}
  active: {at_least: 50%}
  satisfaction: {at_least: 7}
  nps: {above: 0}
  tickets: {rise_at_most: 10%}
notices: {survey_url: https://atlas.example/survey, at_once_at_most: 1000000}
"""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Multitude:
    """Where one is."""

    plan: Plan
    folder: Path

    @property
    def url(self) -> str:
        """The ledger's address."""
        return f"sqlite:///{self.folder}/ledger.sqlite"


def moment(day: int) -> datetime:
    """Give the morning on which a day of the phase is judged."""
    return datetime.combine(LAUNCH, datetime.min.time(), UTC) + timedelta(days=day - 1, hours=10)


def at(folder: Path) -> Multitude:
    """Give the one of a folder."""
    return Multitude(parse(_PLAN.lstrip(), "multitude"), folder)


def found(folder: Path, people: int) -> Multitude:
    """Found a rollout of so many people, live since its launch day, without any evidence."""
    folder.mkdir(parents=True)
    made = at(folder)
    plan = made.plan
    entries = [_entry(number) for number in range(1, people + 1)]
    _write_people(folder / "people.csv", entries)
    door, then = open_ledger(made.url, plan.rollout), moment(1) - timedelta(weeks=3)
    apply_plan(
        door, plan, _PLAN.lstrip(), folder, "it@bench.example", then, entries, rehearsal=True
    )
    with door.write("found") as tx:
        for verb in (Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH):
            move = standing(tx, plan.rollout)[PHASE].move(verb, "bench")
            record(tx, plan.rollout, move, "bench", moment(1))
        _insert(tx, account, _accounts(plan.rollout, people))
    door.engine.dispose()
    return made


def _entry(number: int) -> Entry:
    site = "north" if number % 2 else "south"
    email = f"person{number}@bench.example"
    return Entry(email, email, "Pat", f"Person {number}", site, "Sales", Language.EN)


def _write_people(path: Path, entries: list[Entry]) -> None:
    rows = (f"{e.email},{e.given},{e.family},{e.site},{e.department},en\n" for e in entries)
    path.write_text("email,given,family,site,department,language\n" + "".join(rows), "utf-8")


def _insert(tx: Connection, table: Table, rows: Iterator[Mapping[str, object]]) -> None:
    chunk: list[Mapping[str, object]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            tx.execute(insert(table), chunk)
            chunk = []
    if chunk:
        tx.execute(insert(table), chunk)


def _accounts(rollout: str, people: int) -> Iterator[dict[str, object]]:
    for number in range(1, people + 1):
        key = days.key_of(number)
        fate = {"ours": True, "was_active": False, "active": True, "activated_on": LAUNCH}
        yield {"rollout": rollout, "person": key, "id": f"a{number}"} | fate


def _kinds(day: int) -> dict[str, tuple[str, ...]]:
    """Give what each person had of a phase of two weeks: kinds of steps and their occurrences.

    The weekly ones are of the weeks before the day that is judged, so that none is due then.
    """
    weeks = tuple(f"w{(day - 1) // 7 + n}" for n in (0, 1))
    return {
        "account.create": ("-",),
        "account.activate": ("-",),
        "notice.announcement": ("-",),
        "notice.reminder": ("d0",),
        "notice.survey": ("baseline", *weeks),
        "notice.welcome": ("-",),
        "notice.weekly": weeks,
    }


def _steps(rollout: str, people: int, day: int) -> Iterator[dict[str, object]]:
    at = moment(1)
    for number in range(1, people + 1):
        key = days.key_of(number)
        for kind, occurrences in _kinds(day).items():
            for occurrence in occurrences:
                one = Step(kind, PHASE, key, 1, occurrence, at)
                row: dict[str, object] = {
                    "rollout": rollout,
                    "key": one.key,
                    "kind": kind,
                    "phase": PHASE,
                }
                row |= {"person": key, "attempt": 1, "occurrence": occurrence, "token": 1}
                yield row | {"state": "done", "due": at, "at": at, "detail": ""}


def lived(base: Multitude, folder: Path, people: int, day: int) -> Multitude:
    """Copy a rollout just founded, and let it live up to the eve of a day of the phase."""
    shutil.copytree(base.folder, folder)
    made = at(folder)
    door, rollout = open_ledger(made.url, base.plan.rollout), base.plan.rollout
    rows = {"activity": 0, "tickets": 0, "answers": 0}
    with door.write("live") as tx:
        _insert(tx, step, _steps(rollout, people, day))
        for number in range(1, day):
            told = active_on(people, number)
            when = LAUNCH + timedelta(days=number - 1)
            active = np.flatnonzero(told) + 1
            days.put(tx, rollout, "activity", {("", when): day_of("", when, active)})
            rows["activity"] += len(active)
        _insert(tx, ticket, _count(_tickets(rollout, people, day), rows, "tickets"))
        _insert(tx, answer, _count(_answers(rollout, people, day), rows, "answers"))
        for source, number in rows.items():
            evidence.note(tx, rollout, source, moment(day), number, moment(day))
    door.engine.dispose()
    return made


def _count(
    found: Iterator[dict[str, object]], rows: dict[str, int], name: str
) -> Iterator[dict[str, object]]:
    for row in found:
        rows[name] += 1
        yield row


def active_on(people: int, day: int) -> Flags:
    """Tell who was active on a day of the phase: a quarter of them are at work at weekends."""
    dice = np.random.default_rng([SEED, day])
    share = np.where(np.arange(people) < people // 2, ACTIVE, KEEN)
    weekday = (LAUNCH + timedelta(days=day - 1)).weekday() < 5
    return np.asarray(dice.random(people) < share * (1.0 if weekday else 0.25))


def _tickets(rollout: str, people: int, day: int) -> Iterator[dict[str, object]]:
    dice = np.random.default_rng([SEED, 1])
    number = 0
    for past in range(1, day):
        # Four times as many in the launch week.
        share = CALLS_A_WEEK / 7 * (4 if past <= 7 else 1)
        opened = LAUNCH + timedelta(days=past - 1)
        for who in dice.integers(1, people + 1, int(people * share)).tolist():
            number += 1
            row: dict[str, object] = {
                "id": f"t{number}",
                "person": days.key_of(who),
                "opened": opened,
            }
            yield {"rollout": rollout, "closed": None, "tier": 1} | row


def _answers(rollout: str, people: int, day: int) -> Iterator[dict[str, object]]:
    """Half of the people, each once: who has answered is not asked again."""
    dice = np.random.default_rng([SEED, 2])
    marks = dice.integers(5, 11, (people, 2)).tolist()
    for number in np.flatnonzero(dice.random(people) < ANSWERS).tolist():
        at = moment(2 + number % max(1, day - 2))
        row: dict[str, object] = {
            "rollout": rollout,
            "id": f"s{number}",
            "person": days.key_of(number + 1),
            "at": at,
        }
        satisfaction, nps = marks[number]
        yield row | {"satisfaction": float(satisfaction), "nps": float(nps), "comment": None}


def export(made: Multitude, people: int, day: int, exports: int) -> None:
    """Write the last exports as the plan's folders have them: one a day of who was active."""
    folder = made.folder / "logins"
    folder.mkdir()
    for number in range(max(1, day - exports), day):
        when = LAUNCH + timedelta(days=number - 1)
        active = np.flatnonzero(active_on(people, number)) + 1
        rows = "".join(f"person{n}@bench.example,{when}\n" for n in active.tolist())
        (folder / f"{when}.csv").write_text("email,day\n" + rows, "utf-8")
