"""Adoption: active on 3 days within one week, in the 28 days from one's own activation."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.criteria import Adopted, Gate
from config.names import Metric
from config.values import Goal
from gates.measuring import measure
from gates.readings import AdoptedReading, Stragglers
from tests.gates.cohort import active, attended, frames, having, key, moment, on, person

ONLY = Gate(adopted=Adopted())


def read(
    days: Iterable[int], day: int = 40, start: date | None = None, gate: Gate = ONLY
) -> AdoptedReading:
    """One person's reading, who was active on these days of the phase."""
    people = [person(1, activated_on=start or on(1))]
    evidence = frames(1, day, people=people, activity=active(1, days))
    found = measure(evidence, gate, moment(day))[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    return found


@pytest.mark.parametrize(
    ("days", "adopted"),
    [
        ([1, 2, 3], 1),
        ([1, 4, 7], 1),
        ([1, 4, 8], 0),  # eight days are no week
        ([1, 1, 1], 0),  # three log-ins on one day are one day
        ([1, 2], 0),
        ([26, 27, 28], 1),
        ([27, 28, 29], 0),  # day 29 is too late
        ([5, 20, 22, 26], 1),
        ([-1, 0, 1], 0),  # before their own activation
    ],
)
def test_three_days_within_a_week_within_four_weeks(days: list[int], adopted: int) -> None:
    assert read(days).adopted == adopted


def test_everybodys_days_count_from_their_own_activation() -> None:
    assert read([29, 30, 31], start=on(4)).adopted == 1
    assert read([30, 31, 32], start=on(4)).adopted == 0
    assert read([4, 5, 6], start=on(5)).adopted == 0


def test_the_plan_may_ask_for_more_days_or_other_weeks() -> None:
    often = Gate(adopted=Adopted(days=5, goal=Goal(share=0.8, days=14)))
    assert read([1, 2, 3, 4], gate=often).adopted == 0
    assert read([1, 2, 3, 4, 6], gate=often).adopted == 1
    assert read([11, 12, 13, 14, 15], gate=often).adopted == 0


def test_it_does_not_unhappen() -> None:
    assert [read([1, 2, 3], day=day).adopted for day in (3, 4, 20, 28, 60)] == [0, 1, 1, 1, 1]


def test_today_is_not_over() -> None:
    assert read([1, 2, 3], day=3).adopted == 0
    assert read([1, 2, 3], day=4).adopted == 1


def test_who_is_not_activated_has_not_adopted_but_still_can() -> None:
    people = [person(1, activated_on=None)]
    evidence = frames(1, 5, people=people, activity=active(1, [1, 2, 3]))
    found = measure(evidence, ONLY, moment(5))[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    assert (found.adopted, found.could_still_by_soak_end, found.could_still_by_goal) == (0, 1, 1)
    assert found.goal_ends_on is None
    assert found.stragglers == Stragglers(not_activated=(key(1),))


@pytest.mark.parametrize(
    ("days", "today", "by_soak", "by_goal"),
    [
        ([], 9, 1, 1),  # days 9, 10 and 11 are left
        ([], 10, 0, 1),
        ([8], 10, 1, 1),  # 8, 10, 11
        ([4], 10, 0, 1),  # 4 and 11 are no week
        ([5], 10, 1, 1),  # 5, 10, 11
        ([6, 7], 11, 1, 1),
        ([6, 7], 12, 0, 1),  # the soak ends this morning
        ([], 26, 0, 1),
        ([], 27, 0, 0),
        ([22, 23], 28, 0, 1),
        ([21, 22], 28, 0, 0),
        ([1, 2, 3], 5, 0, 0),  # has adopted
    ],
)
def test_who_can_still_adopt(days: list[int], today: int, by_soak: int, by_goal: int) -> None:
    found = read(days, today)
    assert (found.could_still_by_soak_end, found.could_still_by_goal) == (by_soak, by_goal)


@pytest.mark.parametrize(("days", "today", "soak", "can"), [([1], 2, 4, 1), ([], 2, 4, 0)])
def test_the_first_day_counts_towards_what_can_still_be(
    days: list[int], today: int, soak: int, can: int
) -> None:
    evidence = frames(1, today, activity=active(1, days))
    found = measure(evidence, ONLY, moment(today, soak_ends_on=on(soak)))[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    assert found.could_still_by_soak_end == can


def _plainly(days: set[int], need: int, length: int) -> bool:
    """Tell the slow way whether somebody active on these own days has adopted."""
    own = {day for day in days if 1 <= day <= length}
    return any(len(own & set(range(d, d + 7))) >= need for d in range(1, length + 1))


@given(
    people=st.lists(
        st.tuples(st.integers(1, 12), st.sets(st.integers(-3, 45), max_size=12)), min_size=1
    ),
    today=st.integers(12, 45),
    need=st.integers(1, 7),
    length=st.integers(7, 35),
    soak=st.integers(1, 45),
)
def test_the_census_counts_as_one_would_by_hand(
    people: list[tuple[int, set[int]]], today: int, need: int, length: int, soak: int
) -> None:
    gate = Gate(adopted=Adopted(days=need, goal=Goal(share=0.8, days=length)))
    rows = [person(n, activated_on=on(start)) for n, (start, _) in enumerate(people)]
    done = [row for n, (_, days) in enumerate(people) for row in active(n, days)]
    now = moment(today, soak_ends_on=on(soak))
    found = measure(frames(day=today, people=rows, activity=done), gate, now)[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)

    def count(last: int) -> int:
        """Count who has adopted if everybody is active from today up to a day."""
        return sum(
            _plainly(
                {d - start + 1 for d in days if d < today}
                | {d - start + 1 for d in range(today, last + 1)},
                need,
                length,
            )
            for start, days in people
        )

    assert found.adopted == count(0)
    assert found.adopted + found.could_still_by_soak_end == count(soak - 1)
    assert found.adopted + found.could_still_by_goal == count(today + length)
    seen = {n for group in found.stragglers for n in group[1]}
    assert len(seen) == found.cohort - found.adopted
    assert len(found.series) == today - 1
    assert found.series[-1] == found.adopted
    assert list(found.series) == sorted(found.series)


def test_the_series_says_on_which_day_people_had_adopted() -> None:
    done = [*active(1, [1, 2, 3]), *active(2, [1, 3, 5]), *active(3, [2, 3])]
    found = measure(frames(3, 7, activity=done), ONLY, moment(7))[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    assert found.series == (0, 0, 1, 1, 2, 2)
    assert found.goal_ends_on == on(28)


def _stragglers(known: bool = True) -> Stragglers:  # noqa: FBT001, FBT002
    people = [*map(person, range(1, 6)), person(6, invited=False), person(7, activated_on=None)]
    done = [row for n in (1, 2, 3) for row in active(n, [1, 2, 3])]
    done += [row for n in (4, 5, 6) for row in active(n, [2])]
    done = [row for row in done if row["person"] != key(3)]
    there = [attended(1), attended(2), attended(4), attended(5, there=False)]
    evidence = frames(day=8, people=people, activity=done, attendance=there)
    if not known:
        evidence = having(evidence, as_of={"activity": moment(8).now})
    found = measure(evidence, ONLY, moment(8))[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    return found.stragglers


def test_stragglers_stand_where_something_helps_them() -> None:
    assert _stragglers() == Stragglers(
        not_activated=(key(7),),
        not_logged_in=(key(3),),
        not_trained=(key(5),),
        inactive=(key(4), key(6)),
    )


def test_who_came_on_their_last_day_only_has_logged_in() -> None:
    assert read([28]).stragglers.not_logged_in == ()
    assert read([29]).stragglers.not_logged_in == (key(1),)


def test_nobody_is_called_untrained_where_attendance_is_not_known() -> None:
    assert _stragglers(known=False).not_trained == ()


def test_the_goal_ends_with_the_last_persons_days() -> None:
    people = [person(1), person(2, activated_on=on(5))]
    found = measure(frames(people=people), ONLY, moment())[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    assert found.goal_ends_on == on(5) + timedelta(days=27)
