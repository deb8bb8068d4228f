"""What moving did so far, for a report: every measure of the plan, whatever the gates ask."""

from datetime import datetime

from actions.collect_measures import MEASURED
from actions.desk import Desk
from actions.setting_of import freshness, moves, setting_of
from config.work import Impact
from gates.evidence import Evidence
from gates.frames import Frames, table, table_of
from gates.measuring_impact import impact
from gates.moment import Moment
from gates.work_readings import ImpactReading
from ledger import evidence
from rollout.calendar import local_day


def impact_of(desk: Desk, now: datetime) -> ImpactReading | None:
    """Measure the plan's measures as they are now; None where it has none."""
    plan, snapshot = desk.plan, desk.look()
    if not plan.measures:
        return None
    with desk.door.read() as tx:
        rows = evidence.columns(tx, desk.rollout, MEASURED)
        noted = evidence.noted(tx, desk.rollout)
    as_of, fresh = freshness(plan, noted, now)
    frames = Frames(
        people=table("people"),
        activity=table("activity"),
        attendance=table("attendance"),
        answers=table("answers"),
        tickets=table("tickets"),
        incidents=table("incidents"),
        everyone=table_of("everyone", moves(snapshot)),
        measured=table_of(MEASURED, rows),
        setting=setting_of(plan, snapshot, plan.phases[-1]),
        as_of=as_of | {"everyone": now},
        fresh=fresh,
    )
    today = local_day(now, plan.zone)
    moment = Moment(
        phase=plan.phases[-1].name,
        now=now,
        today=today,
        launched_on=today,
        soak_ends_on=today,
        zone=plan.zone,
    )
    return impact(Evidence(frames, moment), plan.gates.impact or Impact())
