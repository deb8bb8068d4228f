"""`./dev bench up`: seconds until `changeover up` says it is up, in a new folder and in a used one.

In a new folder Prefect makes its database, by all its migrations. The machine's other work counts:
these are seconds on the clock.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROUNDS = 3
SECONDS = 15.0
"""The goal."""
CHANGEOVER = str(Path(sys.executable).with_name("changeover"))


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; 1 where the goal was missed."""
    parser = argparse.ArgumentParser(prog="./dev bench up", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args(arguments).rounds
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "CHANGEOVER_"))}
    new, used = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="changeover-bench-") as name:
            folder = Path(name)
            for words in (("init", "--timeline", "phased"), ("apply",)):
                command = [CHANGEOVER, *words]
                subprocess.run(command, cwd=folder, env=ours, stdout=subprocess.DEVNULL, check=True)
            new.append(seconds_until_up(folder, ours))
            used.append(seconds_until_up(folder, ours))
    print(f"in a new folder: {median(new):.1f} s (the goal is {SECONDS:.0f})")
    print(f"in a used one:   {median(used):.1f} s")
    return 0 if median(new) <= SECONDS else 1


def seconds_until_up(folder: Path, environment: Mapping[str, str]) -> float:
    """Start it, wait until it says that it is up, and end it; CalledProcessError where it fails."""
    began = time.monotonic()
    command = [CHANGEOVER, "up"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        said = process.stdout.readline() if process.stdout else ""
        took = time.monotonic() - began
        process.send_signal(signal.SIGINT)
    if process.returncode or " is up after " not in said:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return took
