import pytest

from connectors import switch_sql
from connectors.errors import Refused


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settings SET value = :value WHERE name = 'read_only'",
        "  update settings set value = :value;  ",
        "UPDATE settings SET value = :value WHERE name = 'DROP; -- it''s a name'",
        'UPDATE "delete" SET value = :value::boolean',
    ],
)
def test_an_update_with_its_value_may_run(statement: str) -> None:
    assert switch_sql.is_update(statement)
    assert switch_sql.checked_update(statement, {"value"}).upper().startswith("UPDATE")


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "-- nothing",
        "DELETE FROM users WHERE name = :value",
        "DROP TABLE users",
        "TRUNCATE users",
        "INSERT INTO users VALUES (:value)",
        "CREATE TABLE x AS SELECT :value",
        "WITH gone AS (DELETE FROM users RETURNING *) UPDATE s SET v = :value",
        "UPDATE s SET v = :value; DELETE FROM users",
        "UPDATE s SET v = :value; UPDATE s SET v = :value",
        "UPDATE OR REPLACE users SET name = :value",
        "UPDATE s SET v = :value WHERE n IN (WITH d AS (DELETE FROM users RETURNING n) TABLE d)",
        "UPDATE s SET v = :value -- WHERE name = 'read_only'",
        "UPDATE s SET v = :value /* WHERE name = 'read_only' */",
        r"UPDATE s SET v = :value WHERE n = 'a\'; DELETE FROM users; x'",
        "UPDATE s SET v = $$:value$$",
        "UPDATE s SET v = 'unclosed",
        "UPDATE s SET v = 1",
        "UPDATE s SET v = ':value'",
        "UPDATE s SET v = :value WHERE name = :name",
        "SELECT :value",
        "CALL wipe(:value)",
        "PRAGMA writable_schema = :value",
        "ATTACH 'x' AS :value",
    ],
)
def test_anything_else_is_refused(statement: str) -> None:
    with pytest.raises(Refused):
        switch_sql.checked_update(statement, {"value"})


@pytest.mark.parametrize(
    ("statement", "value", "run"),
    [
        ("ALTER ROLE crm :value", "NOLOGIN", "ALTER ROLE crm NOLOGIN"),
        (
            "ALTER DATABASE crm SET default_transaction_read_only = :value",
            "on",
            "ALTER DATABASE crm SET default_transaction_read_only = on",
        ),
        (
            "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM crm;",
            "revoked",
            "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM crm",
        ),
        ('GRANT :value ON orders TO ":value"', "INSERT", 'GRANT INSERT ON orders TO ":value"'),
    ],
)
def test_a_right_may_change_by_one_bare_word(statement: str, value: str, run: str) -> None:
    assert not switch_sql.is_update(statement)
    assert switch_sql.checked_right(statement, value) == run


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("ALTER TABLE users DROP COLUMN name", "x"),
        ("ALTER TABLE users RENAME TO gone", "x"),
        ("ALTER TABLE users ALTER COLUMN name TYPE char(1)", "x"),
        ("ALTER DATABASE crm RENAME TO :value", "gone"),
        ("ALTER ROLE crm :value", "NOLOGIN; DROP TABLE users"),
        ("ALTER ROLE crm :value", "NOLOGIN PASSWORD 'x'"),
        ("ALTER ROLE crm :value", ""),
        ("ALTER ROLE :email :value", "NOLOGIN"),
        ("ALTER", "x"),
        ("GRANT ALL ON users TO crm; DROP TABLE users", "x"),
        ("REVOKE ALL ON users FROM crm -- not really", "x"),
    ],
)
def test_nothing_is_lost_by_way_of_a_right(statement: str, value: str) -> None:
    with pytest.raises(Refused):
        switch_sql.checked_right(statement, value)


@pytest.mark.parametrize("statement", ["DELETE FROM users", "DROP TABLE users", "SELECT 1", ""])
def test_other_verbs_are_no_switch(statement: str) -> None:
    with pytest.raises(Refused):
        switch_sql.is_update(statement)


def test_only_a_select_may_be_asked() -> None:
    assert switch_sql.checked_select("select count(*) from a where b ~ '\\d;' ;", set())
    for statement in ("UPDATE s SET v = 1", "SELECT 1; SELECT 2", "PRAGMA user_version = 3", ""):
        with pytest.raises(Refused):
            switch_sql.checked_select(statement, set())
    with pytest.raises(Refused):
        switch_sql.checked_select("SELECT active FROM users", {"email"})
