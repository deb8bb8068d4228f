"""`changeover buddies`: who helps whom."""

from cli.book import opened
from cli.columns import columns
from cli.options import RolloutName
from rollout.buddies import buddies as chosen


def buddies(phase: str | None = None, *, rollout: RolloutName = None) -> None:
    """Print each person's buddy and the phase they moved in, of a PHASE or of all."""
    with opened(rollout) as book:
        look, plan = book.look(), book.plan
    rows: list[tuple[str, ...]] = []
    for spec in plan.phases:
        if phase in {None, spec.name}:
            for key, helper in chosen(plan, look, spec).items():
                person = look.people[key].entry
                sites = f"{person.site}, helped from {helper.entry.site}"
                rows.append((spec.name, person.name, helper.entry.name, sites))
    for line in columns(rows):
        print(line)
    if not rows:
        print("nobody has a buddy: name an earlier phase under `buddies` of a phase")
