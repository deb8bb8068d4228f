"""A real Prefect server, one for the whole session, and a rollout whose outside is in memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from actions.apply_plan import apply_plan
from config.loading import parse
from config.plan import Plan
from connectors.csv_people import CsvDirectory
from flows.registering import register
from flows.serving import server
from ledger.opening import open_ledger
from rehearsal.servers.process import free_port

APPLIED = datetime(2026, 2, 10, 10, tzinfo=UTC)

PLAN = """
rollout: tiny
organisation:
  name: Tiny
  sites: {office: {zone: America/Paramaribo, language: nl}}
  signed_by: {name: R. Sital, role: IT, email: r.sital@tiny.example}
new_tool:
  name: Atlas
  benefit: one place for every customer
  problem: Customers stand in three lists
  accounts: {kind: memory}
old_system: {name: Kantoor}
people: [{kind: csv, file: people.csv}]
mail: {port: 9, security: none, sender: changeover@tiny.example}
start: 2026-03-02
phases:
  - {name: first-half, who: {people: [a@tiny.example]}}
  - {name: the-rest, who: everyone-else}
gates: {adopted: {to_advance: 60%}}
"""
PEOPLE = "email,given,family,site,department,language\n" + "".join(
    f"{who}@tiny.example,{who.upper()},Test,office,Sales,nl\n" for who in "abcd"
)


@dataclass(frozen=True)
class Rollout:
    """A recorded rollout."""

    plan: Plan
    url: str
    folder: Path


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def prefect_api(prefect_home: Path) -> Iterator[str]:
    """Start the server and point this process's Prefect at it."""
    with (
        # Not the usual port: other tests' servers start at the same moment.
        server(prefect_home, free_port()) as api,
        temporary_settings({PREFECT_API_URL: api, PREFECT_HOME: prefect_home}),
    ):
        yield api


def _alone() -> None:
    """Forget other files' deployments: the first rollout on a server has the plain names."""
    with get_client(sync_client=True) as client:
        for found in client.read_deployments():
            if found.parameters.get("rollout") != "tiny":
                client.delete_deployment(found.id)


def record(folder: Path, name: str, *, rehearsal: bool, old: str | None = None) -> Rollout:
    text = PLAN.replace("rollout: tiny", f"rollout: {name}")
    if old is not None:
        text = text.replace("{name: Kantoor}", f"{{name: Kantoor, url: '{old}'}}")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    plan = parse(text, "plan.yaml")
    entries = CsvDirectory(plan.people, folder, plan.organisation.sites).read()
    url = f"sqlite:///{folder}/ledger.sqlite"
    door = open_ledger(url, name)
    apply_plan(door, plan, text, folder, "it", APPLIED, entries=entries, rehearsal=rehearsal)
    door.engine.dispose()
    return Rollout(plan, url, folder)


@pytest.fixture
def archiving(prefect_api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rollout:
    """Record a rehearsal whose old system is a database, with a name in it."""
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as old:
        old.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)")
        old.execute("INSERT INTO customers VALUES (1, 'Wongsodikromo')")
        old.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        old.executemany("INSERT INTO orders VALUES (?)", ((n,) for n in range(500)))
        old.commit()
    made = record(tmp_path, "kept", rehearsal=True, old=f"sqlite:///{tmp_path}/old.sqlite")
    monkeypatch.setenv("CHANGEOVER_LEDGER", made.url)
    return made


@pytest.fixture
def rehearsed(prefect_api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rollout:
    """Record a rehearsal and register it."""
    _alone()
    made = record(tmp_path, "tiny", rehearsal=True)
    monkeypatch.setenv("CHANGEOVER_LEDGER", made.url)
    register(made.plan, made.url)
    return made


@pytest.fixture
def real(prefect_api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rollout:
    """Record a real rollout and register it."""
    _alone()
    made = record(tmp_path, "tiny", rehearsal=False)
    monkeypatch.setenv("CHANGEOVER_LEDGER", made.url)
    register(made.plan, made.url)
    return made
