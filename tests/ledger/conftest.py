"""Ledgers for tests: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from ledger import phases
from ledger.door import Door
from ledger.opening import open_ledger
from ledger.tables import rollout
from rollout.phases import Dates

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.sqlite"
    found: str = request.getfixturevalue("postgres_database")
    return found


@pytest.fixture
def door(url: str) -> Iterator[Door]:
    """Give a ledger with one rollout and two phases."""
    opened = open_ledger(url, "acme")
    with opened.write("begin") as tx:
        row = {"name": "acme", "plan": "", "digest": "0" * 64, "folder": ".", "applied_by": "it"}
        tx.execute(insert(rollout).values(**row, applied_at=NOW, rehearsal=True))
        for name in ("first", "second"):
            phases.begin(tx, "acme", name, Dates(date(2026, 3, 2), date(2026, 3, 13)), "it", NOW)
    yield opened
    opened.engine.dispose()
