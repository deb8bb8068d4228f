import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.freshness import changed_since
from tests.archive.sources import archived, nasty, shop


def test_an_untouched_source_is_what_was_archived(tmp_path: Path) -> None:
    source = nasty(tmp_path / "old.sqlite")
    assert changed_since(source, archived(source, tmp_path / "archive")) == ()


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("UPDATE orders SET amount = 0.01 WHERE id = 7", ("orders",)),
        ("DELETE FROM customers WHERE id = 7", ("customers",)),
        (
            "INSERT INTO customers SELECT 99, name, since FROM customers WHERE id = 1",
            ("customers",),
        ),
        ("ALTER TABLE orders ADD COLUMN note TEXT", ("orders",)),
        ("ALTER TABLE orders RENAME COLUMN paid TO settled", ("orders",)),
        ("CREATE TABLE notes (note TEXT)", ("notes",)),
        ("DROP TABLE orders", ("orders",)),
        ("UPDATE orders SET paid = NULL WHERE paid = 1", ("orders",)),
        ("VACUUM", ()),
    ],
)
def test_every_write_after_the_snapshot_is_noticed(
    tmp_path: Path, statement: str, changed: tuple[str, ...]
) -> None:
    source = shop(tmp_path / "old.sqlite")
    manifest = archived(source, tmp_path / "archive")
    with closing(sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)) as connection:
        connection.execute(statement)
    assert changed_since(source, manifest) == changed
