"""`changeover up`: a Prefect server where none is configured, the deployments, and a worker."""

import fcntl
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cli.book import RolloutName, opened
from cli.server import HOME, address_file
from config.plan import Plan
from ledger.place import LEDGER_VARIABLE, ledger_url


class AlreadyUpError(Exception):
    """Another `changeover up` keeps its server's database in this folder. The message says so."""


def up(*, rollout: RolloutName = None) -> None:
    """Start what runs the rollout, and keep it running until stopped with Ctrl-C."""
    began = time.monotonic()
    # Before anything starts: whoever reads that it is up may end it at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with opened(rollout) as book:
        plan = book.plan
    with running(plan, ledger_url(), HOME.absolute()) as address:
        try:
            took = time.monotonic() - began
            print(
                f"{plan.rollout} is up after {took:.0f} s: {address} (Ctrl-C ends it)", flush=True
            )
            signal.pause()
        except KeyboardInterrupt:
            print("stopping; what was under way is finished by the next tick", flush=True)


@contextmanager
def running(plan: Plan, url: str, home: Path) -> Iterator[str]:
    """Run server (where none is configured), deployments and worker; gives Prefect's address."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    from flows.registering import absolute, register
    from flows.serving import environment_of, starting_server, starting_worker

    with ExitStack() as stack:
        api = PREFECT_API_URL.value()
        environment = {LEDGER_VARIABLE: absolute(url)}
        if not api:
            stack.enter_context(_alone(home))
        begun = None if api else stack.enter_context(starting_server(home))
        if begun is not None:
            api = begun.api
            stack.enter_context(temporary_settings({PREFECT_API_URL: api, PREFECT_HOME: home}))
            environment |= environment_of(home, api)
        # Runs start in an empty folder: no other project's files lie in the way of ours.
        empty = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="changeover-")))
        # Both take seconds to import and to prepare: side by side.
        at_work = stack.enter_context(starting_worker(home, environment, empty))
        if begun is not None:
            begun.wait()
        register(plan, url)
        at_work.wait()
        if begun is not None:
            # So `run` and `apply` in another terminal of this folder find it.
            address = address_file(home)
            address.write_text(f"{api}\n", encoding="utf-8")
            stack.callback(address.unlink, missing_ok=True)
        yield str(api).removesuffix("/api")


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Keep another server away from this one's database: AlreadyUpError where one is up."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = (
                f"`changeover up` is at work in {home.parents[1]} already: use that one, or end it "
                "with Ctrl-C first"
            )
            raise AlreadyUpError(msg) from None
        yield
