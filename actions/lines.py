"""Several lines to the relay at once, each a thread; what they did is committed for all together.

A line goes on with a mail only once its ON_WIRE mark is durable. The mark travels with the outcome
of the line's mail before, and with whatever the other lines have to say by then: so at most one
mail a line is of unknown fate after a crash, and a commit serves many mails.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from queue import Empty, SimpleQueue

from actions.desk import Desk
from actions.outcome import Outcome
from connectors.errors import FateUnknown, Misconfigured, Refused, Unreachable
from connectors.ports import Line
from ledger import steps as ledger_steps
from ledger.steps import Mark, PausedError
from rollout.steps import Step, StepState

UNREACHABLE_AT_MOST = 3
"""Tries in a row that reached nobody, after which a line gives up: the rest waits for a tick."""
BEATS = 3
"""How often within its time the lease is renewed, while lines only wait."""

Compose = Callable[[Step], EmailMessage]
"""Writes the message of a step; ValueError where it cannot be written."""


@dataclass
class _Word:
    """What a line has to say: how its last mail ended, and which it would send next."""

    marks: list[Mark]
    next: Step | None
    may: bool = False
    heard: threading.Event = field(default_factory=threading.Event)


class Lines:
    """One mailing over several lines; used once."""

    def __init__(
        self, desk: Desk, steps: Iterable[Step], compose: Compose, now: datetime, *, undoing: bool
    ) -> None:
        """Take the claimed steps."""
        self._desk = desk
        self._compose = compose
        self._now = now
        self._undoing = undoing
        self._todo = deque(steps)
        self._words: SimpleQueue[_Word] = SimpleQueue()
        self._over = False
        self._errors: list[BaseException] = []
        self._ended: dict[str, tuple[StepState, str]] = {}

    def run(self, count: int) -> Outcome:
        """Send everything over `count` lines; raises what stopped it, after all lines ended."""
        threads = [threading.Thread(target=self._line, name=f"line-{n}") for n in range(count)]
        # Opened here: a port opens what it needs when it is first asked for, and not twice.
        _ = self._desk.outside.post
        for thread in threads:
            thread.start()
        try:
            self._listen(count)
        finally:
            self._over = True
            self._turn_away()
            for thread in threads:
                thread.join()
        if self._errors:
            raise self._errors[0]
        for step in self._todo:
            self._ended[step.key] = (StepState.PLANNED, "no line to the relay was left")
        return Outcome.of((key, state, why) for key, (state, why) in self._ended.items())

    def _listen(self, lines: int) -> None:
        """Commit what lines say, all that is there at once, until each has said its last."""
        beat, cost = self._desk.held().seconds / BEATS, 0.0
        while lines:
            said: list[_Word] = []
            with contextlib.suppress(Empty):
                said.append(self._words.get(timeout=beat))
                # The dearer a commit, the longer it pays to wait for others to share the next.
                until = time.monotonic() + cost / 2
                while len(said) < lines:
                    left = max(0.0, until - time.monotonic())
                    said.append(self._words.get(timeout=left))
            begun = time.monotonic()
            try:
                self._commit(said)
            finally:
                cost = time.monotonic() - begun
                for word in said:
                    word.heard.set()
            lines -= sum(word.next is None for word in said)

    def _commit(self, said: list[_Word]) -> None:
        """Record outcomes and the marks of what goes on the wire; the lease must hold.

        Nothing more goes on the wire once the rollout is paused.
        """
        held = self._desk.held()
        with self._desk.door.write("on-wire") as tx:
            paused = ledger_steps.is_paused(tx, held.rollout) and not self._undoing
            going = [] if paused else [word for word in said if word.next is not None]
            marks = [mark for word in said for mark in word.marks]
            on_wire = [(w.next.key, StepState.ON_WIRE, "") for w in going if w.next is not None]
            ledger_steps.mark(tx, held, [*marks, *on_wire], self._now)
        self._ended |= {key: (state, why) for key, state, why in marks}
        if paused:
            self._stop(PausedError(held.rollout))
        for word in going:
            word.may = not self._over

    def _stop(self, error: BaseException) -> None:
        self._over = True
        self._errors.append(error)

    def _turn_away(self) -> None:
        """Tell lines that wait for a word that there will be none."""
        with contextlib.suppress(Empty):
            while True:
                self._words.get_nowait().heard.set()

    def _say(self, marks: list[Mark], step: Step | None) -> bool:
        """Hand over what was done; whether the next may go on the wire."""
        word = _Word(marks, step)
        self._words.put(word)
        # Looked up now and then: whoever listens may have ended in between.
        while not word.heard.wait(timeout=1.0):
            if self._over and step is not None:
                return False
            if self._over:
                break
        return word.may

    def _line(self) -> None:
        """Be one line: send mail after mail until there is none."""
        marks: list[Mark] = []
        try:
            with ExitStack() as stack:
                self._send_all(stack, marks)
        except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
            self._stop(error)
        self._say(marks, None)

    def _send_all(self, stack: ExitStack, marks: list[Mark]) -> None:
        line: Line | None = None
        failures = 0
        while not self._over and failures < UNREACHABLE_AT_MOST:
            try:
                step = self._todo.popleft()
            except IndexError:
                return
            try:
                message = self._compose(step)
                line = line or stack.enter_context(self._desk.outside.post.line())
            except (ValueError, Refused) as error:
                marks.append((step.key, StepState.REFUSED, str(error)))
                continue
            except Unreachable as error:
                marks.append((step.key, StepState.PLANNED, str(error)))
                failures += 1
                continue
            if not self._say([*marks], step):
                # Its mark may be durable all the same, and nothing was sent.
                marks.append((step.key, StepState.PLANNED, "stopped before it was sent"))
                return
            marks.clear()
            state, why = self._sent(line, step, message, marks)
            marks.append((step.key, state, why))
            failures = failures + 1 if state is StepState.PLANNED else 0
            if state in {StepState.PLANNED, StepState.UNKNOWN}:
                line = None
                stack.close()

    def _sent(
        self, line: Line, step: Step, message: EmailMessage, marks: list[Mark]
    ) -> tuple[StepState, str]:
        """Hand a mail over; how that ended."""
        try:
            line.send(message)
        except Refused as error:
            return StepState.REFUSED, str(error)
        except Unreachable as error:
            return StepState.PLANNED, str(error)
        except FateUnknown as error:
            return StepState.UNKNOWN, str(error)
        except Misconfigured as error:
            # No mail would be taken, and this one was not.
            marks.append((step.key, StepState.PLANNED, str(error)))
            raise
        return StepState.DONE, "sent"
