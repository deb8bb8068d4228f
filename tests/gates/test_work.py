"""Metrics of the work itself: measured from frames, judged in numbers, said in words."""

from typing import Any

import pytest

from config.criteria import Gate
from config.names import Metric
from config.work import (
    Accounts,
    ActiveDaily,
    Checklist,
    Completing,
    Dependents,
    Support,
    Workflows,
    WorkMoved,
)
from gates.findings import Finding, State
from gates.frames import Frames
from gates.judging import judge
from gates.measuring import measure
from gates.readings import Quality, Reading
from gates.support import parts
from gates.verdict import decide
from gates.work_readings import (
    AccountsReading,
    ActiveDailyReading,
    ChecklistReading,
    CompletingReading,
    DependentsReading,
    ImpactReading,
    SupportReading,
    TierLoad,
    Tried,
    WorkflowsReading,
    WorkMovedReading,
)
from tests.gates.cohort import (
    EVERY,
    SETTING,
    active,
    frames,
    having,
    key,
    moment,
    on,
    person,
    readings,
    ticket,
    work,
    work_readings,
)


def read(metric: Metric, evidence: Frames, gate: Gate = EVERY, day: int = 12) -> Any:  # noqa: ANN401
    return measure(evidence, gate, moment(day))[metric]


def found(criterion: Any, reading: Reading, day: int = 12) -> Finding:  # noqa: ANN401
    return judge(reading.metric, criterion, reading, moment(day))


class TestUse:
    def test_an_account_is_open_or_its_person_is_named(self) -> None:
        seen = read(Metric.ACCOUNTS, frames(people=[person(1), person(2, activated_on=None)]))
        assert (seen.opened, seen.missing) == (1, (key(2),))

    def test_a_day_counts_people_once_and_the_five_fullest_days_count(self) -> None:
        rows = [
            *active(1, [*range(5, 12)]),
            *active(1, [5]),
            *active(2, [6, 7, 12]),
            *active(3, [4]),
        ]
        seen = read(Metric.ACTIVE_DAILY, frames(3, activity=rows))
        assert seen.active == (1, 2, 2, 1, 1, 1, 1)
        assert seen.mean == (2 + 2 + 1 + 1 + 1) / 5

    def test_weekends_do_not_count_against_people(self) -> None:
        seen = ActiveDailyReading(cohort=10, active=(5, 5, 5, 5, 5, 0, 0))
        assert found(ActiveDaily(at_least=0.5), seen).state is State.MET
        assert found(ActiveDaily(at_least=0.51), seen).now == "5 of 10 a day = 50%"
        assert found(ActiveDaily(at_least=0.51), seen).state is State.MISSED

    def test_a_key_workflow_counts_since_the_account_was_opened_up_to_yesterday(self) -> None:
        people = [person(n) for n in range(1, 7)]
        people[1] = person(2, activated_on=on(6))
        rows = [
            work(1, 3, "create-order"),
            work(1, 4, "close-order"),
            work(2, 5, "create-order"),  # the day before their account was opened
            work(3, 12, "create-order"),  # today is not over
            work(4, 3, "sweep-floor"),  # no key workflow
            work(5, 3, "create-order", times=0),
            work(6, 3, "close-order", times=None),
            work(99, 3, "create-order"),  # of another phase
        ]
        evidence = frames(people=people, workflows=rows)
        seen = read(Metric.COMPLETING, evidence)
        assert (seen.completed, seen.missing) == (2, (key(2), key(3), key(4), key(5)))
        each = EVERY.model_copy(update={"completing": Completing(which="all")})
        assert read(Metric.COMPLETING, evidence, each).completed == 1

    def test_work_counts_of_the_last_seven_days_by_times_and_by_the_cohort(self) -> None:
        evidence = frames(
            2,
            workflows=[
                work(1, 5, times=4),
                work(2, 11, "sweep", times=None),
                work(1, 4),
                work(9, 8),
            ],
            old_work=[work(1, 11, times=2.5), work(1, 12)],
        )
        seen = read(Metric.WORK_MOVED, evidence)
        assert (seen.new, seen.old) == (5, 2.5)
        assert found(WorkMoved(at_least=0.6), seen).state is State.MET
        miss = found(WorkMoved(), seen)
        assert miss.reason == "work done in the new system in 7 days 5 of 8 = 62 % < 80 %"

    def test_no_work_anywhere_is_no_share(self) -> None:
        seen = WorkMovedReading(cohort=2, new=0, old=0)
        assert found(WorkMoved(), seen).state is State.NO_DATA


class TestWorkflows:
    def test_people_of_every_phase_count_once_each(self) -> None:
        rows = [work(1, 2), work(1, 3), work(2, 3), work(77, 3), work(3, 12), work(4, 3, times=0)]
        seen = read(Metric.WORKFLOWS, frames(3, workflows=rows))
        assert [(t.workflow, t.people) for t in seen.tried] == [
            ("create-order", 3),
            ("close-order", 0),
        ]
        assert seen.phases_after == 1

    @pytest.mark.parametrize(
        ("after", "people", "day", "state"),
        [
            (2, 0, 12, State.MET),  # asked later
            (1, 3, 4, State.MET),
            (1, 2, 4, State.UNDECIDED),
            (1, 2, 12, State.MISSED),
            (0, 2, 12, State.MISSED),
        ],
    )
    def test_it_is_asked_before_the_last_phase(
        self, after: int, people: int, day: int, state: State
    ) -> None:
        tried = (Tried(workflow="create-order", people=people),)
        seen = WorkflowsReading(cohort=5, tried=tried, phases_after=after)
        told = found(Workflows(people=3), seen, day)
        assert told.state is state
        if after == 2:
            assert told.note == "too few so far: create-order by 0"

    def test_the_least_that_would_do_is_told(self) -> None:
        tried = (Tried(workflow="create-order", people=2), Tried(workflow="close-order", people=5))
        seen = WorkflowsReading(cohort=21, tried=tried, phases_after=1)
        gate = Gate(adopted=EVERY.adopted, workflows=Workflows(people=4))
        verdict = decide(gate, {**readings(), Metric.WORKFLOWS: seen}, moment())
        assert verdict.headline.endswith("key workflows are not tried by enough people.")
        assert verdict.why_not == "2 more people for create-order would let it advance."


class TestDependents:
    def test_who_moved_and_still_logs_in_depends(self) -> None:
        people = [*(person(n) for n in range(1, 6)), person(6, activated_on=None)]
        people[1] = person(2, activated_on=on(10))
        rows = [
            {"person": key(1), "day": on(11)},
            {"person": key(2), "day": on(10)},  # on the day they moved
            {"person": key(3), "day": on(5)},  # seven days ago
            {"person": key(4), "day": on(6)},
            {"person": key(6), "day": on(11)},  # has not moved
            {"person": key(99), "day": on(11)},
        ]
        seen = read(Metric.DEPENDENTS, frames(people=people, old_logins=rows))
        assert (seen.moved, seen.dependents) == (5, (key(1), key(4)))
        told = found(Dependents(), seen)
        assert told.reason == "still log in to the old system 2 of 5 = 40 % > 20 %"
        assert told.note == f"{key(1)} and {key(4)}"

    @pytest.mark.parametrize(
        ("many", "moved", "state"),
        [(0, 4, State.MET), (1, 4, State.MISSED), (1, 5, State.MET), (2, 10, State.MET)],
    )
    def test_a_share_of_few_people_is_nobody(self, many: int, moved: int, state: State) -> None:
        who = tuple(key(n) for n in range(many))
        seen = DependentsReading(cohort=10, moved=moved, dependents=who)
        assert found(Dependents(at_most=0.2), seen).state is state

    def test_nobody_moved_is_no_data(self) -> None:
        assert found(Dependents(), DependentsReading(cohort=3, moved=0)).state is State.NO_DATA


class TestSupport:
    def test_the_launch_weeks_tickets_count_by_tier_and_once_each(self) -> None:
        rows = [
            ticket(1, 1),
            ticket(1, 1),  # read twice
            {**ticket(2, 7), "tier": 2},
            {**ticket(3, 3, who=None), "tier": None},
            ticket(4, 8),  # after the launch week
            ticket(5, 2, who=99),
        ]
        seen = read(Metric.SUPPORT, frames(10, tickets=rows))
        assert [(t.tier, t.tickets) for t in seen.tiers] == [(1, 2)]
        assert (seen.next_title, seen.next_size) == ("remaining users", 30)

    def test_too_much_proposes_to_split_the_next_phase_as_evenly_as_can_be(self) -> None:
        tiers = (
            TierLoad(tier=1, tickets=10, minutes=30, hours=100),
            TierLoad(tier=2, tickets=43, minutes=60, hours=100),
        )
        seen = SupportReading(cohort=60, tiers=tiers, next_title="remaining users", next_size=277)
        told = found(Support(), seen)
        assert (told.state, told.does) == (State.MISSED, "hold")
        assert told.reason == (
            "tier 2: 43 tickets from 60 people in their launch week; 277 people next make 199,"
            " 60 minutes each: 198.5 hours > 100"
        )
        assert told.note == "split remaining users into two: 139 and 138"
        assert found(Support(load_at_most=0.51), seen).note == (
            "split remaining users into four: 70, 69, 69 and 69"
        )
        gate = Gate(adopted=EVERY.adopted, support=Support())
        verdict = decide(gate, {**readings(), Metric.SUPPORT: seen}, moment())
        assert "split remaining users into two: 139 and 138" in verdict.headline
        assert "99 more hours a week for tier 2" in verdict.why_not

    @pytest.mark.parametrize(("hours", "state"), [(50, State.MET), (49.9, State.MISSED)])
    def test_exactly_enough_hours_are_enough(self, hours: float, state: State) -> None:
        tiers = (TierLoad(tier=1, tickets=30, minutes=60, hours=hours),)
        seen = SupportReading(cohort=60, tiers=tiers, next_title="rest", next_size=100)
        assert found(Support(), seen).state is state

    def test_nobody_is_next_and_no_hours_are_known(self) -> None:
        tiers = (TierLoad(tier=1, tickets=900, minutes=60, hours=1),)
        last = SupportReading(cohort=60, tiers=tiers)
        assert found(Support(), last).reason == "nobody moves after this phase"
        assert found(Support(), last.model_copy(update={"tiers": ()})).state is State.NO_DATA

    def test_no_person_fits_where_one_is_too_many(self) -> None:
        tiers = (TierLoad(tier=1, tickets=60, minutes=600, hours=1),)
        seen = SupportReading(cohort=10, tiers=tiers, next_title="rest", next_size=4)
        assert found(Support(), seen).note.startswith("support has no hours for a single person")

    def test_a_launch_week_that_is_not_over_says_nothing(self) -> None:
        short = {"soak_ends_on": on(5), "next_launch": on(7)}
        tiers = (TierLoad(tier=1, tickets=0, minutes=60, hours=1),)
        seen = SupportReading(cohort=10, tiers=tiers, next_title="rest", next_size=4)
        told = judge(Metric.SUPPORT, Support(), seen, moment(6, **short))
        assert told.state is State.UNDECIDED

    @pytest.mark.parametrize(("size", "most"), [(278, 140), (277, 139), (5, 2), (3, 1), (7, 7)])
    def test_parts_are_few_even_and_everybody(self, size: int, most: int) -> None:
        found = parts(size, most)
        assert sum(found) == size
        assert max(found) <= most
        assert max(found) - min(found) <= 1
        assert (len(found) - 1) * most < size


class TestChecklist:
    def test_open_items_are_named_and_hold(self) -> None:
        rows = [{"item": f"core-team/{w}", "confirmed": w == "a"} for w in "cba"]
        seen = read(Metric.CHECKLIST, frames(checklist=rows))
        assert (seen.open, seen.confirmed) == (("core-team/b", "core-team/c"), 1)
        told = found(Checklist(), seen)
        assert told.reason == "2 open > 0: core-team/b and core-team/c"
        assert found(Checklist(open_at_most=2), seen).state is State.MET
        gate = Gate(adopted=EVERY.adopted, checklist=Checklist(open_at_most=1))
        verdict = decide(gate, {**readings(), Metric.CHECKLIST: seen}, moment())
        assert "1 item confirmed (`changeover confirm`: core-team/b" in verdict.why_not


IMPOSSIBLE: list[Reading] = [
    AccountsReading(cohort=3, opened=4),
    ActiveDailyReading(cohort=3, active=(4,)),
    CompletingReading(cohort=3, completed=4),
    DependentsReading(cohort=3, moved=4),
    DependentsReading(cohort=3, moved=1, dependents=("a", "b")),
]


@pytest.mark.parametrize("reading", IMPOSSIBLE, ids=lambda r: f"{r.metric}")
def test_numbers_that_cannot_be_are_no_data(reading: Reading) -> None:
    told = found(EVERY.criteria()[reading.metric], reading)
    assert told.state is State.NO_DATA
    assert "contradictory" in told.reason


def test_an_interval_that_does_not_hold_its_estimate_is_no_data() -> None:
    good = work_readings()[Metric.IMPACT]
    assert isinstance(good, ImpactReading)
    for wrong in ({"low": 9.0}, {"share_low": None}):
        measure = good.measures[0].model_copy(update=wrong)
        told = found(EVERY.impact, good.model_copy(update={"measures": (measure,)}))
        assert told.state is State.NO_DATA


def better(reading: Reading) -> Reading:
    """Give a reading that is better in one respect."""
    change: dict[str, object]
    match reading:
        case AccountsReading():
            change = {"opened": reading.opened + 1}
        case ActiveDailyReading():
            change = {"active": tuple(n + 1 for n in reading.active)}
        case CompletingReading():
            change = {"completed": reading.completed + 1}
        case WorkflowsReading():
            more = (t.model_copy(update={"people": t.people + 1}) for t in reading.tried)
            change = {"tried": tuple(more)}
        case WorkMovedReading():
            change = {"new": reading.new + 1}
        case DependentsReading():
            change = {"dependents": reading.dependents[1:]}
        case SupportReading():
            fewer = (t.model_copy(update={"tickets": max(0, t.tickets - 1)}) for t in reading.tiers)
            change = {"tiers": tuple(fewer)}
        case ChecklistReading():
            change = {"open": reading.open[1:], "confirmed": reading.confirmed + 1}
        case _:
            raise AssertionError(reading.metric)
    return reading.model_copy(update=change)


WORST: list[Reading] = [
    AccountsReading(cohort=9, opened=0),
    ActiveDailyReading(cohort=9, active=(0,) * 7),
    CompletingReading(cohort=9, completed=0),
    WorkflowsReading(cohort=9, tried=(Tried(workflow="x", people=0),), phases_after=1),
    WorkMovedReading(cohort=9, new=0, old=2),
    DependentsReading(cohort=9, moved=9, dependents=tuple(key(n) for n in range(9))),
    SupportReading(
        cohort=9,
        tiers=(TierLoad(tier=1, tickets=9, minutes=60, hours=4),),
        next_title="rest",
        next_size=9,
    ),
    ChecklistReading(cohort=9, open=tuple("abcdefghi")),
]


@pytest.mark.parametrize("reading", WORST, ids=lambda r: f"{r.metric}")
def test_a_better_reading_never_worsens_a_finding(reading: Reading) -> None:
    criterion = EVERY.criteria()[reading.metric].model_copy(update={"advisory": False})
    seen = []
    for _ in range(10):
        seen.append(found(criterion, reading).state)
        nine = isinstance(reading, ActiveDailyReading) and reading.active[0] == 9
        full = isinstance(reading, AccountsReading | CompletingReading)
        if nine or (
            full and 9 in {getattr(reading, "opened", 0), getattr(reading, "completed", 0)}
        ):
            break
        reading = better(reading)
    assert seen == sorted(seen, key=[State.MISSED, State.MET].index)
    assert {seen[0], seen[-1]} == {State.MISSED, State.MET}


def test_all_that_is_left_out_of_the_plan_is_no_data() -> None:
    plain = having(frames(), setting=SETTING.model_copy(update={"workflows": (), "tiers": ()}))
    seen = measure(plain, EVERY, moment())
    for metric in (Metric.WORKFLOWS, Metric.SUPPORT):
        assert found(EVERY.criteria()[metric], seen[metric]).state is State.NO_DATA


def test_before_the_soak_ends_the_work_decides_nothing() -> None:
    for metric, reading in work_readings().items():
        criterion = EVERY.criteria()[metric].model_copy(update={"advisory": False})
        told = judge(metric, criterion, reading, moment(4))
        certain = told.state is State.MET and told.certain
        assert certain or told.state is State.UNDECIDED, metric


def test_a_cohort_of_nobody_is_no_data() -> None:
    nobody = frames(people=[])
    for metric in (Metric.ACCOUNTS, Metric.COMPLETING, Metric.DEPENDENTS, Metric.SUPPORT):
        reading = measure(nobody, EVERY, moment())[metric]
        assert reading.quality is Quality.EMPTY
        assert found(EVERY.criteria()[metric], reading).state is State.NO_DATA


def test_the_criterion_accounts_asks_for_everybody_unless_told() -> None:
    seen = AccountsReading(cohort=10, opened=9)
    assert found(Accounts(), seen).reason == "accounts open 9 of 10 = 90 % < 100 %"
    assert found(Accounts(at_least=0.9), seen).state is State.MET
