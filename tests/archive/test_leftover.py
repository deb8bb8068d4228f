"""What an export that ended early leaves, and what it must not."""

import re
from pathlib import Path

import pytest

from archive import leftover
from archive.copying import Job
from archive.digests import TableDigest
from archive.errors import Occupied
from archive.schema import Column, Logical, Table

TABLE = Table(
    id="t001",
    name="a",
    bare_name="a",
    columns=(Column(name="id", declared="int", type=Logical.INTEGER),),
)
OURS = frozenset({"data"})
DAYS = re.compile(r"acme-\d{4}-\d\d-\d\d.*")


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    """One whole table, half of another, and what comes after the tables."""
    partial = tmp_path / "acme-2026-04-13.partial"
    for file in ("csv/t001.csv", "csv/t002.csv", "files/f1", "archive.sqlite"):
        (partial / "data" / file).parent.mkdir(parents=True, exist_ok=True)
        (partial / "data" / file).write_text("id\n1\n")
    notes = leftover.Notes(partial, [])
    notes.add(Job(TABLE, partial / "data/csv/t001.csv"), TableDigest(rows=1, sum="0" * 64))
    return partial


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_only_whole_tables_are_kept_and_no_empty_folder(partial: Path) -> None:
    leftover.trim(partial, OURS)
    assert names(partial) == {"data", "data/csv", "data/csv/t001.csv", leftover.FILE}


def test_without_a_whole_table_nothing_is_kept(partial: Path) -> None:
    leftover.forget(partial)
    leftover.trim(partial, OURS)
    assert not partial.exists()


def test_what_is_not_an_exports_own_is_left_alone(partial: Path) -> None:
    (partial / "thesis.docx").write_text("mine")
    before = names(partial)
    with pytest.raises(Occupied, match="thesis"):
        leftover.trim(partial, OURS)
    assert names(partial) == before


def test_the_next_day_goes_on_with_it(partial: Path) -> None:
    today = partial.with_name("acme-2026-04-14.partial")
    other = partial.with_name("acme-crm-2026-04-12.partial")
    other.mkdir()
    leftover.take_over(today, DAYS)
    assert (today / leftover.FILE).exists()
    assert other.exists()
    assert not partial.exists()
    leftover.take_over(partial.with_name("acme-2026-04-15-2.partial"), DAYS)
    assert (partial.with_name("acme-2026-04-15-2.partial") / leftover.FILE).exists()


def test_what_lies_there_already_is_not_replaced(partial: Path) -> None:
    today = partial.with_name("acme-2026-04-14.partial")
    today.mkdir()
    leftover.take_over(today, DAYS)
    assert partial.exists()
    assert names(today) == set()
