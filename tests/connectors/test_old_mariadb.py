"""The old system on a real MariaDB server: its switches, its log-ins, which database it is."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.old_sql import OldSql
from tests.mariadb import fresh_database, run

LOCK = "ALTER USER crm@'127.0.0.1' ACCOUNT :value"
LOCKED = (
    "SELECT CASE WHEN json_value(Priv, '$.account_locked') = 1 THEN 'LOCK' ELSE 'UNLOCK' END"
    " FROM mysql.global_priv WHERE User = 'crm'"
)


@pytest.fixture
def crm(mariadb_database: str) -> Iterator[OldSql]:
    run(
        mariadb_database,
        "CREATE TABLE settings (name varchar(20) PRIMARY KEY, value varchar(20))",
        "INSERT INTO settings VALUES ('read only', '0')",
        "CREATE TABLE users (email varchar(80), seen datetime, access varchar(9)) ENGINE = InnoDB",
        "INSERT INTO users VALUES ('Ann@acme.sr', '2026-03-31 22:00:00', 'full'),"
        " ('ben@acme.sr', NULL, 'full'), ('ann@acme.sr', '2026-04-02 08:00:00', 'full')",
        "CREATE USER IF NOT EXISTS crm@'127.0.0.1' IDENTIFIED BY 'geheim'",
    )
    yield OldSql(mariadb_database)
    run(mariadb_database, "DROP USER crm@'127.0.0.1'")


def test_a_value_is_set_and_read_back(crm: OldSql) -> None:
    read = "SELECT value FROM settings WHERE name = 'read only'"
    crm.set("UPDATE settings SET value = :value WHERE name = 'read only'", "1", read_sql=read)
    assert crm.value(read) == "1"
    # Setting it again changes no row, and is set all the same.
    crm.set("UPDATE settings SET value = :value WHERE name = 'read only'", "1", read_sql=read)
    with pytest.raises(Refused, match="0 rows"):
        crm.set("UPDATE settings SET value = :value WHERE name = 'none'", "1")


def test_log_ins_are_stopped_and_given_back(crm: OldSql, mariadb_database: str) -> None:
    theirs = sa.make_url(mariadb_database).set(username="crm", password="geheim", database="")
    engine = sa.create_engine(theirs, poolclass=sa.NullPool)
    engine.connect().close()
    crm.set(LOCK, "LOCK", read_sql=LOCKED)
    with pytest.raises(sa.exc.OperationalError, match="account is locked"):
        engine.connect()
    crm.set(LOCK, "UNLOCK", read_sql=LOCKED)
    engine.connect().close()


def test_a_right_is_taken_back(crm: OldSql, mariadb_database: str) -> None:
    name = mariadb_database.rpartition("/")[2]
    run(mariadb_database, f"GRANT INSERT ON {name}.settings TO crm@'127.0.0.1'")
    held = (
        "SELECT CASE WHEN count(*) > 0 THEN 'granted' ELSE 'revoked' END"
        f" FROM mysql.tables_priv WHERE User = 'crm' AND Db = '{name}'"
    )
    assert crm.value(held) == "granted"
    revoke = f"REVOKE INSERT ON {name}.settings FROM crm@'127.0.0.1'"
    crm.set(revoke, "revoked", read_sql=held)
    assert crm.value(held) == "revoked"


def test_a_persons_access_is_exactly_one_row(crm: OldSql) -> None:
    update = "UPDATE users SET access = :value WHERE email = :email"
    read = "SELECT access FROM users WHERE email = :email"
    crm.set_person(update, "ben@acme.sr", "none", read_sql=read)
    assert crm.person_value(read, "ben@acme.sr") == "none"
    # Texts are compared without regard to capitals here, so this is two people's.
    with pytest.raises(Refused, match="2 rows"):
        crm.set_person(update, "ann@acme.sr", "none")
    assert crm.ask("SELECT count(*) FROM users WHERE access = 'full'") == "2"


def test_log_ins_are_read(crm: OldSql) -> None:
    assert crm.last_logins("SELECT email, seen FROM users") == {"ann@acme.sr": date(2026, 4, 2)}


def test_the_fingerprint_is_this_databases_alone(crm: OldSql, mariadb_url: str) -> None:
    before = crm.fingerprint()
    crm.set("UPDATE settings SET value = :value WHERE name = 'read only'", "1")
    crm.set(LOCK, "LOCK")
    assert crm.fingerprint() == before
    with fresh_database(mariadb_url) as other:
        run(other, "CREATE TABLE settings (name int)")
        assert OldSql(other).fingerprint() != before
    assert "geheim" not in before


def test_nothing_can_be_written_by_who_looks(crm: OldSql) -> None:
    with crm.snapshot() as look, pytest.raises(Refused, match="1792"):
        look.rows("UPDATE settings SET value = '2'", {})
    assert crm.value("SELECT value FROM settings") == "0"


def test_what_is_wrong_is_told_by_what_is_to_be_done(crm: OldSql, mariadb_database: str) -> None:
    place = mariadb_database.partition("@")[2]
    for url, kind in {
        f"mariadb://crm:wrong-geheim@{place}": Misconfigured,
        f"{mariadb_database}_gone": Misconfigured,
        "mariadb://crm:geheim@127.0.0.1:1/crm": Unreachable,
    }.items():
        with pytest.raises(kind) as told:
            OldSql(url).fingerprint()
        assert "geheim" not in str(told.value)
    with pytest.raises(Misconfigured, match="doesn't exist"):
        crm.ask("SELECT count(*) FROM nowhere")
    with pytest.raises(Misconfigured, match="names no database"):
        OldSql("mariadb://crm:geheim@127.0.0.1")
