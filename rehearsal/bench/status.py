"""`./dev bench status`: what `changeover status` costs, against importing what it rests on.

Processor time of processes of their own, in turn: importing SQLAlchemy, pydantic and rich; and the
command, over the ledger of a rollout of 60 people whose core team is in its first week.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

from ledger.place import LEDGER_VARIABLE
from rehearsal.ground_memory import Memory
from rehearsal.rehearse import begin, mornings, secrets_of
from rehearsal.world import World

SEED, MORNINGS, ROUNDS = 1, 34, 21
TIMES = 2.0
"""The goal."""
IMPORTS = [sys.executable, "-c", "import sqlalchemy, pydantic, rich"]
STATUS = [str(Path(sys.executable).with_name("changeover")), "status"]


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; 1 where the goal was missed."""
    parser = argparse.ArgumentParser(prog="./dev bench status", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args(arguments).rounds
    with tempfile.TemporaryDirectory(prefix="changeover-bench-") as name:
        folder = Path(name)
        with World(folder, SEED, Memory()) as world, secrets_of(world):
            for _ in islice(mornings(world, begin(world)), MORNINGS):
                pass
        ours = os.environ | {LEDGER_VARIABLE: f"sqlite:///{folder}/ledger.sqlite"}
        # Without compiled files each would compile all it imports anew.
        ours.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in (IMPORTS, STATUS):
            seconds_of(command, ours)
        took = [(seconds_of(IMPORTS, ours), seconds_of(STATUS, ours)) for _ in range(rounds)]
    times = median(status / imports for imports, status in took)
    imports, status = (median(column) for column in zip(*took, strict=True))
    print(f"importing sqlalchemy, pydantic and rich: {imports:.3f} s of processor time")
    print(f"changeover status: {status:.3f} s, {times:.2f} times as much (the goal is {TIMES:.0f})")
    return 0 if times <= TIMES else 1


def seconds_of(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Give the processor time (s) that a command takes; CalledProcessError where it fails."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        _, code, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime
