"""What a phase is set in, from plan and snapshot: what measuring asks besides the cohort."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from actions.collect_measures import MEASURED, source_of
from config.criteria import Adopted
from config.plan import Phase, Plan
from gates.setting import Asked, Expected, Measurable, Seated, Setting, TierHours
from rollout.expecting import expecting
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION
from rollout.skips import after
from rollout.snapshot import Snapshot

AHEAD_AT_LEAST = timedelta(days=14)

Noted = Mapping[str, tuple[datetime | None, int]]


def setting_of(plan: Plan, snapshot: Snapshot, phase: Phase) -> Setting:
    """Give what the plan says besides a phase's gate."""
    following = after(plan, snapshot, phase.name)
    return Setting(
        workflows=plan.new_tool.workflows,
        next_title=following[0].words if following else None,
        next_size=len(snapshot.members(following[0].name)) if following else 0,
        phases_after=len(following),
        tiers=tuple(
            TierHours(tier=number, hours=tier.hours_a_week, minutes=tier.minutes_a_ticket)
            for number, tier in enumerate(plan.support, 1)
            if tier.hours_a_week is not None
        ),
        measures=tuple(
            Measurable(
                name=name,
                what=measure.what,
                unit=measure.unit,
                better=measure.better,
                since=_first_launch(plan, snapshot) - timedelta(weeks=measure.baseline_weeks),
            )
            for name, measure in plan.measures.items()
        ),
    )


def expected_of(day: PhaseDay) -> Expected:
    """Give what is expected of a phase's people until their goal, and for two weeks at least."""
    goal = (day.plan.gate_of(day.phase).adopted or Adopted()).goal.days
    launch = day.at.dates.launch or day.today
    until = max(launch + timedelta(days=goal - 1), day.today + AHEAD_AT_LEAST)
    found = expecting(day, until)
    return Expected(
        seats=found.seats,
        seated=tuple(Seated(people=people, days=days) for people, days in found.seated),
        asked=tuple(Asked(day=on, people=people) for on, people in found.asked),
        asks=tuple(Asked(day=on, people=people) for on, people in found.asks),
        again_days=found.again_days,
    )


def _first_launch(plan: Plan, snapshot: Snapshot) -> date:
    days = (at.dates.launch for at in snapshot.phases.values() if at.name != DECOMMISSION)
    return min((day for day in days if day is not None), default=plan.start)


def moves(snapshot: Snapshot) -> dict[str, list[object]]:
    """Give everybody in scope, and the day their account was opened, as columns."""
    accounts = snapshot.accounts
    keys: list[object] = [p.key for p in snapshot.people.values() if p.in_scope]
    opened = (accounts.get(str(key)) for key in keys)
    return {"person": keys, "moved_on": [a.activated_on if a else None for a in opened]}


def items(plan: Plan, snapshot: Snapshot, phase: Phase) -> list[dict[str, object]]:
    """Give what is to be confirmed for a phase: its launch checklist and what its gate asks."""
    asked = (*plan.checklist_of(phase), *plan.asked_at_gate(phase))
    return [{"item": item, "confirmed": item in snapshot.confirmed} for item in asked]


def freshness(
    plan: Plan, noted: Noted, now: datetime
) -> tuple[dict[str, datetime | None], dict[str, timedelta]]:
    """Give how new what the work is measured by is, and how old it may be.

    Each measure has a source of its own: told is the one that is nearest to being too old, and a
    single one that was never heard makes all of them silent.
    """
    found = [
        (noted.get(source_of(name), (None, 0))[0], measure.source.fresh_within)
        for name, measure in plan.measures.items()
    ]
    if not found or any(as_of is None for as_of, _ in found):
        return {MEASURED: None}, {}
    heard = [(as_of, allowed) for as_of, allowed in found if as_of is not None]
    as_of, allowed = max(heard, key=lambda one: now - one[0] - one[1])
    return {MEASURED: as_of}, {MEASURED: allowed}
