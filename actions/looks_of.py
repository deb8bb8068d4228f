"""Earlier looks at a phase, for criteria with limits: from the ledger's decisions."""

from datetime import date

from actions.desk import Desk
from config.criteria import Gate, Level
from config.names import Metric
from gates.findings import State
from gates.look import Look
from gates.moment import Moment
from ledger import decisions


def looks_of(desk: Desk, gate: Gate, moment: Moment) -> tuple[Look, ...]:
    """Give the newest look of each earlier day of this attempt; nothing is read without limits."""
    levels = [c for c in gate.criteria().values() if isinstance(c, Level)]
    if all(criterion.limits is None for criterion in levels):
        return ()
    seen: dict[date, dict[Metric, State]] = {}
    with desk.door.read() as tx:
        for day, findings in decisions.looks(tx, desk.rollout, moment.phase, moment.attempt):
            seen[date.fromisoformat(day)] = {
                Metric(f["metric"]): State(f["seen"]) for f in findings if f.get("seen")
            }
    days = sorted(day for day in seen if day < moment.today and seen[day])
    return tuple(Look(day=day, seen=seen[day]) for day in days)
