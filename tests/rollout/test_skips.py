"""A phase with nobody in it is skipped by a decision: what then waits for it no longer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.loading import parse
from config.names import Language
from rollout.agenda import ends, needs
from rollout.buddies import buddies
from rollout.cohorts import last_phase, moved_on
from rollout.condition import Name
from rollout.founding import nobody
from rollout.lapses import lapsed
from rollout.moves import new_dates, new_end, next_move
from rollout.orders import OrderKind, check_order
from rollout.overrides import Terms
from rollout.people import Entry, Person
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION, RULES, Dates, NotAllowedError, PhaseNow, State, Verb
from rollout.planning import due_steps
from rollout.retirement import conditions, decommission_dates
from rollout.skips import after, skip
from rollout.snapshot import AccountNow, Snapshot
from rollout.steps import Kind, StepNow, StepState

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "phased.yaml"
PLAN = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
EARLY, CORE, LAST = (p.name for p in PLAN.phases)
LAUNCH = date(2026, 3, 31)
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DATES = {
    EARLY: Dates(date(2026, 3, 2), date(2026, 3, 13)),
    CORE: Dates(date(2026, 3, 16), date(2026, 3, 27)),
    LAST: Dates(LAUNCH, date(2026, 4, 10)),
    DECOMMISSION: Dates(None, None),
}


def someone(number: int, phase: str, left: date | None = None) -> Person:
    key = f"p{number:05}"
    entry = Entry(key, f"{key}@acme.example", "A", key, "paramaribo", "Sales", Language.EN)
    return Person(key, entry, date(2026, 2, 1), phase, left_on=left)


def snapshot(
    core: State = State.SKIPPED,
    last: State = State.READY,
    early: State = State.PASSED,
    people: tuple[Person, ...] = (someone(1, EARLY), someone(2, LAST)),
) -> Snapshot:
    states = {EARLY: early, CORE: core, LAST: last, DECOMMISSION: State.PLANNED}
    phases = {n: PhaseNow(n, state, 1, DATES[n], NOW) for n, state in states.items()}
    everybody = {p.key: p for p in people}
    return Snapshot("acme-crm", False, False, everybody, phases, {})  # noqa: FBT003


def day(look: Snapshot, phase: str, now: datetime = NOW) -> PhaseDay:
    return PhaseDay(PLAN, look, PLAN.phase(phase), now)


@pytest.mark.parametrize("state", sorted(RULES[Verb.SKIP][0]))
def test_an_empty_phase_can_be_skipped_before_its_end(state: State) -> None:
    look = snapshot(core=state)
    assert skip(look, look.phases[CORE], "why").end is State.SKIPPED
    check_order(look, OrderKind.SKIP, CORE)


@pytest.mark.parametrize(
    "state",
    [
        State.PASSED,
        State.ROLLING_BACK,
        State.ROLLED_BACK,
        State.ABANDONED,
        State.SKIPPED,
    ],
)
def test_what_is_over_or_rolled_back_is_not_skipped(state: State) -> None:
    look = snapshot(core=state)
    with pytest.raises(NotAllowedError, match=f"core-team is {state}: skip may start only from"):
        check_order(look, OrderKind.SKIP, CORE)


def test_with_somebody_in_it_a_phase_is_not_skipped() -> None:
    look = snapshot(core=State.LIVE, people=(someone(1, EARLY), someone(2, CORE)))
    with pytest.raises(NotAllowedError, match="1 person is in core-team: only a phase with nobody"):
        check_order(look, OrderKind.SKIP, CORE)
    gone = (someone(1, EARLY), someone(2, CORE, date(2026, 3, 20)))
    check_order(snapshot(core=State.LIVE, people=gone), OrderKind.SKIP, CORE)


def test_no_override_lets_an_empty_phase_pass() -> None:
    terms = Terms(CORE, "nps", 1, 7).target
    with pytest.raises(NotAllowedError, match="never passes; `changeover decide core-team skip`"):
        check_order(snapshot(core=State.LIVE), OrderKind.OVERRIDE, terms)
    there = snapshot(core=State.LIVE, people=(someone(2, CORE),))
    check_order(there, OrderKind.OVERRIDE, terms)


def test_the_old_systems_end_and_the_only_phase_left_are_not_skipped() -> None:
    look = snapshot()
    with pytest.raises(NotAllowedError, match="decommission is planned: skip may start"):
        check_order(look, OrderKind.SKIP, DECOMMISSION)
    alone = snapshot(early=State.SKIPPED, last=State.LIVE, people=(someone(1, EARLY),))
    with pytest.raises(NotAllowedError, match="remaining-users is the only phase left"):
        check_order(alone, OrderKind.SKIP, LAST)


def test_the_next_phase_launches_after_a_skipped_one_and_not_after_an_empty_one() -> None:
    move = next_move(day(snapshot(), LAST))
    assert move is not None
    assert move.verb is Verb.LAUNCH
    assert next_move(day(snapshot(core=State.LIVE), LAST)) is None
    assert next_move(day(snapshot(), CORE)) is None


def test_dates_move_after_an_empty_phase_and_not_after_a_skipped_one() -> None:
    def moved(core: State) -> list[str]:
        look = snapshot(core=core)
        return [m.phase for m in new_dates(PLAN, {p.name: day(look, p.name) for p in PLAN.phases})]

    assert moved(State.LIVE) == [LAST]
    assert moved(State.SKIPPED) == []


def test_a_skipped_phase_takes_up_no_time() -> None:
    def moved(core: State) -> list[str]:
        look = snapshot(core=core)
        late = replace(look.phases[CORE], dates=Dates(date(2026, 3, 23), date(2026, 4, 3)))
        look = replace(look, phases={**look.phases, CORE: late})
        monday = datetime(2026, 3, 23, 9, tzinfo=UTC)
        days = {p.name: day(look, p.name, monday) for p in PLAN.phases}
        return [m.phase for m in new_dates(PLAN, days)]

    assert moved(State.LIVE) == [LAST]
    assert moved(State.SKIPPED) == []


def test_an_invitation_does_not_wait_for_a_skipped_phase() -> None:
    eve = datetime(2026, 3, 30, 9, tzinfo=UTC)
    invited = "notice.training"

    def kinds(core: State) -> set[str]:
        return {s.kind for s in due_steps(PLAN, snapshot(core=core), LAST, eve)}

    assert invited in kinds(State.SKIPPED)
    assert invited not in kinds(State.LIVE)


def test_who_left_a_skipped_phase_has_their_account_closed() -> None:
    gone = someone(3, CORE, date(2026, 3, 20))
    look = snapshot(people=(someone(1, EARLY), gone))
    account = AccountNow("a", ours=True, was_active=False, active=True, activated_on=LAUNCH)
    look = replace(look, accounts={gone.key: account})
    (step,) = due_steps(PLAN, look, CORE, NOW)
    assert (step.kind, step.person) == (Kind.CLOSE, gone.key)
    assert due_steps(PLAN, replace(look, paused=True), CORE, NOW) == []
    waiting = {
        step.key: StepNow(StepState.PLANNED, NOW),
        f"notice.welcome:{CORE}:{gone.key}:1:-": StepNow(StepState.PLANNED, NOW),
    }
    assert lapsed(replace(look, steps=waiting)) == {
        f"notice.welcome:{CORE}:{gone.key}:1:-": "its phase was skipped: nobody is in it"
    }


@pytest.mark.parametrize("skipped", [EARLY, CORE, LAST])
def test_the_old_system_may_go_when_the_others_have_passed(skipped: str) -> None:
    mine = replace(snapshot(core=State.PASSED, last=State.PASSED), adopted=frozenset({"p00001"}))
    over = {**mine.phases, skipped: replace(mine.phases[skipped], state=State.SKIPPED)}
    look = replace(mine, phases=over)
    assert ends(PLAN, look)
    found = {c.name: c for c in conditions(PLAN, look, {}, NOW)}
    assert found[Name.PHASES].holds
    assert found[Name.PHASES].words == "2 passed, 1 skipped: nobody in it"
    words = next(p.words for p in PLAN.phases if p.name == skipped)
    assert words not in found[Name.BACK_UPS].words
    assert found[Name.ADOPTED].words.startswith("adopted 1 of 2 = ")


def test_the_old_system_does_not_wait_for_a_skipped_phases_dates() -> None:
    look = snapshot(core=State.PASSED, last=State.SKIPPED)
    dates, whole = (decommission_dates(PLAN, at, NOW.date()) for at in (look, snapshot()))
    assert dates is not None
    assert whole is not None
    assert dates.freeze_on < whole.freeze_on


def test_where_every_phase_is_skipped_the_end_has_no_first_day() -> None:
    look = snapshot(State.SKIPPED, State.SKIPPED, State.SKIPPED, people=())
    assert new_end(PLAN, look) is None
    found = {c.name: c for c in conditions(PLAN, look, {}, NOW)}
    assert not found[Name.DATE].holds


def test_an_open_phase_still_keeps_the_old_system() -> None:
    look = snapshot(last=State.LIVE)
    assert not ends(PLAN, look)
    found = {c.name: c for c in conditions(PLAN, look, {}, NOW)}
    assert found[Name.PHASES].words == "not passed: remaining users"


def test_who_belongs_to_a_skipped_phase_moves_in_the_last_that_is_not() -> None:
    look = snapshot()
    (found,) = moved_on(PLAN, look.phases, [someone(1, EARLY), someone(4, CORE)]).values()
    assert (found.key, found.phase, found.reason) == ("p00004", LAST, "joined late")
    gone = [someone(5, CORE, LAUNCH), replace(someone(6, CORE), excluded="stays")]
    assert moved_on(PLAN, look.phases, gone) == {}
    assert last_phase(PLAN, snapshot(core=State.PASSED, last=State.SKIPPED).phases) == CORE


def test_buddies_of_a_skipped_phase_come_from_the_nearest_before() -> None:
    late = PLAN.phase(LAST).model_copy(update={"buddies": CORE})
    people = (someone(1, EARLY), someone(2, LAST), someone(3, CORE, date(2026, 3, 20)))
    found = buddies(PLAN, snapshot(people=people), late)
    assert {k: p.key for k, p in found.items()} == {"p00002": "p00001"}
    assert buddies(PLAN, snapshot(early=State.SKIPPED, people=people), late) == {}
    # Until a person has decided, an empty phase has nobody to help.
    assert buddies(PLAN, snapshot(core=State.LIVE, people=people), late) == {}


def test_an_empty_phase_needs_a_person_once_its_preparing_is_due() -> None:
    said = "nobody is in core team: `changeover decide core-team skip` goes past it"
    long_before = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for state in (State.PLANNED, State.PREPARING, State.LIVE, State.PAUSED):
        assert said in needs(PLAN, snapshot(core=state), NOW)
    assert said not in needs(PLAN, snapshot(core=State.PLANNED), long_before)
    assert said not in needs(PLAN, snapshot(), NOW)


def test_a_plan_says_how_to_go_past_an_empty_phase_and_asks_nothing_of_a_skipped_one() -> None:
    def said(core: State) -> list[str]:
        look = snapshot(core=core)
        return [words for _, words in nobody(PLAN, look.people.values(), look.phases)]

    how = "nobody is in core-team; `changeover decide core-team skip` goes past it"
    assert said(State.LIVE) == [how]
    assert said(State.PLANNED) == [f"{how}; or change who, or drop it"]
    assert said(State.SKIPPED) == said(State.PASSED) == []


def test_what_comes_after_leaves_out_what_is_skipped() -> None:
    assert [p.name for p in after(PLAN, snapshot(), EARLY)] == [LAST]
    assert [p.name for p in after(PLAN, snapshot(core=State.PLANNED), EARLY)] == [CORE, LAST]
