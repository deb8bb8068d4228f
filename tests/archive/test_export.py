import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from archive.canonical import Columns
from archive.copying import TableProgress
from archive.errors import ArchiveError, Occupied, SourceChanging
from archive.export import ATTEMPTS, export
from archive.manifest import load
from archive.originals import Original
from archive.schema import SourceSchema, Table
from archive.source import Copier, Snapshot
from archive.verify import verify
from connectors.old_sql import OldSql
from tests.archive.sources import NOW, QUESTIONS, about, archived, nasty, shop


class Meddled:
    """A source whose tables somebody changes while it is read."""

    def __init__(self, path: Path, times: int, *, breaking: bool = False) -> None:
        self.path, self.left, self.breaking, self.made = path, times, breaking, 0
        self.source = OldSql(f"sqlite:///{path}")

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self.source.snapshot() as look:
            yield MeddledLook(look, self)
        self.meddle()

    def meddle(self) -> None:
        if self.left:
            self.left -= 1
            self.made += 1
            with closing(sqlite3.connect(self.path)) as connection:
                connection.execute(f"ALTER TABLE orders ADD COLUMN more_{self.made} TEXT")

    def schema_hash(self) -> str:
        return self.source.schema_hash()

    def fingerprint(self) -> str:
        return self.source.fingerprint()


class MeddledLook:
    def __init__(self, look: Snapshot, source: Meddled) -> None:
        self.look, self.source = look, source
        self.dialect, self.consistency = look.dialect, look.consistency

    def schema(self) -> SourceSchema:
        return self.look.schema()

    def read(self, table: Table) -> Iterator[Columns]:
        if self.source.breaking:
            raise ConnectionResetError("the server is gone")
        return self.look.read(table)

    def copier(self, table: Table) -> Copier | None:
        return self.look.copier(table)

    def beside(self) -> AbstractContextManager[Snapshot | None]:
        return self.look.beside()

    def originals(self) -> Sequence[Original]:
        return self.look.originals()

    def ask(self, sql: str) -> str:
        return self.look.ask(sql)


def test_an_archive_stands_under_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    source = shop(tmp_path / "old.sqlite")
    seen: list[bool] = []

    def watch(_: TableProgress) -> None:
        seen.append((tmp_path / "archive").exists())

    export(source, tmp_path / "archive", watch, about())
    assert seen
    assert not any(seen)
    assert {path.name for path in tmp_path.iterdir()} == {"old.sqlite", "archive"}


def test_progress_tells_tables_and_rows(tmp_path: Path) -> None:
    seen: list[TableProgress] = []
    export(shop(tmp_path / "old.sqlite"), tmp_path / "archive", seen.append, about())
    done = [each for each in seen if each.done]
    assert done == [
        TableProgress("customers", 1, 2, 9, done=True),
        TableProgress("orders", 2, 2, 40, done=True),
    ]


def test_the_manifest_says_what_was_made_of_what(tmp_path: Path) -> None:
    source = shop(tmp_path / "old.sqlite")
    made = archived(source, tmp_path / "archive", *QUESTIONS)
    assert load(tmp_path / "archive") == made
    assert (made.rollout, made.made_at, made.keep_until) == ("acme-crm", NOW, date(2036, 12, 31))
    assert made.switches == {"read only": "0", "log-ins": None}
    assert [(each.table.id, each.table.name, each.digest.rows) for each in made.tables] == [
        ("t001", "customers", 9),
        ("t002", "orders", 40),
    ]
    assert [answer.answer for answer in made.answers] == ["20", "940"]
    assert made.schema_sha256 == source.schema_hash()
    assert [view.name for view in made.views] == ["open_orders"]


def test_the_archive_names_no_place(tmp_path: Path) -> None:
    archived(shop(tmp_path / "very-own-name.sqlite"), tmp_path / "archive")
    for path in (tmp_path / "archive").rglob("*"):
        assert path.is_dir() or b"very-own-name" not in path.read_bytes()


def test_an_archive_is_never_overwritten(tmp_path: Path) -> None:
    source = shop(tmp_path / "old.sqlite")
    (tmp_path / "archive").mkdir()
    with pytest.raises(Occupied):
        archived(source, tmp_path / "archive")
    assert [*(tmp_path / "archive").iterdir()] == []


def test_what_a_killed_export_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "archive.partial/data/csv").mkdir(parents=True)
    (tmp_path / "archive.partial/data/csv/t001.csv").write_text("half a ta")
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    assert verify(tmp_path / "archive").holds
    assert not (tmp_path / "archive.partial").exists()


def test_what_is_not_an_exports_own_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "archive.partial").mkdir()
    (tmp_path / "archive.partial/thesis.docx").write_text("mine")
    with pytest.raises(Occupied, match=r"thesis\.docx"):
        archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    assert (tmp_path / "archive.partial/thesis.docx").read_text() == "mine"


def test_tables_that_change_shape_are_read_again(tmp_path: Path) -> None:
    shop(tmp_path / "old.sqlite")
    made = archived(Meddled(tmp_path / "old.sqlite", times=1), tmp_path / "archive")
    assert made.attempts == 2
    assert "more_1" in {column.name for column in made.tables[1].table.columns}
    assert verify(tmp_path / "archive").holds


def test_tables_that_keep_changing_shape_are_given_up(tmp_path: Path) -> None:
    shop(tmp_path / "old.sqlite")
    with pytest.raises(SourceChanging):
        archived(Meddled(tmp_path / "old.sqlite", times=ATTEMPTS), tmp_path / "archive")
    assert [path.name for path in tmp_path.iterdir()] == ["old.sqlite"]


def test_what_breaks_while_nothing_changes_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    shop(tmp_path / "old.sqlite")
    source = Meddled(tmp_path / "old.sqlite", times=0, breaking=True)
    with pytest.raises(ConnectionResetError):
        archived(source, tmp_path / "archive")
    assert [path.name for path in tmp_path.iterdir()] == ["old.sqlite"]


def test_names_inside_come_from_ids(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    names = {path.name for path in (tmp_path / "archive").rglob("*") if path.is_file()}
    assert names == {
        *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
        *("README.txt", "manifest.json", "datapackage.json", "dictionary.csv", "schema.sql"),
        *("archive.sqlite", *(f"t00{number}.csv" for number in range(1, 8))),
    }


def test_a_source_without_tables_is_taken_for_the_wrong_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(ArchiveError, match="right database"):
        archived(OldSql(f"sqlite:///{tmp_path}/old.sqlite"), tmp_path / "archive")
    assert not (tmp_path / "archive").exists()
