"""A real PostgreSQL server for the tests, one for each test process, on a free loopback port."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql

ROLE = "changeover"
START_TRIES = 5
START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Nothing of a test need survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Servers keep the time of where they stand; ours must not depend on it.
    "timezone": "America/Paramaribo",
    "log_min_messages": "warning",
}


class NotStartedError(Exception):
    """PostgreSQL stopped again before it answered, for instance as its port was just taken."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of the server, as its superuser, in the database `postgres`."""
    binaries = _binaries()
    if binaries is None:
        not_to_be_had("no PostgreSQL server here; on Debian: apt-get install postgresql")
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        not_to_be_had("PostgreSQL refuses to run as root, and setpriv (util-linux) is missing")
    with tempfile.TemporaryDirectory(prefix="changeover-postgres-") as name:
        folder = Path(name)
        password = secrets.token_hex(16)
        _create(binaries, folder, password)
        with _running(binaries, folder, password) as url:
            yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of a database that is empty and this test's own."""
    with fresh_database(postgres_url) as url:
        yield url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Create an empty database on the server of this URL; drop it, whoever is still in it."""
    name = f"test_{secrets.token_hex(8)}"
    base = server.removeprefix("postgresql+psycopg").rpartition("/")[0]
    with psycopg.connect(f"postgresql{base}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg{base}/{name}"
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


def not_to_be_had(why: str) -> NoReturn:
    """Skip loudly on a developer's machine; fail where CI is set, so that it is never green."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(why)
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")


def _binaries() -> Path | None:
    """Give the newest server's folder; Debian keeps each version's out of the PATH."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    on_path = shutil.which("initdb")
    if newest is None and on_path:
        newest = Path(on_path).resolve()
    return newest.parent if newest else None


def _owner() -> pwd.struct_passwd:
    """Whose the server is: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _as_owner(*command: str | Path) -> list[str]:
    """Run as the owner, and stop (fast shutdown) when the test process dies by any cause."""
    words = [str(word) for word in command]
    if not shutil.which("setpriv"):
        return words
    become = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        owner = _owner()
        become += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    return [*become, *words]


def _create(binaries: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if os.geteuid() == 0:
        owner = _owner()
        for path in (folder, secret):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    options = ["--auth=password", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    run = subprocess.run(
        _as_owner(
            *(binaries / "initdb", "-D", folder / "data", "-U", ROLE),
            *(f"--pwfile={secret}", *options),
        ),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"initdb in {folder} failed:\n{run.stdout}{run.stderr}"


@contextmanager
def _running(binaries: Path, folder: Path, password: str) -> Iterator[str]:
    for _ in range(START_TRIES):
        port = _free_port()
        url = f"://{ROLE}:{password}@127.0.0.1:{port}/postgres"
        process = _start(binaries, folder, port)
        try:
            _wait_until_it_answers(process, f"postgresql{url}")
        except NotStartedError:
            continue
        try:
            yield f"postgresql+psycopg{url}"
        finally:
            process.send_signal(2)  # SIGINT: disconnect everybody and shut down
            process.wait(START_SECONDS)
        return
    log = (folder / "log").read_text()
    pytest.fail(f"PostgreSQL did not start in START_TRIES = {START_TRIES} tries:\n{log}")


def _start(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    options = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    flags = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            _as_owner(binaries / "postgres", "-D", folder / "data", *flags),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotStartedError
        with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5):
            return
        time.sleep(0.05)
    process.kill()
    process.wait(START_SECONDS)
    raise NotStartedError


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
