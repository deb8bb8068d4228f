"""The kill sweep of an export: a child killed at every place it passes, and a second that goes on.

`python -m rehearsal.archive_sweep` takes a seeded sample, `--full` every place. A place is whatever
Python itself reports of files that are opened, made, renamed or removed under the archive's folder
(`sys.addaudithook`), and every word of progress. After each killing no archive may stand there that
does not verify, the source must be what it was, and the next child must make a whole one.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import psycopg

from archive.copying import TableProgress
from archive.export import Particulars, export
from archive.freshness import changed_since
from archive.manifest import load
from archive.restore import restore
from archive.verify import verify
from connectors.old_sql import OldSql
from rehearsal.servers.postgres import postgres

SEED = 20260601
WATCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"}
KILLED = -signal.SIGKILL
CHILD_SECONDS = 120
ROWS = 200


@dataclass
class Places:
    """Counts the places a process passes, and kills it at one."""

    room: str
    kill_at: int | None
    passed: list[str] = field(default_factory=list)

    def __call__(self, event: str, given: tuple[object, ...]) -> None:
        """Hear what Python reports."""
        if event in WATCHED and given and str(given[0]).startswith(self.room):
            self.at(f"{event} {str(given[0]).removeprefix(self.room)}")

    def heard(self, progress: TableProgress) -> None:
        """Hear of progress."""
        self.at(f"progress {progress.table} {progress.rows}")

    def at(self, place: str) -> None:
        """Pass a place."""
        self.passed.append(place)
        if len(self.passed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Figures:
    """What a sweep showed."""

    source: str
    places: int = 0
    killed: int = 0
    whole_at_once: int = 0
    """Killings after which the archive stood there, whole: it was finished."""
    went_on: int = 0
    """Second exports that took over tables of the first."""
    missed: int = 0
    """Places a child ended before: readers that share the work pass them as they come."""
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """Say the figures."""
        return (
            f"kill sweep of an export ({self.source}): {self.places} places, {self.killed} killed, "
            f"{len(self.wrong)} wrong, {self.whole_at_once} were whole already, "
            f"{self.went_on} went on with tables of the first, {self.seconds:.0f} s"
        )


def build_shop(path: Path) -> str:
    """Build a small source in SQLite; gives its URL."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute(
            "CREATE TABLE sale (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer,"
            " amount DECIMAL(10,2), placed TIMESTAMP)"
        )
        numbers = range(1, ROWS + 1)
        connection.executemany(
            "INSERT INTO customer VALUES (?, ?)", [(n, f"Klant {n} é") for n in numbers]
        )
        sales = [(n, n, n * 1.25, "2026-03-02 10:00:00") for n in numbers]
        connection.executemany("INSERT INTO sale VALUES (?, ?, ?, ?)", sales)
        connection.commit()
    return f"sqlite:///{path}"


def fill_postgres(url: str) -> None:
    """Build the same source in an empty PostgreSQL database."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE customer (id int PRIMARY KEY, name text)")
        connection.execute(
            "CREATE TABLE sale (id int PRIMARY KEY, customer_id int REFERENCES customer,"
            " amount numeric(10,2), placed timestamp)"
        )
        connection.execute(
            "INSERT INTO customer SELECT n, 'Klant ' || n || ' é' FROM generate_series(1, %s) n",
            (ROWS,),
        )
        connection.execute(
            "INSERT INTO sale SELECT n, n, n * 1.25, '2026-03-02' FROM generate_series(1, %s) n",
            (ROWS,),
        )


def sweep(
    url: str,
    room: Path,
    choose: Callable[[int], Sequence[int]],
    show: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Export the source once to record the places, then die at each chosen one."""
    began = time.monotonic()
    figures = Figures(url.partition(":")[0].partition("+")[0])
    code = _child(url, room, None)
    if code:
        raise RuntimeError(f"the reference export ended with {code}: {room}")
    places = (room.parent / "passed").read_text(encoding="utf-8").splitlines()
    reference = load(room / "archive")
    figures.places = len(places)
    shutil.rmtree(room)
    for number in choose(len(places)):
        place = f"{number} {places[number - 1]}"
        code = _child(url, room, number)
        if code == 0:
            figures.missed += 1
        else:
            figures.killed += 1
            figures.wrong += [f"{place}: {words}" for words in _found(url, room, code, figures)]
            if changed_since(OldSql(url), reference):
                figures.wrong.append(f"{place}: the source has changed")
            show(place)
        shutil.rmtree(room)
    figures.seconds = time.monotonic() - began
    return figures


def _found(url: str, room: Path, code: int, figures: Figures) -> list[str]:
    """Say what is wrong after a killing, and after going on."""
    if code != KILLED:
        return [f"the child ended with {code}"]
    archive = room / "archive"
    if archive.exists():
        figures.whole_at_once += 1
    else:
        figures.went_on += (room / "archive.partial" / "written.json").exists()
        if (code := _child(url, room, None)) != 0:
            return [f"the next export ended with {code}"]
    checked, drill = verify(archive), room / "drill.sqlite"
    if not checked.holds:
        return [checked.line]
    report = restore(archive, f"sqlite:///{drill}")
    left = {path.name for path in room.iterdir()} - {"archive", "drill.sqlite"}
    return [*([] if report.equal else [report.line]), *(f"{name} is left" for name in left)]


def _child(url: str, room: Path, kill_at: int | None) -> int:
    room.mkdir(exist_ok=True)
    # Forked: nothing is imported anew, and the hook, which cannot be taken off, dies with it. Not
    # from this process: its other threads may hold a lock that nobody gives back in a fork.
    context = get_context("forkserver")
    context.set_forkserver_preload(["rehearsal.archive_sweep"])
    process = context.Process(target=_export, args=(url, room, kill_at))
    process.start()
    process.join(CHILD_SECONDS)
    if process.exitcode is None:
        process.kill()
        process.join()
        return 1
    return process.exitcode


def _export(url: str, room: Path, kill_at: int | None) -> None:
    places = Places(f"{room}/", kill_at)
    sys.addaudithook(places)
    about = Particulars("sweep", datetime(2026, 6, 1, tzinfo=UTC))
    export(OldSql(url), room / "archive", places.heard, about)
    places.at("made")
    (room.parent / "passed").write_text("\n".join(places.passed), encoding="utf-8")


def every(places: int) -> Sequence[int]:
    """Die at every place."""
    return range(1, places + 1)


def sample(at_most: int, seed: int = SEED) -> Callable[[int], Sequence[int]]:
    """Die at some places, the same for the same seed."""
    return lambda places: sorted(
        random.Random(seed).sample(range(1, places + 1), min(at_most, places))
    )


def main() -> int:
    """Read the command line and sweep; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.archive_sweep", description=__doc__)
    parser.add_argument("--full", action="store_true", help="every place")
    parser.add_argument("--points", type=int, default=20, help="size of the sample")
    parser.add_argument("--postgres", action="store_true", help="from a server of its own")
    asked = parser.parse_args()
    choose = every if asked.full else sample(asked.points)
    with tempfile.TemporaryDirectory(prefix="changeover-sweep-") as name, ExitStack() as running:
        if asked.postgres:
            place = running.enter_context(tempfile.TemporaryDirectory(prefix="changeover-pg-"))
            url = running.enter_context(postgres(Path(place)))
            fill_postgres(url)
        else:
            url = build_shop(Path(name) / "old.sqlite")
        figures = sweep(url, Path(name) / "room", choose)
    print("\n".join([*figures.wrong, figures.line]))
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
