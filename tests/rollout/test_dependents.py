"""Integrations and attempts to log in, beside the people the interlock knows."""

from dataclasses import replace
from datetime import UTC, date, datetime

from rollout.condition import Name
from rollout.confirming import items_of_the_end
from rollout.dependents import clock_from, dependents
from rollout.phases import DECOMMISSION, State
from rollout.probe import ProbeNow, same_item, worrying
from rollout.retirement import conditions

from .test_retirement import IDLE, NOW, PLAN, at, good

FED = PLAN.model_copy(
    update={
        "old_system": PLAN.old_system.model_copy(
            update={"integrations": {"bank-feed": "the bank's daily payments", "web-shop": "shop"}}
        )
    }
)
MOVED = frozenset({"decommission/moved-bank-feed", "decommission/moved-web-shop"})


def words(name: Name, **more: object) -> tuple[bool, str]:
    found = conditions(FED, good(), IDLE, NOW, **more)  # type: ignore[arg-type]
    one = next(c for c in found if c.name is name)
    return one.holds, one.words


def test_an_integration_holds_it_until_it_is_confirmed_to_have_moved() -> None:
    holds, said = words(Name.INTEGRATIONS)
    assert not holds
    assert "the bank's daily payments (confirm decommission/moved-bank-feed)" in said
    assert dependents(FED, good(), IDLE, NOW) == ["integration-bank-feed", "integration-web-shop"]
    moved = replace(good(), confirmed=MOVED)
    assert [c for c in conditions(FED, moved, IDLE, NOW) if not c.holds] == []
    assert dependents(FED, moved, IDLE, NOW) == []


def test_who_tried_to_log_in_of_late_is_to_be_helped() -> None:
    holds, said = words(Name.ATTEMPTS, attempts={"u3@acme.example": date(2026, 4, 12)})
    assert (holds, "help them: p00003" in said) == (False, True)
    assert words(Name.ATTEMPTS, attempts={"u3@acme.example": date(2026, 4, 6)})[0]


def test_an_attempt_starts_the_clock_of_the_cooling_off_anew() -> None:
    began = datetime(2026, 4, 13, 12, tzinfo=UTC)
    cooling = replace(at(DECOMMISSION, State.COOLING), since=began)
    snapshot = replace(good(), phases={**good().phases, DECOMMISSION: cooling})
    assert clock_from(PLAN, snapshot, None) == began
    assert clock_from(PLAN, snapshot, date(2026, 4, 12)) == began
    # Midnight in Paramaribo is three in the morning in UTC.
    later = clock_from(PLAN, snapshot, date(2026, 4, 15))
    assert later == datetime(2026, 4, 16, 3, tzinfo=UTC)


def test_a_back_up_that_is_gone_holds_it() -> None:
    holds, said = words(Name.BACK_UPS, lost_back_ups=["core-team"])
    assert (holds, said) == (False, "not there as it was made: the back-up before core team")


def test_what_a_probe_says_is_worrying_only_where_it_is() -> None:
    same = ProbeNow(NOW, answered=True, words="", fingerprint="a" * 64, known="a" * 64)
    assert worrying(None) == worrying(same) == ""
    assert "did not answer: gone" in worrying(replace(same, answered=False, words="gone"))
    other = replace(same, fingerprint="b" * 64)
    assert f"`changeover confirm {same_item(other)}`" in worrying(other)
    assert same_item(other) in items_of_the_end(FED, replace(good(), probe=other))
    assert same_item(other) not in items_of_the_end(FED, replace(good(), probe=same))
    assert {*items_of_the_end(FED, good())} > MOVED
