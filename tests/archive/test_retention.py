"""A table's own retention stands in the archive, as a day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.export import Particulars, export
from archive.manifest import load
from archive.retention import overdue, retention_of
from archive.schema import Table
from tests.archive.sources import about, quiet, shop


def test_days_and_years_become_days(tmp_path: Path) -> None:
    rules: dict[str, date | int] = {"orders": 7, "customers": date(2030, 1, 1)}
    export(shop(tmp_path / "old.sqlite"), tmp_path / "kept", quiet, about_with(rules))
    made = load(tmp_path / "kept")
    assert made.retention == {"orders": date(2033, 4, 20), "customers": date(2030, 1, 1)}
    assert overdue(made, date(2030, 1, 1)) == []
    assert overdue(made, date(2030, 1, 2)) == ["customers"]
    text = (tmp_path / "kept/README.txt").read_text(encoding="utf-8")
    assert text.count("  orders: 2033-04-20\n") == 2


def about_with(rules: dict[str, date | int]) -> Particulars:
    return replace(about(), retention=rules)


def test_a_rule_for_a_table_there_is_not_stops_the_export(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="names invoices, and the source has no such table"):
        export(shop(tmp_path / "old.sqlite"), tmp_path / "kept", quiet, about_with({"invoices": 7}))
    assert [path.name for path in tmp_path.iterdir()] == ["old.sqlite"]


def test_a_leap_day_has_no_birthday_seven_years_on(tmp_path: Path) -> None:
    tables = tables_of_shop(tmp_path)
    assert retention_of({"orders": 7}, tables, date(2028, 2, 29)) == {"orders": date(2035, 3, 1)}


def tables_of_shop(tmp_path: Path) -> list[Table]:
    export(shop(tmp_path / "old.sqlite"), tmp_path / "kept", quiet, about())
    return [each.table for each in load(tmp_path / "kept").tables]
