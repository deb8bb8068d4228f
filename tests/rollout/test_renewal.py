"""The countdown to the last day to cancel, and what a slip past it costs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from config.money import Worth
from config.plan import Plan
from rollout.agenda import needs
from rollout.phases import DECOMMISSION, State
from rollout.renewal import NOTICE_GIVEN, countdown, countdown_words
from rollout.retirement import off_on
from rollout.snapshot import Snapshot

from .test_retirement import PLAN, at, good

COSTS = Worth.model_validate({"amount": "12000", "currency": "EUR"})
RENEWS = PLAN.old_system.renews


def plan() -> Plan:
    old = PLAN.old_system.model_copy(update={"renewal_costs": COSTS})
    return PLAN.model_copy(update={"old_system": old})


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def given() -> Snapshot:
    return replace(good(), confirmed=frozenset({NOTICE_GIVEN}))


def pressed(snapshot: Snapshot, now: datetime) -> bool:
    return any("cancel Kantoor" in said for said in needs(plan(), snapshot, now))


def test_it_counts_down_to_the_last_day_to_give_notice() -> None:
    assert countdown_words(plan(), good(), on(8, 1)) == (
        "cancel Kantoor by Mon 31 Aug 2026 (30 days left), or it renews on Wed 30 Sep 2026 for "
        "12,000 EUR"
    )
    assert "(today)" in countdown_words(plan(), good(), on(8, 31))


def test_past_the_last_day_it_says_what_that_costs() -> None:
    assert countdown_words(plan(), good(), on(9, 1)).startswith(
        "the last day to cancel Kantoor was Mon 31 Aug 2026, 1 day ago: it renews on "
        "Wed 30 Sep 2026 for 12,000 EUR"
    )


def test_a_decommission_that_comes_too_late_says_by_how_much() -> None:
    late = countdown(plan(), good(), on(9, 20))
    assert late is not None
    # Fourteen days of cooling-off for ten people would be three; the example's ten need three.
    assert late.slip_days == 0
    slow = plan().decommission.model_copy(update={"cooling_off": timedelta(days=14)})
    told = countdown_words(plan().model_copy(update={"decommission": slow}), given(), on(9, 20))
    assert told == (
        "notice given, Kantoor ends on Wed 30 Sep 2026; it cannot be off before Sun 4 Oct 2026, "
        "4 days after it renews; renewing it costs 12,000 EUR"
    )


def test_the_clock_of_the_cooling_off_counts() -> None:
    cooling = replace(at(DECOMMISSION, State.COOLING), since=on(9, 29))
    found = countdown(
        plan(), replace(good(), phases={**good().phases, DECOMMISSION: cooling}), on(9, 30)
    )
    assert found is not None
    assert found.slip_days == 2


def test_an_attempt_to_log_in_that_stopped_the_clock_counts() -> None:
    """Three days of cooling-off, seven idle days: whichever ends later."""
    cooling = replace(at(DECOMMISSION, State.COOLING), since=on(9, 26))
    snapshot = replace(good(), phases={**good().phases, DECOMMISSION: cooling})

    def off(attempted: date | None, idle_days: int = 1, wait: int = 3) -> date | None:
        end = plan().decommission.model_copy(
            update={"idle_days": idle_days, "cooling_off": timedelta(days=wait)}
        )
        now = plan().model_copy(update={"decommission": end})
        return off_on(now, replace(snapshot, attempted_on=attempted), on(9, 28))

    assert off(None) == date(2026, 9, 29)
    assert off(date(2026, 9, 20)) == date(2026, 9, 29)  # before it cooled off
    # The clock begins when that day is over.
    assert off(date(2026, 9, 28)) == date(2026, 10, 2)
    assert off(date(2026, 9, 28), idle_days=7) == date(2026, 10, 5)
    told = countdown_words(plan(), replace(snapshot, attempted_on=date(2026, 9, 28)), on(9, 28))
    assert "it cannot be off before Mon 5 Oct 2026, 5 days after it renews" in told


def test_before_the_cooling_off_an_attempt_holds_up_its_beginning() -> None:
    end = plan().decommission.model_copy(update={"cooling_off": timedelta(days=3)})
    now = plan().model_copy(update={"decommission": end})
    assert off_on(now, good(), on(9, 20)) == date(2026, 9, 23)
    tried = replace(good(), attempted_on=date(2026, 9, 19))
    assert off_on(now, tried, on(9, 20)) == date(2026, 9, 29)


def test_a_person_is_asked_in_the_last_month_until_notice_is_given() -> None:
    assert not pressed(good(), on(7, 31))
    assert pressed(good(), on(8, 1))
    assert pressed(good(), on(9, 15))
    assert not pressed(given(), on(8, 1))


def test_there_is_nothing_to_count_without_a_subscription_or_once_all_is_over() -> None:
    bare = PLAN.model_copy(
        update={"old_system": PLAN.old_system.model_copy(update={"renews": None})}
    )
    assert countdown_words(bare, good(), on(8, 1)) == ""
    off = {**good().phases, DECOMMISSION: at(DECOMMISSION, State.RETIRED)}
    assert countdown_words(plan(), replace(given(), phases=off), on(8, 1)) == ""
    # Off, but nobody gave notice: it goes on costing money.
    assert "cancel Kantoor" in countdown_words(plan(), replace(good(), phases=off), on(8, 1))
