"""Sheets are rolled up by the day as their rows say, one sheet after the other."""

from datetime import UTC, date, datetime

from actions.roll_up import roll_up
from connectors.evidence import TableName, sheet_of
from connectors.ports import Sheet
from ledger.days import unrolled

KEYS = {"ana@acme.example": "p00001", "bo@acme.example": "p00300"}
AS_OF = datetime(2026, 3, 4, tzinfo=UTC)
ANA, BO = KEYS
TWO, THREE = date(2026, 3, 2), date(2026, 3, 3)


def sheet(table: TableName, **columns: list[object]) -> Sheet:
    return sheet_of(table, columns, AS_OF)


def rows(source: str, *sheets: Sheet) -> list[dict[str, object]]:
    return [*unrolled(source, [*roll_up(sheets, KEYS).days.values()])]


def test_who_was_active_in_several_pieces_strangers_left_out() -> None:
    one = sheet("activity", email=[ANA, "nobody@else.example", BO], day=[TWO, TWO, THREE])
    two = sheet("activity", email=[ANA.upper(), None, BO, BO], day=[THREE, TWO, TWO, TWO])
    found = roll_up([one, two], KEYS)
    assert (found.rows, found.as_of) == (4, AS_OF)
    assert sorted(map(str, rows("activity", one, two))) == sorted(
        map(
            str,
            [{"person": who, "day": day} for who in ("p00001", "p00300") for day in (TWO, THREE)],
        )
    )


def test_work_with_how_often_the_later_row_counts() -> None:
    work = sheet(
        "workflows",
        email=[BO, ANA, ANA, ANA, BO],
        day=[TWO, TWO, TWO, THREE, TWO],
        workflow=["order", "order", "close", "order", "order"],
        times=[1.0, 2.5, None, 0.0, 7.0],
    )
    assert sorted(rows("workflows", work), key=str) == sorted(
        [
            {"person": "p00001", "day": TWO, "workflow": "order", "times": 2.5},
            {"person": "p00300", "day": TWO, "workflow": "order", "times": 7.0},
            {"person": "p00001", "day": TWO, "workflow": "close", "times": None},
            {"person": "p00001", "day": THREE, "workflow": "order", "times": 0.0},
        ],
        key=str,
    )


def test_an_empty_sheet_says_when_it_was_written_and_no_more() -> None:
    found = roll_up([sheet("activity")], KEYS)
    assert (found.rows, found.as_of, dict(found.days)) == (0, AS_OF, {})
    strangers = sheet("activity", email=["nobody@else.example"], day=[TWO])
    assert roll_up([strangers], KEYS).rows == 0
