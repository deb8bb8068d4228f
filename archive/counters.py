"""Processes that digest what they are handed.

Not Python's own pool of processes: each of its processes first imports whatever the program it
serves was started as, and Prefect's engine takes longer to import than a table to digest.
"""

import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

from archive.digests import TableDigest
from archive.errors import ArchiveError

Work = Callable[[], TableDigest]
"""Something that can be pickled: a method of a plain object."""


class Counters:
    """Some processes; a context, at whose end nothing is begun any more."""

    def __init__(self, number: int) -> None:
        """Start them. `number`: how many."""
        # -P: a folder `archive` where somebody stands is not this room.
        command = [sys.executable, "-P", "-m", __name__]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
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

    def begin(self, work: Work) -> "Future[TableDigest]":
        """Hand something over; its future raises what the work raises, or ArchiveError."""
        return self._waiting.submit(self._done, work)

    def _done(self, work: Work) -> TableDigest:
        process = self._idle.get()
        try:
            return _answer(process, work)
        finally:
            self._idle.put(process)


def _answer(process: "subprocess.Popen[bytes]", work: Work) -> TableDigest:
    assert process.stdin is not None  # noqa: S101 - both are pipes, see above
    assert process.stdout is not None  # noqa: S101
    try:
        _hand(process.stdin, work)
        found, error = pickle.load(process.stdout)  # noqa: S301 - our own child wrote it
    except (OSError, EOFError) as broken:
        raise ArchiveError(
            f"a process that digests ended with {process.poll()}: look whether memory was short, "
            "then verify again"
        ) from broken
    if error is not None:
        raise error
    digest: TableDigest = found
    return digest


def _hand(pipe: IO[bytes], what: object) -> None:
    pickle.dump(what, pipe)
    pipe.flush()


def _serve(given: IO[bytes], answers: IO[bytes]) -> None:
    """Digest what comes in until nothing does."""
    while True:
        try:
            work: Work = pickle.load(given)  # noqa: S301 - our own parent wrote it
        except EOFError:
            return
        try:
            answer = work(), None
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent is to raise it
            _hand(answers, (None, error))
        else:
            _hand(answers, answer)


if __name__ == "__main__":
    # Ctrl-C reaches the whole group; the parent ends us by ending our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(sys.stdin.buffer, sys.stdout.buffer)
