"""Failpoints: numbered places around every commit and every outward call, where a worker may die.

They come in by the ledger's door and by wrapping ports: no lower room knows of them.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from actions.desk import Desk
from connectors.opening import Outside
from ledger.door import Door

Pass = Callable[[str], None]

PORTS = ("directory", "accounts", "post", "old", "activity", "attendance", "answers", "tickets")
_LINE = "line"


@dataclass
class Failpoints:
    """Counts the places a process passes, and kills it at one of them: no farewell, no flush."""

    kill_at: int | None = None
    """Number of the place to die at, 1 is the first; None: only count."""
    passed: list[str] = field(default_factory=list)
    """Names in the order they were passed."""
    _alone: Lock = field(default_factory=Lock, repr=False)
    """Threads pass places too."""

    def __call__(self, place: str) -> None:
        """Pass a place."""
        with self._alone:
            self.passed.append(place)
            if len(self.passed) == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A port whose every call passes a failpoint before and after; a mail line is watched too."""

    def __init__(self, port: object, name: str, passing: Pass) -> None:
        """Keep the port, and what it is called."""
        self._port = port
        self._name = name
        self._pass = passing

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - whatever the port has
        """Give what the port has; a method comes with its two places."""
        found = getattr(self._port, attribute)
        if not callable(found) or attribute.startswith("_"):
            return found

        def call(*given: object, **named: object) -> object:
            self._pass(f"{self._name}.{attribute}:before")
            try:
                came = found(*given, **named)
            finally:
                self._pass(f"{self._name}.{attribute}:after")
            return self._watched_line(came) if attribute == _LINE else came

        return call

    @contextmanager
    def _watched_line(self, opened: AbstractContextManager[object]) -> Iterator["Watched"]:
        with opened as line:
            yield Watched(line, f"{self._name}.{_LINE}", self._pass)


def watched(desk: Desk, passing: Pass) -> Desk:
    """Give the same desk with a failpoint around every commit and every outward call."""
    door = Door(desk.door.engine, desk.rollout, passing)
    return replace(desk, door=door, outside=_outside(desk.outside, passing))


def _outside(outside: Outside, passing: Pass) -> Outside:
    openers = {
        f"open_{name}": _opener(getattr(outside, f"open_{name}"), name, passing) for name in PORTS
    }
    hook = outside.hook
    return replace(outside, **openers, hook=lambda s: Watched(hook(s), "hook", passing))


def _opener(opening: Callable[[], object], name: str, passing: Pass) -> Callable[[], Any]:
    def opened() -> object:
        port = opening()
        return None if port is None else Watched(port, name, passing)

    return opened
