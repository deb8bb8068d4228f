"""Where a plan asks less before the old system goes than its size usually does."""

from collections.abc import Iterator

from config.plan import Plan
from config.values import span_words
from rollout.ceremony import Ceremony
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot

USUAL_SHARE = 0.8
"""Of the whole organisation that has adopted the tool before its old system goes."""
USUAL_IDLE_DAYS = 7
"""Days without a log-in before nobody is said to depend on it."""


def looser(plan: Plan, size: Ceremony) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give each place of the plan that is looser than usual, and how, for every report to say."""
    end = plan.decommission
    if end.after.adopted < USUAL_SHARE:
        said = f"{end.after.adopted:.0%} adopted is enough, where {USUAL_SHARE:.0%} is usual"
        yield ("decommission", "after", "adopted"), said
    if end.cooling_off is not None and end.cooling_off < size.cooling_off:
        said = f"cools off for {span_words(end.cooling_off)}, where {span_words(size.cooling_off)}"
        yield ("decommission", "cooling_off"), f"{said} is the rule for so many people"
    if end.idle_days < USUAL_IDLE_DAYS:
        said = (
            f"{end.idle_days} days without a log-in are enough, where {USUAL_IDLE_DAYS} are usual"
        )
        yield ("decommission", "idle_days"), said


def looser_words(plan: Plan, snapshot: Snapshot) -> str:
    """Say all of it in one line; empty where nothing is looser, or the old system is off."""
    end = snapshot.phases.get(DECOMMISSION)
    if end is not None and end.state is State.RETIRED:
        return ""
    said = "; ".join(words for _, words in looser(plan, snapshot.ceremony))
    return f"the end of {plan.old_system.name}: {said}" if said else ""
