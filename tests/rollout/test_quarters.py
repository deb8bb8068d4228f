"""Of a phase of more than a hundred people a quarter is asked each week; nobody twice a month."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language
from rollout.calendar import aware, monday_of
from rollout.founding import people_of
from rollout.people import Entry, Person
from rollout.phases import Dates, PhaseNow, State
from rollout.planning import due_steps
from rollout.preview import founded, preview
from rollout.quarters import asked_of, last_asked, quarter_of, turn_of
from rollout.snapshot import AccountNow, Snapshot
from rollout.steps import StepNow, StepState

PLAN = parse(
    (Path(__file__).parents[2] / "config/examples/phased.yaml").read_text(encoding="utf-8"), "plan"
)
LAUNCH = date(2026, 4, 13)  # no holiday falls on a survey's day in the eight weeks after
PHASE = "early-adopters"
NOTHING = Snapshot("acme-crm", rehearsal=False, paused=False, people={}, phases={}, steps={})
DAY = timedelta(days=1)


def at(day: date) -> datetime:
    return aware(day, time(6), PLAN.zone)


def someone(number: int, joined: date = LAUNCH - 30 * DAY) -> Person:
    key = f"p{number:05}"
    entry = Entry(key, f"{key}@acme.example", "A", key, "bridgetown", "Sales", Language.EN)
    return Person(key, entry, joined, PHASE)


def standing(
    people: int,
    state: State = State.LIVE,
    launch: date = LAUNCH,
    attempt: int = 1,
    asked: dict[str, StepNow] | None = None,
) -> Snapshot:
    """Give a phase of so many people, whose accounts are open."""
    everybody = {p.key: p for p in map(someone, range(1, people + 1))}
    done = StepNow(StepState.DONE, at(launch) - 13 * DAY)
    steps = dict(asked or {})
    for key in everybody:
        steps[f"account.activate:{PHASE}:{key}:{attempt}:-"] = done
        steps[f"notice.announcement:{PHASE}:{key}:{attempt}:-"] = done
    account = AccountNow("a", ours=True, was_active=False, active=True, activated_on=launch)
    now = PhaseNow(PHASE, state, attempt, Dates(launch, launch + 11 * DAY), at(launch))
    opened = dict.fromkeys(everybody, account)
    snapshot = replace(NOTHING, people=everybody, phases={PHASE: now}, steps=steps)
    return replace(snapshot, accounts=opened, asked=last_asked(steps))


def walk(snapshot: Snapshot, first: date, days: int) -> Iterator[tuple[date, str, str]]:
    """Live through some days; every mail is sent. Gives day, kind and person of each."""
    for ahead in range(days):
        day, steps = first + ahead * DAY, dict(snapshot.steps)
        for step in due_steps(PLAN, snapshot, PHASE, at(day)):
            steps[step.key] = StepNow(StepState.DONE, at(day))
            if step.person and step.kind in {"notice.survey", "notice.weekly", "notice.welcome"}:
                yield day, step.kind.removeprefix("notice."), step.person
        snapshot = replace(snapshot, steps=steps, asked=last_asked(steps))


def surveys(snapshot: Snapshot, first: date, days: int) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for day, kind, person in walk(snapshot, first, days):
        if kind == "survey":
            found.setdefault(day, set()).add(person)
    return found


def test_of_a_hundred_everybody_is_asked_at_once_of_a_hundred_and_one_a_quarter() -> None:
    assert surveys(standing(100), LAUNCH, 12) == {LAUNCH + 8 * DAY: set(standing(100).people)}
    by_day = surveys(standing(101), LAUNCH, 12)
    # A Friday, and the Tuesday after; each about a quarter.
    assert [d.isoformat() for d in by_day] == ["2026-04-17", "2026-04-21"]
    assert all(15 <= len(who) <= 37 for who in by_day.values())


def test_when_two_weeks_are_over_half_have_been_asked_and_after_four_everybody_once() -> None:
    by_day = surveys(standing(400), LAUNCH, 12)
    half = set().union(*by_day.values())
    assert 160 <= len(half) <= 240
    held = [p for who in surveys(standing(400), LAUNCH, 28).values() for p in who]
    assert Counter(held) == Counter(standing(400).people.keys())


def test_nobody_is_asked_twice_within_a_month_however_long_a_phase_holds() -> None:
    asked: dict[str, list[date]] = {}
    for day, who in surveys(standing(150), LAUNCH, 120).items():
        for person in who:
            asked.setdefault(person, []).append(day)
    gaps = [b - a for days in asked.values() for a, b in pairwise(days)]
    assert min(gaps) >= timedelta(days=28)
    assert min(len(days) for days in asked.values()) >= 3


def test_once_it_has_passed_whoever_was_not_asked_yet_still_is() -> None:
    passed = standing(200, State.PASSED)
    weeks = {monday_of(d) for d in surveys(passed, LAUNCH + 12 * DAY, 60)}
    assert weeks == {LAUNCH + 14 * DAY, LAUNCH + 21 * DAY}


def test_a_pause_asks_nobody() -> None:
    paused = standing(200)
    stopped = replace(paused.phases[PHASE], state=State.PAUSED, paused_from=State.LIVE)
    assert surveys(replace(paused, phases={PHASE: stopped}), LAUNCH, 28) == {}


@pytest.mark.parametrize("weeks", [2, 3, 4])
def test_another_attempt_goes_on_where_the_first_one_stopped(weeks: int) -> None:
    first = surveys(standing(200), LAUNCH, 12)
    sent = {
        f"notice.survey:{PHASE}:{p}:1:w{n}": StepNow(StepState.DONE, at(day))
        for n, (day, who) in enumerate(first.items(), start=1)
        for p in who
    }
    again = LAUNCH + timedelta(weeks=weeks)
    second = standing(200, launch=again, attempt=2, asked=sent)
    last = {p: day for day, who in first.items() for p in who}
    for day, who in surveys(second, again, 12).items():
        assert len(who) > 30
        assert all(day - last[p] >= timedelta(days=28) for p in who if p in last)


def test_who_was_asked_in_another_phase_or_by_a_mail_of_unknown_fate_is_left_alone() -> None:
    due = surveys(standing(200), LAUNCH, 5)[LAUNCH + 4 * DAY]
    some = sorted(due)[:4]
    states = (StepState.DONE, StepState.UNKNOWN, StepState.REFUSED, StepState.SKIPPED)
    sent = {
        f"notice.survey:core-team:{p}:1:w2": StepNow(state, at(LAUNCH - 14 * DAY))
        for p, state in zip(some, states, strict=True)
    }
    left = surveys(standing(200, asked=sent), LAUNCH, 5)[LAUNCH + 4 * DAY]
    assert due - left == set(some[:2])


def test_the_baseline_asks_those_whose_next_turn_is_a_month_away() -> None:
    before = standing(300, State.PREPARING)
    asked = surveys(before, LAUNCH - 12 * DAY, 12)
    people = set().union(*asked.values())
    assert 110 <= len(people) <= 190
    steps = {
        f"notice.survey:{PHASE}:{p}:1:baseline": StepNow(StepState.DONE, at(day))
        for day, who in asked.items()
        for p in who
    }
    later = surveys(standing(300, asked=steps), LAUNCH, 12)
    assert not people & set().union(*later.values())
    assert sum(map(len, later.values())) > 110


def test_in_launch_week_the_survey_takes_the_weekly_mails_place() -> None:
    sent = Counter((monday_of(d), p) for d, _, p in walk(standing(200), LAUNCH, 12))
    assert max(sent.values()) == 2  # the welcome counts, too
    first = [(kind, p) for d, kind, p in walk(standing(200), LAUNCH, 5) if d == LAUNCH + 4 * DAY]
    assert len({p for _, p in first}) == len(first) == 200


def test_who_joins_late_is_asked_on_their_turn_and_changes_nobody_elses() -> None:
    late = someone(999, LAUNCH + 8 * DAY)
    base = standing(200)
    step = {f"account.activate:{PHASE}:{late.key}:1:-": StepNow(StepState.DONE, at(LAUNCH))}
    more = replace(
        base,
        people={**base.people, late.key: late},
        steps={**base.steps, **step},
        accounts={**base.accounts, late.key: replace(base.accounts["p00001"])},
    )
    with_late, without = surveys(more, LAUNCH, 42), surveys(base, LAUNCH, 42)
    assert {d: who - {late.key} for d, who in with_late.items()} == without
    assert sum(late.key in who for who in with_late.values()) in {1, 2}


def test_one_who_leaves_a_phase_of_a_hundred_and_one_does_not_have_all_others_asked() -> None:
    base = standing(101)
    gone = {**base.people, "p00101": replace(base.people["p00101"], left_on=LAUNCH + DAY)}
    assert len(surveys(replace(base, people=gone), LAUNCH, 9)) == 2


def test_quarters_are_alike_in_size_and_drawn_anew_for_each_phase() -> None:
    people = [f"p{n:05}" for n in range(4000)]
    sizes = Counter(quarter_of("acme-crm", PHASE, p) for p in people)
    assert all(900 <= sizes[q] <= 1100 for q in range(4))
    same = sum(quarter_of("acme-crm", PHASE, p) == quarter_of("acme-crm", "b", p) for p in people)
    assert 900 <= same <= 1100
    assert [turn_of(LAUNCH + timedelta(weeks=n)) for n in range(5)] == [
        (turn_of(LAUNCH) + n) % 4 for n in range(5)
    ]


def test_of_an_attempt_those_count_as_asked_whom_its_own_weeks_chose() -> None:
    when = at(LAUNCH)
    steps = {
        f"notice.survey:{PHASE}:p1:1:w1": StepNow(StepState.DONE, when),
        f"notice.survey:{PHASE}:p2:2:w1": StepNow(StepState.DONE, when),
        f"notice.survey:{PHASE}:p3:2:w2": StepNow(StepState.REFUSED, when),
        f"notice.survey:{PHASE}:p4:2:w2": StepNow(StepState.SKIPPED, when),
        f"notice.survey:{PHASE}:p5:2:baseline": StepNow(StepState.DONE, when),
        "notice.survey:other:p6:2:w2": StepNow(StepState.DONE, when),
    }
    found = replace(standing(3, attempt=2), steps=steps)
    assert asked_of(found, PHASE) == {"p2": [when], "p3": [when]}


def test_a_plan_counts_the_mails_of_quarters() -> None:
    sites = list(PLAN.organisation.sites)
    entries = [
        Entry(
            f"A{n}", f"a{n}@acme.example", "A", f"{n}", sites[n % len(sites)], "Sales", Language.EN
        )
        for n in range(300)
    ]
    now = datetime(2026, 2, 16, 10, tzinfo=at(LAUNCH).tzinfo)
    people = people_of(PLAN, entries, now.date())
    found = preview(PLAN, founded(PLAN, people, now), now)
    large = max(found.dates, key=lambda n: sum(p.phase == n for p in found.people))
    size = sum(p.phase == large for p in found.people)
    sent = [h.count for h in found.happenings if (h.what, h.phase) == ("notice.survey", large)]
    assert size > 100
    assert sum(sent) <= size
    assert max(sent) < 0.4 * size
