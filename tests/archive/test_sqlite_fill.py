"""Filling a copy of an ordinary table is quick from the first row on."""

import subprocess
import sys
from pathlib import Path

from archive import sqlite_copy
from archive.manifest import load
from tests.archive.sources import archived, shop

FILL = """
import sys
from pathlib import Path
from archive import csv_batches, sqlite_copy
from archive.manifest import load, tables_of
archive, target = map(Path, sys.argv[1:])
manifest = load(archive)
with sqlite_copy.create(target, tables_of(manifest)) as copy:
    for each in manifest.tables:
        for batch in csv_batches.read(archive / each.file, each.table):
            copy.add(each.table, batch)
    copy.finish()
assert "pandas" not in sys.modules
"""


def test_no_pandas_is_imported_and_the_file_is_the_same(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    assert load(tmp_path / "archive").rows
    words = [sys.executable, "-c", FILL, str(tmp_path / "archive"), str(tmp_path / "again.sqlite")]
    subprocess.run(words, check=True)
    again = (tmp_path / "again.sqlite").read_bytes()
    assert again == (tmp_path / "archive" / sqlite_copy.FILE).read_bytes()
