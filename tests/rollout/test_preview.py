"""What a plan will do, day by day."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language
from config.plan import Plan
from rollout.founding import nobody, past, people_of
from rollout.people import Entry
from rollout.phases import DECOMMISSION
from rollout.preview import Preview, founded, preview

EXAMPLES = Path(__file__).parents[2] / "config/examples"
NOW = datetime(2026, 2, 16, 10, tzinfo=UTC)


def plan_of(name: str, right: str = "", wrong: str = "") -> Plan:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    assert right in text
    return parse(text.replace(right, wrong, 1), "plan.yaml")


def some(plan: Plan, count: int) -> list[Entry]:
    sites = list(plan.organisation.sites)
    return [
        Entry(
            identity=f"A{n}",
            email=f"a{n}@acme.example",
            given="A",
            family=f"{n}",
            site=sites[n % len(sites)],
            department=("Sales", "Service", "Office")[n % 3],
            language=Language.NL if n % 2 else Language.EN,
            pilot=n < count // 10,
            usage=float(n),
        )
        for n in range(count)
    ]


def seen(plan: Plan, count: int, now: datetime = NOW) -> Preview:
    people = people_of(plan, some(plan, count), now.date())
    return preview(plan, founded(plan, people, now), now)


def days_of(found: Preview, what: str) -> list[tuple[date, str]]:
    return [(h.day, h.phase) for h in found.happenings if h.what == what]


ENDS = {  # name -> people, last phase's passing, first day of the freeze
    "solo": (1, date(2026, 3, 6), date(2026, 3, 6)),
    "small-team": (8, date(2026, 3, 13), date(2026, 3, 23)),
    "growing": (20, date(2026, 4, 24), date(2026, 4, 27)),
    "phased": (60, date(2026, 4, 10), date(2026, 4, 13)),
}


@pytest.mark.parametrize("name", ENDS)
def test_each_timeline_ends_in_its_week(name: str) -> None:
    count, passed, freeze = ENDS[name]
    plan = plan_of(name)
    found = seen(plan, count)
    assert found.stuck == ()
    assert days_of(found, "phase.pass_gate")[-1] == (passed, plan.phases[-1].name)
    assert found.dates[DECOMMISSION].launch == freeze


def test_everybody_is_told_once_and_moves_once() -> None:
    found = seen(plan_of("phased"), 60)
    for what in ("notice.announcement", "account.create", "account.activate", "notice.welcome"):
        assert sum(h.count for h in found.happenings if h.what == what) == 60
    assert min(found.mails.values()) >= 6
    assert found.most_a_day <= 2
    assert {h.what for h in found.on(NOW.date())} >= {"notice.announcement", "phase.prepare"}


def test_a_holiday_moves_a_launch_by_a_day() -> None:
    # Monday 30 March 2026 is Spiritual Baptist Day in Trinidad and Tobago.
    found = seen(plan_of("phased"), 60)
    assert (date(2026, 3, 31), "remaining-users") in days_of(found, "phase.launch")


def test_a_missing_champion_keeps_a_large_organisation_from_launching() -> None:
    plan = plan_of("phased", "language: nl, champion: r.sital@acme.example", "language: nl")
    found = seen(plan, 60)
    assert ("early-adopters", "paramaribo has no champion") in found.stuck
    assert days_of(found, "phase.launch") == []


def test_who_is_left_out_or_gone_gets_nothing() -> None:
    plan = plan_of("phased", "mail: {", "exclude: {A0@acme.example: on leave}\nmail: {")
    people = people_of(plan, some(plan, 60), NOW.date())
    assert people[0].excluded == "on leave"
    assert people[0].phase is None
    found = preview(plan, founded(plan, people, NOW), NOW)
    assert "p00001" not in found.mails
    assert sum(h.count for h in found.on(NOW.date()) if h.what == "notice.announcement") == 59


def test_past_dates_and_empty_phases_are_found() -> None:
    plan = plan_of("growing", "department: Service", "department: Moon")
    people = people_of(plan, some(plan, 20), NOW.date())
    assert [place for place, _ in nobody(plan, people)] == [("phases", 2, "who")]
    assert [place for place, _ in past(plan, date(2026, 3, 3))] == [("start",)]
    assert list(past(plan, date(2026, 3, 3), frozenset({"pilot-group"}))) == []
    assert list(past(plan, date(2026, 3, 2))) == []
