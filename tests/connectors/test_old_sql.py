"""The old system, on SQLite and on a real PostgreSQL server."""

import shutil
import socket
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest

from archive.digests import digest
from archive.schema import SourceSchema
from connectors.errors import Misconfigured, OutsideError, Refused, Unreachable
from connectors.old_sql import OldSql
from tests.postgres import fresh_database

CRM = """
CREATE TABLE settings (name VARCHAR(20) PRIMARY KEY, value VARCHAR(20));
CREATE TABLE users (
  email VARCHAR(60) PRIMARY KEY, active INTEGER NOT NULL, team VARCHAR(9), last_login TIMESTAMP
);
INSERT INTO settings VALUES ('read_only', '0'), ('banner', NULL);
INSERT INTO users VALUES
  ('kezia@acme.example', 1, 'a', '2026-03-30 23:00:00'), ('Andre@acme.example', 1, 'a', NULL),
  ('asha@acme.example', 0, 'b', '2026-03-28 08:00:00');
"""
READ_ONLY = "SELECT value FROM settings WHERE name = 'read_only'"
SET_READ_ONLY = "UPDATE settings SET value = :value WHERE name = 'read_only'"
ACTIVE = "SELECT active FROM users WHERE email = :email"
SET_ACTIVE = "UPDATE users SET active = CAST(:value AS INTEGER) WHERE email = :email"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of the CRM on each kind of database."""
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
            connection.executescript(CRM)
        return f"sqlite:///{tmp_path / 'crm.sqlite'}"
    server: str = request.getfixturevalue("postgres_database")
    with opened(server) as connection:
        connection.execute(CRM.encode())
    return server


@pytest.fixture
def crm(url: str) -> OldSql:
    return OldSql(url)


def opened(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def everything(old: OldSql) -> list[str]:
    with old.snapshot() as look:
        return [digest(table.types, look.read(table)).sum for table in look.schema().tables]


def test_a_switch_is_set_and_reads_back(crm: OldSql) -> None:
    assert crm.value(READ_ONLY) == "0"
    crm.set(SET_READ_ONLY, "1", read_sql=READ_ONLY)
    assert crm.value(READ_ONLY) == "1"
    crm.set(SET_READ_ONLY, "0")
    assert crm.value(READ_ONLY) == "0"


def test_a_persons_switch_is_theirs_alone(crm: OldSql) -> None:
    crm.set_person(SET_ACTIVE, "kezia@acme.example", "0", read_sql=ACTIVE)
    assert crm.person_value(ACTIVE, "kezia@acme.example") == "0"
    assert crm.person_value(ACTIVE, "Andre@acme.example") == "1"
    assert crm.person_value(ACTIVE, "nobody@acme.example") is None


def test_what_is_not_there_or_null_has_no_value(crm: OldSql) -> None:
    assert crm.value("SELECT value FROM settings WHERE name = 'banner'") is None
    assert crm.value("SELECT value FROM settings WHERE name = 'gone'") is None
    with pytest.raises(Misconfigured, match="one value"):
        crm.value("SELECT value FROM settings")


def test_a_switch_that_reads_otherwise_is_told(crm: OldSql) -> None:
    with pytest.raises(Refused, match="set to 1 but reads 0"):
        crm.set(SET_READ_ONLY, "1", read_sql="SELECT 0")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM users WHERE email = :value",
        "UPDATE settings SET value = :value; DELETE FROM users",
        "UPDATE settings SET value = :value WHERE name = 'nothing like it'",
        "DROP TABLE users",
    ],
)
def test_a_refused_switch_changes_nothing(crm: OldSql, statement: str) -> None:
    before = everything(crm)
    with pytest.raises(Refused):
        crm.set(statement, "1")
    assert everything(crm) == before


def test_a_persons_switch_that_would_touch_others_is_undone(crm: OldSql) -> None:
    before = everything(crm)
    team = "UPDATE users SET active = CAST(:value AS INTEGER) WHERE team = 'a' OR email = :email"
    with pytest.raises(Refused, match="2 rows, not exactly 1"):
        crm.set_person(team, "kezia@acme.example", "0")
    with pytest.raises(Refused, match="0 rows"):
        crm.set_person(SET_ACTIVE, "nobody@acme.example", "0")
    with pytest.raises(Refused, match="email"):
        crm.set_person("UPDATE users SET active = :value", "kezia@acme.example", "0")
    assert everything(crm) == before


def test_log_ins_are_told_by_day(crm: OldSql) -> None:
    found = crm.last_logins("SELECT email, last_login FROM users")
    assert found == {
        "kezia@acme.example": date(2026, 3, 30),
        "asha@acme.example": date(2026, 3, 28),
    }
    twice = crm.last_logins(
        "SELECT 'Kezia@acme.example', '2026-03-31' UNION ALL SELECT email, '2026-03-01' FROM users"
    )
    assert twice["kezia@acme.example"] == date(2026, 3, 31)
    with pytest.raises(Misconfigured):
        crm.last_logins("SELECT email, 'yesterday' FROM users")
    with pytest.raises(Misconfigured):
        crm.last_logins("SELECT email FROM users")


def test_a_question_has_one_answer(crm: OldSql) -> None:
    assert crm.ask("SELECT count(*) FROM users WHERE email LIKE '%acme%'") == "3"
    assert crm.ask("SELECT max(value) FROM settings WHERE name = 'banner'") == "NULL"
    with pytest.raises(Misconfigured):
        crm.ask("SELECT email, team FROM users")
    with pytest.raises(Refused):
        crm.ask("DELETE FROM users")
    with pytest.raises(Misconfigured, match="users_2"):
        crm.ask("SELECT count(*) FROM users_2")


def test_asking_can_change_nothing(crm: OldSql, url: str) -> None:
    before = everything(crm)
    changing = "WITH gone AS (DELETE FROM users RETURNING 1) SELECT count(*) FROM gone"
    # SQLite knows no such thing; PostgreSQL's transaction is read-only.
    with pytest.raises(OutsideError):
        crm.ask(changing)
    assert everything(crm) == before


def test_tables_come_with_parents_first(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.executescript(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id REFERENCES b);"
            "CREATE TABLE b (id INTEGER PRIMARY KEY, c_id REFERENCES c, b_id REFERENCES b);"
            "CREATE TABLE c (id INTEGER PRIMARY KEY);"
            "CREATE TABLE y (id INTEGER PRIMARY KEY, z_id REFERENCES z);"
            "CREATE TABLE z (id INTEGER PRIMARY KEY, y_id REFERENCES y);"
        )
    schema = OldSql(f"sqlite:///{tmp_path / 'a.sqlite'}").schema()
    assert [table.name for table in schema.tables] == ["c", "b", "a", "y", "z"]
    assert [table.id for table in schema.tables] == ["t001", "t002", "t003", "t004", "t005"]


def test_the_schemas_hash_tells_of_every_change_of_shape_and_of_no_other(
    crm: OldSql, url: str
) -> None:
    seen = {crm.schema_hash()}
    crm.set(SET_READ_ONLY, "1")
    assert {crm.schema_hash(), crm.schema().hash} == seen
    for statement in (
        "ALTER TABLE users ADD COLUMN phone VARCHAR(20)",
        "CREATE INDEX by_team ON users (team)",
        "CREATE VIEW active_users AS SELECT * FROM users WHERE active = 1",
        "CREATE TABLE notes (note VARCHAR(9))",
    ):
        run(url, statement)
        assert crm.schema_hash() not in seen
        seen.add(crm.schema_hash())


def run(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
            connection.commit()
    else:
        with opened(url) as server:
            server.execute(statement.encode())


def test_keys_columns_and_indexes_are_told(crm: OldSql, url: str) -> None:
    run(url, "CREATE INDEX by_team ON users (team, email)")
    run(url, "CREATE TABLE visits (id INTEGER PRIMARY KEY, who VARCHAR(60) REFERENCES users)")
    schema: SourceSchema = crm.schema()
    tables = {table.name: table for table in schema.tables}
    users, visits = tables["users"], tables["visits"]
    assert users.primary_key == ("email",)
    assert [column.nullable for column in users.columns] == [False, False, True, True]
    assert ("by_team", ("team", "email"), False) in [
        (index.name, index.columns, index.unique) for index in users.indexes
    ]
    (key,) = visits.foreign_keys
    assert (key.columns, key.parent, key.parent_columns) == (("who",), "users", ("email",))
    assert any("CREATE TABLE" in statement for statement in schema.ddl)


def test_a_fingerprint_outlives_the_databases_use(crm: OldSql, url: str) -> None:
    before = crm.fingerprint()
    crm.set(SET_READ_ONLY, "1")
    run(url, "CREATE INDEX by_team ON users (team)")
    assert OldSql(url).fingerprint() == before


def test_another_file_or_another_database_under_its_name_is_told(tmp_path: Path) -> None:
    for name in ("crm.sqlite", "other.sqlite"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            connection.executescript(CRM)
    one = OldSql(f"sqlite:///{tmp_path / 'crm.sqlite'}").fingerprint()
    assert OldSql(f"sqlite:///{tmp_path / 'other.sqlite'}").fingerprint() != one
    # A file moved away and back is the same; another one put in its place is not.
    shutil.copy(tmp_path / "crm.sqlite", tmp_path / "kept.sqlite")
    (tmp_path / "crm.sqlite").unlink()
    shutil.copy(tmp_path / "kept.sqlite", tmp_path / "crm.sqlite")
    assert OldSql(f"sqlite:///{tmp_path / 'crm.sqlite'}").fingerprint() == one
    (tmp_path / "crm.sqlite").unlink()
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
        connection.execute("CREATE TABLE of_another_system (id)")
    assert OldSql(f"sqlite:///{tmp_path / 'crm.sqlite'}").fingerprint() != one


def test_another_database_of_the_same_server_is_told(postgres_url: str) -> None:
    with fresh_database(postgres_url) as one, fresh_database(postgres_url) as other:
        fingerprints = [OldSql(url).fingerprint() for url in (one, other, one)]
    assert fingerprints[0] == fingerprints[2] != fingerprints[1]
    password = postgres_url.split(":")[2].partition("@")[0]
    assert password not in fingerprints[0]


def test_a_database_made_again_under_its_name_is_told(postgres_database: str) -> None:
    before = OldSql(postgres_database).fingerprint()
    name = postgres_database.rpartition("/")[2]
    base = postgres_database.rpartition("/")[0].replace("+psycopg", "")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name}".encode())
        server.execute(f"CREATE DATABASE {name}".encode())
    assert OldSql(postgres_database).fingerprint() != before


def test_a_role_and_a_database_are_switched_off_and_on(postgres_database: str) -> None:
    old = OldSql(postgres_database)
    database = postgres_database.rpartition("/")[2]
    role = f"crm_{database}"
    login = (
        "SELECT CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END FROM pg_roles "
        f"WHERE rolname = '{role}'"
    )
    freeze = f"ALTER DATABASE {database} SET default_transaction_read_only = :value"
    run(postgres_database, f"CREATE ROLE {role} LOGIN")
    run(postgres_database, "CREATE TABLE orders (id int)")
    try:
        assert old.value(login) == "LOGIN"
        old.set(f"ALTER ROLE {role} :value", "NOLOGIN", read_sql=login)
        old.set(freeze, "on")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            run(postgres_database, "INSERT INTO orders VALUES (1)")
        # What is frozen can be thawed.
        old.set(freeze, "off")
        run(postgres_database, "INSERT INTO orders VALUES (1)")
    finally:
        run(postgres_database, f"DROP ROLE {role}")


def test_truths_are_true_and_false(postgres_database: str) -> None:
    old = OldSql(postgres_database)
    run(postgres_database, "CREATE TABLE flags (f boolean)")
    run(postgres_database, "INSERT INTO flags VALUES (false)")
    assert old.value("SELECT f FROM flags") == "false"
    old.set("UPDATE flags SET f = :value", "true", read_sql="SELECT f FROM flags")


@pytest.mark.parametrize(
    "url",
    [
        "not a url with geheim",
        "postgresql://u:geheim@host:notaport/db",
        "nosuchdialect://u:geheim@host/db",
        "oracle+nosuchdriver://u:geheim@host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////nowhere/geheim-no.sqlite",
    ],
)
def test_a_url_that_cannot_be_used_stops_and_keeps_its_password(url: str) -> None:
    with pytest.raises(Misconfigured) as told:
        OldSql(url)
    assert "geheim@" not in str(told.value)
    assert "with geheim" not in str(told.value)
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_no_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
        connection.executescript(CRM)
    old = OldSql(f"sqlite:///{tmp_path / 'crm.sqlite'}")
    (tmp_path / "crm.sqlite").unlink()
    actions: list[Callable[[], object]] = [old.schema, lambda: old.set(SET_READ_ONLY, "1")]
    for action in actions:
        with pytest.raises(Misconfigured):
            action()
    assert [*tmp_path.iterdir()] == []


def test_what_is_no_database_stops(tmp_path: Path) -> None:
    (tmp_path / "crm.sqlite").write_text("a spreadsheet, perhaps, and long enough to look at" * 9)
    with pytest.raises(Misconfigured, match="not a database"):
        OldSql(f"sqlite:///{tmp_path / 'crm.sqlite'}").schema()


def test_a_server_that_does_not_answer_may_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    old = OldSql(f"postgresql://crm:ge%40heim@127.0.0.1:{port}/crm")
    with pytest.raises(Unreachable) as told:
        old.value(READ_ONLY)
    assert_silent(told.value, old, "ge@heim", "ge%40heim")


def test_a_wrong_password_stops_and_is_not_told(postgres_database: str) -> None:
    place = postgres_database.partition("@")[2]
    old = OldSql(f"postgresql://changeover:ge%40heim@{place}?application_name=geheimer")
    with pytest.raises(Misconfigured, match="authentication failed") as told:
        old.fingerprint()
    assert_silent(told.value, old, "ge@heim", "ge%40heim")


def assert_silent(error: BaseException, old: OldSql, *secrets: str) -> None:
    for secret in secrets:
        assert secret not in str(error)
        assert secret not in repr(old)
    assert error.__suppress_context__


def test_a_locked_source_may_be_free_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.old_sql_engine.WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(tmp_path / "crm.sqlite", isolation_level=None)) as connection:
        connection.executescript(CRM)
        connection.execute("BEGIN EXCLUSIVE")
        old = OldSql(f"sqlite:///{tmp_path / 'crm.sqlite'}")
        with pytest.raises(Unreachable, match="locked"):
            old.value(READ_ONLY)


def test_errors_quote_no_ones_data(postgres_database: str) -> None:
    run(postgres_database, "CREATE TABLE users (email text UNIQUE, active int)")
    run(postgres_database, "INSERT INTO users VALUES ('kezia@acme.example', 1), ('b', 1)")
    old = OldSql(postgres_database)
    for statement, value in [
        ("UPDATE users SET active = CAST(:value AS int) WHERE email = :email", "kezia-geheim"),
        (
            "UPDATE users SET email = :value WHERE email = 'b' OR email = :email",
            "kezia@acme.example",
        ),
    ]:
        with pytest.raises(Refused) as told:
            old.set_person(statement, "b", value)
        assert "kezia" not in str(told.value)


def test_text_that_is_no_text_is_refused_by_column_and_not_shown(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as connection:
        connection.execute("CREATE TABLE people (id INTEGER, surname TEXT)")
        connection.execute("INSERT INTO people VALUES (1, CAST(x'4a6f73e9' AS TEXT))")
        connection.commit()
    old = OldSql(f"sqlite:///{tmp_path / 'old.sqlite'}")
    with old.snapshot() as look, pytest.raises(Refused, match=r"people: .* 'surname'") as told:
        [*look.read(look.schema().tables[0])]
    assert "Jos" not in str(told.value)


def test_a_writer_meanwhile_changes_nothing_one_sees(tmp_path: Path) -> None:
    path = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(CRM)
        old = OldSql(f"sqlite:///{path}")
        with old.snapshot() as look:
            tables = look.schema().tables
            connection.execute("UPDATE settings SET value = '1'")
            connection.commit()
            settings = next(table for table in tables if table.name == "settings")
            (columns,) = look.read(settings)
            assert list(columns[1]) == ["0", None]
        assert old.value(READ_ONLY) == "1"


def test_memory_stays_flat_however_wide_the_rows(url: str) -> None:
    megabytes = 120
    run(url, "CREATE TABLE wide (id INTEGER PRIMARY KEY, note TEXT)")
    megabyte = "hex(zeroblob(500000))" if url.startswith("sqlite") else "repeat('xy', 500000)"
    run(
        url,
        f"INSERT INTO wide WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        f"WHERE i < {megabytes}) SELECT i, {megabyte} FROM n",
    )
    with OldSql(url).snapshot() as look:
        (wide,) = (table for table in look.schema().tables if table.name == "wide")
        tracemalloc.start()
        rows = sum(len(columns[0]) for columns in look.read(wide))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert rows == megabytes
    assert peak < 80_000_000
