"""A snapshot is filled again exactly where the ledger may have changed."""

from datetime import date
from pathlib import Path

import pytest

import config
from config.loading import parse
from config.names import Language
from config.plan import Plan
from ledger import leases, people, records
from ledger.columns import is_sqlite
from ledger.door import Door
from ledger.opening import open_ledger
from ledger.snapshots import Looks, UnknownRolloutError
from rollout.people import Entry, Person

from .conftest import NOW

EXAMPLE = Path(config.__file__).parent / "examples" / "phased.yaml"
ANA = Entry("a1", "ana@acme.example", "Ana", "Rust", "paramaribo", "Sales", Language.NL, pilot=True)


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
    return found.model_copy(update={"rollout": "acme"})


def test_nothing_is_read_again_while_nothing_changes(door: Door, plan: Plan) -> None:
    looks = Looks()
    assert looks.look(door, plan) is looks.look(door, plan)


def test_our_own_change_is_seen_at_once(door: Door, plan: Plan) -> None:
    looks = Looks()
    before = looks.look(door, plan)
    person = Person("p00001", ANA, date(2026, 2, 16), "first", "pilot user")
    with door.write("add") as tx:
        people.add(tx, "acme", [person])
    assert before.people == {}
    assert looks.look(door, plan).people == {"p00001": person}


def test_another_workers_change_is_seen_at_once(door: Door, url: str, plan: Plan) -> None:
    looks, other = Looks(), open_ledger(url, "acme")
    for number in range(3):
        assert len(looks.look(door, plan).confirmed) == number
        with other.write("confirm") as tx:
            records.confirm(tx, "acme", f"first/item-{number}", "it", NOW)
    assert looks.look(door, plan).confirmed == {f"first/item-{n}" for n in range(3)}
    other.engine.dispose()


def test_a_lease_is_in_no_snapshot(door: Door, plan: Plan) -> None:
    looks = Looks()
    before = looks.look(door, plan)
    with door.write("lease") as tx:
        held = leases.acquire(tx, "acme", "tick", "test", 60)
        leases.renew(tx, held)
    after = looks.look(door, plan)
    assert after == before
    assert after is before or not is_sqlite(door.engine)
    with door.write("confirm") as tx:
        leases.renew(tx, held)
        records.confirm(tx, "acme", "first/item", "it", NOW)
    assert looks.look(door, plan).confirmed == {"first/item"}


def test_a_look_beside_an_unfinished_change_is_not_kept(door: Door, plan: Plan) -> None:
    looks = Looks()
    with door.write("confirm") as tx:
        records.confirm(tx, "acme", "first/item", "it", NOW)
        assert looks.look(door, plan).confirmed == frozenset()
    assert looks.look(door, plan).confirmed == {"first/item"}


def test_two_ledgers_are_not_taken_for_one(door: Door, tmp_path: Path, plan: Plan) -> None:
    looks, empty = Looks(), open_ledger(f"sqlite:///{tmp_path}/other.sqlite", "acme")
    assert set(looks.look(door, plan).phases) == {"first", "second"}
    with pytest.raises(UnknownRolloutError, match="no rollout acme is recorded"):
        looks.look(empty, plan)
    empty.engine.dispose()
