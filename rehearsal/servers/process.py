"""A server as a process of its own: started, waited for, and ended for certain.

Each runs in its own session and process group, under `flows/watch.py`, which ends the group when
the process that started it is gone. Its output goes to `NAME.log` in the folder given.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from flows import WATCHER

HOST = "127.0.0.1"

_PAUSE_SECONDS = 0.02
_LAST_LOOKS = 250
_LOG_LINES = 20


class ServerFailed(RuntimeError):
    """A server did not start; the message ends with the last lines of its log."""


def free_port() -> int:
    """Find a port of loopback nobody listens on; another process could still take it first."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Tell whether something takes connections on a port of loopback."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@dataclass(frozen=True, eq=False)
class Server:
    """A running server; as a context manager it is stopped at the end."""

    name: str
    port: int
    log: Path
    """Where its output goes."""
    process: "subprocess.Popen[bytes]"
    """Its watcher, whose id is that of the process group."""

    @property
    def address(self) -> str:
        """Host and port, as `127.0.0.1:8025`."""
        return f"{HOST}:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        if self.process.returncode is not None:
            return False
        # Looked at without being reaped: until `kill` has ended the rest of the group, the
        # group's id must not become another process's.
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, look) is None

    def stop(self, within_seconds: float = 10.0) -> int:
        """Ask it to end, then make it; give its exit code (128 + n where signal n ended it).

        Nothing of its group is left afterwards. Doing it again changes nothing.
        """
        self._signal(signal.SIGTERM)
        for _ in range(round(within_seconds / _PAUSE_SECONDS)):
            if not self.alive:
                break
            time.sleep(_PAUSE_SECONDS)
        return self.kill()

    def kill(self) -> int:
        """End it at once, as a power cut would, and free its port; give its exit code."""
        self._signal(signal.SIGKILL)
        code = self.process.wait(10)
        if self.process.stdin is not None:
            self.process.stdin.close()
        # The watcher is gone; the rest of its group, killed with it, may need a moment more.
        for _ in range(_LAST_LOOKS):
            if not answers(self.port):
                break
            time.sleep(_PAUSE_SECONDS)
        return 128 - code if code < 0 else code

    def _signal(self, number: int) -> None:
        if self.process.returncode is None:
            os.killpg(self.process.pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    name: str,
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    ready: Callable[[], bool] | None = None,
    within_seconds: float = 30.0,
) -> Server:
    """Start a command that listens on a port, and come back when it answers there.

    `environment` is added to ours; secrets travel in it, for a command line is seen by everybody
    on the machine. `ready` replaces the plain question whether the port takes connections.
    Raises ServerFailed where the port is taken, the command ends, or the time runs out.
    """
    if answers(port):
        raise ServerFailed(f"{name}: something answers on {HOST}:{port} already; end it first")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WATCHER), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    server = Server(name, port, log, process)
    try:
        _wait(server, ready or (lambda: answers(port)), within_seconds)
    except BaseException:
        server.kill()
        raise
    return server


def module(name: str, *arguments: str) -> list[str]:
    """Give the command that runs a module of ours with this same Python."""
    return [sys.executable, "-m", name, *arguments]


def _wait(server: Server, ready: Callable[[], bool], within_seconds: float) -> None:
    for _ in range(max(1, round(within_seconds / _PAUSE_SECONDS))):
        if not server.alive:
            raise ServerFailed(
                f"{server.name} ended with {server.kill()} before it answered\n{_tail(server)}"
            )
        if ready():
            return
        time.sleep(_PAUSE_SECONDS)
    raise ServerFailed(
        f"{server.name} did not answer on {server.address} within {within_seconds:g} s\n"
        f"{_tail(server)}"
    )


def _tail(server: Server) -> str:
    lines = server.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([f"{server.log}:", *(f"  {line}" for line in lines[-_LOG_LINES:])])
