"""`changeover up`: a Prefect server where none is configured, the deployments, and a worker."""

import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.book import opened
from cli.options import RolloutName
from cli.server import HOME, address_file
from cli.stopping import Stop, listening
from config.plan import Plan
from ledger.place import LEDGER_VARIABLE, ledger_url

if TYPE_CHECKING:
    from flows.serving import Starting

_PAUSE_SECONDS = 0.2


class AlreadyUpError(Exception):
    """Another `changeover up` keeps its server's database in this folder. The message says so."""


def up(*, rollout: RolloutName = None) -> None:
    """Start what runs the rollout, and keep it running until stopped with Ctrl-C."""
    began = time.monotonic()
    # Before anything starts: whoever reads that it is up may end it at once.
    with listening() as stop:
        _up(rollout, stop, began)


def _up(rollout: str | None, stop: Stop, began: float) -> None:
    with opened(rollout) as book:
        plan = book.plan
    from flows.serving import AskedToStopError

    try:
        with running(plan, ledger_url(), HOME.absolute(), stop) as what:
            took = time.monotonic() - began
            _say(f"{plan.rollout} is up after {took:.0f} s: {what.address} (Ctrl-C ends it)")
            what.keep(stop)
            _say("stopping; what was under way is finished by the next tick")
    except AskedToStopError:
        _say("stopped before it was up")


def _say(line: str) -> None:
    # A terminal that was closed, or a pipe nobody reads: what runs is ended all the same.
    with suppress(OSError):
        print(line, flush=True)


@dataclass(frozen=True)
class Running:
    """What `up` has started."""

    address: str
    """Of Prefect's pages."""
    parts: tuple["Starting", ...]

    def keep(self, stop: Callable[[], bool]) -> None:
        """Come back when asked to stop; NotServingError where a part of it has ended."""
        while not stop():
            for part in self.parts:
                part.check()
            time.sleep(_PAUSE_SECONDS)


@contextmanager
def running(plan: Plan, url: str, home: Path, stop: Stop) -> Iterator[Running]:
    """Run server (where none is configured), deployments and worker.

    AskedToStopError where `stop` says so before all is ready; what had started is ended.
    """
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
            begun.wait(stop)
        register(plan, url)
        at_work.wait(stop)
        if begun is not None:
            # So `run` and `apply` in another terminal of this folder find it.
            address = address_file(home)
            address.write_text(f"{api}\n", encoding="utf-8")
            stack.callback(address.unlink, missing_ok=True)
        parts = (at_work,) if begun is None else (begun, at_work)
        yield Running(str(api).removesuffix("/api"), parts)


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
