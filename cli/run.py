"""`changeover run PHASE`: ask for a run of a phase now; a worker takes it up."""

from cli.book import RolloutName, opened


class NoPhaseError(Exception):
    """There is no such phase in the plan as applied, or Prefect does not know it."""


def run(phase: str, *, rollout: RolloutName = None) -> None:
    """Run a PHASE now: what is due in it today, and its gate."""
    with opened(rollout) as book:
        names = [p.name for p in book.plan.phases]
    if phase not in names:
        msg = f"there is no phase {phase}; there is {', '.join(names)}"
        raise NoPhaseError(msg)
    from flows.warm import NotRegisteredError, trigger

    try:
        found = trigger(f"run-phase/{phase}", {"rollout": book.name})
    except NotRegisteredError as error:
        raise NoPhaseError(str(error)) from None
    print(f"asked for: {found.name} ({found.id}); Prefect shows it under run-phase/{phase}")
