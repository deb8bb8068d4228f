"""Evidence by the day in the ledger: of each day who did something, a bit a person.

People have numbers (`p00042` is 42), which are their bits. A day grows by what a source tells of
it later and is corrected by it; nothing that was once told is dropped.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, bindparam, case, insert, select, update

from gates import bits
from gates.bits import UNREAD, Numbers, Times
from gates.days import Day, day_of
from ledger.door import beside_snapshots
from ledger.evidence_tables import day_rows as table

DAILY = ("activity", "workflows", "old_work")
"""Sources that are kept so."""
Key = tuple[str, date]
"""Workflow (nothing where there is none) and day."""
AT_ONCE = 100
"""Days compared in one go: of each how often everybody did something is held in memory."""


def number_of(key: str) -> int:
    """Give a person's number; ValueError for what is no person's key."""
    if not key.startswith("p"):
        raise ValueError(f"{key!r} is no key of a person; those are p00001 and on")
    return int(key[1:])


def key_of(number: int) -> str:
    """Give the key of a person's number."""
    return f"p{number:05}"


def put(tx: Connection, rollout: str, source: str, days: Mapping[Key, Day]) -> int:
    """Write what a source tells of days; gives how many of its rows are new or changed."""
    changed, every = 0, sorted(days)
    for begin in range(0, len(every), AT_ONCE):
        keys = every[begin : begin + AT_ONCE]
        had = {(d.what, d.day): d for d in _between(tx, rollout, source, keys)}
        for key in keys:
            known, told = had.get(key), days[key]
            new = (told, bits.how_many(told.people))
            whole, fresh = new if known is None else merged(known, told)
            if fresh:
                with beside_snapshots(tx):
                    _write(tx, rollout, source, whole, there=known is not None)
                changed += fresh
    return changed


def _between(tx: Connection, rollout: str, source: str, keys: Sequence[Key]) -> Iterator[Day]:
    """Give the days there are from the first of some to the last of them."""
    whats, dates = {what for what, _ in keys}, [day for _, day in keys]
    span = (table.c.day >= min(dates)) & (table.c.day <= max(dates)) & table.c.what.in_(whats)
    yield from (Day(*row) for row in tx.execute(_query(rollout, source).where(span)))


def _query(rollout: str, source: str, times_from: date = date.min) -> Any:  # noqa: ANN401 - a Select
    c = table.c
    unread = and_(c.times.is_not(None), c.day < times_from)
    times = case((unread, UNREAD), else_=c.times)
    here = (c.rollout == rollout) & (c.source == source)
    return select(c.what, c.day, c.people, c.done, c.below, times).where(here)


def _write(tx: Connection, rollout: str, source: str, day: Day, *, there: bool) -> None:
    values = {"people": day.people, "done": day.done, "below": day.below, "times": day.times}
    if there:
        here = {"of": rollout, "from_": source, "its_what": day.what, "its_day": day.day}
        tx.execute(_CHANGE, here | values)
    else:
        key = {"rollout": rollout, "source": source, "what": day.what, "day": day.day}
        tx.execute(insert(table), key | values)


_CHANGE = (
    update(table)
    .where(
        table.c.rollout == bindparam("of"),
        table.c.source == bindparam("from_"),
        table.c.what == bindparam("its_what"),
        table.c.day == bindparam("its_day"),
    )
    .values({name: bindparam(name) for name in ("people", "done", "below", "times")})
)


def merged(known: Day, told: Day) -> tuple[Day, int]:
    """Give a day with what is told of it now, and how many of its rows are new or changed."""
    if known == told:
        return known, 0
    if known.times is None and told.times is None:
        people = bits.either(known.people, told.people)
        fresh = bits.how_many(people) - bits.how_many(known.people)
        return Day(known.what, known.day, people), fresh
    (numbers, times), (others, often) = rows_of(known), rows_of(told)
    size = int(max(numbers.max(initial=0), others.max(initial=0))) + 1
    before = np.full((2, size), 0.0)
    before[0, numbers], before[1, numbers] = 1, times
    after = before.copy()
    after[0, others], after[1, others] = 1, often
    differs = (before != after) & ~(np.isnan(before) & np.isnan(after))
    everybody = np.flatnonzero(after[0])
    whole = day_of(known.what, known.day, everybody, after[1, everybody])
    return whole, int(differs.any(axis=0).sum())


def rows_of(day: Day) -> tuple[Numbers, Times]:
    """Give who has a row on a day, by number, and how often they did it."""
    numbers = bits.numbers_in(day.people)
    return numbers, bits.times_of(day.times, len(numbers))


def read(tx: Connection, rollout: str, source: str, times_from: date = date.min) -> tuple[Day, ...]:
    """Give every day of a source; how often people did something is read only from a day on."""
    return tuple(Day(*row) for row in tx.execute(_query(rollout, source, times_from)))


def rolled_up(rows: Sequence[Mapping[str, Any]]) -> dict[Key, Day]:
    """Roll up rows of person, day and, of work, workflow and times; of two the later counts."""
    found: dict[Key, dict[int, float]] = {}
    for row in rows:
        often = row.get("times", 1.0)
        here = found.setdefault((row.get("workflow", ""), row["day"]), {})
        here[number_of(row["person"])] = float("nan") if often is None else float(often)
    return {key: _day(key, people) for key, people in found.items()}


def _day(key: Key, people: Mapping[int, float]) -> Day:
    numbers = sorted(people)
    return day_of(*key, np.array(numbers, dtype=np.int64), np.array([people[n] for n in numbers]))


def unrolled(source: str, days: Sequence[Day]) -> Iterator[dict[str, Any]]:
    """Give rolled-up days as rows again."""
    for day in days:
        numbers, times = rows_of(day)
        for number, often in zip(numbers.tolist(), times.tolist(), strict=True):
            row: dict[str, Any] = {"person": key_of(number), "day": day.day}
            if source != "activity":
                row |= {"workflow": day.what, "times": None if often != often else often}  # noqa: PLR0124 - NaN is not itself
            yield row
