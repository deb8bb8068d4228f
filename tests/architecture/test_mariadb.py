"""The fixture that the tests of MariaDB rest on gives what it says."""

import pytest
import sqlalchemy as sa

from tests.mariadb import fresh_database, not_to_be_had, run


def test_a_fresh_database_is_empty_and_gone_in_the_end(mariadb_url: str) -> None:
    with fresh_database(mariadb_url) as url:
        run(url, "CREATE TABLE a (id int)")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with pytest.raises(sa.exc.OperationalError, match="Unknown database"):
        engine.connect()


def test_without_a_server_ci_fails_and_a_developer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no server"):
        not_to_be_had("no server")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED ON MARIADB: no server"):
        not_to_be_had("no server")
