"""The fixture the ledger's tests rest on gives what it says."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.postgres import fresh_database, not_to_be_had


def test_a_fresh_database_is_empty_and_speaks_utf8(postgres_database: str) -> None:
    engine = create_engine(postgres_database)
    with engine.connect() as connection:
        tables = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert connection.scalar(tables) == 0
        assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        assert connection.scalar(text("SELECT upper('é')")) == "É"
    engine.dispose()


def test_a_database_is_dropped_though_somebody_is_still_in_it(postgres_url: str) -> None:
    with fresh_database(postgres_url) as url:
        plain = url.replace("+psycopg", "")
        left_behind = psycopg.connect(plain)
        left_behind.execute("CREATE TABLE left_behind (id int)")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain)
    left_behind.close()


def test_without_a_server_ci_fails_and_a_developer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no server"):
        not_to_be_had("no server")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED ON POSTGRESQL: no server"):
        not_to_be_had("no server")
