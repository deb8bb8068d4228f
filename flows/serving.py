"""A Prefect server and a worker as processes of this one, ended with it however it ends."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import WorkerStatus
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from flows import CONSOLE_LEVEL, NO_ANALYTICS, WATCHER
from flows.registering import POOL

HOST = "127.0.0.1"
USUAL_PORT = 4200
READY_SECONDS = 300
STOP_SECONDS = 15
DRAIN_SECONDS = 5
_PAUSE_SECONDS = 0.1
_QUIET = {**NO_ANALYTICS, "PYTHONSAFEPATH": "1"}


class NotServingError(Exception):
    """A server or worker of ours did not come up, or went. The message says where to look."""


def free_port() -> int:
    """Give the usual port if nobody has it, else any free one."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind((HOST, port))
            except OSError:
                continue
            number: int = found.getsockname()[1]
            return number
    msg = f"no port of {HOST} is free; end a server that is no longer needed"
    raise NotServingError(msg)


def environment_of(home: Path, api: str) -> dict[str, str]:
    """Give what a server or worker of ours needs in its environment."""
    return {**_QUIET, "PREFECT_HOME": str(home), "PREFECT_API_URL": api}


class AskedToStopError(Exception):
    """Whoever waited was asked to stop meanwhile."""


def never() -> bool:
    """Tell that nobody asks us to stop."""
    return False


@dataclass(frozen=True)
class Starting:
    """A server or worker that was started and may not be ready yet."""

    process: "subprocess.Popen[bytes]"
    """Its watcher."""
    log: Path
    is_ready: Callable[[], bool]
    api: str = ""

    def wait(self, stop: Callable[[], bool] = never) -> None:
        """Come back when it is ready; NotServingError where it ended, or the time runs out.

        AskedToStopError as soon as `stop` says so.
        """
        for _ in range(round(READY_SECONDS / _PAUSE_SECONDS)):
            if stop():
                raise AskedToStopError
            ready = self.is_ready()
            self.check()  # what answers may be another's server
            if ready:
                return
            time.sleep(_PAUSE_SECONDS)
        msg = f"{self.log.stem} was not ready in {READY_SECONDS} s; see {self.log}"
        raise NotServingError(msg)

    def check(self) -> None:
        """Raise NotServingError where it has ended."""
        if self.process.poll() is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
            ended = f"{self.log.stem} ended with {self.process.returncode}; {self.log} ends so:"
            raise NotServingError("\n".join([ended, *lines]))


@contextmanager
def starting_server(home: Path, port: int | None = None) -> Iterator[Starting]:
    """Start a Prefect server on loopback, and come back at once.

    Analytics are off, writing needs a CSRF token, and only its own pages may call it.
    """
    port = port or free_port()
    api = f"http://{HOST}:{port}/api"
    own = {
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port}",
        "PREFECT_SERVER_UI_API_URL": api,
    }
    command = ["prefect", "server", "start", "--host", HOST, "--port", str(port)]
    with _process(home, "prefect-server", command, environment_of(home, api) | own) as process:
        try:
            log = home / "prefect-server.log"
            yield Starting(process, log, lambda: _is_healthy(api), api)
        finally:
            _say_the_rest()


@contextmanager
def server(home: Path, port: int | None = None) -> Iterator[str]:
    """Run a Prefect server on loopback; gives its API's address."""
    with starting_server(home, port) as begun:
        begun.wait()
        yield begun.api


def _say_the_rest() -> None:
    """Send the logs and events of runs in this process, before there is no server to take them.

    Left alone, Prefect's workers try for a minute and more at this process's end.
    """
    APILogWorker.drain_all(timeout=DRAIN_SECONDS)
    EventsWorker.drain_all(timeout=DRAIN_SECONDS)


def _is_healthy(api: str) -> bool:
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=2) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def starting_worker(home: Path, environment: Mapping[str, str], folder: Path) -> Iterator[Starting]:
    """Start an ordinary worker of our pool in a folder, and come back at once.

    `environment` names Prefect's API; a ledger's password travels there and nowhere else. The
    worker may be started before the server is ready: it waits for our pool.
    """
    # A name of its own: one that was killed goes on counting as online for a while.
    name = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    more = {"PREFECT_WORKER_QUERY_SECONDS": "1", **_QUIET, **environment}
    command = ["flows.waiting_worker", POOL, name]
    with _process(home, "prefect-worker", command, more, folder) as process:
        yield Starting(process, home / "prefect-worker.log", lambda: _is_online(name))


@contextmanager
def worker(
    home: Path, environment: Mapping[str, str], folder: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run an ordinary worker of our pool, at work from the beginning."""
    with starting_worker(home, environment, folder) as begun:
        begun.wait()
        yield begun.process


def _is_online(name: str) -> bool:
    """Whether the worker of a name reports to our pool."""
    with get_client(sync_client=True) as client:
        found = client.read_workers_for_work_pool(POOL)
    return any(one.name == name and one.status is WorkerStatus.ONLINE for one in found)


@contextmanager
def _process(
    home: Path,
    name: str,
    command: list[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `python -m COMMAND`; its output goes to `NAME.log`.

    In a session of its own: Ctrl-C reaches us first, and the worker ends before the server. Under
    a watcher whose input is our pipe: killed with -9, we leave nothing behind.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", str(WATCHER)),
                *(sys.executable, "-m", *command),
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Our terminal's quiet is not for its log.
            env={k: v for k, v in os.environ.items() if k != CONSOLE_LEVEL} | {**environment},
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a watcher and its group: asked first, then made to."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.stdin is not None:
        process.stdin.close()
