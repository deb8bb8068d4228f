"""A real MariaDB server of its own, on a free port of loopback, gone with its process."""

import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pymysql

from rehearsal.servers.process import free_port

ROLE = "changeover"
START_TRIES = 5
START_SECONDS = 60
SETTINGS = {
    "bind-address": "127.0.0.1",
    # Nothing of a rehearsal need survive a power cut.
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-log-file-size": "32M",
    "innodb-buffer-pool-size": "64M",
    "skip-name-resolve": "1",
    # Servers keep the time of where they stand; ours must not depend on it.
    "default-time-zone": "-03:00",
    # Neither must anything depend on what texts are kept in by default.
    "character-set-server": "latin1",
    "collation-server": "latin1_swedish_ci",
}


class NotHereError(Exception):
    """No MariaDB server can be started here. The message says what to install."""


class NotStartedError(Exception):
    """MariaDB stopped again before it answered, for instance as its port was just taken."""


@contextmanager
def mariadb(folder: Path, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server with its data in an empty folder; gives its SQLAlchemy URL, as superuser.

    `more`: settings of the server. Raises NotHereError where Debian's mariadb-server is missing.
    """
    server, creator = _found("mariadbd"), _found("mariadb-install-db")
    if server is None or creator is None:
        raise NotHereError("no MariaDB server here; on Debian: apt-get install mariadb-server")
    if not shutil.which("setpriv"):
        raise NotHereError("setpriv (util-linux) is missing, by which the server ends with us")
    password = secrets.token_hex(16)
    _create(creator, folder, password)
    with _running(server, folder, password, {**SETTINGS, **(more or {})}) as url:
        yield url


def _found(name: str) -> str | None:
    # Debian keeps servers where only root's PATH leads.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _owner() -> pwd.struct_passwd:
    """Whose the server is: MariaDB refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    with suppress(KeyError):
        return pwd.getpwnam("mysql")
    return pwd.getpwnam("nobody")


def _as_owner(*command: str) -> list[str]:
    """Run as the owner, and stop when the test process dies by any cause."""
    become = ["setpriv", "--pdeathsig", "TERM"]
    if os.geteuid() == 0:
        owner = _owner()
        become += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    return [*become, *command]


def _create(creator: str, folder: Path, password: str) -> None:
    """Make a server's own tables and one superuser, who comes in over loopback alone."""
    first = folder / "first.sql"
    first.write_text(
        f"CREATE USER IF NOT EXISTS '{ROLE}'@'127.0.0.1' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL ON *.* TO '{ROLE}'@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    if os.geteuid() == 0:
        owner = _owner()
        for path in (folder, first):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    options = ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]
    run = subprocess.run(
        _as_owner(creator, *options, f"--datadir={folder / 'data'}"),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise NotStartedError(f"{creator} in {folder} failed:\n{run.stdout}{run.stderr}")


@contextmanager
def _running(
    server: str, folder: Path, password: str, settings: Mapping[str, str]
) -> Iterator[str]:
    for _ in range(START_TRIES):
        port = free_port()
        process = _start(server, folder, port, settings)
        try:
            _wait_until_it_answers(process, port, password)
        except NotStartedError:
            continue
        try:
            yield f"mariadb+pymysql://{ROLE}:{password}@127.0.0.1:{port}/mysql"
        finally:
            process.terminate()
            process.wait(START_SECONDS)
        return
    log = (folder / "log").read_text()
    raise NotStartedError(f"MariaDB did not start in START_TRIES = {START_TRIES} tries:\n{log}")


def _start(
    server: str, folder: Path, port: int, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    options = {
        **settings,
        "datadir": str(folder / "data"),
        "port": str(port),
        "socket": str(folder / "socket"),
        "pid-file": str(folder / "pid"),
        "init-file": str(folder / "first.sql"),
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            _as_owner(server, "--no-defaults", *flags),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, password: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotStartedError
        with suppress(pymysql.err.OperationalError):
            pymysql.connect(host="127.0.0.1", port=port, user=ROLE, password=password).close()
            return
        time.sleep(0.1)
    process.kill()
    process.wait(START_SECONDS)
    raise NotStartedError
