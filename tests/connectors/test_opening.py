"""Opening the outside of a plan: each kind when it is asked for, and no secret told."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.plan import Plan
from config.secrets import secret_finder
from connectors.csv_people import CsvDirectory
from connectors.csv_table import CsvEvidence
from connectors.errors import Misconfigured
from connectors.evidence import NoEvidence
from connectors.memory import MemoryPost, accounts_named, forget_accounts
from connectors.old_sql import OldSql
from connectors.opening import Outside, open_outside
from connectors.scim import ScimAccounts
from connectors.smtp import SmtpPost
from connectors.sql_table import SqlEvidence
from tests.connectors.odd_scim import OddScim

NOW = datetime(2026, 3, 27, 9, tzinfo=UTC)

PLAN: dict[str, Any] = {
    "rollout": "acme-crm",
    "organisation": {
        "name": "Acme",
        "sites": {"hq": {"zone": "America/Paramaribo"}},
        "signed_by": {"name": "R. Sital", "role": "Operations", "email": "r@acme.example"},
    },
    "new_tool": {
        "name": "Atlas",
        "benefit": "one place",
        "problem": "four places",
        "accounts": {"kind": "scim", "url": "https://atlas.example/v2", "token": "secret:token"},
        "activity": {"kind": "csv", "folder": "drop"},
    },
    "old_system": {"name": "Kantoor", "url": "secret:kantoor"},
    "people": [{"kind": "csv", "file": "people.csv"}],
    "mail": {"sender": "r@acme.example", "user": "bob", "password": "secret:mail"},
    "start": "2026-03-02",
    "phases": [{"name": "all", "who": "everyone-else"}],
    "answers": {"kind": "sql", "url": "sqlite:///kantoor.db", "query": "SELECT 1 AS id, 2 AS at"},
}
SECRETS = {
    "CHANGEOVER_SECRET_TOKEN": "atlas-token-1",
    "CHANGEOVER_SECRET_KANTOOR": "sqlite:///kantoor.db",
    "CHANGEOVER_SECRET_MAIL": "mail-password-2",
}


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    with closing(sqlite3.connect(tmp_path / "kantoor.db")) as database, database:
        database.execute("CREATE TABLE app_user (email TEXT)")
    return opened(tmp_path)


def opened(folder: Path, **changes: object) -> Outside:
    plan = Plan.model_validate({**PLAN, **changes})
    return open_outside(plan, folder, secret_finder(folder, SECRETS))


def test_each_port_is_the_kind_the_plan_names(outside: Outside) -> None:
    assert isinstance(outside.directory, CsvDirectory)
    assert isinstance(outside.accounts, ScimAccounts)
    assert isinstance(outside.post, SmtpPost)
    assert isinstance(outside.old, OldSql)
    assert isinstance(outside.activity, CsvEvidence)
    assert isinstance(outside.answers, SqlEvidence)
    assert isinstance(outside.tickets, NoEvidence)
    assert outside.accounts is outside.accounts
    told = repr([outside.accounts, outside.post, outside.old, outside])
    assert "atlas-token-1" not in told
    assert "mail-password-2" not in told
    outside.close()


def test_files_are_the_plans_whatever_folder_we_run_in(
    outside: Outside, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert outside.old is not None
    assert "kantoor.db" in outside.old.fingerprint()


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    # Every secret and every file is missing.
    outside = open_outside(Plan.model_validate(PLAN), tmp_path, secret_finder(tmp_path, {}))
    assert outside.activity.read(NOW).as_of is None
    with pytest.raises(Misconfigured, match=r"the secret token is not set: put it in CHANGEOVER"):
        _ = outside.accounts
    with pytest.raises(Misconfigured, match="the secret kantoor is not set"):
        _ = outside.old


def test_no_url_is_no_old_system(tmp_path: Path) -> None:
    assert opened(tmp_path, old_system={"name": "Paper"}).old is None


def test_accounts_in_memory_are_those_of_the_rollout(tmp_path: Path) -> None:
    tool = {**PLAN["new_tool"], "accounts": {"kind": "memory"}}
    accounts_named("acme-crm").add("pilot@acme.example")
    try:
        assert opened(tmp_path, new_tool=tool).accounts.find("pilot@acme.example") is not None
    finally:
        forget_accounts("acme-crm")
    assert opened(tmp_path, new_tool=tool).accounts.everyone() == {}
    forget_accounts("acme-crm")


def test_closing_lets_the_connections_go_and_asking_again_opens(tmp_path: Path) -> None:
    with OddScim("atlas-token-1") as odd:
        accounts = {"kind": "scim", "url": odd.url, "token": "secret:token"}
        tool = {**PLAN["new_tool"], "accounts": accounts}
        with opened(tmp_path, new_tool=tool) as outside:
            first = outside.accounts
            assert first.everyone() == {}
        with pytest.raises(RuntimeError, match="closed"):
            first.everyone()
        assert outside.accounts is not first
        assert outside.accounts.everyone() == {}
        outside.close()


def test_a_port_can_be_wrapped(outside: Outside) -> None:
    mine = MemoryPost()
    wrapped: Callable[[], MemoryPost] = lambda: mine  # noqa: E731 - as a wrapper would
    assert replace(outside, open_post=wrapped).post is mine


@pytest.mark.parametrize(
    ("port", "absent"),
    [
        ("directory", {"pandas", "sqlalchemy", "smtplib", "httpx2", "scim2_client"}),
        ("post", {"pandas", "sqlalchemy", "httpx2", "scim2_client"}),
        ("accounts", {"pandas", "sqlalchemy", "smtplib"}),
    ],
)
def test_a_command_pays_for_what_it_asks(port: str, absent: set[str]) -> None:
    root = Path(__file__).parents[2]
    plan = Plan.model_validate(PLAN).model_dump_json()
    script = (
        "import sys; from pathlib import Path; from config.plan import Plan\n"
        "from connectors.opening import open_outside\n"
        "outside = open_outside(Plan.model_validate_json(sys.argv[1]), Path('.'), lambda s: 'x')\n"
        f"outside.{port}; print(*sys.modules)"
    )
    command = [sys.executable, "-c", script, plan]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert not absent & {*run.stdout.split()}


def test_an_old_system_that_is_no_database_is_opened_by_its_kind(tmp_path: Path) -> None:
    folder = {"kind": "folder", "folder": "export", "contains": [{"file": "a.csv", "rows": 1}]}
    (tmp_path / "export").mkdir()
    (tmp_path / "export/a.csv").write_text("name\nAnn\n")
    with opened(tmp_path, old_system={"name": "Sheets", "source": folder}) as outside:
        assert outside.old is not None
        assert outside.old.fingerprint().startswith(f"folder {tmp_path}/export ")
        with outside.old.snapshot() as look:
            assert look.ask("select name from a") == "Ann"
    table = {"path": "/t", "total": "/total", "page": {"by": "number"}}
    service = {"kind": "json", "url": "https://old.example/api", "token": "secret:token",
               "tables": {"t": table}}  # fmt: skip
    with opened(tmp_path, old_system={"name": "Cloud", "source": service}) as outside:
        assert outside.old is not None
        assert repr(outside.old) == "OldJson(old.example)"


def test_files_beside_the_database_are_the_plans_own(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "kantoor.db")) as database, database:
        database.execute("CREATE TABLE app_user (email TEXT)")
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads/a.pdf").write_bytes(b"x")
    old = {"name": "Kantoor", "url": "secret:kantoor", "files": ["uploads"]}
    with opened(tmp_path, old_system=old) as outside:
        assert outside.old is not None
        with outside.old.snapshot() as look:
            assert [each.path for each in look.originals()] == ["uploads/a.pdf"]
