"""An archive is restored into the plan's own database where it names one, if that is empty."""

from pathlib import Path

import psycopg
import pytest

from actions.drilling import drill_url, drilled
from actions.export_old_system import export_old_system
from archive.errors import Occupied
from config.archive import Archive
from connectors.errors import Misconfigured, Unreachable
from connectors.old_sql import OldSql
from tests.archive.sources import archived
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
    with pytest.raises(Unreachable, match="for the drill"):
        drill_url(drilling(world, "postgresql+psycopg://a:b@127.0.0.1:9/x").desk)
    assert drill_url(world.desk) is None
