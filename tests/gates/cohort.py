"""A cohort to judge: the core team of the design's example, good in every respect unless told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from config.criteria import (
    Active,
    Adopted,
    Gate,
    Nps,
    Satisfaction,
    Tickets,
    TrainingCompleted,
)
from config.names import Metric
from gates.decision import Decision, take
from gates.frames import COLUMNS, Frames, table
from gates.measuring import measure
from gates.moment import Moment
from gates.readings import (
    ActiveReading,
    AdoptedReading,
    IncidentsReading,
    NpsReading,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)

ZONE = "America/Paramaribo"
LAUNCH = date(2026, 3, 16)
SOAK_END = date(2026, 3, 27)
NEXT = date(2026, 3, 31)
FULL = Gate(
    adopted=Adopted(),
    active=Active(),
    training_completed=TrainingCompleted(),
    satisfaction=Satisfaction(),
    nps=Nps(),
    tickets=Tickets(),
)

Row = Mapping[str, object]
Rows = Iterable[Row]


def on(day: int) -> date:
    """Local day of the phase; 1 is launch day."""
    return LAUNCH + timedelta(days=day - 1)


def at(day: int, hour: int = 12) -> datetime:
    """A moment of a day of the phase, in UTC."""
    return datetime.combine(on(day), time(hour), UTC)


def moment(day: int = 12, **state: Any) -> Moment:  # noqa: ANN401
    """The morning of a day of the phase, 06:00 in Paramaribo."""
    given: dict[str, Any] = {
        "phase": "core-team",
        "now": at(day, 9),
        "today": on(day),
        "launched_on": LAUNCH,
        "soak_ends_on": SOAK_END,
        "next_launch": NEXT,
        "zone": ZONE,
    }
    return Moment(**{**given, **state})


def key(number: int) -> str:
    return f"p-{number:03d}"


def person(number: int, **other: object) -> Row:
    given = {
        "person": key(number),
        "site": "paramaribo",
        "department": "sales",
        "activated_on": LAUNCH,
        "invited": True,
    }
    return {**given, **other}


def active(number: int, days: Iterable[int]) -> list[Row]:
    return [{"person": key(number), "day": on(day)} for day in days]


def answer(number: int, satisfaction: float | None = 8, nps: float | None = 9, day: int = 9) -> Row:
    return {
        "id": f"a-{number}",
        "person": key(number),
        "at": at(day),
        "satisfaction": satisfaction,
        "nps": nps,
    }


def ticket(number: int, opened: int, closed: int | None = None, who: int | None = 1) -> Row:
    return {
        "id": f"t-{number}",
        "person": None if who is None else key(who),
        "opened": on(opened),
        "closed": None if closed is None else on(closed),
        "tier": 1,
    }


def attended(number: int, *, there: bool = True, day: int = 3) -> Row:
    return {"person": key(number), "day": on(day), "attended": there}


def incident(severity: str, number: int = 1, **other: object) -> Row:
    given = {
        "id": f"i-{number}",
        "severity": severity,
        "title": "Orders are lost",
        "opened": at(2),
        "closed": None,
        "workaround": None,
    }
    return {**given, **other}


def frames(size: int = 21, day: int = 12, **tables: Any) -> Frames:  # noqa: ANN401
    """Frames of so many people who all do well, at a day; tables are given as rows."""
    everybody = range(1, size + 1)
    rows: dict[str, Rows] = {
        "people": [person(n) for n in everybody],
        "activity": [
            row for n in everybody for row in active(n, [d for d in range(1, day) if d % 7 < 6])
        ],
        "attendance": [attended(n) for n in everybody],
        "answers": [answer(n, day=min(9, day - 1)) for n in everybody],
        "tickets": [ticket(1, 2)],
        "incidents": [],
    }
    made: dict[str, Any] = {name: table(name, tables.get(name, rows[name])) for name in rows}
    as_of = dict.fromkeys(COLUMNS, at(day, 8))
    return Frames(**made, as_of=as_of)


def readings(size: int = 21, **other: Reading | None) -> dict[Metric, Reading]:
    """Readings of so many people who all do well; by metric name, None leaves one out."""
    good: dict[str, Reading | None] = {
        "adopted": adopted(size, size),
        "active": ActiveReading(cohort=size, active=size),
        "training_completed": TrainingReading(cohort=size, invited=size, attended=size),
        "satisfaction": SatisfactionReading(cohort=size, answered=size, total=8 * size),
        "nps": NpsReading(cohort=size, answered=size, promoters=size, detractors=0),
        "tickets": TicketsReading(
            cohort=size, launch_tickets=2, launch_active=size, week_tickets=1, week_active=size
        ),
        "incidents": IncidentsReading(cohort=size),
    }
    return {Metric(k): v for k, v in {**good, **other}.items() if v is not None}


def adopted(number: int, of: int, soak: int = 0, goal: int | None = None) -> AdoptedReading:
    return AdoptedReading(
        cohort=of,
        adopted=number,
        could_still_by_soak_end=soak,
        could_still_by_goal=soak if goal is None else goal,
    )


def decision(
    gate: Gate = FULL,
    day: int = 12,
    evidence: Frames | None = None,
    **state: Any,  # noqa: ANN401
) -> Decision:
    """Measure and judge."""
    found = evidence or frames(day=day)
    now = moment(day, **state)
    return take(gate, measure(found, gate, now), now, found.changes)


def having(evidence: Frames, **parts: Any) -> Frames:  # noqa: ANN401
    """Give the same frames with some parts in place of theirs."""
    return replace(evidence, **parts)
