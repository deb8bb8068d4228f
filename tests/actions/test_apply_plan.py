"""Recording a plan: all of it or nothing, and only what has not begun may change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from actions.apply_plan import Applied, apply_plan
from config.loading import parse
from config.names import Language
from config.problems import PlanError
from ledger import audit, people, phases
from ledger.door import Door
from ledger.opening import open_ledger
from ledger.snapshots import recorded
from ledger.tables import rollout
from rollout.people import Entry
from rollout.phases import DECOMMISSION, State, Verb

EXAMPLES = Path(__file__).parents[2] / "config/examples"
TEXT = (EXAMPLES / "growing.yaml").read_text(encoding="utf-8")
NOW = datetime(2026, 2, 16, 10, tzinfo=UTC)


def some(count: int = 20) -> list[Entry]:
    departments = ("Sales", "Service", "Office")
    return [
        Entry(
            f"A{n}", f"a{n}@growing.example", "A", f"{n}", "office", departments[n % 3], Language.NL
        )
        for n in range(count)
    ]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    opened = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite", "growing")
    yield opened
    opened.engine.dispose()


def apply(door: Door, *changes: tuple[str, str], now: datetime = NOW) -> Applied:
    text = TEXT
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong, 1)
    plan = parse(text, "plan.yaml")
    return apply_plan(door, plan, text, Path(), "r.sital@growing.example", now, some())


def begin_first(door: Door) -> None:
    with door.write("begin") as tx:
        move = phases.standing(tx, "growing")["pilot-group"].move(Verb.PREPARE, "it is time")
        phases.record(tx, "growing", move, "tick", NOW)


def everything(door: Door) -> object:
    with door.read() as tx:
        standing = phases.standing(tx, "growing")
        whole = recorded(tx, "growing")
        return standing, people.everyone(tx, "growing"), whole, audit.head(tx, "growing")


def test_a_first_apply_records_people_phases_and_dates(door: Door) -> None:
    assert apply(door) == Applied(first=True, people=20, changes=())
    with door.read() as tx:
        standing = phases.standing(tx, "growing")
        everyone = people.everyone(tx, "growing")
        assert [e.event for e in audit.trail(tx, "growing")] == ["plan.apply"]
    assert {at.state for at in standing.values()} == {State.PLANNED}
    assert standing["pilot-group"].dates.launch == date(2026, 3, 2)
    assert standing[DECOMMISSION].dates.launch == date(2026, 4, 27)
    assert sum(1 for p in everyone.values() if p.phase == "pilot-group") == 4
    assert all(p.phase and p.reason for p in everyone.values())


def test_a_refused_apply_records_nothing(door: Door) -> None:
    late = datetime(2026, 3, 3, 10, tzinfo=UTC)
    with pytest.raises(PlanError, match="start: 2026-03-02 is past"):
        apply(door, now=late)
    with pytest.raises(PlanError, match="nobody is in second-department"):
        apply(door, ("department: Service", "department: Moon"))
    with door.read() as tx:
        assert tx.execute(select(func.count()).select_from(rollout)).scalar_one() == 0


def test_a_later_apply_changes_what_has_not_begun(door: Door) -> None:
    apply(door)
    begin_first(door)
    longer = ("who: {department: Sales}\n    weeks: 2", "who: {department: Sales}\n    weeks: 3")
    done = apply(door, longer)
    assert done.changes == (
        "phases.first-department.weeks: 2 -> 3",
        "first-department now from 2026-03-16 to 2026-04-02",
        "second-department now from 2026-04-07 to 2026-04-17",
        "everyone-else now from 2026-04-20 to 2026-04-30",
        "decommission now from 2026-05-04 on",
    )
    with door.read() as tx:
        at = phases.standing(tx, "growing")["first-department"]
        assert at.dates.soak_ends_on == date(2026, 4, 2)
        assert [e.event for e in audit.trail(tx, "growing")][-1] == "plan.change"


def test_a_change_of_weeks_alone_moves_no_launch_and_tells_nobody_of_one(door: Door) -> None:
    apply(door)
    with door.read() as tx:
        before = phases.standing(tx, "growing")
    last = "who: everyone-else\n    weeks: 2"
    changed = apply(door, (last, last.replace("2", "3")))
    with door.read() as tx:
        after = phases.standing(tx, "growing")
    name = next(n for n in after if n != DECOMMISSION and after[n] != before[n])
    assert any(line.startswith(f"{name} now from") for line in changed.changes)
    assert after[name].dates.soak_ends_on != before[name].dates.soak_ends_on
    assert after[name].dates.launch == before[name].dates.launch
    assert after[name].dates.sequence == before[name].dates.sequence == 0


def test_people_of_phases_not_begun_are_chosen_anew(door: Door) -> None:
    apply(door)
    begin_first(door)
    with door.read() as tx:
        before = people.everyone(tx, "growing")
    apply(door, ("department: Service", "department: Office"))
    with door.read() as tx:
        after = people.everyone(tx, "growing")
    pilots = [k for k, p in before.items() if p.phase == "pilot-group"]
    assert pilots == [k for k, p in after.items() if p.phase == "pilot-group"]
    second = {p.entry.department for p in after.values() if p.phase == "second-department"}
    assert second == {"Office"}


BEGUN = {
    "share: 20%": "share: 30%",
    "weeks: 2": "weeks: 3",
    "start: 2026-03-02": "start: 2026-03-09",
    "name: pilot-group": "name: pioneers",
    "zone: America/Paramaribo": "zone: America/Barbados",
}


@pytest.mark.parametrize("right", BEGUN)
def test_what_has_begun_stays_as_it_is(door: Door, right: str) -> None:
    apply(door)
    begin_first(door)
    before = everything(door)
    changes = [(right, BEGUN[right])]
    if "pioneers" in BEGUN[right]:
        changes += [("buddies: pilot-group", "")] * 3
    with pytest.raises(PlanError, match="has begun"):
        apply(door, *changes)
    assert everything(door) == before


def test_a_switch_of_an_end_that_has_begun_keeps_its_name(door: Door) -> None:
    url = ("# url: secret:kantoor-url ", "url: sqlite:///old.sqlite\n  freeze: [SWITCH]\n  #")
    sql = "kind: sql, read: select a from s, set: 'update s set a = :value', to: '1'"

    def with_switch(name: str, more: str = "") -> tuple[tuple[str, str], tuple[str, str]]:
        return url, ("SWITCH", f"{{name: {name}, {sql}}}{more}")

    apply(door, *with_switch("read-only"))
    apply(door, *with_switch("no-writing"))
    with door.write("begin") as tx:
        move = phases.standing(tx, "growing")[DECOMMISSION].move(Verb.FREEZE, "it is time")
        phases.record(tx, "growing", move, "tick", NOW)
    before = everything(door)
    with pytest.raises(PlanError, match=r"old_system\.freeze: no-writing is gone.* roll-back"):
        apply(door, *with_switch("read-only"))
    assert everything(door) == before
    apply(door, *with_switch("no-writing", f", {{name: another, {sql}}}"))


def test_dates_that_moved_because_a_phase_held_stay_moved(door: Door) -> None:
    apply(door)
    begin_first(door)
    with door.write("move") as tx:
        dates = phases.standing(tx, "growing")["first-department"].dates
        later = type(dates)(date(2026, 3, 23), date(2026, 4, 2), dates.sequence + 1)
        phases.set_dates(tx, "growing", "first-department", later, "it held", NOW)
    done = apply(door, ("name: Atlas", "name: Atlas 2"))
    assert "new_tool.name: Atlas -> Atlas 2" in done.changes
    with door.read() as tx:
        assert phases.standing(tx, "growing")["first-department"].dates == later


def test_a_plan_can_change_again_once_an_empty_phase_is_skipped(door: Door) -> None:
    apply(door)
    begin_first(door)
    with door.write("leave") as tx:
        sales = [
            p for p in people.everyone(tx, "growing").values() if p.phase == "first-department"
        ]
        gone = [replace(p, left_on=NOW.date()) for p in sales[1:]]
        people.change(tx, "growing", [*gone, replace(sales[0], excluded="stays")])
    kept = replace(sales[0], excluded=None)
    exclude = ("mail: {", f"exclude: {{{kept.entry.email}: stays}}\nmail: {{")
    longer = (
        "who: {department: Service}\n    weeks: 2",
        "who: {department: Service}\n    weeks: 3",
    )
    with pytest.raises(PlanError, match="`changeover decide first-department skip` goes past it"):
        apply(door, exclude, longer)
    with door.write("skip") as tx:
        move = phases.standing(tx, "growing")["first-department"].move(Verb.SKIP, "nobody there")
        phases.record(tx, "growing", move, "it", NOW)
    apply(door, exclude, longer)
    # Who is no longer left out is not lost in a phase that never comes.
    apply(door, longer)
    with door.read() as tx:
        found = people.everyone(tx, "growing")[kept.key]
    assert (found.phase, found.reason, found.excluded) == ("everyone-else", "joined late", None)
