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

from cli.stopping import Stop
from cli.up import Running
from flows.serving import NotServingError, Starting
from tests.flows.conftest import record

GONE_SECONDS = 30


@contextmanager
def up(folder: Path, url: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run it; gives the process and the line it says when all is up."""
    with starting(folder, url) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline()


@contextmanager
def starting(folder: Path, url: str) -> Iterator["subprocess.Popen[str]"]:
    """Run it as a script's background does: with Ctrl-C ignored, which it must not inherit."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", "up"],
        cwd=folder,
        env=ours | {"CHANGEOVER_LEDGER": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        signal.signal(signal.SIGINT, usual)
        try:
            yield process
        finally:
            process.kill()


def offspring(pid: int) -> list[int]:
    """Give everything a process has started, and what that started."""
    found = [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [n for child in found for n in offspring(child)]


def at_least(count: int, pid: int) -> list[int]:
    for _ in range(GONE_SECONDS * 10):
        if len(found := offspring(pid)) >= count:
            return found
        time.sleep(0.1)
    pytest.fail(f"{pid} has not started {count} processes")


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
            if ending is signal.SIGINT:
                # Pressed again while it stops, as people do: what it started ends all the same.
                assert process.stdout is not None
                assert process.stdout.readline().startswith("stopping; ")
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


def test_asked_to_stop_before_it_is_up_it_leaves_nothing(tmp_path: Path) -> None:
    made = record(tmp_path, "tiny", rehearsal=True)
    with starting(tmp_path, made.url) as process:
        started = at_least(4, process.pid)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert said == "stopped before it was up\n"
    assert process.returncode == 0
    assert all_gone(started)


def test_a_part_that_ends_is_no_longer_waited_with(tmp_path: Path) -> None:
    log = tmp_path / "prefect-worker.log"
    log.write_text("no space left on device\n")
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        part = Starting(process, log, lambda: True)
        with pytest.raises(NotServingError, match=r"(?s)prefect-worker ended with 3; .*no space"):
            Running("http://127.0.0.1:4200", (part,)).keep(Stop())
