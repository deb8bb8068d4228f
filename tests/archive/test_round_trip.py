"""From a source full of traps into an archive and back, and nothing is lost on the way."""

import csv
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from archive.restore import restore
from archive.verify import verify
from tests.archive.sources import NASTY_TEXTS, archived, bytes_of, nasty, stored


def cells(archive: Path, table: str) -> list[list[str | None]]:
    """Read a table as README.txt tells a stranger to."""
    with (archive / "data/dictionary.csv").open(encoding="utf-8", newline="") as dictionary:
        files = {line["table"]: line["file"] for line in csv.DictReader(dictionary)}
    csv.field_size_limit(sys.maxsize)
    with (archive / "data" / files[table]).open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return [[None if cell == r"\N" else cell.removeprefix("\\") for cell in row] for row in rows]


def test_what_is_restored_is_stored_as_it_was_bit_by_bit(tmp_path: Path) -> None:
    source = nasty(tmp_path / "old.sqlite")
    archived(source, tmp_path / "archive")
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal, report.line
    assert stored(tmp_path / "new.sqlite") == stored(tmp_path / "old.sqlite")
    assert stored(tmp_path / "archive/data/archive.sqlite") == stored(tmp_path / "old.sqlite")
    assert verify(tmp_path / "archive").holds


def test_the_source_is_left_untouched(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    source = nasty(tmp_path / "there" / "old.sqlite")
    before = bytes_of(tmp_path / "there")
    archived(source, tmp_path / "archive")
    assert bytes_of(tmp_path / "there") == before


def test_a_stranger_reads_the_texts_from_the_csv(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    words = [row[1] for row in cells(tmp_path / "archive", "texts")]
    assert words[: len(NASTY_TEXTS)] == NASTY_TEXTS
    assert words[len(NASTY_TEXTS) :] == ["nul\0inside", "\0", "\\N\0"]


def test_numbers_are_written_as_their_column_declares_them(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    _, price, loose, ratio, big, flag, bare, stray = zip(
        *cells(tmp_path / "archive", "numbers"), strict=True
    )
    assert price == ("0.10", "0.10", "12.00", None, "-99999999.99", "0.00")
    assert loose == ("0.1", "12", "1.5", None, "-0.001", "3")
    assert ratio == ("0.1", "1e+300", "INF", "-INF", "12.0", "0.0")
    assert big[:2] == ("9223372036854775807", "-9223372036854775808")
    assert flag == ("true", "false", None, "true", "true", "true")
    assert bare == ("r-0.0", "r5e-324", "i12", "t12", "bMQ==", None)
    # 0.55 does not fit one decimal, so the declaration means nothing, and each keeps its own kind.
    assert stray == ("r0.55", "i1", "r1.5", None, "i2", "i3")


def test_moments_keep_the_letters_the_source_wrote(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    day, moment, clock, odd, _ = zip(*cells(tmp_path / "archive", "moments"), strict=True)
    assert day == ("2024-02-29", "0001-01-01", "9999-12-31", None)
    assert moment[1:3] == ("2026-03-31T10:00:00.250", "2026-03-31 10:00:00.000000")
    assert clock == ("10:00:00", "23:59:59.999999", None, None)
    assert odd == ("2024-02-30", "", "yesterday", None)


def test_types_are_those_the_values_keep_to(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    package = json.loads((tmp_path / "archive/data/datapackage.json").read_text(encoding="utf-8"))
    types = {
        (resource["title"], field["name"]): field["type"]
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    assert types["moments", "day"] == "date"
    assert types["moments", "moment"] == "datetime"
    assert types["moments", "odd"] == "string"
    assert types["numbers", "price"] == "number"
    assert types["numbers", "stray"] == "string"
    assert types["empty", "day"] == "date"


def test_references_broken_in_the_source_are_told_and_no_fault_of_the_archive(
    tmp_path: Path,
) -> None:
    manifest = archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    loose = next(each for each in manifest.tables if each.table.name == "loose_ends")
    broken = {key.parent: count for key, count in zip(
        loose.table.foreign_keys, loose.broken_references, strict=True)}  # fmt: skip
    assert broken == {"numbers": 1, "nowhere": 1, "loose_ends": 1}
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal


def test_names_sqlite_would_confuse_are_told_apart(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    with closing(sqlite3.connect(tmp_path / "archive/data/archive.sqlite")) as copy:
        (count,) = copy.execute('SELECT count(*) FROM "sel""ect % ; drop"').fetchone()
    assert count == 3
    names = {path.name for path in (tmp_path / "archive/data/csv").iterdir()}
    assert names == {f"t{number:03d}.csv" for number in range(1, 8)}
