"""Tools that know nothing of us agree that the archive is what it says."""

import shutil
import subprocess
import sys
from pathlib import Path

import bagit
import pytest
from frictionless import Checklist, Package

from tests.archive.sources import archived, nasty, shop


@pytest.fixture(params=["shop", "nasty"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    source = {"shop": shop, "nasty": nasty}[request.param](tmp_path / "old.sqlite")
    archived(source, tmp_path / "archive")
    return tmp_path / "archive"


def test_bagit_validates_it(made: Path) -> None:
    bag = bagit.Bag(str(made))
    bag.validate()
    assert bag.info["External-Identifier"] == "acme-crm"
    assert bag.info["Bagging-Date"] == "2026-04-20"


def test_sha256sum_alone_proves_it_untouched(made: Path) -> None:
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        check = ["sha256sum", "--check", "--strict", "--quiet", name]
        subprocess.run(check, cwd=made, check=True)
    (made / "data/csv/t001.csv").write_bytes(b"")
    check = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"]
    assert subprocess.run(check, cwd=made, capture_output=True, check=False).returncode == 1


def test_sqlite_opens_it_and_finds_it_sound(made: Path) -> None:
    path = str(made / "data/archive.sqlite")
    asked = ["PRAGMA integrity_check", "SELECT count(*) > 0 FROM sqlite_schema"]
    if shutil.which("sqlite3"):
        for sql, wanted in zip(asked, ("ok", "1"), strict=True):
            run = subprocess.run(
                ["sqlite3", "-readonly", path, sql], capture_output=True, text=True, check=True
            )
            assert run.stdout.strip() == wanted
    script = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))"
    run = subprocess.run(
        [sys.executable, "-c", script, path, asked[0]], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "('ok',)"


def test_frictionless_validates_its_tables_keys_and_references(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    package = Package(str(tmp_path / "archive/data/datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    schema = package.get_resource("t002").schema
    assert schema.primary_key == ["id"]
    assert schema.foreign_keys == [
        {"fields": ["customer_id"], "reference": {"resource": "t001", "fields": ["id"]}}
    ]


def test_frictionless_finds_a_row_whose_parent_is_gone(tmp_path: Path) -> None:
    # Else the test above would prove nothing of references.
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    parents = tmp_path / "archive/data/csv/t001.csv"
    parents.write_bytes(b"".join(parents.read_bytes().splitlines(keepends=True)[:-1]))
    report = Package(str(tmp_path / "archive/data/datapackage.json")).validate()
    assert {kind for (kind,) in report.flatten(["type"])} == {"foreign-key"}


def test_frictionless_validates_the_nasty_one(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    # Rows all of NULL and a column without a name are the source's own; the tool minds them.
    checklist = Checklist(skip_errors=["blank-row", "blank-label"])
    report = Package(str(tmp_path / "archive/data/datapackage.json")).validate(checklist)
    assert report.valid, report.flatten(["type", "note"])


def test_the_readme_speaks_to_a_stranger_in_two_languages(made: Path) -> None:
    text = (made / "README.txt").read_text(encoding="utf-8")
    for part in ("ARCHIVE OF AN OLD SYSTEM: acme-crm", "ARCHIEF VAN EEN OUD SYSTEEM",
                 "2036-12-31", "sha256sum -c manifest-sha256.txt", r"\N "):  # fmt: skip
        assert part in text
    assert max(map(len, text.splitlines())) <= 100
