"""Weekly mails and surveys: on their day, or after a public holiday of the person's own site."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language
from rollout.calendar import aware
from rollout.people import Entry, Person
from rollout.phases import Dates, PhaseNow, State
from rollout.planning import due_steps
from rollout.snapshot import AccountNow, Snapshot
from rollout.steps import StepNow, StepState

PLAN = parse(
    (Path(__file__).parents[2] / "config/examples/phased.yaml").read_text(encoding="utf-8"), "plan"
)
LAUNCH = date(2026, 3, 23)  # its second week ends on Good Friday; Monday 6 April is Easter Monday
GOOD_FRIDAY = date(2026, 4, 3)
PAGWAH = date(2026, 3, 3)  # Phagwah, a holiday in Suriname alone
PHASE = "early-adopters"
NOTHING = Snapshot("acme-crm", rehearsal=False, paused=False, people={}, phases={}, steps={})


def at(day: date) -> datetime:
    return aware(day, time(6), PLAN.zone)


def someone(number: int, site: str) -> Person:
    key = f"p{number:05}"
    entry = Entry(key, f"{key}@acme.example", "A", key, site, "Sales", Language.EN)
    return Person(key, entry, date(2026, 2, 1), PHASE)


def due(day: date, launch: date, sent: dict[str, StepNow] | None = None) -> dict[str, list[str]]:
    """Give the weekly mails and surveys due that day, by person."""
    people = {p.key: p for p in [someone(1, "paramaribo"), someone(2, "bridgetown")]}
    people |= {f"p1{n:04}": someone(10000 + n, "bridgetown") for n in range(40)}
    done = StepNow(StepState.DONE, at(launch))
    steps = {f"account.activate:{PHASE}:{k}:1:-": done for k in people} | (sent or {})
    account = AccountNow("a", ours=True, was_active=False, active=True, activated_on=launch)
    now = PhaseNow(PHASE, State.LIVE, 1, Dates(launch, launch + timedelta(days=11)), at(launch))
    opened = dict.fromkeys(people, account)
    snapshot = replace(NOTHING, people=people, phases={PHASE: now}, steps=steps, accounts=opened)
    found: dict[str, list[str]] = {"p00001": [], "p00002": []}
    for step in due_steps(PLAN, snapshot, PHASE, at(day)):
        if step.kind in {"notice.weekly", "notice.survey"} and step.person in found:
            found[step.person].append(f"{step.kind.removeprefix('notice.')} {step.occurrence}")
    return found


def test_an_ordinary_friday_brings_the_weekly_mail_to_everybody() -> None:
    assert due(date(2026, 3, 27), LAUNCH) == {"p00001": ["weekly w1"], "p00002": ["weekly w1"]}
    assert due(date(2026, 3, 26), LAUNCH) == {"p00001": [], "p00002": []}


@pytest.mark.parametrize("day", [GOOD_FRIDAY, date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6)])
def test_nothing_goes_out_on_a_holiday_or_the_weekend_after(day: date) -> None:
    assert not any("weekly" in said for mails in due(day, LAUNCH).values() for said in mails)


def test_the_next_working_day_brings_what_the_holiday_kept_for_its_own_week() -> None:
    for mails in due(date(2026, 4, 7), LAUNCH).values():
        assert "weekly w2" in mails


def test_a_holiday_counts_where_a_person_works() -> None:
    launch = date(2026, 2, 23)  # the survey is on Tuesday of its second week, 3 March
    assert "survey w2" in due(PAGWAH, launch)["p00002"]
    assert due(PAGWAH, launch)["p00001"] == []
    assert "survey w2" in due(PAGWAH + timedelta(days=1), launch)["p00001"]


def test_a_mail_that_was_sent_is_not_due_again_on_a_later_day() -> None:
    done = StepNow(StepState.DONE, at(date(2026, 3, 27)))
    sent = {f"notice.weekly:{PHASE}:{k}:1:w1": done for k in ("p00001", "p00002")}
    assert due(date(2026, 3, 30), LAUNCH, sent) == {"p00001": [], "p00002": []}
