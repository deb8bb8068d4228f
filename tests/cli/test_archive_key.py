"""The key that signs archives is shown by its fingerprint, and changed by proved people only."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from ledger.door import Door
from ledger.tables import rollout
from tests.cli.conftest import Command

FINGERPRINT = re.compile(r"^  ((?:[0-9a-f]{8} ?){8})$", re.MULTILINE)


@pytest.fixture
def home(signed: Command, door: Door, folder: Path) -> Path:
    """Give the folder of the rollout, a copy of the one it was recorded in."""
    with door.write("moved") as tx:
        tx.execute(update(rollout).values(folder=str(folder)))
    return folder


def test_a_key_is_made_shown_and_rotated(signed: Command, home: Path) -> None:
    said = signed("archive", "key")
    assert said.code == 0, said.err
    first = FINGERPRINT.findall(said.out)
    assert len(first) == 1
    assert "PRIVATE" not in said.out
    assert FINGERPRINT.findall(signed("archive", "key").out) == first
    said = signed("archive", "key", "--rotate")
    assert said.code == 0, said.err
    assert FINGERPRINT.findall(said.out) != first
    (home / ".secrets/archive-signing-key").unlink()
    said = signed("archive", "key")
    assert (said.code, said.out) == (2, "")
    assert "is not on this machine" in said.err


def test_nobody_rotates_it_without_a_token(
    signed: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed("archive", "key")
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    kept = (home / ".secrets/archive-signing-key").read_bytes()
    said = signed("archive", "key", "--rotate")
    assert said.code == 2
    assert "say who you are" in said.err
    assert (home / ".secrets/archive-signing-key").read_bytes() == kept
