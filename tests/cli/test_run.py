"""Asking for a run where no Prefect server is there to take it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command

NOBODY = "http://127.0.0.1:9/api"


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Prefect's settings are those of a machine that has none."""
    monkeypatch.setenv("PREFECT_HOME", str(folder / "prefect-home"))


@pytest.mark.usefixtures("quiet", "applied")
def test_without_a_server_one_line_says_how_to_have_one_and_none_is_started(
    folder: Path,
) -> None:
    program = [sys.executable, "-c", "from cli.main import main; main()", "run", "core-team"]
    done = subprocess.run(
        program, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "changeover up" in done.stderr
    assert not (folder / "prefect-home" / "prefect.db").exists()


def test_a_server_that_does_not_answer_is_named(
    applied: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", NOBODY)
    said = applied("run", "core-team")
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert NOBODY in said.err


def test_the_address_an_up_left_behind_is_tried_and_named(applied: Command, folder: Path) -> None:
    home = folder / ".changeover" / "prefect"
    home.mkdir(parents=True)
    (home / "api-address").write_text(f"{NOBODY}\n", encoding="utf-8")
    assert NOBODY in applied("run", "core-team").err


def test_an_unknown_phase_names_those_there_are(applied: Command) -> None:
    said = applied("run", "nobody")
    assert said.err == (
        "there is no phase nobody; there is early-adopters, core-team, remaining-users\n"
    )
