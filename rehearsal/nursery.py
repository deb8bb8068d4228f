"""A nursery of workers: a warm process whose children live mornings, and die where they are told.

`python -m rehearsal.nursery` reads `FOLDER KILL_AT TRIES` a line (KILL_AT 0: nowhere) and answers
each with the child's exit code. Forking a warm process saves the seconds an import takes.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import actions
import connectors
from rehearsal.failpoints import Failpoints
from rehearsal.six_people import SixPeople, go_on

DONE, FAILED, BUSY = 0, 1, 3
KILLED = -9
"""Exit codes of a child; a negative one is the signal that ended it."""
COMMAND = (sys.executable, "-m", "rehearsal.nursery")
PASSED = "passed"


def live(folder: Path, kill_at: int | None, tries: int) -> int:
    """Be one worker, in this process: live what is left; its places are written to `passed`."""
    points = Failpoints(kill_at)
    try:
        over = go_on(SixPeople.load(folder), points, tries)
    except Exception:  # noqa: BLE001 - whatever it was, it stands in the log
        traceback.print_exc()
        return FAILED
    (folder / PASSED).write_text("\n".join(points.passed), encoding="utf-8")
    return DONE if over else BUSY


def serve() -> None:
    """Fork a child for each line, one after another, until the input ends."""
    for package in (actions, connectors):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for line in sys.stdin:
        folder, kill_at, tries = line.rsplit(maxsplit=2)
        child = os.fork()
        if child == 0:
            code = live(Path(folder), int(kill_at) or None, int(tries))
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Nursery:
    """A running nursery; as a context it is closed."""

    def __init__(self, log: Path, command: Sequence[str] = COMMAND) -> None:
        """Start it; what its children complain of goes to the log."""
        self._log = log
        with log.open("ab") as complaints:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True
            )

    def child(self, folder: Path, kill_at: int | None = None, tries: int = 0) -> int:
        """Let a child live the mornings of a world; gives its exit code."""
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise RuntimeError("the nursery was started without pipes")
        to.write(f"{folder} {kill_at or 0} {tries}\n")
        to.flush()
        answer = back.readline()
        code = int(answer) if answer.strip() else FAILED
        if code == FAILED:
            tail = self._log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"a child failed in {folder}\n{tail}")
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(30)


if __name__ == "__main__":
    serve()
