r"""`./dev bench export`: archiving a PostgreSQL database, against the usual ways to get data out.

Every way runs in a process of its own, in turn, in one run; the figures are medians of the rounds.
The ways are: psql's \\copy of each table into a CSV file (what all ratios are against), pg_dump,
pandas in chunks into Parquet, the archive's first form without and with the source's digests, the
SQLite copy of it alone, the whole archive, its verification, and the proof with the restore drill.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

import psycopg
import sqlalchemy as sa

from archive import csv_batches, sqlite_copy
from archive.copying import Job, Told, copied
from archive.csv_files import CsvWriter
from archive.export import Particulars, export
from archive.restore import restore, verified
from archive.schema import Table
from archive.verify import verify
from connectors.old_sql import OldSql
from rehearsal.export_sources import fill_pgbench, fill_wide, plain, program
from rehearsal.servers.postgres import postgres

WIDE_ROWS = 1_000_000
PGBENCH_SCALE = 20
"""Times 100,000 rows."""
ROUNDS = 3
LOOK_SECONDS = 0.1
"""Between two looks at a way's memory."""
_SERVER = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


def copy_with_psql(url: str, folder: Path) -> None:
    """Let psql copy each table into a CSV file."""
    for name in _tables(url):
        target = folder / f"{name}.csv"
        command = f"\\copy {name} to '{target}' csv header"
        subprocess.run([program("psql"), plain(url), "-q", "-c", command], check=True)


def dump(url: str, folder: Path) -> None:
    """Let pg_dump make its custom format."""
    subprocess.run([program("pg_dump"), "-Fc", "-f", folder / "dump", plain(url)], check=True)


def pandas_chunks(url: str, folder: Path) -> None:
    """Read with pandas in chunks, write Parquet."""
    import pandas as pd  # no other way is to hold it in memory

    engine = sa.create_engine(url)
    for name in _tables(url):
        with engine.connect().execution_options(stream_results=True) as connection:
            query = f"SELECT * FROM {name}"  # noqa: S608 - a table of this benchmark's
            chunks = pd.read_sql(query, connection, chunksize=50_000)
            for number, chunk in enumerate(chunks):
                # Parquet has no form for these objects.
                made = chunk.copy()
                for column in chunk if len(chunk) else ():
                    if isinstance(chunk[column].iloc[0], UUID | dict):
                        made[column] = chunk[column].astype("str")
                made.to_parquet(folder / f"{name}-{number}.parquet", engine="pyarrow")


def first_form(url: str, folder: Path) -> None:
    """Write our CSV files, and nothing else."""
    with OldSql(url).snapshot() as look:
        for table in look.schema().tables:
            copier = look.copier(table)
            assert copier is not None  # noqa: S101 - a server that cannot is not measured here
            with CsvWriter(_csv(folder, table), table) as file:
                file.take(copier, lambda _: None)


def digested(url: str, folder: Path) -> None:
    """Write our CSV files while the source digests its rows."""
    with OldSql(url).snapshot() as look:
        jobs = [Job(table, _csv(folder, table)) for table in look.schema().tables]
        for _ in copied(look, jobs, Told(lambda _: None, jobs)):
            pass


def sqlite_form(url: str, folder: Path) -> None:
    """Make the SQLite copy of the CSV files that `digested` made."""
    tables = OldSql(url).schema().tables
    with sqlite_copy.create(folder / "copy.sqlite", tables) as copy:
        for table in tables:
            for batch in csv_batches.read(_csv(folder, table), table):
                copy.add(table, batch)
        copy.finish()


def _csv(folder: Path, table: Table) -> Path:
    return folder / f"{table.id}.csv"


def whole(url: str, folder: Path) -> None:
    """Make the whole archive: CSV, SQLite, digests, descriptions, checksums."""
    about = Particulars("bench", datetime(2026, 1, 1, tzinfo=UTC))
    export(OldSql(url), folder / "archive", lambda _: None, about)


def verification(_: str, folder: Path) -> None:
    """Verify the archive that `whole` made: every checksum, every row of both forms."""
    assert verify(folder / "archive").holds  # noqa: S101 - a figure of a proof that failed is none


def proof(_: str, folder: Path) -> None:
    """Restore the archive that `whole` made into a fresh SQLite database, and compare all."""
    drill = folder / "drill.sqlite"
    drill.unlink(missing_ok=True)
    report = restore(folder / "archive", f"sqlite:///{drill}")
    assert report.equal  # noqa: S101 - a figure of a proof that failed is none
    assert verified(folder / "archive", report).holds  # noqa: S101 - likewise


WAYS: dict[str, Callable[[str, Path], None]] = {
    "psql \\copy": copy_with_psql,
    "pg_dump -Fc": dump,
    "pandas in chunks": pandas_chunks,
    "first form": first_form,
    "first form, digested": digested,
    "SQLite copy": sqlite_form,
    "whole archive": whole,
    "verify": verification,
    "proof and drill": proof,
}


FOLLOWS = {"SQLite copy", "verify", "proof and drill"}
"""Ways that need what the way before them made."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took."""

    seconds: float
    megabytes: float
    """Most memory of its process and all that this one started, at one moment."""


def run(way: str, url: str, folder: Path) -> Taken:
    """Run one way in a process of its own."""
    words = [sys.executable, "-m", "rehearsal.bench.export", "--way", way, "--into", str(folder)]
    with (folder / "took").open("w+") as answer:
        # The password must not stand in a list of processes.
        environment = {**os.environ, "BENCH_URL": url}
        process = subprocess.Popen(words, stdout=answer, env=environment)
        most = 0
        while process.poll() is None:
            most = max(most, _memory(process.pid))
            time.sleep(LOOK_SECONDS)
        if process.returncode:
            raise SystemExit(f"bench: {way} ended with {process.returncode}")
        answer.seek(0)
        return Taken(float(answer.read()), most / 1e6)


def _memory(pid: int) -> int:
    """Give the octets a process and its descendants hold, memory they share counted once."""
    try:
        own = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended
        return 0
    (pss,) = re.findall(r"^Pss: +(\d+) kB$", own, re.MULTILINE) or (0,)
    return int(pss) * 1024 + sum(map(_memory, map(int, children)))


def measure(url: str, rounds: int, ways: Sequence[str]) -> dict[str, Taken]:
    """Run every way in turn, so many rounds; gives the medians."""
    found: dict[str, list[Taken]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="changeover-bench-") as name:
        for _ in range(rounds):
            made = Path(name) / "made"
            made.mkdir()
            for way in ways:
                if way not in FOLLOWS:
                    shutil.rmtree(made)
                    made.mkdir()
                found[way].append(run(way, url, made))
            shutil.rmtree(made)
    return {
        way: Taken(median(t.seconds for t in took), max(t.megabytes for t in took))
        for way, took in found.items()
    }


def show(title: str, rows: int, megabytes: float, found: dict[str, Taken]) -> None:
    """Print a table of figures."""
    base = found["psql \\copy"].seconds
    first = found["first form"].seconds
    print(f"\n{title}: {rows:,} rows, {megabytes:,.0f} MB as CSV\n")
    print("| way | seconds | rows/s | MB/s | peak MB | of psql | of first form |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for way, took in found.items():
        speed = f"{rows / took.seconds:,.0f} | {megabytes / took.seconds:,.0f}"
        ratios = f"{took.seconds / base:.2f} | {took.seconds / first:.2f}"
        print(f"| {way} | {took.seconds:.1f} | {speed} | {took.megabytes:.0f} | {ratios} |")


def main(arguments: Sequence[str]) -> None:
    """Build the sources and measure."""
    parser = argparse.ArgumentParser(prog="./dev bench export", description=__doc__)
    parser.add_argument("--rows", type=int, default=WIDE_ROWS, help="rows of the wide table")
    parser.add_argument("--scale", type=int, default=PGBENCH_SCALE, help="of pgbench's tables")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", choices=WAYS, action="append", help="these ways, and psql's")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.way:
        began = time.perf_counter()
        WAYS[asked.way](os.environ["BENCH_URL"], asked.into)
        print(time.perf_counter() - began)
        return
    wanted = {"psql \\copy", "first form", *(asked.only or WAYS)}
    ways = [way for way in WAYS if way in wanted]
    sources = (
        ("wide", asked.rows, fill_wide),
        ("pgbench", asked.scale * 100_000, fill_pgbench),
    )
    with (
        tempfile.TemporaryDirectory(prefix="changeover-bench-") as name,
        postgres(Path(name), _SERVER) as server,
    ):
        for title, rows, fill in sources:
            url = f"{server.rpartition('/')[0]}/{title}"
            with psycopg.connect(plain(server), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {title}".encode())
            fill(url, rows)
            show(title, rows, _megabytes(url), measure(url, asked.rounds, ways))


def _megabytes(url: str) -> float:
    with tempfile.TemporaryDirectory(prefix="changeover-bench-") as name:
        copy_with_psql(url, Path(name))
        return sum(path.stat().st_size for path in Path(name).iterdir()) / 1e6


def _tables(url: str) -> list[str]:
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return sorted(name for (name,) in found)


if __name__ == "__main__":
    main(sys.argv[1:])
