"""Which key signs, and which keys were shown to open: fingerprints, and the trail of them."""

from ledger import archive_keys, audit
from ledger.door import Door
from tests.ledger.conftest import NOW

OLD, NEW, SEAL = "a" * 64, "b" * 64, "c" * 64


def test_the_newest_key_signs_and_the_earlier_ones_are_known(door: Door) -> None:
    with door.read() as tx:
        assert archive_keys.newest(tx, "acme") is None
    for fingerprint in (OLD, OLD, NEW, NEW, OLD):
        with door.write("key") as tx:
            archive_keys.record(tx, "acme", fingerprint, "it", NOW)
    with door.read() as tx:
        assert archive_keys.every(tx, "acme") == [OLD, NEW, OLD]
        assert archive_keys.newest(tx, "acme") == OLD
        events = [entry.event for entry in audit.trail(tx, "acme")]
    assert events.count("archive.key") == 3


def test_a_key_is_shown_once_for_each_archive(door: Door) -> None:
    for _ in range(2):
        with door.write("opened") as tx:
            archive_keys.record_opened(tx, "acme", SEAL, OLD, "ops.pub", "it", NOW)
    with door.read() as tx:
        assert archive_keys.opened(tx, "acme", SEAL) == {OLD}
        assert archive_keys.opened(tx, "acme", "d" * 64) == frozenset()
        events = [entry.event for entry in audit.trail(tx, "acme")]
    assert events.count("archive.opened") == 1
