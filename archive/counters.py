"""Processes that digest what they are handed (`archive.counter` is what each of them runs).

Not Python's own pool of processes: each of its processes first imports whatever the program it
serves was started as, and Prefect's engine takes longer to import than a table to digest.
"""

import pickle
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

from archive.digests import TableDigest
from archive.errors import ArchiveError


class Counters:
    """Some processes; a context, at whose end nothing is begun any more."""

    def __init__(self, number: int) -> None:
        """Start them. `number`: how many."""
        # -P: a folder `archive` where somebody stands is not this room.
        command = [sys.executable, "-P", "-m", "archive.counter"]
        self._processes = [
            # A group of their own: Ctrl-C reaches the whole of one, and they are ours to end.
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
            )
            for _ in range(number)
        ]
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)
        self._waiting = ThreadPoolExecutor(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            for process in self._processes:
                process.kill()
        self._waiting.shutdown(cancel_futures=True)
        for process in self._processes:
            process.communicate()  # the end of its input ends it

    def begin(self, tally: object) -> "Future[TableDigest]":
        """Hand a tally over; its future raises what digesting it raises, or ArchiveError."""
        return self._waiting.submit(self._done, tally)

    def _done(self, tally: object) -> TableDigest:
        process = self._idle.get()
        try:
            return _answer(process, tally)
        finally:
            self._idle.put(process)


def _answer(process: "subprocess.Popen[bytes]", tally: object) -> TableDigest:
    assert process.stdin is not None  # noqa: S101 - both are pipes, see above
    assert process.stdout is not None  # noqa: S101
    try:
        hand(process.stdin, tally)
        found, error = pickle.load(process.stdout)  # noqa: S301 - our own child wrote it
    except (OSError, EOFError) as broken:
        raise ArchiveError(
            f"a process that digests ended with {process.wait()}: look whether memory was short, "
            "then verify again"
        ) from broken
    if error is not None:
        raise error
    digest: TableDigest = found
    return digest


def hand(pipe: IO[bytes], what: object) -> None:
    """Send something through a pipe."""
    pickle.dump(what, pipe)
    pipe.flush()
