"""The door itself: which rollout, refusals in one line, and a process's exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import Engine, text

from cli.commands import ARCHIVE, COMMANDS, OF_ARCHIVES, app
from ledger.door import open_engine
from ledger.opening import MIGRATIONS
from tests.cli.conftest import Command


def test_without_a_ledger_one_line_says_what_to_do_and_none_is_made(
    command: Command, folder: Path
) -> None:
    for arguments in (("status",), ("history",), ("pause",), ("unknown", "list")):
        said = command(*arguments)
        assert (said.code, said.out) == (2, "")
        assert said.err == "no rollout is recorded in this ledger; `changeover apply` records one\n"
    assert not (folder / ".changeover").exists()


def test_which_rollout_is_asked_where_there_are_two(applied: Command, folder: Path) -> None:
    path = folder / "plan.yaml"
    text = path.read_text(encoding="utf-8").replace("rollout: acme-crm", "rollout: acme-two")
    path.write_text(text, encoding="utf-8")
    assert applied("apply").code == 0
    assert "acme-crm, acme-two" in applied("status").err
    assert applied("status", "--rollout", "acme-two").out.startswith("acme-two")
    assert applied("status", "--rollout", "acme-three").code == 2


LEFT_OUT = {"alembic", "jinja2", "pandas", "scipy", "fastapi", "prefect"}
"""Each takes as long to import as `status` may take in all, or a good part of it."""


def test_status_loads_no_more_than_it_needs(applied: Command, folder: Path) -> None:
    assert applied("status").code == 0
    script = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print(gc.get_freeze_count(), *sys.modules, file=sys.stderr))\n"
        "sys.argv = ['changeover', 'status']\n"
        "from cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    left_alone, *loaded = done.stderr.split()
    assert int(left_alone) > 0, "looking for garbage in what was loaded is a tenth of it"
    assert not LEFT_OUT.intersection(loaded)


def version(engine: Engine) -> str:
    with engine.connect() as tx:
        return str(tx.execute(text("select version_num from alembic_version")).scalar())


def test_a_ledger_of_an_earlier_version_is_brought_up_to_date(
    command: Command, folder: Path
) -> None:
    engine = open_engine(f"sqlite:///{folder}/.changeover/ledger.sqlite")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        upgrade(config, "0001")
    assert command("status").err.startswith("no rollout is recorded")
    assert version(engine) > "0001"
    engine.dispose()


def test_a_ledger_of_a_later_version_is_refused(applied: Command, folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder}/.changeover/ledger.sqlite")
    with engine.begin() as tx:
        tx.execute(text("update alembic_version set version_num = '9999'"))
    found = applied("status")
    assert found.code == 2
    assert found.err.startswith("this ledger is a later version's (9999): use the Changeover")
    engine.dispose()


def changeover(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
    return subprocess.run(
        program, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=False
    )


def test_as_a_process_a_refusal_is_a_line_and_exit_code_2(folder: Path) -> None:
    for arguments in (("status",), ("plan", "nowhere.yaml"), ("nonsense",), ("pause", "--what")):
        done = changeover(folder, *arguments)
        assert done.returncode == 2, done
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


def test_whoever_reads_no_further_is_told_of_no_fault() -> None:
    script = (
        "import os, sys\n"
        "reader, writer = os.pipe()\n"
        "os.close(reader)\n"
        "os.dup2(writer, 1)\n"
        "sys.argv = ['changeover', 'schema']\n"
        "from cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_command_line_that_is_wrong_is_told_how_in_two_lines(command: Command) -> None:
    for arguments, said in (
        (("approve",), "SUBJECT is missing"),
        (("resume",), "--reason is missing"),
        (("pause", "the line"), "not understood: the line"),
    ):
        found = command(*arguments)
        assert found.code == 2
        assert found.err == f"{said}\n`changeover {arguments[0]} --help` shows how\n"
    assert command("nonsense").err.endswith("\n`changeover --help` shows how\n")


def test_help_names_every_command(folder: Path) -> None:
    done = changeover(folder, "--help")
    assert done.returncode == 0, done.stderr
    for name in (*COMMANDS, ARCHIVE):
        assert name in done.stdout


def test_help_says_what_each_command_of_archives_does(command: Command) -> None:
    listed = command(ARCHIVE, "--help").out
    for name, (_, does) in OF_ARCHIVES.items():
        assert f"│ {name:<8} {does}" in listed  # in one line of a terminal
        told = app([ARCHIVE, name])[ARCHIVE][name]
        # Who asks for one is told all of it, and what each of its words means.
        assert told.help.startswith(str(told.default_command.__doc__).splitlines()[0][:20])
        for argument in told.assemble_argument_collection():
            assert argument.parameter.help, f"{name} {argument.name}"


def test_a_ledgers_address_needs_no_driver_and_names_a_kind_we_have(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, said in (
        ("postgresql://127.0.0.1:1/x", "the ledger does not answer (connection failed"),
        ("postgresql+psycopg2://127.0.0.1:1/x", "the ledger does not answer (connection failed"),
        ("mysql://127.0.0.1:1/x", "a ledger is kept in SQLite or PostgreSQL, not in mysql; mend"),
        ("ledger", "CHANGEOVER_LEDGER is no database address"),
    ):
        monkeypatch.setenv("CHANGEOVER_LEDGER", url)
        found = command("status")
        assert (found.code, len(found.err.splitlines())) == (2, 1)
        assert found.err.startswith(said)
