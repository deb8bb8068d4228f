"""What goes wrong while a real PostgreSQL server is exported: nothing false, and it goes on."""

import os
import signal
import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from archive.digests import TableDigest
from archive.errors import NoRoom
from archive.export import export
from archive.freshness import changed_since
from archive.leftover import FILE
from archive.manifest import Manifest, load
from archive.progress import Meter, Standing
from archive.restore import restore
from archive.source import Source
from archive.verify import verify
from connectors.errors import Misconfigured, Unreachable
from connectors.old_sql import OldSql
from rehearsal.servers.postgres import postgres, restart
from tests.archive.full_disk import files_at_most
from tests.archive.meddling import Meddled
from tests.archive.sources import about, archived

BIG = 100_000
"""Rows of the larger table: two words of a copier, and more than sockets hold."""


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def run(url: str, *statements: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def url(postgres_database: str) -> str:
    fill(postgres_database)
    return postgres_database


def fill(url: str) -> None:
    run(
        url,
        "CREATE TABLE a_first (id int PRIMARY KEY, word text)",
        "INSERT INTO a_first SELECT n, 'word ' || n FROM generate_series(1, 1000) n",
        "CREATE TABLE b_big (id int PRIMARY KEY, a_id int REFERENCES a_first, word text)",
        "INSERT INTO b_big SELECT n, 1 + n % 1000, repeat('x', 150)"
        f" FROM generate_series(1, {BIG}) n",
        "CREATE TABLE c_last (id int PRIMARY KEY)",
        "INSERT INTO c_last VALUES (1)",
        "ANALYZE",
    )


def digests(url: str) -> dict[str, TableDigest]:
    """Every table's digest, as it stands at the source."""
    with OldSql(url).snapshot() as look:
        copiers = {table.name: look.copier(table) for table in look.schema().tables}
        return {name: copier.digest() for name, copier in copiers.items() if copier}


def made(source: Source, folder: Path, seen: list[Standing] | None = None) -> Manifest:
    meter = Meter((seen if seen is not None else []).append, time.monotonic)
    return export(source, folder, meter, about())


def whole(url: str, folder: Path) -> bool:
    """Whether an archive holds, and is of the rows the source has now."""
    found = {each.table.name: each.digest for each in load(folder).tables}
    return verify(folder).holds and found == digests(url)


def end_others(url: str) -> None:
    """End every other session, as an administrator or a firewall does."""
    run(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_a_connection_lost_amid_a_table_is_told_and_the_next_export_goes_on(
    url: str, tmp_path: Path
) -> None:
    before = digests(url)
    with pytest.raises(Unreachable):
        made(Meddled(OldSql(url), lambda: end_others(url)), tmp_path / "archive")
    assert not (tmp_path / "archive").exists()
    kept = {path.name for path in (tmp_path / "archive.partial").rglob("*") if path.is_file()}
    assert kept == {FILE, "t001.csv", "t002.csv"}
    assert digests(url) == before
    again, seen = Meddled(OldSql(url), lambda: None), list[Standing]()
    made(again, tmp_path / "archive", seen)
    assert again.written == ["b_big"]
    assert whole(url, tmp_path / "archive")
    assert seen[-1].spared == 1001
    assert not (tmp_path / "archive.partial").exists()
    assert not (tmp_path / "archive" / FILE).exists()


def test_a_kept_table_whose_rows_have_changed_is_written_again(url: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        made(Meddled(OldSql(url), lambda: end_others(url)), tmp_path / "archive")
    run(url, "UPDATE a_first SET word = 'another' WHERE id = 7")
    again = Meddled(OldSql(url), lambda: None)
    made(again, tmp_path / "archive")
    assert sorted(again.written) == ["a_first", "b_big"]
    assert whole(url, tmp_path / "archive")


def test_a_kept_file_that_was_changed_is_written_again(url: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        made(Meddled(OldSql(url), lambda: end_others(url)), tmp_path / "archive")
    file = tmp_path / "archive.partial/data/csv/t001.csv"
    file.write_bytes(file.read_bytes().replace(b"word 7\n", b"word 8\n"))
    made(OldSql(url), tmp_path / "archive")
    assert whole(url, tmp_path / "archive")


def test_a_server_that_crashes_or_is_restarted(tmp_path: Path) -> None:
    # pytest's own folders are closed to the user that the server runs as.
    with TemporaryDirectory(prefix="changeover-pg-") as place, postgres(Path(place)) as url:
        fill(url)
        before = digests(url)

        def crash() -> None:
            # A server whose session dies by force ends all others and recovers.
            with psycopg.connect(plain(url)) as connection:
                os.kill(connection.info.backend_pid, signal.SIGKILL)
                time.sleep(1)

        for amid in (crash, lambda: restart(Path(place))):
            began = started(url)
            with pytest.raises(Unreachable):
                made(Meddled(OldSql(url), amid), tmp_path / "archive")
            assert not (tmp_path / "archive").exists()
            wait_for(url)
            assert digests(url) == before
            restarted = amid is not crash
            assert (started(url) > began) == restarted
        made(OldSql(url), tmp_path / "archive")
        assert whole(url, tmp_path / "archive")


def started(url: str) -> datetime:
    """When the server's first process began: a crash of a session leaves it."""
    with psycopg.connect(plain(url)) as connection:
        (at,) = connection.execute("SELECT pg_postmaster_start_time()").fetchone() or ()
    assert isinstance(at, datetime)
    return at


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            run(url, "SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not come back")


def test_a_table_that_may_not_be_read_stops_the_export_by_name(url: str, tmp_path: Path) -> None:
    run(
        url,
        "CREATE ROLE clerk LOGIN PASSWORD 'clerk'",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk",
        "REVOKE SELECT ON c_last FROM clerk",
    )
    try:
        place = url.partition("@")[2]
        clerk = OldSql(f"postgresql+psycopg://clerk:clerk@{place}")
        with pytest.raises(Misconfigured, match="c_last"):
            archived(clerk, tmp_path / "archive")
        assert not (tmp_path / "archive").exists()
        run(url, "GRANT SELECT ON c_last TO clerk")
        archived(clerk, tmp_path / "archive")
        assert whole(url, tmp_path / "archive")
    finally:
        run(url, "DROP OWNED BY clerk", "DROP ROLE clerk")


@pytest.mark.parametrize("octets", [1_000_000, 16_600_000], ids=["CSV", "SQLite"])
def test_a_disk_that_runs_full_is_told_and_the_next_export_goes_on(
    url: str, tmp_path: Path, octets: int
) -> None:
    before = digests(url)
    with files_at_most(octets), pytest.raises(NoRoom, match="Make room"):
        made(OldSql(url), tmp_path / "archive")
    assert not (tmp_path / "archive").exists()
    assert digests(url) == before
    made(OldSql(url), tmp_path / "archive")
    assert whole(url, tmp_path / "archive")


def test_a_place_with_too_little_room_is_refused_with_both_numbers(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 12_300_000}))
    with pytest.raises(NoRoom, match=r"12\.3 MB free, and about [5-9][0-9]\.[0-9] MB are needed"):
        made(OldSql(url), tmp_path / "archive")
    assert [*tmp_path.iterdir()] == []


def test_a_table_that_comes_meanwhile_makes_the_export_begin_again(
    url: str, tmp_path: Path
) -> None:
    source = Meddled(OldSql(url), lambda: run(url, "CREATE TABLE d_late (id int)"))
    assert made(source, tmp_path / "archive").attempts == 2
    assert whole(url, tmp_path / "archive")


def test_a_row_changed_after_the_snapshot_is_not_in_it_and_makes_it_stale(
    url: str, tmp_path: Path
) -> None:
    before = digests(url)
    change = "UPDATE c_last SET id = 2"
    made(Meddled(OldSql(url), lambda: run(url, change)), tmp_path / "archive")
    found = {each.table.name: each.digest for each in load(tmp_path / "archive").tables}
    assert found == before
    assert restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'drill.sqlite'}").equal
    assert changed_since(OldSql(url), load(tmp_path / "archive")) == ("c_last",)


def test_progress_knows_how_much_there_is_and_how_fast_it_goes(url: str, tmp_path: Path) -> None:
    seen: list[Standing] = []
    made(OldSql(url), tmp_path / "archive", seen)
    assert [each.done for each in seen if each.done] == [1, 2, 3]
    assert seen[-1].rows == BIG + 1001
    assert seen[-1].expected == pytest.approx(BIG + 1001, rel=0.1)
    assert seen[-1].left == 0.0
    assert seen[-1].per_second > 0
