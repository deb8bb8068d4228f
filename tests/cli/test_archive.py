"""An archive is verified and restored by whoever has it, without plan or ledger."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyrage import x25519

from archive.export import export
from archive.manifest import load
from archive.seal import seal
from archive.signature import in_groups
from connectors.old_sql import OldSql
from tests.archive.sources import KEY, about, archived, bytes_of, quiet, shop
from tests.archive.sources import signed as signed_by_key
from tests.cli.conftest import SIGNER, Command
from web.readers import add_reader


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
    signed_by_key(shop(folder / "old.sqlite"), folder / "kept")
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
    signed_by_key(shop(folder / "old.sqlite"), folder / "kept")
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


def test_a_new_file_may_have_any_name(command: Command, folder: Path) -> None:
    archived(shop(folder / "old.sqlite"), folder / "kept")
    said = command("archive", "restore", "kept", "new?a=1#%20.sqlite")
    assert said.code == 0, said.err
    assert (folder / "new?a=1#%20.sqlite").is_file()
    assert not (folder / "new").exists()


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
        ("no/such/folder/new.sqlite", "restoring: there is no folder "),
        ("sqlite://", "restoring: a database in memory is gone at once: name a file"),
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
    assert said.out.startswith("2 rows are erased from customers in left; 7 are left.")
    assert "kept still holds them" in said.out
    said = command("archive", "verify", "left", "--signer", KEY.fingerprint)
    assert "but for 2 rows erased on request" in said.out
    assert said.out.endswith("No longer to be kept, so erase it: orders.\n")


def with_a_letter(folder: Path) -> None:
    """Make an archive of a shop beside whose database a letter lies, and a key to sign with."""
    (folder / "letters").mkdir()
    (folder / "letters/klant 3.txt").write_text("Dear Klant 3")
    shop(folder / "old.sqlite")
    source = OldSql(f"sqlite:///{folder / 'old.sqlite'}", (folder, ("letters",)))
    signed_by_key(source, folder / "kept")
    KEY.write(folder / "signing")


ERASE = ["archive", "erase", "kept", "left", "--table", "customers", "--row", "3", "--reason",
         "request 17", "--by", "privacy officer", "--key", "signing"]  # fmt: skip


def test_files_that_were_not_searched_are_named_when_rows_are_erased(
    command: Command, folder: Path
) -> None:
    with_a_letter(folder)
    said = command(*ERASE)
    assert (said.code, said.out) == (2, "")
    assert "not searched and which no erasing of rows changes (letters/klant 3.txt; " in said.err
    said = command(*ERASE, "--files-looked-at")
    assert said.code == 0, said.err
    assert "Not searched: 1 files kept as they were (letters/klant 3.txt; all are" in said.out
    assert "audit trail" not in said.out
    assert load(folder / "left").erasures[0].files_not_searched == 1
    text = (folder / "left/README.txt").read_text(encoding="utf-8")
    assert "The 1 files in data/files were not searched" in text
    assert "in de 1 bestanden in data/files gezocht" in text


def test_what_was_erased_stands_in_the_audit_trail_where_there_is_one(
    signed: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_letter(folder)
    said = signed(*ERASE, "--files-looked-at", "--token", "nobody's")
    assert (said.code, said.out) == (2, "")
    assert not (folder / "left").exists()
    said = signed(*ERASE, "--files-looked-at")
    assert f"It stands in the audit trail of acme-crm, as done by {SIGNER}." in said.out
    entry = signed("history", "--last", "1").out.splitlines()[0]
    for part in (SIGNER, "archive.erased", "rows 1", "reason request 17", "privacy officer",
                 "files not searched 1", seal(folder / "kept"), seal(folder / "left")):  # fmt: skip
        assert part in entry
    monkeypatch.delenv("CHANGEOVER_TOKEN")
    again = ["again" if word == "left" else word for word in ERASE]
    assert signed(*again, "--files-looked-at").code == 0
    assert "privacy officer (not proved)" in signed("history", "--last", "1").out


def test_who_looked_stands_in_the_audit_trail_where_there_is_one(
    signed: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_by_key(shop(folder / "old.sqlite"), folder / "kept")
    token = add_reader(folder / "people", "r.sital@acme.example")

    async def page(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"rows"})

    async def looks(door: Any) -> None:  # noqa: ANN401
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as browser:
            await browser.post("/enter", data={"token": "nobody's"})
            await browser.post("/enter", data={"token": token})
            for path in ("/archive/customers", "/archive/orders"):
                assert (await browser.get(path)).text == "rows"

    def serve(_path: Path, _port: int, door: Any) -> None:  # noqa: ANN401
        asyncio.run(looks(door(page, frozenset({"here"}))))

    monkeypatch.setattr("cli.archive_browse._serve", serve)
    before = len(signed("history").out.splitlines())
    said = signed("archive", "browse", "kept", "--people", "people")
    assert said.code == 0, said.err
    trail = signed("history").out.splitlines()
    assert len(trail) == before + 1
    assert "r.sital@acme.example" in trail[-2]
    assert f"archive.looked   archive kept, seal {seal(folder / 'kept')}" in trail[-2]
    # Without a ledger it goes as well, with the log beside the archive alone.
    monkeypatch.setenv("CHANGEOVER_LEDGER", f"sqlite:///{folder}/none.sqlite")
    assert signed("archive", "browse", "kept", "--people", "people").code == 0
    lines = (folder / "kept.looked.jsonl").read_text().splitlines()
    assert len([line for line in lines if '"/archive/orders"' in line]) == 2
    assert not (folder / "none.sqlite").exists()


def test_a_copy_is_fetched_and_verified(command: Command, folder: Path) -> None:
    signed_by_key(shop(folder / "old.sqlite"), folder / "there/kept")
    said = command("archive", "fetch", "there/kept", "here", "--signer", KEY.fingerprint)
    assert said.out.startswith("here holds: 2 tables, 49 rows"), said.err
    assert bytes_of(folder / "here") == bytes_of(folder / "there/kept")
    assert "there is no kapt" in command("archive", "fetch", "there/kapt", "other").err


def test_what_does_not_hold_is_not_shown(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_by_key(shop(folder / "old.sqlite"), folder / "kept")
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
