"""The old system in memory."""

from datetime import date

import pytest

from connectors.errors import Misconfigured, Refused
from connectors.memory_old import MemoryOldSystem
from connectors.ports import OldSystem

READ, SET = "select mode", "update mode"
ACCESS, TAKE = "select access", "update access"


@pytest.fixture
def old() -> MemoryOldSystem:
    return MemoryOldSystem(
        tables={"customer": [{"id": "1", "name": "Ana"}, {"id": "2", "name": None}]},
        values={READ: "open", "select other": "1"},
        writes={SET: READ, TAKE: ACCESS},
        people={(ACCESS, "ana@acme.example"): "full"},
        logins={"Ana@acme.example": date(2026, 3, 2)},
    )


def test_it_is_an_old_system(old: MemoryOldSystem) -> None:
    port: OldSystem = old
    port.set(SET, "closed", read_sql=READ)
    assert port.value(READ) == "closed"
    port.set_person(TAKE, "ANA@acme.example", "read", read_sql=ACCESS)
    assert port.person_value(ACCESS, "ana@acme.example") == "read"
    assert port.person_value(ACCESS, "bo@acme.example") is None
    assert port.last_logins("any") == {"ana@acme.example": date(2026, 3, 2)}
    assert port.fingerprint() == old.fingerprint()


def test_what_it_does_not_know_it_does_not_do(old: MemoryOldSystem) -> None:
    with pytest.raises(Misconfigured, match="add it to values"):
        old.value("select nothing")
    with pytest.raises(Refused, match="add it to writes"):
        old.set("update nothing", "x")
    with pytest.raises(Refused, match="reads 1"):
        old.set(SET, "closed", read_sql="select other")
    with pytest.raises(Refused, match="0 rows"):
        old.set_person(TAKE, "bo@acme.example", "read")


def test_its_tables_are_read_as_they_stood(old: MemoryOldSystem) -> None:
    with old.snapshot() as look:
        (table,) = look.schema().tables
        old.tables["customer"] = []
        assert [*look.read(table)] == [[["1", "2"], ["Ana", None]]]
        assert look.ask(READ) == "open"
