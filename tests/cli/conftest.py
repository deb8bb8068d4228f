"""A folder with a plan and its people, a ledger of its own, and the commands run in it."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.main import run
from ledger import records
from ledger.door import Door, open_engine
from rehearsal.directory import people, write
from rollout.calendar import monday_of

SIGNER = "r.sital@acme.example"
APPROVER = "m.kromosoeto@acme.example"


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


def token_of(door: Door, who: str) -> str:
    """Give a person's new token, as if the mail with it had come."""
    with door.write("token") as tx:
        return records.make_token(tx, "acme-crm", who, who, datetime.now(UTC))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the present folder, with the people's files and nothing of the developer's own."""
    ours = ("LEDGER", "ROLLOUT", "TOKEN", "ONLY_TO")
    for name in (*(f"CHANGEOVER_{n}" for n in ours), "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, people(1))
    return tmp_path


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give what runs a command."""

    def runs(*arguments: str) -> Said:
        capsys.readouterr()
        code = run(arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return runs


@pytest.fixture(scope="session")
def recorded_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder whose plan is recorded, and the token of who signs: the same for all tests."""
    home = tmp_path_factory.mktemp("recorded")
    write(home, people(1))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        patch.setenv("CHANGEOVER_LEDGER", f"sqlite:///{home}/.changeover/ledger.sqlite")
        patch.chdir(home)
        assert run(["init", "--timeline", "phased"]) == 0
        # On any day of the week: preparing the first phase has begun, its launch is ahead.
        start = monday_of(datetime.now(UTC).date() + timedelta(days=13))
        plan = home / "plan.yaml"
        text = re.sub(r"(?m)^start: \S+", f"start: {start}", plan.read_text(encoding="utf-8"))
        plan.write_text(text, encoding="utf-8")
        assert run(["apply"]) == 0
        engine = open_engine(f"sqlite:///{home}/.changeover/ledger.sqlite")
        shutil.copytree(home, home / "without-token", ignore=lambda *_: ["without-token"])
        with Door(engine, "acme-crm").write("token") as tx:
            secret = records.make_token(tx, "acme-crm", SIGNER, SIGNER, datetime.now(UTC))
        engine.dispose()
    return home, secret


@pytest.fixture
def applied(command: Command, folder: Path, recorded_once: tuple[Path, str]) -> Command:
    """Give the commands of a recorded rollout in which nobody has a token yet."""
    shutil.copytree(recorded_once[0] / "without-token", folder, dirs_exist_ok=True)
    return command


@pytest.fixture
def signed(
    command: Command,
    folder: Path,
    recorded_once: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Give the commands of who signs, with their token."""
    shutil.copytree(recorded_once[0], folder, dirs_exist_ok=True)
    monkeypatch.setenv("CHANGEOVER_TOKEN", recorded_once[1])
    return command


@pytest.fixture
def door(folder: Path) -> Iterator[Door]:
    """Give the ledger the commands write to."""
    engine = open_engine(f"sqlite:///{folder}/.changeover/ledger.sqlite")
    yield Door(engine, "acme-crm")
    engine.dispose()
