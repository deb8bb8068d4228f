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
from config.work import (
    Accounts,
    ActiveDaily,
    Checklist,
    Completing,
    Dependents,
    Impact,
    Support,
    Workflows,
    WorkMoved,
)
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
from gates.setting import Measurable, Setting, TierHours
from gates.work_readings import (
    AccountsReading,
    ActiveDailyReading,
    ChecklistReading,
    CompletingReading,
    DependentsReading,
    ImpactReading,
    MeasureReading,
    SupportReading,
    TierLoad,
    Tried,
    WorkflowsReading,
    WorkMovedReading,
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

EVERY = FULL.model_copy(
    update={
        "accounts": Accounts(),
        "active_daily": ActiveDaily(),
        "completing": Completing(),
        "workflows": Workflows(),
        "work_moved": WorkMoved(),
        "dependents": Dependents(),
        "support": Support(),
        "impact": Impact(),
        "checklist": Checklist(),
    }
)
"""Every criterion there is."""
EARLIER = range(901, 913)
"""People of an earlier phase."""
SETTING = Setting(
    workflows=("create-order", "close-order"),
    next_title="remaining users",
    next_size=30,
    phases_after=1,
    tiers=(TierHours(tier=1, hours=10, minutes=30),),
    measures=(
        Measurable(
            name="orders",
            what="orders entered per hour",
            unit="orders an hour",
            better="higher",
            since=date(2026, 2, 2),
        ),
    ),
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


def asked(number: int, day: int = 8) -> Row:
    return {"person": key(number), "at": at(day, 10)}


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


def work(number: int, day: int, workflow: str = "create-order", times: float | None = 1) -> Row:
    return {"person": key(number), "day": on(day), "workflow": workflow, "times": times}


def weekly(number: int, week: int, value: float, measure: str = "orders") -> Row:
    """A person's mean of a week; week 0 begins six weeks before launch."""
    monday = date(2026, 2, 2) + timedelta(weeks=week)
    return {"measure": measure, "person": key(number), "week": monday, "value": value}


def frames(size: int = 21, day: int = 12, **tables: Any) -> Frames:  # noqa: ANN401
    """Frames of so many people who all do well, at a day; tables are given as rows.

    Everybody was asked, unless it is told who was.
    """
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
        "workflows": [work(n, max(1, day - 2), w) for n in everybody for w in SETTING.workflows],
        "old_work": [work(1, 1)],
        "old_logins": [{"person": key(1), "day": LAUNCH - timedelta(days=3)}],
        "checklist": [{"item": "core-team/tool-tested", "confirmed": True}],
        "everyone": [
            *({"person": key(n), "moved_on": LAUNCH} for n in everybody),
            *({"person": key(n), "moved_on": date(2026, 2, 23)} for n in EARLIER),
        ],
        # Who moved in week 3 enters three orders an hour more from week 4 on.
        "measured": [
            weekly(n, w, 20 + n % 5 + w + (n * w) % 3 + (3 if n in EARLIER and w > 3 else 0))
            for n in (*everybody, *EARLIER)
            for w in range(6)
        ],
    }
    made: dict[str, Any] = {name: table(name, tables.get(name, rows[name])) for name in rows}
    made["asked"] = table("asked", tables.get("asked", []))
    as_of = dict.fromkeys(COLUMNS, at(day, 8))
    whole = "asked" not in tables
    return Frames(**made, as_of=as_of, setting=SETTING, everybody_asked=whole)


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


def work_readings(size: int = 21) -> dict[Metric, Reading]:
    """Readings of the work of so many people who all do well."""
    effect = MeasureReading(
        name="orders",
        what="orders entered per hour",
        unit="orders an hour",
        better="higher",
        moved=21,
        waiting=30,
        weeks=3,
        change=2.4,
        low=1.0,
        high=3.8,
        otherwise=20,
        share=0.12,
        share_low=0.05,
        share_high=0.19,
    )
    found: list[Reading] = [
        AccountsReading(cohort=size, opened=size),
        ActiveDailyReading(cohort=size, active=(size,) * 5 + (0, 0)),
        CompletingReading(cohort=size, completed=size),
        WorkflowsReading(
            cohort=size, tried=(Tried(workflow="create-order", people=size),), phases_after=1
        ),
        WorkMovedReading(cohort=size, new=90, old=10),
        DependentsReading(cohort=size, moved=size),
        SupportReading(
            cohort=size,
            tiers=(TierLoad(tier=1, tickets=1, minutes=30, hours=10),),
            next_title="remaining users",
            next_size=30,
        ),
        ImpactReading(cohort=size, measures=(effect,)),
        ChecklistReading(cohort=size, confirmed=3),
    ]
    return {reading.metric: reading for reading in found}


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
