"""Who holds a lease: a process of some machine, and the run it is at work for."""

import os
import re
import socket
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

HOST_CHARACTERS = 60
_WRITTEN = re.compile(r"(?P<name>\S+/(?P<pid>\d+)) (?P<born>\d+)@(?P<place>\S+)(?: (?P<run>\S+))?")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, so described that another one on the same machine can tell whether it lives."""

    name: str
    """`host/pid`, for people."""
    pid: int
    born: str
    """When it began, in clock ticks since the machine's start: a number may be used again."""
    place: str
    """Machine, its start and its process namespace; empty where that cannot be known."""
    run: str = ""
    """Id of the Prefect run it works for; empty without the engine."""

    def __str__(self) -> str:
        """Write it as the ledger keeps it."""
        return f"{self.name} {self.born}@{self.place or '-'} {self.run}".strip()

    @property
    def is_gone(self) -> bool:
        """Whether its process is certainly over; False wherever that cannot be known.

        A process of another machine, another container or an earlier start of this machine may
        live for all we know. A zombie is over: some containers never bury theirs.
        """
        if not self.place or self.place != _here():
            return False
        try:
            os.kill(self.pid, 0)
            state, born = _stat(self.pid)
        except (ProcessLookupError, FileNotFoundError):
            return True
        except (OSError, ValueError, IndexError):
            return False
        return state in "ZX" or born != self.born


def this_process(run: str = "") -> Holder:
    """Give the process that calls."""
    pid = os.getpid()
    name = f"{socket.gethostname()[:HOST_CHARACTERS]}/{pid}"
    try:
        return Holder(name, pid, _stat(pid)[1], _here(), run)
    except (OSError, ValueError, IndexError):  # no /proc
        return Holder(name, pid, "0", "", run)


def holder_of(written: str) -> Holder | None:
    """Read a holder as the ledger keeps it; None for one that says no more than a name."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    place = "" if found["place"] == "-" else found["place"]
    return Holder(found["name"], int(found["pid"]), found["born"], place, found["run"] or "")


def _stat(pid: int) -> tuple[str, str]:
    """Give a process's state and start (proc(5): fields 3 and 22; the name may hold blanks)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], fields[19]


@cache
def _here() -> str:
    """Name this machine's present start and process namespace; empty where /proc tells neither."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return sha256(f"{socket.gethostname()} {boot} {space}".encode()).hexdigest()[:16]
