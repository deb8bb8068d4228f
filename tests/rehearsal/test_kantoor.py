import hashlib
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rehearsal.kantoor import DATA_TABLES, LoginRefused, OldUser, WriteRefused, build, log_in, write
from rehearsal.kantoor_rows import NASTY

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = "ana@acme.example"
PEOPLE = [OldUser(ANA, "Ana Rust", last_login=NOW), OldUser("jose@acme.example", "José", "sales")]

SET = 'UPDATE setting SET "value" = ? WHERE "key" = ?'
USER = "UPDATE app_user SET {} WHERE email = ?"


@pytest.fixture
def kantoor(tmp_path: Path, built: Path) -> Path:
    path = tmp_path / "kantoor.db"
    path.write_bytes(built.read_bytes())
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kantoor") / "kantoor.db"
    build(path, PEOPLE, seed=7)
    return path


def ask(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    database = sqlite3.connect(path)
    try:
        with database:
            return database.execute(sql, values).fetchall()
    finally:
        database.close()


def content(path: Path) -> str:
    database = sqlite3.connect(path)
    try:
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()
    finally:
        database.close()


def test_it_is_large_related_sound_and_quickly_built(tmp_path: Path) -> None:
    path = tmp_path / "kantoor.db"
    started = time.process_time()
    facts = build(path, PEOPLE, seed=1)
    assert time.process_time() - started < 2
    assert len(facts.tables) == 13
    assert facts.rows >= 60_000
    for table, rows in facts.tables.items():
        assert ask(path, f"SELECT count(*) FROM {table}") == [(rows,)]
    assert set(facts.tables) == {"app_user", "setting", *DATA_TABLES}
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "SELECT count(*) FROM open_order") == [(facts.open_orders,)]
    assert 0 < facts.open_orders < facts.unpaid_invoices < facts.customers_active


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(
    tmp_path: Path, built: Path
) -> None:
    build(tmp_path / "same.db", PEOPLE, seed=7)
    build(tmp_path / "other.db", PEOPLE, seed=8)
    assert content(tmp_path / "same.db") == content(built) != content(tmp_path / "other.db")


def test_nothing_is_built_over_what_is_there(built: Path) -> None:
    with pytest.raises(FileExistsError, match="remove it"):
        build(built, PEOPLE, seed=7)


def test_it_holds_what_breaks_careless_exports(built: Path) -> None:
    notes = {str(body) for (body,) in ask(built, "SELECT body FROM note")}
    references = {ref for (ref,) in ask(built, "SELECT DISTINCT reference FROM sales_order")}
    assert set(NASTY) <= notes
    assert {None, "", "\\N"} <= references
    assert set(NASTY) <= references
    assert ask(built, "SELECT count(*) FROM attachment WHERE content IS NULL") > [(0,)]
    assert ask(built, "SELECT count(*) FROM attachment WHERE content = x''") > [(0,)]
    assert ask(built, "SELECT count(*) FROM customer WHERE ledger_account > 1 << 53") > [(0,)]
    assert ask(built, "SELECT count(*) FROM price WHERE valid_to = '9999-12-31'") > [(0,)]
    assert ask(built, 'SELECT count(DISTINCT "betaald per") FROM payment') > [(3,)]
    kinds = ask(built, "SELECT DISTINCT typeof(credit_limit) FROM customer")
    assert {"integer", "real", "null"} == {kind for (kind,) in kinds}


def test_every_date_and_moment_can_be_read(built: Path) -> None:
    days = ask(
        built,
        "SELECT customer_since FROM customer UNION SELECT born FROM contact UNION"
        " SELECT issued_on FROM invoice UNION SELECT due_on FROM invoice",
    )
    moments = ask(
        built,
        "SELECT ordered_at FROM sales_order UNION SELECT closed_at FROM sales_order UNION"
        " SELECT received_at FROM payment UNION SELECT written_at FROM note",
    )
    assert len([date.fromisoformat(str(day)) for (day,) in days if day]) > 1_000
    assert len([datetime.fromisoformat(str(at)) for (at,) in moments if at]) > 10_000


def test_logging_in_is_seen(kantoor: Path) -> None:
    log_in(kantoor, ANA.upper(), datetime(2026, 3, 3, 8, 30, tzinfo=UTC))
    seen = ask(kantoor, "SELECT date(last_login), last_login FROM app_user WHERE email = ?", ANA)
    assert seen == [("2026-03-03", "2026-03-03 08:30:00")]
    with pytest.raises(LoginRefused, match="no such user"):
        log_in(kantoor, "nobody@acme.example", NOW)
    with pytest.raises(ValueError, match="has no zone"):
        log_in(kantoor, ANA, NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("close", "open_again", "why"),
    [
        ((SET, "off", "service"), (SET, "on", "service"), "switched off"),
        ((USER.format("can_login = 0"), ANA), (USER.format("can_login = 1"), ANA), "may not"),
        ((USER.format("access = 'none'"), ANA), (USER.format("access = 'full'"), ANA), "may not"),
    ],
)
def test_who_is_switched_off_gets_not_in_until_switched_on(
    kantoor: Path, close: tuple[str, ...], open_again: tuple[str, ...], why: str
) -> None:
    ask(kantoor, *close)
    with pytest.raises(LoginRefused, match=why):
        log_in(kantoor, ANA, NOW.replace(hour=10))
    with pytest.raises(WriteRefused, match=why):
        write(kantoor, ANA, NOW)
    assert ask(kantoor, "SELECT last_login FROM app_user WHERE email = ?", ANA) == [
        ("2026-03-02 09:00:00",)
    ]
    ask(kantoor, *open_again)
    log_in(kantoor, ANA, NOW)
    write(kantoor, ANA, NOW)


def test_who_may_only_read_logs_in_and_writes_nothing(kantoor: Path) -> None:
    ask(kantoor, USER.format("access = 'read'"), ANA)
    log_in(kantoor, ANA, NOW)
    with pytest.raises(WriteRefused, match="may not write"):
        write(kantoor, ANA, NOW)
    write(kantoor, "jose@acme.example", NOW)


def test_an_order_is_entered_whole_or_not_at_all(kantoor: Path) -> None:
    def orders() -> list[tuple[object, ...]]:
        return ask(kantoor, "SELECT count(*) FROM sales_order")

    before = orders()
    number = write(kantoor, ANA, NOW, "PO עברית 🌴")
    entered = ask(
        kantoor,
        "SELECT u.email, o.reference, o.ordered_at, count(l.line_no) FROM sales_order o"
        " JOIN app_user u ON u.id = o.entered_by JOIN order_line l ON l.order_id = o.id"
        " WHERE o.number = ?",
        number,
    )
    assert entered == [(ANA, "PO עברית 🌴", "2026-03-02 09:00:00", 1)]
    after = orders()
    assert after > before
    with pytest.raises(WriteRefused, match="no such user"):
        write(kantoor, "nobody@acme.example", NOW)
    ask(kantoor, SET, "1", "read_only")
    with pytest.raises(WriteRefused, match="read-only"):
        write(kantoor, ANA, NOW)
    assert orders() == after


CHANGES: list[tuple[str, Callable[[str], str]]] = [
    ("insert", lambda table: f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1"),
    ("update", lambda table: f"UPDATE {table} SET rowid = rowid"),
    ("delete", lambda table: f"DELETE FROM {table}"),
]


@pytest.mark.parametrize("table", DATA_TABLES)
def test_read_only_holds_for_every_table_of_data(kantoor: Path, table: str) -> None:
    ask(kantoor, SET, "1", "read_only")
    rows = ask(kantoor, f"SELECT count(*) FROM {table}")
    for _, sql in CHANGES:
        with pytest.raises(sqlite3.IntegrityError, match="Kantoor is read-only"):
            ask(kantoor, sql(table))
    assert ask(kantoor, f"SELECT count(*) FROM {table}") == rows
    # Who only wants to look still gets in, and IT can still turn every switch.
    log_in(kantoor, ANA, NOW)
    ask(kantoor, SET, "0", "read_only")
    ask(kantoor, f"DELETE FROM {table} WHERE 0")
    write(kantoor, ANA, NOW)
