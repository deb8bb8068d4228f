"""What every kind of evidence keeps."""

import csv
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from config.outside import CsvTable, SqlTable
from connectors.csv_table import CsvEvidence
from connectors.errors import Misconfigured
from connectors.evidence import TABLES, TableName
from connectors.memory import MemoryEvidence
from connectors.ports import Evidence, Sheet
from connectors.sql_table import SqlEvidence

NOW = datetime(2026, 3, 27, 9, tzinfo=UTC)

Rows = Sequence[Mapping[str, object]]
Make = Callable[[TableName, Rows], Evidence]

WORK: Rows = [
    {
        "email": "ana@acme.example",
        "day": date(2026, 3, 4),
        "workflow": "create-order",
        "times": 12.0,
    },
    {
        "email": "ana@acme.example",
        "day": date(2026, 3, 4),
        "workflow": "close-order",
        "times": None,
    },
]

ROWS: dict[TableName, Rows] = {
    "activity": [
        {"email": "ana@acme.example", "day": date(2026, 3, 2)},
        {"email": "bo@acme.example", "day": date(2031, 1, 1)},
    ],
    "attendance": [
        {
            "email": "ana@acme.example",
            "training": "group",
            "day": date(2026, 3, 3),
            "attended": True,
        },
        {
            "email": "bo@acme.example",
            "training": "group",
            "day": date(2026, 3, 3),
            "attended": False,
        },
    ],
    "answers": [
        {
            "id": "1",
            "email": "ana@acme.example",
            "at": datetime(2026, 3, 20, 14, 30, tzinfo=UTC),
            "satisfaction": 7.5,
            "nps": 9.0,
            "comment": 'prima; snel, "echt"\nNA',
        },
        {
            "id": "2",
            "email": None,
            "at": datetime(2026, 3, 21, tzinfo=UTC),
            "satisfaction": None,
            "nps": None,
            "comment": None,
        },
    ],
    "tickets": [
        {
            "id": "T-1",
            "email": "ana@acme.example",
            "opened": date(2026, 3, 4),
            "closed": date(2026, 3, 5),
            "tier": 1.0,
        },
        {"id": "T-2", "email": None, "opened": date(2026, 3, 4), "closed": None, "tier": None},
    ],
    "workflows": WORK,
    "old_work": WORK,
    "measures": [
        {"email": "ana@acme.example", "day": date(2026, 3, 4), "value": 21.5},
        {"email": "ana@acme.example", "day": date(2026, 3, 5), "value": 20.0},
    ],
}


def as_text(value: object) -> str:
    return "" if value is None else str(value)


@pytest.fixture(params=["memory", "csv", "sql"])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    def to_csv(table: TableName, rows: Rows) -> Evidence:
        with (tmp_path / "rows.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(rows[0])
            writer.writerows([map(as_text, row.values()) for row in rows])
        return CsvEvidence(table, CsvTable(file="rows.csv"), tmp_path)

    def to_sql(table: TableName, rows: Rows) -> Evidence:
        path, names = tmp_path / "rows.sqlite", list(rows[0])
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE evidence ({', '.join(names)})")
            marks = ", ".join("?" * len(names))
            for row in rows:
                values = [v if isinstance(v, float | None) else str(v) for v in row.values()]
                database.execute(f"INSERT INTO evidence VALUES ({marks})", values)
        spec = SqlTable(url="secret:rows", query=f"SELECT {', '.join(names)} FROM evidence")
        return SqlEvidence(table, spec, f"sqlite:///{path}")

    made: dict[str, Make] = {"memory": MemoryEvidence, "csv": to_csv, "sql": to_sql}
    return made[request.param]


def plain(sheet: Sheet) -> list[dict[str, object]]:
    """Give a sheet's rows, what is missing as None."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in record.items()}
        for record in sheet.frame.to_dict("records")
    ]


@pytest.mark.parametrize("table", ROWS)
def test_rows_come_as_they_are_and_typed(evidence: Make, table: TableName) -> None:
    sheet = evidence(table, ROWS[table]).read(NOW)
    assert plain(sheet) == ROWS[table]
    dtypes = {"address": "str", "text": "str", "day": "object", "number": "float64"}
    dtypes |= {"moment": "datetime64[us, UTC]", "truth": "bool"}
    assert {name: str(kind) for name, kind in sheet.frame.dtypes.items()} == {
        name: dtypes[column.kind] for name, column in TABLES[table].items()
    }


@pytest.mark.parametrize("table", ROWS)
def test_what_is_told_twice_counts_once(evidence: Make, table: TableName) -> None:
    rows = [*ROWS[table], *ROWS[table]]
    assert plain(evidence(table, rows).read(NOW)) == ROWS[table]


def test_an_id_given_twice_is_left_for_the_gates_to_see(evidence: Make) -> None:
    first = ROWS["tickets"][0]
    rows = [first, {**first, "tier": 2.0}]
    assert plain(evidence("tickets", rows).read(NOW)) == rows


def test_it_is_as_of_a_moment_in_utc(evidence: Make) -> None:
    as_of = evidence("activity", ROWS["activity"]).read(NOW).as_of
    assert as_of is not None
    assert as_of.utcoffset() == UTC.utcoffset(None)


def test_columns_a_source_may_lack_are_empty(evidence: Make) -> None:
    rows = [{"id": "1", "at": datetime(2026, 3, 20, tzinfo=UTC)}]
    missing = dict.fromkeys(["email", "satisfaction", "nps", "comment"])
    assert plain(evidence("answers", rows).read(NOW)) == [{**rows[0], **missing}]


def test_a_list_of_who_came_needs_no_column_that_says_so(evidence: Make) -> None:
    came = ROWS["attendance"][0]
    rows = [{name: value for name, value in came.items() if name != "attended"}]
    assert plain(evidence("attendance", rows).read(NOW)) == [came]


def test_a_column_it_must_have_is_missed_by_name(evidence: Make) -> None:
    with pytest.raises(Misconfigured, match="no column 'day'"):
        evidence("activity", [{"email": "ana@acme.example"}]).read(NOW)


def test_the_pieces_together_are_the_whole(evidence: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("connectors.csv_table", "connectors.sql_table"):
        monkeypatch.setattr(f"{module}.PIECE_ROWS", 1)
    monkeypatch.setattr("connectors.sql_table._BATCH_ROWS", 1)
    port = evidence("activity", ROWS["activity"])
    sheets = [*port.pieces(NOW)]
    assert [row for sheet in sheets for row in plain(sheet)] == ROWS["activity"]
    assert {sheet.as_of for sheet in sheets} == {port.read(NOW).as_of}
    assert len(sheets) > 1 or isinstance(port, MemoryEvidence)
