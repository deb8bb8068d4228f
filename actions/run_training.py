"""Run a phase's training: who is expected where today, and who is still to be trained."""

from datetime import datetime
from zoneinfo import ZoneInfo

from actions.desk import Desk
from actions.outcome import Outcome
from gates.wording import people
from rollout.calendar import local_day
from rollout.phase_day import PhaseDay
from rollout.trainings import Session, session_of


def run_training(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Tell today's sessions with their seats; invitations and attendance are their own verbs."""
    snapshot, spec = desk.look(), desk.plan.phase(phase)
    day = PhaseDay(desk.plan, snapshot, spec, now)
    if desk.plan.training_of(spec) is None:
        return Outcome()
    members = snapshot.members(phase)
    untrained = [p for p in members if p.key not in snapshot.trained]
    seats: dict[Session, int] = {}
    for person in untrained:
        found = session_of(
            desk.plan, spec, day.at.dates, person, snapshot.place(person), max(1, day.week)
        )
        if found is not None and local_day(found.starts, found.zone) == day.today:
            seats[found] = seats.get(found, 0) + 1
    sites = desk.plan.organisation.sites
    words = [
        f"training today {s.starts.astimezone(ZoneInfo(s.zone)):%H:%M}, "
        f"{sites[s.site].title or s.site}: {people(count)}"
        for s, count in sorted(seats.items(), key=lambda seat: seat[0].id)
    ]
    if untrained:
        words.append(f"{len(untrained)} of {len(members)} people are still to be trained")
    return Outcome(skipped=0, done=len(members) - len(untrained), words=tuple(words))
