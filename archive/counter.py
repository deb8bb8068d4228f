"""A process that digests what `archive.counters` hands it, by the thousand rows."""

import os
import pickle
import signal
import sys
from importlib.abc import MetaPathFinder
from queue import SimpleQueue
from threading import Thread
from typing import IO

from archive.counters import hand
from archive.csv_digest import csv_digest
from archive.digests import TableDigest
from archive.sqlite_digest import sqlite_digest
from archive.tally import CsvTally, Tally


class _NoPandas(MetaPathFinder):
    """pyarrow imports pandas to see whether it is handed any of its objects.

    That takes longer than to digest many a table, and here nobody hands it any.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("no pandas here", name=fullname)


def _count(tally: Tally) -> TableDigest:
    if isinstance(tally, CsvTally):
        return csv_digest(tally.path, tally.table)
    return sqlite_digest(tally.path, tally.tables, tally.table, tally.rowids)


def _serve(given: IO[bytes], answers: IO[bytes]) -> None:
    """Digest what comes in until nothing does."""
    tallies: SimpleQueue[Tally] = SimpleQueue()
    Thread(target=_receive, args=(given, tallies), daemon=True).start()
    while True:
        try:
            answer = _count(tallies.get()), None
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent is to raise it
            hand(answers, (None, error))
        else:
            hand(answers, answer)


def _receive(given: IO[bytes], tallies: "SimpleQueue[Tally]") -> None:
    """Take tallies in; where no more can come, end the process, whatever it is at.

    The parent has every answer then, or was killed: a large file would keep us for minutes.
    """
    try:
        while True:
            tallies.put(pickle.load(given))  # noqa: S301 - our own parent wrote it
    finally:
        os._exit(0)


if __name__ == "__main__":
    # Where the parent is gone, nobody wants to hear that the answer found no reader.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.meta_path.insert(0, _NoPandas())
    _serve(sys.stdin.buffer, sys.stdout.buffer)
