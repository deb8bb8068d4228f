"""A Prefect server and a worker as processes of this one, ended with it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import WorkerStatus
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from flows.registering import POOL

HOST = "127.0.0.1"
USUAL_PORT = 4200
READY_SECONDS = 90
STOP_SECONDS = 15
DRAIN_SECONDS = 5
_PAUSE_SECONDS = 0.1
_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PYTHONSAFEPATH": "1",
}


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


@contextmanager
def server(home: Path, port: int | None = None) -> Iterator[str]:
    """Run a Prefect server on loopback; gives its API's address.

    Analytics are off, writing needs a CSRF token, and only its own pages may call it.
    """
    port = port or free_port()
    api = f"http://{HOST}:{port}/api"
    own = {
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port}",
        "PREFECT_SERVER_UI_API_URL": api,
    }
    command = ["server", "start", "--host", HOST, "--port", str(port)]
    with _process(home, "prefect-server", command, environment_of(home, api) | own) as process:
        for _ in range(round(READY_SECONDS / _PAUSE_SECONDS)):
            if _is_healthy(api):
                break
            _alive(process, home / "prefect-server.log")
            time.sleep(_PAUSE_SECONDS)
        else:
            msg = f"the Prefect server did not answer in {READY_SECONDS} s; see {home}"
            raise NotServingError(msg)
        try:
            yield api
        finally:
            _say_the_rest()


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
def worker(
    home: Path, environment: Mapping[str, str], folder: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run an ordinary worker of our pool in a folder, and come back when it is at work.

    `environment` names Prefect's API; a ledger's password travels there and nowhere else.
    """
    started = _online()
    more = {"PREFECT_WORKER_QUERY_SECONDS": "1", **_QUIET, **environment}
    command = ["worker", "start", "--pool", POOL, "--type", "process"]
    with _process(home, "prefect-worker", command, more, folder) as process:
        for _ in range(round(READY_SECONDS / _PAUSE_SECONDS)):
            if _online() > started:
                break
            _alive(process, home / "prefect-worker.log")
            time.sleep(_PAUSE_SECONDS)
        else:
            msg = f"the worker did not report in {READY_SECONDS} s; see {home}"
            raise NotServingError(msg)
        yield process


def _online() -> int:
    """Count the workers of our pool that report."""
    with get_client(sync_client=True) as client:
        found = client.read_workers_for_work_pool(POOL)
    return sum(1 for one in found if one.status is WorkerStatus.ONLINE)


def _alive(process: "subprocess.Popen[bytes]", log: Path) -> None:
    if process.poll() is not None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        raise NotServingError("\n".join([f"{log.name} ended with {process.returncode}:", *lines]))


@contextmanager
def _process(
    home: Path,
    name: str,
    command: list[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `prefect COMMAND`; its output goes to `NAME.log`.

    In a session of its own: Ctrl-C reaches us first, and the worker ends before the server.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
