"""What the work is measured by, from the plan's files and database to a gate's words."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from actions.collect_feedback import collect_feedback
from actions.desk import Desk, take_lease
from actions.evidence_of import frames_of
from actions.judge_phase import judge_phase
from config.loading import parse
from config.names import Metric
from config.plan import Plan
from config.secrets import secret_finder
from connectors.opening import open_outside
from gates.decision import Decision
from gates.findings import Finding
from gates.frames import Frames
from ledger import decisions, evidence, people, phases, records
from ledger.opening import open_ledger
from ledger.tables import rollout
from rollout.people import Person
from rollout.phases import DECOMMISSION, Dates, Verb
from rollout.snapshot import AccountNow

from .eve import EXAMPLE, IT, people_of

LAUNCH = {"early-adopters": date(2026, 3, 2), "core-team": date(2026, 3, 16)}
SOAK = {"early-adopters": date(2026, 3, 13), "core-team": date(2026, 3, 27)}
NOW = datetime(2026, 3, 27, 9, tzinfo=UTC)
WEEKS = [date(2026, 1, 19) + timedelta(weeks=n) for n in range(10)]


def uncommented(text: str) -> str:
    """Give the example with what it shows as optional switched on."""
    return re.sub(r"(?m)^( *)# (?= *(\w[\w-]*:|- \{))", r"\1", text)


@pytest.fixture(scope="module")
def plan() -> Plan:
    text = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    found = parse(
        text.replace("checklist: {items:", "checklist: {advisory: true, items:"), "p.yaml"
    )
    asked = {"impact", "workflows", "work_moved", "support", "dependents", "checklist"}
    gates = {name: getattr(found.gates, name) for name in asked} | {"adopted": found.gates.adopted}
    return found.model_copy(update={"gates": type(found.gates)(**gates)})


@pytest.fixture
def desk(plan: Plan, tmp_path: Path) -> Iterator[Desk]:
    """Give a rollout of 60 people: 20 moved on 2 March, 20 on 16 March, 20 wait."""
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as old, old:
        old.execute("create table app_user (email, last_login)")
        old.execute("create table order_log (email, day, workflow)")
        old.execute("insert into app_user values ('u24@acme.example', '2026-03-25')")
        done = ("u25@acme.example", "2026-03-24", "create-order")
        old.executemany("insert into order_log values (?, ?, ?)", [done] * 3)
    secrets = {"CHANGEOVER_SECRET_KANTOOR_URL": f"sqlite:///{tmp_path / 'old.sqlite'}"}
    outside = open_outside(plan, tmp_path, secret_finder(tmp_path, secrets))
    door = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite", plan.rollout)
    found = Desk(plan, tmp_path, door, outside)
    _begin(found)
    yield replace(found, lease=take_lease(found))
    outside.close()
    door.engine.dispose()


def _begin(desk: Desk) -> None:
    name, then = desk.rollout, NOW - timedelta(weeks=4)
    row = {"name": name, "plan": "", "digest": "0" * 64, "folder": ".", "applied_by": IT}
    with desk.door.write("begin") as tx:
        tx.execute(insert(rollout).values(**row, applied_at=then, rehearsal=True))
        everyone = [_placed(p) for p in people_of(60)]
        people.add(tx, name, everyone)
        opened = {
            p.key: AccountNow(p.key, True, False, True, LAUNCH[str(p.phase)])  # noqa: FBT003
            for p in everyone
            if p.phase in LAUNCH
        }
        people.set_accounts(tx, name, opened)
        for phase, launch in LAUNCH.items():
            phases.begin(tx, name, phase, Dates(launch, SOAK[phase]), IT, then)
            for verb in (Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH):
                at = phases.standing(tx, name)[phase]
                phases.record(tx, name, at.move(verb, "a test"), IT, then)
        phases.begin(tx, name, "remaining-users", Dates(None, None), IT, then)
        phases.begin(tx, name, DECOMMISSION, Dates(None, None), IT, then)


def _placed(person: Person) -> Person:
    number = int(person.key[1:])
    phase = ["early-adopters", "core-team", "remaining-users"][(number - 1) // 20]
    return person.moving_in(phase, "a test")


def emails(desk: Desk) -> list[str]:
    return [p.entry.email for p in sorted(desk.look().people.values(), key=lambda p: p.key)]


def drop(desk: Desk, folder: str, name: str, *rows: str) -> None:
    """Write an export."""
    path = desk.folder / "drop" / folder
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    written = (NOW - timedelta(hours=3)).timestamp()
    os.utime(path / name, (written, written))


def measure(desk: Desk, gain: float = 3) -> None:
    """Write two days of each week of each person: who moved gains, and so does every week."""
    rows = ["email,day,value"]
    for number, email in enumerate(emails(desk)):
        for week, monday in enumerate(WEEKS):
            moved = number < 20 and week > 6
            value = 20 + number % 7 + week + (number * week) % 3 + (gain if moved else 0)
            rows += [f"{email},{monday + timedelta(days=d)},{value + d - 1}" for d in (0, 2)]
    drop(desk, "orders-per-hour", "all.csv", *rows)
    for other in ("minutes", "errors"):
        drop(desk, other, "all.csv", *rows[:3])


def collect(desk: Desk) -> tuple[str, ...]:
    return collect_feedback(desk, NOW).words


def frames(desk: Desk, phase: str = "core-team") -> Frames:
    return frames_of(desk, desk.look(), desk.plan.phase(phase), NOW)


def found(desk: Desk, metric: Metric) -> Finding:
    """Judge the core team and give what was found of a metric."""
    judge_phase(desk, "core-team", NOW)
    with desk.door.read() as tx:
        last = decisions.of_phase(tx, desk.rollout, "core-team")[-1]
    taken = Decision.model_validate(
        {k: v for k, v in last.document.items() if k in Decision.model_fields}
    )
    return next(f for f in taken.verdict.findings if f.metric is metric)


def test_a_person_has_one_number_a_week_and_half_a_week_does_not_replace_a_whole(
    desk: Desk,
) -> None:
    one = emails(desk)[0]
    head, monday = "email,day,value", f"{one},2026-02-02,10"
    drop(desk, "errors", "all.csv", head, monday, f"{one},2026-02-04,20", f"{one},2026-02-10,4")
    drop(desk, "errors", "other.csv", head, "stranger@else.example,2026-02-03,99")
    collect(desk)
    with desk.door.read() as tx:
        rows = evidence.read(tx, desk.rollout, "measured")
    key = next(p.key for p in desk.look().people.values() if p.entry.email == one)
    row = {"measure": "errors", "person": key}
    whole = row | {"week": date(2026, 2, 2), "value": 15.0, "days": 2}
    assert rows == [whole, row | {"week": date(2026, 2, 9), "value": 4.0, "days": 1}]
    drop(desk, "errors", "all.csv", head, monday, f"{one},2026-02-10,5")
    collect(desk)
    with desk.door.read() as tx:
        rows = evidence.read(tx, desk.rollout, "measured")
    assert sorted(r["value"] for r in rows) == [5.0, 15.0]
    assert whole in rows


def test_the_effect_reaches_the_gate_in_words(desk: Desk) -> None:
    measure(desk)
    assert collect(desk) == ()
    told = found(desk, Metric.IMPACT)
    said = (
        "orders entered per hour: 9 % more (9 to 10 %) than colleagues not yet moved, same weeks; "
    )
    assert told.now.startswith(said)
    assert "orders corrected a day: too few to tell: 0 moved, " in told.now
    assert told.advisory


def test_a_measure_that_was_never_heard_makes_no_number(desk: Desk) -> None:
    measure(desk)
    (desk.folder / "drop" / "errors" / "all.csv").unlink()
    collect(desk)
    assert found(desk, Metric.IMPACT).reason == "measured: nothing was ever read (silent)"


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(desk: Desk) -> None:
    measure(desk)
    drop(desk, "minutes", "bad.csv", "email,value", "a@b.example,1")
    (said,) = collect(desk)
    assert "measure/minutes-an-order: drop/minutes/bad.csv" in said
    assert "no column 'day'" in said
    assert set(frames(desk).measured["measure"]) == {"orders-per-hour", "errors"}


def test_work_in_both_systems_log_ins_and_open_items_reach_the_gate(desk: Desk) -> None:
    everybody = emails(desk)
    drop(
        desk,
        "completed",
        "march.csv",
        "email,day,workflow,times",
        *(f"{email},2026-03-24,create-order,1" for email in everybody[:27]),
        f"{everybody[0]},2026-03-24,close-order,1",
    )
    assert collect(desk) == ()
    assert found(desk, Metric.WORK_MOVED).now == "7 of 10 = 70 %"
    tried = found(desk, Metric.WORKFLOWS)
    assert tried.reason == "close-order by 1; 3 needed of each"
    depends = found(desk, Metric.DEPENDENTS)
    assert depends.now == "1 of 20 = 5 %"
    assert depends.needed == "still in the old system ≤ 20 % (4 people) in 7 days"
    open_ones = found(desk, Metric.CHECKLIST)
    assert open_ones.now == "0 of 4 confirmed"
    with desk.door.write("confirm") as tx:
        records.confirm(tx, desk.rollout, "core-team/lessons", IT, NOW)
    assert found(desk, Metric.CHECKLIST).now == "1 of 4 confirmed"


def test_everybodys_weeks_are_read_only_where_the_gate_asks(desk: Desk) -> None:
    measure(desk)
    collect(desk)
    gates = desk.plan.gates.model_copy(update={"impact": None})
    without = replace(desk, plan=desk.plan.model_copy(update={"gates": gates}))
    assert frames(without).measured.empty
    assert not frames(desk).measured.empty


def test_support_is_told_of_the_next_phase(desk: Desk) -> None:
    drop(
        desk,
        "tickets",
        "march.csv",
        "id,email,opened,closed,tier",
        *(f"t{n},{emails(desk)[20 + n % 20]},2026-03-17,,2" for n in range(45)),
        *(f"u{n},{emails(desk)[20 + n % 20]},2026-03-17,,3" for n in range(90)),
    )
    collect(desk)
    told = found(desk, Metric.SUPPORT)
    assert told.reason == (
        "tier 3: 90 tickets from 20 people in their launch week; 20 people next make 90,"
        " 30 minutes each: 45 hours > 30"
    )
    assert told.note == "split remaining users into two: 10 and 10"
    assert told.does == "hold"
