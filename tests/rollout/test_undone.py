"""What is due of a phase that is rolled back, tried again, or paused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language, Notice
from rollout.agenda import agenda
from rollout.lapses import lapsed
from rollout.people import Entry, Person
from rollout.phases import DECOMMISSION, Dates, PhaseNow, State
from rollout.planning import due_steps
from rollout.snapshot import AccountNow, Snapshot
from rollout.steps import Kind, StepNow, StepState

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "phased.yaml"
PLAN = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
CORE = "core-team"
LAUNCH = date(2026, 3, 16)
SOON = date(2026, 3, 13)
TOLD = datetime(2026, 3, 3, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 19, 14, tzinfo=UTC)
PERSON = Person(
    "p00001",
    Entry("1", "u1@acme.example", "U", "One", "paramaribo", "Sales", Language.NL),
    date(2026, 2, 16),
    CORE,
)
EVERYBODY = {PERSON.key: PERSON} | {
    f"p{n:05}": replace(PERSON, key=f"p{n:05}", phase="remaining-users") for n in range(2, 32)
}
"""Enough for the ceremony of a firm with a baseline survey."""
ACCOUNT = AccountNow("a1", ours=True, was_active=False, active=True, activated_on=LAUNCH)
DONE, PLANNED, UNKNOWN = StepState.DONE, StepState.PLANNED, StepState.UNKNOWN


def key(kind: str, attempt: int = 1, occurrence: str = "-") -> str:
    return f"{kind}:{CORE}:p00001:{attempt}:{occurrence}"


def notice(name: Notice, attempt: int = 1, occurrence: str = "-") -> str:
    return key(f"notice.{name}", attempt, occurrence)


def at(state: State, attempt: int = 1) -> PhaseNow:
    return PhaseNow(CORE, state, attempt, Dates(LAUNCH, date(2026, 3, 27)), NOW, moved_at=TOLD)


def early(state: State, ends: date) -> PhaseNow:
    return PhaseNow("early-adopters", state, 1, Dates(TOLD.date(), ends), TOLD)


def snapshot(
    core: PhaseNow, steps: dict[str, StepState], account: AccountNow = ACCOUNT
) -> Snapshot:
    others = {
        name: PhaseNow(name, State.PLANNED, 1, Dates(None, None), TOLD)
        for name in ("early-adopters", "remaining-users", DECOMMISSION)
    }
    told = {notice(Notice.ANNOUNCEMENT): StepNow(DONE, TOLD)}
    return Snapshot(
        rollout="acme-crm",
        rehearsal=True,
        paused=False,
        people=EVERYBODY,
        phases=others | {CORE: core},
        steps=told | {k: StepNow(s, NOW) for k, s in steps.items()},
        accounts={PERSON.key: account},
    )


def due(now: Snapshot, when: datetime = NOW) -> list[str]:
    return [s.key for s in due_steps(PLAN, now, CORE, when)]


@pytest.mark.parametrize("state", [State.ROLLED_BACK, State.ABANDONED])
@pytest.mark.parametrize("paused", [False, True])
def test_a_rollback_notice_found_not_sent_is_offered_again(state: State, *, paused: bool) -> None:
    told = notice(Notice.ROLLBACK)
    now = replace(snapshot(at(state), {told: UNKNOWN}), paused=paused)
    assert due(now) == []
    assert due(replace(now, steps={**now.steps, told: StepNow(PLANNED, NOW)})) == [told]
    assert lapsed(replace(now, steps={**now.steps, told: StepNow(PLANNED, NOW)})) == {}


def test_a_welcome_found_not_sent_is_offered_while_live_and_lapses_once_rolled_back() -> None:
    steps = {key(Kind.ACTIVATE): DONE, key(Kind.CLOSE_OLD): DONE}
    steps[notice(Notice.WELCOME)] = PLANNED
    live = snapshot(at(State.LIVE), steps)
    assert notice(Notice.WELCOME) in due(live)
    assert lapsed(live) == {}
    rolled_back = snapshot(at(State.ROLLED_BACK), steps | {notice(Notice.ROLLBACK): DONE})
    assert due(rolled_back) == []
    assert lapsed(rolled_back) == {notice(Notice.WELCOME): "attempt 1 was rolled back"}


def test_what_is_left_of_an_attempt_lapses_when_the_next_begins() -> None:
    now = snapshot(at(State.PREPARING, attempt=2), {notice(Notice.ROLLBACK): PLANNED})
    assert lapsed(now) == {notice(Notice.ROLLBACK): "attempt 1 is over; attempt 2 has begun"}
    unknown = snapshot(at(State.PREPARING, attempt=2), {notice(Notice.ROLLBACK): UNKNOWN})
    assert lapsed(unknown) == {}


def test_another_attempt_is_announced_with_its_date_and_not_rescheduled() -> None:
    moved = Dates(date(2026, 4, 7), date(2026, 4, 17), 2)
    begun = replace(at(State.PREPARING, attempt=2), dates=moved, moved_at=NOW, first_sequence=2)
    now = snapshot(begun, {})
    assert notice(Notice.ANNOUNCEMENT, 2) in due(now)
    now = snapshot(begun, {notice(Notice.ANNOUNCEMENT, 2): DONE})
    later = NOW + timedelta(days=1)
    assert [k for k in due(now, later) if k.startswith("notice.")] == []
    again = replace(begun, dates=replace(moved, sequence=3), moved_at=later)
    rescheduled = notice(Notice.RESCHEDULING, 2, "d3")
    assert rescheduled in due(replace(now, phases={**now.phases, CORE: again}), later)


def test_who_is_told_after_a_date_moved_needs_no_other_mail_about_it() -> None:
    moved = replace(at(State.PREPARING), dates=Dates(LAUNCH, None, 1))
    before = replace(moved, moved_at=TOLD + timedelta(minutes=1))
    after = replace(moved, moved_at=TOLD - timedelta(minutes=1))
    rescheduled = notice(Notice.RESCHEDULING, 1, "d1")
    assert rescheduled in due(snapshot(before, {}), TOLD + timedelta(days=1))
    assert rescheduled in due(snapshot(replace(moved, moved_at=TOLD), {}), TOLD + timedelta(days=1))
    assert rescheduled not in due(snapshot(after, {}), TOLD + timedelta(days=1))


def test_what_people_thought_before_is_asked_once() -> None:
    early = datetime(2026, 3, 5, 9, tzinfo=UTC)
    first, second = (notice(Notice.SURVEY, n, "baseline") for n in (1, 2))
    assert first in due(snapshot(at(State.PREPARING), {}), early)
    again = snapshot(at(State.PREPARING, attempt=2), {notice(Notice.ANNOUNCEMENT, 2): DONE})
    told = replace(again, steps={k: replace(s, at=TOLD) for k, s in again.steps.items()})
    assert second not in due(told, early)


def test_rolling_back_closes_what_was_closed_and_leaves_open_what_was_open() -> None:
    close = key(Kind.CLOSE, 1, "rollback")
    rolling = at(State.ROLLING_BACK)
    assert close in due(snapshot(rolling, {}))
    assert close in due(snapshot(rolling, {}, replace(ACCOUNT, ours=False)))
    # Open before: the step records that it stays, once, and that its owner has not moved.
    kept = replace(ACCOUNT, ours=False, was_active=True)
    assert close in due(snapshot(rolling, {}, kept))
    assert close not in due(snapshot(rolling, {}, replace(kept, activated_on=None)))
    assert close not in due(snapshot(rolling, {}, replace(ACCOUNT, active=False)))


@pytest.mark.parametrize(
    ("core", "looked_at"),
    [
        (at(State.LIVE), True),
        (replace(at(State.PAUSED), paused_from=State.LIVE), True),
        (replace(at(State.PAUSED), paused_from=State.PASSED), False),
        (replace(at(State.PAUSED), paused_from=State.PREPARING), False),
        (at(State.ROLLED_BACK), False),
    ],
)
@pytest.mark.parametrize("paused", [False, True])
def test_no_pause_takes_the_brake_off(core: PhaseNow, *, looked_at: bool, paused: bool) -> None:
    now = replace(snapshot(core, {}), paused=paused)
    assert next(d.judged for d in agenda(PLAN, now, NOW) if d.phase == CORE) is looked_at


@pytest.mark.parametrize(
    ("before", "reminded"),
    [
        (early(State.LIVE, SOON), 1),
        (early(State.PASSED, SOON), 1),
        (early(State.ROLLED_BACK, SOON), 0),
        (early(State.PAUSED, SOON), 0),
        (early(State.PREPARING, LAUNCH), 0),
    ],
)
def test_nobody_is_reminded_of_a_date_that_cannot_stand(before: PhaseNow, reminded: int) -> None:
    now = snapshot(at(State.PREPARING), {})
    now = replace(now, phases={**now.phases, "early-adopters": before})
    found = due(now, datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert found.count(notice(Notice.REMINDER, 1, "d0")) == reminded


@pytest.mark.parametrize(
    ("before", "day", "told"),
    [(State.LIVE, 12, 1), (State.LIVE, 13, 0), (State.PASSED, 13, 1)],
    ids=["thursday", "the-last-look", "passed-on-it"],
)
def test_nobody_is_invited_to_a_date_that_moves_that_evening(
    before: State, day: int, told: int
) -> None:
    now = snapshot(at(State.READY), {})
    now = replace(now, phases={**now.phases, "early-adopters": early(before, SOON)})
    found = due(now, datetime(2026, 3, day, 12, tzinfo=UTC))
    invitation = notice(Notice.TRAINING, 1, "w1d0")
    assert (found.count(invitation), found.count(notice(Notice.REMINDER, 1, "d0"))) == (told, told)
