"""The order of a day, over hands that only remember what they were asked."""

# ruff: noqa: ARG002 - hands have the arguments that hands have
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from actions.hands import Did, Verb, told
from actions.retirement_outcome import RetirementOutcome
from flows.order import phase_day, retiring, tick
from rollout.agenda import Today
from rollout.phases import State

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
UNREACHABLE = Did(("Unreachable: no answer",), needs=("Unreachable: no answer",))


def _today(
    name: str, state: State, kinds: set[str], *, judged: bool = False, moves: bool = False
) -> Today:
    return Today(name, name, state, 1, frozenset(kinds), judged=judged, trains=False, moves=moves)


@dataclass
class Remembering:
    """Two phases, of which the first launches today; welcome follows activation."""

    did: list[tuple[str, str | None]] = field(default_factory=list)
    failing: dict[Verb, Did | Exception] = field(default_factory=dict)
    verdict: str = "hold"
    free: bool = True
    held: bool = False
    shown: int = 0
    exported: int = 0
    ending: bool = False
    keeping: bool = False
    state: State = State.READY

    def take_lease(self, rollout: str) -> int | None:
        self.held = self.free
        return 7 if self.free else None

    def give_back(self, rollout: str, lease: int) -> None:
        assert lease == 7
        self.held = False

    def agenda(self, rollout: str, now: datetime) -> list[Today]:
        return [self._first(), self._second()]

    def _first(self) -> Today:
        done = {verb for verb, phase in self.did if phase == "first"}
        live = self.state is State.LIVE
        kinds: set[str] = set()
        if live and Verb.ACTIVATE_ACCOUNTS not in done:
            kinds = {"account.activate"}
        elif live and Verb.SEND_NOTICES not in done:
            kinds = {"notice.welcome"}
        return _today("first", self.state, kinds, judged=live, moves=self.state is State.READY)

    def _second(self) -> Today:
        made = (Verb.CREATE_ACCOUNTS, "second") in self.did
        return _today("second", State.PREPARING, set() if made else {"account.create"})

    def needs(self, rollout: str, now: datetime) -> list[str]:
        return []

    def ends(self, rollout: str) -> bool:
        return self.ending

    def keeps(self, rollout: str, now: datetime) -> bool:
        return self.keeping

    def do(self, verb: Verb, rollout: str, phase: str | None, now: datetime, lease: int) -> Did:
        assert self.held
        self.did.append((verb, phase))
        wrong = self.failing.get(verb)
        if isinstance(wrong, Exception):
            raise wrong
        if wrong is not None:
            return wrong
        if verb is Verb.MOVE_PHASE:
            self.state = State.LIVE
            return Did(("first: ready -> live",))
        if verb is Verb.JUDGE_PHASE:
            return Did(("not yet",), verdict=self.verdict, report="#")
        return Did(done=1)

    def export(self, rollout: str, now: datetime) -> Did:
        assert not self.held, "ticks go on beside an export"
        self.exported += 1
        return Did(("restored and equal",))

    def show(self, rollout: str, now: datetime) -> None:
        self.shown += 1


def test_people_are_activated_and_then_welcomed_on_launch_morning() -> None:
    hands = Remembering()
    day = tick(hands, "acme", NOW)
    order = [verb for verb, phase in hands.did if phase == "first"]
    assert order == [
        Verb.MOVE_PHASE,
        Verb.ACTIVATE_ACCOUNTS,
        Verb.SEND_NOTICES,
        Verb.JUDGE_PHASE,
    ]
    assert day.verdicts == {"first": "hold"}
    assert day.name == "Holding"


def test_what_dead_workers_left_comes_first_and_approvers_are_asked_last() -> None:
    hands = Remembering()
    tick(hands, "acme", NOW)
    alone = [verb for verb, phase in hands.did if phase is None]
    assert alone == [
        Verb.RECONCILE,
        Verb.CARRY_OUT_ORDERS,
        Verb.SYNC_PEOPLE,
        Verb.COLLECT_FEEDBACK,
        Verb.PROBE_OLD_SYSTEM,
        Verb.MOVE_DATES,
        Verb.ASK_APPROVERS,
    ]
    assert hands.did[0][0] is Verb.RECONCILE
    assert hands.did[-1][0] is Verb.ASK_APPROVERS
    assert hands.shown == 1


def test_the_archive_is_handed_over_when_its_time_has_come() -> None:
    assert (Verb.INVITE_KEEPER, None) not in did(Remembering())
    assert did(Remembering(keeping=True))[-1] == (Verb.INVITE_KEEPER, None)


def did(hands: Remembering) -> list[tuple[str, str | None]]:
    tick(hands, "acme", NOW)
    return hands.did


def test_what_one_phase_cannot_reach_does_not_stop_the_other() -> None:
    hands = Remembering(failing={Verb.ACTIVATE_ACCOUNTS: UNREACHABLE})
    day = tick(hands, "acme", NOW)
    assert (Verb.CREATE_ACCOUNTS, "second") in hands.did
    assert day.name == "Needs a person"
    assert "no answer" in day.needs[0]


@pytest.mark.parametrize("verb", [Verb.RECONCILE, Verb.JUDGE_PHASE, Verb.MOVE_DATES])
def test_the_lease_is_given_back_whatever_happens(verb: Verb) -> None:
    hands = Remembering(failing={verb: RuntimeError("a fault of our own")})
    with pytest.raises(RuntimeError, match="our own"):
        tick(hands, "acme", NOW)
    assert not hands.held


def test_an_export_waits_until_the_lease_is_given_back() -> None:
    hands = Remembering(ending=True)
    assert tick(hands, "acme", NOW).words[-1] != "restored and equal"
    hands.failing[Verb.RETIRE_OLD_SYSTEM] = Did(("to be exported",), to_export=True)
    assert tick(hands, "acme", NOW).words[-1] == "restored and equal"
    assert hands.exported == 1


def test_who_comes_second_touches_nothing() -> None:
    hands = Remembering(free=False)
    assert tick(hands, "acme", NOW).name == "Already at work"
    assert hands.did == []


def test_a_phase_alone_leaves_the_others_alone() -> None:
    hands = Remembering(verdict="advance")
    day = phase_day(hands, "acme", "first", NOW)
    assert {phase for _, phase in hands.did} == {None, "first"}
    assert day.name == "Advanced"


def test_the_run_that_switches_the_old_system_off_says_so_and_one_that_freezes_it_is_done() -> None:
    came = RetirementOutcome(State.RETIRED, ("off, and read back",), needs_person=False, moved=True)
    hands = Remembering(ending=True, failing={Verb.RETIRE_OLD_SYSTEM: told(came)})
    assert retiring(hands, "acme", NOW).name == "Retired"
    frozen = replace(came, state=State.FROZEN)
    hands = Remembering()
    hands.failing |= {verb: Did() for verb in Verb} | {Verb.RETIRE_OLD_SYSTEM: told(frozen)}
    assert retiring(hands, "acme", NOW).name == "Done"
    hands.failing[Verb.RETIRE_OLD_SYSTEM] = told(replace(frozen, moved=False))
    assert retiring(hands, "acme", NOW).name == "Nothing due"
