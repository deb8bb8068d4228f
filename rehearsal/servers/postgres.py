"""A real PostgreSQL server of its own, on a free port of loopback, gone with its process."""

import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from rehearsal.servers.process import free_port

ROLE = "changeover"
START_TRIES = 5
START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Nothing of a rehearsal need survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Servers keep the time of where they stand; ours must not depend on it.
    "timezone": "America/Paramaribo",
    "log_min_messages": "warning",
}


class NotHereError(Exception):
    """No PostgreSQL server can be started here. The message says what to install."""


class NotStartedError(Exception):
    """PostgreSQL stopped again before it answered, for instance as its port was just taken."""


@contextmanager
def postgres(folder: Path, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server with its data in an empty folder; gives its SQLAlchemy URL, as superuser.

    `more`: settings of postgresql.conf. Raises NotHereError where Debian's postgresql is missing.
    """
    binaries = _binaries()
    if binaries is None:
        raise NotHereError("no PostgreSQL server here; on Debian: apt-get install postgresql")
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        raise NotHereError("PostgreSQL refuses to run as root, and setpriv (util-linux) is missing")
    password = secrets.token_hex(16)
    _create(binaries, folder, password)
    with _running(binaries, folder, password, {**SETTINGS, **(more or {})}) as url:
        yield url


def restart(folder: Path) -> None:
    """Stop the server of a folder in the middle of everything, and start it again at its address.

    `pg_ctl restart -m immediate`: sessions end at once, nothing is flushed, and it recovers.
    """
    _control(folder, "restart", "-m", "immediate", "-l", folder / "data" / "log")


def _control(folder: Path, *words: str | Path) -> None:
    binaries = _binaries()
    if binaries is None:
        raise NotHereError("PostgreSQL is gone from here")
    command = _as_owner(binaries / "pg_ctl", "-D", folder / "data", "-w", *words)
    # Its output is not caught: the server it starts would keep the pipe open.
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


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
    if run.returncode:
        raise NotStartedError(f"initdb in {folder} failed:\n{run.stdout}{run.stderr}")


@contextmanager
def _running(
    binaries: Path, folder: Path, password: str, settings: Mapping[str, str]
) -> Iterator[str]:
    for _ in range(START_TRIES):
        port = free_port()
        url = f"://{ROLE}:{password}@127.0.0.1:{port}/postgres"
        process = _start(binaries, folder, port, settings)
        try:
            _wait_until_it_answers(process, f"postgresql{url}")
        except NotStartedError:
            continue
        try:
            yield f"postgresql+psycopg{url}"
        finally:
            process.send_signal(2)  # SIGINT: disconnect everybody and shut down
            process.wait(START_SECONDS)
            if (folder / "data" / "postmaster.pid").exists():  # another one, of a restart
                _control(folder, "stop", "-m", "fast")
        return
    log = (folder / "log").read_text()
    raise NotStartedError(f"PostgreSQL did not start in START_TRIES = {START_TRIES} tries:\n{log}")


def _start(
    binaries: Path, folder: Path, port: int, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    options = {**settings, "port": str(port), "unix_socket_directories": str(folder)}
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
