"""How much room an archive takes at most, and what it really takes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import NoRoom
from archive.export import export
from archive.room import Forms, check_room, needed
from archive.source import Size
from tests.archive.sources import about, quiet, sqlite_source

MB = 1_000_000


@pytest.mark.parametrize(
    ("forms", "files", "megabytes"),
    [
        (Forms(), 0, 3),
        (Forms(), 5, 8),
        (Forms(drill=False), 5, 7),
        (Forms(parquet=True), 0, 3.5),
        # What the drill restored is gone before the archive is encrypted.
        (Forms(encrypted=True), 5, 14),
        (Forms(encrypted=True, copied=True, drill=False), 5, 21),
    ],
)
def test_every_form_counts(forms: Forms, files: int, megabytes: float) -> None:
    assert needed(MB, files * MB, forms) == megabytes * MB


def test_what_takes_the_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(tmp_path)._replace(free=20 * MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    forms, sizes = Forms(parquet=True, encrypted=True), {"a": Size(1, 4 * MB), "b": Size(1, MB)}
    check_room(tmp_path, sizes, 0, forms, 5 * MB)
    with pytest.raises(NoRoom) as told:
        check_room(tmp_path, sizes, MB, forms, 0)
    assert str(told.value) == (
        f"{tmp_path} has 20.0 MB free, and about 27.0 MB are needed: the source's tables (5.0 MB) "
        "as CSV, SQLite, Parquet; the files kept as they are (1.0 MB); all of it once more, "
        "encrypted. Make room, or name another place"
    )


def test_parquet_counts_in_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = sqlite_source(
        tmp_path / "old.sqlite",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, word TEXT)",
        "INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
        " i < 2000) SELECT i, hex(randomblob(100)) FROM n",
    )
    octets = (tmp_path / "old.sqlite").stat().st_size
    free = shutil.disk_usage(tmp_path)._replace(free=int(3.2 * octets))
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: free)
        with pytest.raises(NoRoom, match="CSV, SQLite, Parquet, what the drill restores"):
            export(source, tmp_path / "both", quiet, replace(about(), parquet=True))
        export(source, tmp_path / "archive", quiet, about())
    export(source, tmp_path / "both", quiet, replace(about(), parquet=True))
    taken = sum(file.stat().st_size for file in (tmp_path / "both/data").rglob("*.*"))
    assert 0.8 * octets < taken < needed(octets, 0, Forms(parquet=True, drill=False))
