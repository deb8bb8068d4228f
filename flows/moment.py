"""The moment a run works at: the clock's, or a rehearsal's."""

from datetime import UTC, datetime

from prefect.runtime import flow_run
from pydantic.json_schema import SkipJsonSchema

from actions.naming import is_rehearsal, run_name

Moment = SkipJsonSchema[datetime | None]
"""A parameter no form offers."""


class TimeTravelError(ValueError):
    """A moment was given by hand for a rollout that is real."""


def moment(rollout: str, now: datetime | None) -> datetime:
    """Give the present; a moment given by hand is refused unless the rollout is a rehearsal."""
    if now is None:
        return datetime.now(UTC)
    if not is_rehearsal(rollout):
        msg = f"{rollout} is real: its runs take the clock's time; leave `now` out"
        raise TimeTravelError(msg)
    return now.astimezone(UTC)


def name_of_run() -> str:
    """Name the present run: `acme-crm · core team · day 3 · 2026-03-18`."""
    given = flow_run.parameters
    now = given.get("now") or datetime.now(UTC)
    if isinstance(now, str):
        now = datetime.fromisoformat(now)
    return run_name(str(given["rollout"]), given.get("phase"), now)
