"""A folder of exported files, as an old system: complete or refused, kept byte for byte."""

import csv
import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import bagit
import openpyxl
import pytest
from frictionless import Package
from pydantic import TypeAdapter

from archive.freshness import changed_since
from archive.restore import restore
from archive.verify import verify
from config.old_sources import FolderSource
from config.plan import Question
from connectors.errors import Misconfigured, Refused
from connectors.old_folder import OldFolder
from tests.archive.sources import archived
from tests.archive.test_round_trip import cells

CUSTOMERS = 'Klant;Naam;Noot\n1;" Ann ";"a;b"\n2;é;"line\r\nbreak"\n3;\\N;\n'
CONTAINS: list[dict[str, Any]] = [
    {"file": "customers.csv", "rows": 3, "encoding": "cp1252"},
    {"file": "book.xlsx", "rows": {"Orders": 3, "Hidden one": 1}},
    {"file": "letters/terms.docx"},
    {"folder": "scans", "files": 2},
]
QUESTIONS = (
    Question(ask="How many customers?", sql="select count(*) from customers"),
    Question(ask="Of whom?", sql="""select count(*) from "book.Orders" where customer = '1'"""),
)


def export(folder: Path) -> Path:
    """Write what somebody exported."""
    for part in ("letters", "scans/2020"):
        (folder / part).mkdir(parents=True)
    (folder / "customers.csv").write_bytes(CUSTOMERS.encode("cp1252"))
    book = openpyxl.Workbook()
    orders = book.active
    assert orders is not None
    orders.title = "Orders"
    orders.append(["id", "customer", "amount", "paid", "day", "moment", "hours", "took", "note"])
    moment = datetime(2026, 3, 31, 10, 5, 1)  # noqa: DTZ001 - a spreadsheet knows no zones
    orders.append([1, "1", 0.1, True, date(2026, 3, 31), moment, time(10, 30),
                   timedelta(hours=30), None])  # fmt: skip
    orders.append([None] * 9)
    orders.append([12345678901234, "1", 1e300, False, None, None, None, None, "'=1+1"])
    orders.append([3, "2", -5, None, None, None, None, None, "#N/A"])
    hidden = book.create_sheet("Hidden one")
    hidden.sheet_state = "hidden"
    hidden.append(["secret"])
    hidden.append(["x" * 30_000])
    book.save(folder / "book.xlsx")
    (folder / "letters/terms.docx").write_bytes(b"PK\x00 not really")
    (folder / "scans/a.tif").write_bytes(b"\x00")
    (folder / "scans/2020/b.tif").write_bytes(b"\x01")
    return folder


def spec(contains: list[dict[str, Any]] | None = None) -> FolderSource:
    said = {"kind": "folder", "folder": "export", "contains": contains or CONTAINS}
    return TypeAdapter(FolderSource).validate_python(said)


@pytest.fixture
def source(tmp_path: Path) -> OldFolder:
    export(tmp_path / "export")
    return OldFolder(spec(), tmp_path)


def test_its_files_are_kept_and_its_tables_read(source: OldFolder, tmp_path: Path) -> None:
    made = archived(source, tmp_path / "archive", *QUESTIONS)
    assert verify(tmp_path / "archive").holds
    assert cells(tmp_path / "archive", "customers") == [
        ["1", " Ann ", "a;b"], ["2", "é", "line\r\nbreak"], ["3", r"\N", ""],
    ]  # fmt: skip
    orders = cells(tmp_path / "archive", "book.Orders")
    assert orders[0] == ["1", "1", "0.1", "true", "2026-03-31", "2026-03-31 10:05:01", "10:30:00",
                         "PT30H", None]  # fmt: skip
    assert orders[1][:4] == ["12345678901234", "1", "1e+300", "false"]
    assert (orders[2][2], orders[2][8]) == ("-5", "#N/A")
    assert cells(tmp_path / "archive", "book.Hidden one") == [["x" * 30_000]]
    assert [answer.answer for answer in made.answers] == ["3", "2"]
    assert {c.declared for each in made.tables for c in each.table.columns} == {
        "text of a CSV file", "cell of a workbook",
    }  # fmt: skip
    with (tmp_path / "archive/data/files.csv").open(encoding="utf-8", newline="") as lines:
        index = {row["path"]: row["file"] for row in csv.DictReader(lines)}
    assert {*index} == {"customers.csv", "book.xlsx", "letters/terms.docx", "scans/a.tif",
                        "scans/2020/b.tif"}  # fmt: skip
    for path, file in index.items():
        kept = (tmp_path / "archive/data" / file).read_bytes()
        assert kept == (tmp_path / "export" / path).read_bytes()


def test_it_is_restored_and_equal_and_other_programs_accept_it(
    source: OldFolder, tmp_path: Path
) -> None:
    archived(source, tmp_path / "archive", *QUESTIONS)
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal, report.line
    bagit.Bag(str(tmp_path / "archive")).validate()
    found = Package(str(tmp_path / "archive/data/datapackage.json")).validate()
    assert found.valid, found.flatten(["type", "note"])


def _remove(folder: Path) -> None:
    (folder / "letters/terms.docx").unlink()


def _fewer(folder: Path) -> None:
    (folder / "scans/a.tif").unlink()


def _stranger(folder: Path) -> None:
    (folder / "letters/more.docx").write_bytes(b"")


def _row_lost(folder: Path) -> None:
    path = folder / "customers.csv"
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:-2]) + b"\n")


def _sheet_row_more(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "book.xlsx")
    book["Hidden one"].append(["more"])
    book.save(folder / "book.xlsx")


def _sheet_more(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "book.xlsx")
    book.create_sheet("New").append(["a"])
    book.save(folder / "book.xlsx")


def _ragged(folder: Path) -> None:
    (folder / "customers.csv").write_bytes(CUSTOMERS.encode("cp1252") + b"4;x\n")


def _wide_line(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "book.xlsx")
    book["Hidden one"].append([None, "beyond"])
    book.save(folder / "book.xlsx")


def _formula(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "book.xlsx")
    book["Hidden one"]["A2"] = "=1+1"
    book.save(folder / "book.xlsx")


def _twice(folder: Path) -> None:
    (folder / "customers.csv").write_text("a;a;b\n")


def _nameless(folder: Path) -> None:
    (folder / "customers.csv").write_text("a;b;\n")


def _no_workbook(folder: Path) -> None:
    (folder / "book.xlsx").write_bytes(b"<html>please log in</html>")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_remove, r"terms\.docx is missing"),
        (_fewer, "scans holds 1 files, and its source stated 2"),
        (_stranger, r"more\.docx lies in export and the plan does not name it"),
        (_row_lost, r"customers\.csv has 2 rows, and its source stated 3"),
        (_sheet_row_more, "sheet Hidden one has 2 rows, and its source stated 1"),
        (_sheet_more, "the sheet 'New' is not in the plan"),
        (_ragged, r"customers\.csv:6: 2 cells, and the first line has 3"),
        (_wide_line, "line 3: more cells than"),
        (_formula, "line 2: a formula has no value"),
        (_twice, "the column 'a' stands there twice"),
        (_nameless, "a column has no name"),
        (_no_workbook, "is no workbook that can be read"),
    ],
)
def test_what_is_not_as_stated_stops_the_export(
    source: OldFolder, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    change(tmp_path / "export")
    with pytest.raises(Misconfigured, match=said):
        archived(source, tmp_path / "archive")
    assert not (tmp_path / "archive").exists()


def test_a_checksum_the_source_stated_is_compared(tmp_path: Path) -> None:
    export(tmp_path / "export")
    stated = [{**CONTAINS[0], "sha256": "0" * 64}, *CONTAINS[1:]]
    with pytest.raises(Misconfigured, match="not the checksum its source stated"):
        archived(OldFolder(spec(stated), tmp_path), tmp_path / "archive")


def test_a_file_written_while_it_is_exported_is_refused(source: OldFolder, tmp_path: Path) -> None:
    look = source.snapshot()
    look.__enter__()
    (tmp_path / "export/scans/a.tif").write_bytes(b"scanned again")
    with pytest.raises(Refused, match=r"scans/a\.tif changed"):
        look.__exit__(None, None, None)


@pytest.mark.parametrize("change", ["cell", "attachment"])
def test_a_write_after_the_archive_makes_it_stale(
    source: OldFolder, tmp_path: Path, change: str
) -> None:
    made = archived(source, tmp_path / "archive")
    os.utime(tmp_path / "export/scans/a.tif")  # touched, and the same
    assert changed_since(source, made) == ()
    if change == "cell":
        path = tmp_path / "export/customers.csv"
        path.write_bytes(path.read_bytes().replace(b" Ann ", b" Eve "))
        assert changed_since(source, made) == ("customers", "the files kept beside it")
    else:
        (tmp_path / "export/scans/a.tif").write_bytes(b"scanned again")
        assert changed_since(source, made) == ("the files kept beside it",)


def test_a_folder_of_letters_alone_is_an_archive_too(tmp_path: Path) -> None:
    export(tmp_path / "export")
    contains = [{"file": each["file"]} for each in CONTAINS[:3]] + CONTAINS[3:]
    archived(OldFolder(spec(contains), tmp_path), tmp_path / "archive")
    assert verify(tmp_path / "archive").holds
    assert restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}").equal


def test_it_is_read_only(source: OldFolder) -> None:
    for ask in (
        lambda: source.value("SELECT 1"),
        lambda: source.set("UPDATE a SET b = :value", "1"),
        lambda: source.last_logins("SELECT a, b"),
    ):
        with pytest.raises(Misconfigured, match="kind confirmed"):
            ask()
    assert source.ask("select count(*) from customers") == "3"
    with pytest.raises(Misconfigured, match="no such table"):
        source.ask("select count(*) from clients")


def test_it_knows_which_export_it_is(source: OldFolder, tmp_path: Path) -> None:
    before = source.fingerprint()
    (tmp_path / "export/scans/a.tif").write_bytes(b"scanned again")
    assert source.fingerprint() == before
    assert OldFolder(spec(CONTAINS[:1]), tmp_path).fingerprint() != before
    assert OldFolder(spec(), tmp_path / "elsewhere").fingerprint() != before


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"file": "book.xlsx", "rows": 3}, "rows of each sheet"),
        ({"file": "a.csv", "rows": {"S": 3}}, "as one number"),
        ({"file": "a.docx", "rows": 3}, "cannot be read as a table"),
    ],
)
def test_rows_are_stated_as_the_file_has_them(file: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        spec([file])


def test_how_much_there_is_is_told_before_it_is_read(tmp_path: Path) -> None:
    export(tmp_path / "export")
    with OldFolder(spec(), tmp_path).snapshot() as look:
        sizes = look.sizes(look.schema().tables)
    assert {name: size.rows for name, size in sizes.items()} == {
        "customers": 3,
        "book.Orders": 3,
        "book.Hidden one": 1,
    }
    assert sizes["customers"].octets == len(CUSTOMERS.encode("cp1252"))
    # A workbook is packed: 30,000 times the same letter take the room of a few.
    packed = (tmp_path / "export/book.xlsx").stat().st_size
    assert sizes["book.Orders"].octets + sizes["book.Hidden one"].octets > 30_000 > packed
