"""An archive is restored into the plan's own database where it names one, if that is empty."""

from pathlib import Path

import psycopg
import pytest

from actions.drilling import drill_url, drilled
from actions.export_old_system import export_old_system
from archive.errors import ArchiveError, Occupied
from config.archive import Archive
from config.plan import Question
from connectors.errors import Misconfigured, Unreachable
from connectors.old_sql import OldSql
from tests.archive.sources import archived
from tests.mariadb import fresh_database as fresh_mariadb
from tests.mariadb import run as run_mariadb
from tests.postgres import fresh_database

from .eve import READY, World


def drilling(world: World, url: str) -> World:
    decommission = world.desk.plan.decommission
    update = {"archive": Archive(drill=url)}
    return world.planned(decommission=decommission.model_copy(update=update))


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_it_is_restored_into_a_database_of_the_sources_kind(
    world: World, postgres_database: str, postgres_url: str, tmp_path: Path
) -> None:
    run(
        postgres_database,
        "CREATE TABLE a (id int PRIMARY KEY, spans interval[], at timestamptz)",
        "INSERT INTO a VALUES (1, '{1 month}', 'infinity')",
    )
    archived(OldSql(postgres_database), tmp_path / "kept")
    with fresh_database(postgres_url) as empty:
        url = drill_url(drilling(world, empty).desk)
        assert url == empty
        report = drilled(tmp_path / "kept", empty)
        assert (report.equal, report.target) == (True, "postgresql")


def test_the_same_with_mariadb(
    world: World, mariadb_database: str, mariadb_url: str, tmp_path: Path
) -> None:
    run_mariadb(
        mariadb_database,
        "CREATE TABLE a (id int PRIMARY KEY, span time(3), at timestamp NULL, word text, b blob)",
        r"INSERT INTO a VALUES (1, '-838:59:59', NULL, '\\N', x'00ff'), (2, NULL, 0, '', '')",
        "CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id))",
        "INSERT INTO b VALUES (1, 2), (2, NULL)",
    )
    asked = Question(ask="How many?", sql="select count(*) from `a` where word like '%\\\\N'")
    archived(OldSql(mariadb_database), tmp_path / "kept", asked)
    with fresh_mariadb(mariadb_url) as empty:
        # As somebody would write it, who knows nothing of drivers.
        url = drill_url(drilling(world, empty.replace("+pymysql", "")).desk)
        assert url is not None
        report = drilled(tmp_path / "kept", url)
        assert (report.equal, report.target) == (True, "mariadb"), report.line
        assert report.questions[0].restored == "1"
        assert [table.broken_in_restored for table in report.tables] == [(), (0,)]


def test_what_mariadb_cannot_hold_leaves_it_empty(
    world: World, postgres_database: str, mariadb_database: str, tmp_path: Path
) -> None:
    run(
        postgres_database,
        "CREATE TABLE a (id int)",
        "INSERT INTO a VALUES (1)",
        "CREATE TABLE b (day date)",
        "INSERT INTO b VALUES ('infinity')",
    )
    archived(OldSql(postgres_database), tmp_path / "kept")
    url = drill_url(drilling(world, mariadb_database).desk)
    assert url is not None
    with pytest.raises(ArchiveError, match="cannot hold a row of b"):
        drilled(tmp_path / "kept", url)
    # So another attempt is not refused by what this one left.
    assert drill_url(drilling(world, mariadb_database).desk) == url


def test_what_is_left_in_it_is_told(world: World, postgres_database: str) -> None:
    world.to_frozen()
    done = export_old_system(drilling(world, postgres_database).desk, READY)
    assert done.proved, done.words
    assert "restored into postgresql and equal" in done.words[1]
    assert "still holds all that was restored" in done.words[-1]
    with pytest.raises(Occupied, match="an earlier drill"):
        drill_url(drilling(world, postgres_database).desk)


def test_one_that_is_not_empty_is_refused_before_anything_is_read(
    world: World, postgres_database: str
) -> None:
    run(postgres_database, "CREATE TABLE theirs (id int)", "INSERT INTO theirs VALUES (7)")
    world.to_frozen()
    with pytest.raises(Occupied, match="not empty"):
        export_old_system(drilling(world, postgres_database).desk, READY)
    assert not (world.desk.folder / "archive").exists()
    with psycopg.connect(postgres_database.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT * FROM theirs").fetchall() == [(7,)]


def test_what_is_no_database_is_told(world: World) -> None:
    with pytest.raises(Misconfigured, match="no SQLAlchemy URL"):
        drill_url(drilling(world, "somewhere").desk)
    with pytest.raises(Misconfigured, match="SQLite"):
        drill_url(drilling(world, "sqlite:///x").desk)
    with pytest.raises(Misconfigured, match=r"no driver for mysql\+mysqldb here"):
        drill_url(drilling(world, "mysql+mysqldb://a@127.0.0.1/x").desk)
    with pytest.raises(Unreachable, match="for the drill"):
        drill_url(drilling(world, "postgresql+psycopg://a:b@127.0.0.1:9/x").desk)
    assert drill_url(world.desk) is None
