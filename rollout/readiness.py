"""What still keeps a phase from launching: the entry gate."""

from config.names import Notice
from rollout.phase_day import PhaseDay
from rollout.skips import how_to_skip
from rollout.steps import Kind

BLOCKERS_SHOWN_AT_MOST = 20


def blockers(day: PhaseDay) -> list[str]:
    """Give what is missing before launch, each as a sentence part; none: it may launch."""
    members = day.snapshot.members(day.phase.name)
    if not members:
        return [f"nobody is in it: {how_to_skip(day.phase.name)}"]
    items = day.plan.checklist_of(day.phase)
    found = [f"{item} is not confirmed" for item in items if item not in day.snapshot.confirmed]
    untold = [
        p.key for p in members if not day.snapshot.over(day.notice(Notice.ANNOUNCEMENT, p.key).key)
    ]
    if untold:
        found.append(f"{len(untold)} of {len(members)} people are not told yet")
    missing = [p.key for p in members if p.key not in day.snapshot.accounts]
    if missing:
        found.append(f"{len(missing)} of {len(members)} accounts do not exist yet")
    if day.plan.old_system.url and not day.happened(day.step(Kind.BACK_UP, None)):
        found.append("the old system is not backed up yet")
    return found + _helpers_missing(day)


def _helpers_missing(day: PhaseDay) -> list[str]:
    if day.ceremony.helpers != "block":
        return []
    sites = {p.entry.site for p in day.snapshot.members(day.phase.name)}
    return [
        f"{site} has no champion"
        for site, its in day.plan.organisation.sites.items()
        if site in sites and its.champion is None
    ]
