"""An archive is made by hand, outside the schedule."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from actions.desk import EXPORT, lease_seconds
from archive.verify import verify
from ledger import leases
from ledger.door import Door
from tests.cli.conftest import Command


@pytest.fixture
def old(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = folder / "old.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE sales_order (id INTEGER PRIMARY KEY, closed_at DATE)")
        connection.executemany("INSERT INTO sales_order VALUES (?, ?)", [(1, None), (2, None)])
        connection.commit()
    monkeypatch.setenv("CHANGEOVER_SECRET_KANTOOR_URL", f"sqlite:///{path}")
    return path


@pytest.mark.usefixtures("old")
def test_it_is_made_proved_and_recorded(command: Command, folder: Path) -> None:
    # A rollout of this folder: what is recorded once for all tests keeps archives elsewhere.
    assert command("init", "--timeline", "phased").code == 0
    assert command("apply").code == 0
    said = command("archive", "make")
    assert said.code == 0, said.err
    (made,) = (folder / "archive").iterdir()
    assert verify(made).holds
    assert "restored into sqlite and equal: 1 tables, 2 rows, 1 questions" in said.out
    assert "1 of 1 tables, 2 rows" in said.err
    assert "archive" in command("history").out


@pytest.mark.usefixtures("old")
def test_it_is_refused_while_another_is_at_work(applied: Command, folder: Path, door: Door) -> None:
    with door.write("other") as tx:
        leases.acquire(tx, "acme-crm", EXPORT, "another worker", lease_seconds())
    said = applied("archive", "make")
    assert said.code == 2
    assert "another worker" in said.err
    assert not (folder / "archive").exists()


@pytest.mark.usefixtures("folder")
def test_without_a_rollout_it_says_so(command: Command) -> None:
    assert command("archive", "make").code == 2
