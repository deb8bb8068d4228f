"""`changeover run PHASE`: ask for a run of a phase now; a worker takes it up."""

from cli.book import opened
from cli.options import RolloutName
from cli.server import NONE_CONFIGURED, answers, configured


class NoPhaseError(Exception):
    """There is no such phase in the plan as applied, or Prefect does not know it."""


class NoServerError(Exception):
    """No Prefect server takes the run. The message says how to have one."""


def run(phase: str, *, rollout: RolloutName = None) -> None:
    """Run a PHASE now: what is due in it today, and its gate."""
    with opened(rollout) as book:
        names = [p.name for p in book.plan.phases]
    if phase not in names:
        msg = f"there is no phase {phase}; there is {', '.join(names)}"
        raise NoPhaseError(msg)
    # Asked before Prefect is: without a server it would start one, for this command alone.
    api = _answering()
    import httpx
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.warm import NotRegisteredError, trigger

    try:
        with temporary_settings({PREFECT_API_URL: api}):
            found = trigger(f"run-phase/{phase}", {"rollout": book.name})
    except NotRegisteredError as error:
        raise NoPhaseError(str(error)) from None
    except httpx.HTTPError as error:
        said = str(error).splitlines()[0]
        msg = f"nothing was asked for: the Prefect server at {api} refused: {said}"
        raise NoServerError(msg) from None
    print(f"asked for: {found.name} ({found.id}); Prefect shows it under run-phase/{phase}")


def _answering() -> str:
    """Give the address of a server that answers; NoServerError where there is none."""
    api = configured() or _of_profile()
    if api is None:
        msg = (
            f"nothing was asked for: {NONE_CONFIGURED}; `changeover up` in another terminal starts "
            "one, or set PREFECT_API_URL to yours"
        )
        raise NoServerError(msg)
    if not answers(api):
        msg = (
            f"nothing was asked for: the Prefect server at {api} does not answer; start it "
            "(`changeover up`) or mend PREFECT_API_URL"
        )
        raise NoServerError(msg)
    return api


def _of_profile() -> str | None:
    """Give the address of Prefect's own settings (`prefect config set`)."""
    from prefect.settings import PREFECT_API_URL

    found = PREFECT_API_URL.value()
    return str(found) if found else None
