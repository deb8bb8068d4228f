"""A holder's process: alive, gone, or unknown."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from ledger import leases
from ledger.door import Door
from ledger.holders import holder_of, this_process


def another() -> tuple["subprocess.Popen[bytes]", str]:
    """Start a process that says who it is, and waits."""
    code = "from ledger.holders import this_process as p; print(p('run-7'), flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, process.stdout.readline().decode().strip()


def take(door: Door, holder: str, purpose: str = "tick") -> leases.Lease:
    with door.write("lease") as tx:
        return leases.acquire(tx, "acme", purpose, holder, 600)


def test_a_killed_holders_lease_is_taken_at_once_and_its_run_is_known(door: Door) -> None:
    process, written = another()
    with process:
        held = take(door, written)
        assert held.left_by == ""
        with pytest.raises(leases.BusyError, match=f"{process.pid} is at work on acme"):
            take(door, "next")
        with door.read() as tx:
            assert leases.kept(tx, "acme", "tick") == leases.Keeping("run-7", alive=True)
        os.kill(process.pid, signal.SIGKILL)
        # Nobody has asked for its exit code yet: a zombie is over.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with door.read() as tx:
            assert leases.kept(tx, "acme", "tick") == leases.Keeping("run-7", alive=False)
        taken = take(door, str(this_process("run-8")))
    assert (taken.token, taken.left_by) == (held.token + 1, "run-7")
    with pytest.raises(leases.LeaseLostError), door.write("late") as tx:
        leases.renew(tx, held)


def test_what_was_given_back_was_left_by_nobody(door: Door) -> None:
    held = take(door, str(this_process("run-8")))
    with door.write("release") as tx:
        leases.release(tx, held)
        assert leases.kept(tx, "acme", "tick") is None
    assert take(door, "next").left_by == ""


def test_of_another_machines_process_nothing_is_known() -> None:
    process, written = another()
    process.kill()
    process.communicate()
    found = holder_of(written)
    assert found is not None
    assert found.is_gone
    assert not replace(found, place="elsewhere").is_gone
    assert not replace(found, place="").is_gone


def test_a_number_used_again_is_another_process() -> None:
    ours = this_process()
    assert holder_of(str(ours)) == ours
    assert not ours.is_gone
    assert replace(ours, born="1").is_gone


def test_words_that_are_no_holder_are_read_as_none() -> None:
    assert holder_of("somebody else") is None
