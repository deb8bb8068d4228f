"""An archive is verified and restored by whoever has it, without plan or ledger."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyrage import x25519

from archive.export import export
from archive.seal import seal
from archive.signature import in_groups
from tests.archive.sources import KEY, about, archived, bytes_of, quiet, shop, signed
from tests.cli.conftest import Command


def test_an_archive_is_verified_with_nothing_but_itself(command: Command, folder: Path) -> None:
    archived(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "verify", "kept", "--seal", seal(folder / "kept"))
    assert said.code == 0, said.err
    assert said.out.startswith("kept holds: 2 tables, 49 rows, every file as listed")
    assert not (folder / ".changeover").exists()


def test_what_does_not_hold_is_refused_in_one_line(command: Command, folder: Path) -> None:
    archived(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "verify", "kept", "--seal", "0" * 64)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("kept DOES NOT HOLD: it is another archive: its seal is ")
    (folder / "kept/data/csv/t001.csv").write_text("id\n")
    said = command("archive", "verify", "kept")
    assert (said.code, said.out) == (2, "")
    assert "data/csv/t001.csv has changed" in said.err
    assert command("archive", "verify", "nowhere").code == 2


def test_its_signer_is_proved_by_a_fingerprint_alone(command: Command, folder: Path) -> None:
    signed(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "verify", "kept")
    assert said.out.rstrip().endswith(f"signer not proved: {KEY.fingerprint}")
    said = command("archive", "verify", "kept", "--signer", in_groups(KEY.fingerprint))
    assert said.out.rstrip().endswith(f"signer proved: {KEY.fingerprint}")
    said = command("archive", "verify", "kept", "--signer", "0" * 64)
    assert (said.code, said.out) == (2, "")
    assert "it is signed by another key" in said.err
    said = command("archive", "verify", "kept", "--signer", KEY.fingerprint[:8])
    assert (said.code, said.out) == (2, "")
    assert "give all 64 hexadecimal digits" in said.err


def test_it_is_encrypted_and_opened_by_whoever_has_a_key(command: Command, folder: Path) -> None:
    signed(shop(folder / "old.sqlite"), folder / "kept")
    KEY.write(folder / "signing")
    for name in ("ops", "escrow"):
        identity = x25519.Identity.generate()
        (folder / name).write_text(str(identity))
        (folder / f"{name}.pub").write_text(str(identity.to_public()))
    keys = ["--for", "ops.pub", "--for", "escrow.pub", "--key", "signing"]
    said = command("archive", "encrypt", "kept", "safe", *keys)
    assert said.code == 0, said.err
    assert "ops.pub, escrow.pub" in said.out
    said = command("archive", "verify", "safe", "--signer", KEY.fingerprint)
    assert said.out.startswith("safe holds: encrypted for ops.pub, escrow.pub")
    said = command("archive", "restore", "safe", "new.sqlite")
    assert (said.code, said.out) == (2, "")
    assert "is encrypted: `changeover archive open` it first" in said.err
    said = command("archive", "open", "safe", "out", "--identity", "escrow")
    assert said.out.startswith("out holds: 2 tables, 49 rows"), said.err
    said = command("archive", "open", "safe", "out", "--identity", "escrow")
    assert (said.code, "exists already" in said.err) == (2, True)


def test_it_is_restored_into_a_new_file(command: Command, folder: Path) -> None:
    archived(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "restore", "kept", "new.sqlite")
    assert said.code == 0, said.err
    assert said.out.startswith("restored into sqlite and equal: 2 tables, 49 rows")
    with closing(sqlite3.connect(folder / "new.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM orders").fetchone() == (40,)
    again = command("archive", "restore", "kept", "new.sqlite")
    assert (again.code, again.out) == (2, "")
    assert "new.sqlite exists already" in again.err


@pytest.mark.parametrize(
    ("into", "said_of_it"),
    [
        ("no/such/folder/new.sqlite", "restoring: unable to open database file"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "restoring: connection failed"),
        ("oracle://u:geheim@127.0.0.1:1/x", "there is no driver for oracle here"),
        ("://", "INTO is no database's URL"),
    ],
)
def test_where_it_cannot_be_restored_is_said_in_a_line(
    command: Command, folder: Path, into: str, said_of_it: str
) -> None:
    archived(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "restore", "kept", into)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(said_of_it)
    assert "geheim" not in said.err
    assert "CHANGEOVER_LEDGER" not in said.err


def test_the_beginning_of_a_seal_is_no_seal(command: Command, folder: Path) -> None:
    archived(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "verify", "kept", "--seal", seal(folder / "kept")[:16])
    assert (said.code, said.out) == (2, "")
    assert "is no seal: give all 64 hexadecimal digits" in said.err


def test_a_persons_rows_are_erased_into_another_archive(command: Command, folder: Path) -> None:
    rules = replace(about(), key=KEY, retention={"orders": date(2026, 4, 20)})
    export(shop(folder / "old.sqlite"), folder / "kept", quiet, rules)
    KEY.write(folder / "signing")
    asked = ["archive", "erase", "kept", "left", "--table", "customers", "--key", "signing"]
    because = ["--reason", "request 17", "--by", "privacy officer"]
    said = command(*asked, *because)
    assert (said.code, said.out) == (2, "")
    assert "either --where, or --row" in said.err
    said = command(*asked, *because, "--row", "3", "--row", "4")
    assert said.code == 0, said.err
    assert said.out.startswith("2 rows of t001 are erased in left; 7 are left.")
    assert "kept still holds them" in said.out
    said = command("archive", "verify", "left", "--signer", KEY.fingerprint)
    assert "but for 2 rows erased on request" in said.out
    assert said.out.endswith("No longer to be kept, so erase it: orders.\n")


def test_a_copy_is_fetched_and_verified(command: Command, folder: Path) -> None:
    signed(shop(folder / "old.sqlite"), folder / "there/kept")
    said = command("archive", "fetch", "there/kept", "here", "--signer", KEY.fingerprint)
    assert said.out.startswith("here holds: 2 tables, 49 rows"), said.err
    assert bytes_of(folder / "here") == bytes_of(folder / "there/kept")
    assert "there is no kapt" in command("archive", "fetch", "there/kapt", "other").err


def test_what_does_not_hold_is_not_shown(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(shop(folder / "old.sqlite"), folder / "kept")
    browse = ["archive", "browse", "kept", "--people", "people"]
    assert "the list of readers people cannot be read" in command(*browse).err
    said = command("archive", "reader", "r.sital@acme.example", "--people", "people")
    assert said.code == 0, said.err
    assert said.out.splitlines()[1] not in (folder / "people").read_text()
    said = command(*browse, "--signer", "0" * 64)
    assert (said.code, said.out) == (2, "")
    assert "not shown: kept DOES NOT HOLD: it is signed by another key" in said.err
    monkeypatch.setenv("CHANGEOVER_SIGN_ON_SECRET", "short")
    said = command(*browse, "--sign-on-header", "X-Remote-User")
    assert (said.code, said.out) == (2, "")
    assert "secret of 16 characters or more" in said.err
    said = command(*browse, "--log", "kept/looked")
    assert "the log cannot lie in the archive" in said.err
    (folder / "kept/README.txt").write_text("All is well.")
    said = command(*browse)
    assert (said.code, said.out) == (2, "")
    assert "README.txt has changed" in said.err
