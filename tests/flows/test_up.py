"""`changeover up` as a process: what it starts is there when it says so, and gone when it is."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.flows.conftest import record

GONE_SECONDS = 30


@contextmanager
def up(folder: Path, url: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run it; gives the process and the line it says when all is up."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    with subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", "up"],
        cwd=folder,
        env=ours | {"CHANGEOVER_LEDGER": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def offspring(pid: int) -> list[int]:
    """Give everything a process has started, and what that started."""
    found = [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [n for child in found for n in offspring(child)]


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_gone(pids: list[int]) -> bool:
    for _ in range(GONE_SECONDS * 10):
        if not any(runs(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.timeout(600)
def test_however_it_ends_everything_it_started_ends_with_it(tmp_path: Path) -> None:
    made = record(tmp_path, "tiny", rehearsal=True)
    for ending in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        with up(tmp_path, made.url) as (process, said):
            # The first line it says: no log of Prefect's comes before it.
            assert said.startswith("tiny is up after "), said
            address = urlsplit(next(word for word in said.split() if word.startswith("http")))
            with socket.create_connection((str(address.hostname), int(address.port or 0))):
                pass
            started = offspring(process.pid)
            assert len(started) >= 4, "two watchers, a server and a worker"
            if ending is signal.SIGTERM:
                with up(tmp_path, made.url) as (_, second):
                    assert "is at work in" in second
                    assert "end it with Ctrl-C first" in second
            process.send_signal(ending)
            code = process.wait(60)
            assert code == (-signal.SIGKILL if ending is signal.SIGKILL else 0)
            assert all_gone(started)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((str(address.hostname), int(address.port or 0)))
            rest = process.stdout.read() if process.stdout else ""
            assert rest.splitlines()[:1] in (
                [],
                ["stopping; what was under way is finished by the next tick"],
            )
