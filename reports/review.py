"""The review: how a rollout did, phase by phase, as Markdown."""

from datetime import datetime

from config.plan import Plan
from gates.work_readings import ImpactReading
from reports.gate import plain, signing
from reports.overview import to_one_address
from reports.worth import worth
from rollout.calendar import local_day
from rollout.looser import looser_words
from rollout.phases import DECOMMISSION, State
from rollout.renewal import countdown_words
from rollout.snapshot import Snapshot


def review(
    plan: Plan, snapshot: Snapshot, now: datetime, impact: ImpactReading | None = None
) -> str:
    """Write what came of each phase against the goal; counts only, nobody is named.

    With what moving did to the work, and what the rollout costs and gains, where the plan says
    what is measured and what is spent.
    """
    goal, today = plan.decommission.after.adopted, local_day(now, plan.zone)
    rows = ["| phase | people | adopted | goal | attempt |", "|---|--:|--:|---|--:|"]
    for phase in plan.phases:
        keys = [p.key for p in snapshot.members(phase.name)]
        adopted = sum(1 for k in keys if k in snapshot.adopted)
        share = adopted / len(keys) if keys else 0.0
        met = f"{'✅' if share >= goal else '❌'} {share:.0%} of {goal:.0%}" if keys else "nobody"
        if snapshot.state(phase.name) is State.SKIPPED:
            met = "skipped: nobody in it"
        attempt = snapshot.phases[phase.name].attempt
        rows.append(f"| {plain(phase.words)} | {len(keys)} | {adopted} | {met} | {attempt} |")
    last = max((a.activated_on for a in snapshot.accounts.values() if a.activated_on), default=None)
    since = f", {(today - last).days} days after the last account was opened" if last else ""
    end = snapshot.phases.get(DECOMMISSION)
    off = end is not None and end.state is State.RETIRED
    old = "is switched off" if off else "is still there"
    counted = countdown_words(plan, snapshot, now)
    old += f" ({plain(counted)})" if counted else ""
    loose = looser_words(plan, snapshot)
    money = worth(plan, snapshot, impact, today)
    loud = f"{to_one_address(snapshot)}\n\n" if snapshot.only_to else ""
    return (
        f"# Review of {today:%a} {today.day} {today:%b %Y}{since}\n\n{loud}"
        + "\n".join(rows)
        + "\n\n"
        f"{plain(plan.old_system.name)} {old}. Open incidents: {len(snapshot.incidents)}; "
        f"effects of unknown fate: {len(snapshot.unknown())}.\n"
        + (f"\n**Looser than usual:** {plain(loose)}.\n" if loose else "")
        + (f"\n{money}\n" if money else "")
        + (f"\n{signing(snapshot.signer)}\n" if snapshot.signer else "")
    )
