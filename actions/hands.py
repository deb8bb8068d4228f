"""The hands a flow works with: every verb by name, keys in, primitives out.

`PlainHands` calls the actions as they are; `tasks.hands` calls them as Prefect tasks. The order
of a day (`flows.order`) is written once over both.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from actions.desk import TICK, Desk, at_desk, give_back, lease_seconds, take_lease
from actions.outcome import Outcome
from archive.errors import ArchiveError
from connectors.errors import OutsideError
from ledger.leases import BusyError, Lease
from ledger.steps import PausedError, WithheldError
from rollout.agenda import Today, agenda, ends, needs
from rollout.keeping import keeper_mails
from rollout.phases import State
from rollout.snapshot import Snapshot


class Verb(StrEnum):
    """What hands can do; each is a module of `actions`."""

    RECONCILE = "reconcile"
    CARRY_OUT_ORDERS = "carry_out_orders"
    SYNC_PEOPLE = "sync_people"
    COLLECT_FEEDBACK = "collect_feedback"
    BACK_UP_OLD_SYSTEM = "back_up_old_system"
    CREATE_ACCOUNTS = "create_accounts"
    ACTIVATE_ACCOUNTS = "activate_accounts"
    RUN_TRAINING = "run_training"
    SEND_NOTICES = "send_notices"
    UNDO_STEPS = "undo_steps"
    MOVE_PHASE = "move_phase"
    JUDGE_PHASE = "judge_phase"
    MOVE_DATES = "move_dates"
    EXPORT_OLD_SYSTEM = "export_old_system"
    PROBE_OLD_SYSTEM = "probe_old_system"
    RETIRE_OLD_SYSTEM = "retire_old_system"
    ASK_APPROVERS = "ask_approvers"
    INVITE_KEEPER = "invite_keeper"


WITHHELD = frozenset(Verb) - {
    Verb.RECONCILE,
    Verb.CARRY_OUT_ORDERS,
    Verb.SYNC_PEOPLE,
    Verb.COLLECT_FEEDBACK,
    Verb.PROBE_OLD_SYSTEM,
    Verb.SEND_NOTICES,
}
"""What is not done while every mail goes to one address; the overview says so."""

_FUNCTIONS = {Verb.RETIRE_OLD_SYSTEM: "retire"}
"""Verbs whose module or function bears another name."""


@dataclass(frozen=True)
class Did:
    """What came of a verb, in words and counts that may be shown anywhere."""

    words: tuple[str, ...] = ()
    done: int = 0
    refused: int = 0
    unknown: int = 0
    skipped: int = 0
    unreachable: int = 0
    """Steps nobody could be reached for: nothing happened, and trying again may help."""
    verdict: str | None = None
    """Of judging: advance, hold, pause, roll_back or nothing; of the old system's end: retired."""
    report: str = ""
    """Markdown."""
    needs: tuple[str, ...] = ()
    """What a person must see to."""
    to_export: bool = False
    """The old system is to be exported, beside the ticks, under a lease of its own."""

    @property
    def counts(self) -> str:
        """Say the counts that are not nothing."""
        names = ("done", "refused", "unknown", "skipped", "unreachable")
        said = [f"{getattr(self, n)} {n}" for n in names if getattr(self, n)]
        return ", ".join(said) or "nothing to do"


class Hands(Protocol):
    """What the order of a day asks for."""

    def take_lease(self, rollout: str) -> int | None:
        """Take the right to work; the fencing token, None where another worker is at work."""

    def give_back(self, rollout: str, lease: int) -> None:
        """Give it back."""

    def agenda(self, rollout: str, now: datetime) -> list[Today]:
        """Give every phase's day."""

    def needs(self, rollout: str, now: datetime) -> list[str]:
        """Say what goes no further without a person."""

    def ends(self, rollout: str) -> bool:
        """Whether the old system's end is at hand."""

    def keeps(self, rollout: str, now: datetime) -> bool:
        """Whether the archive is to be handed over to who looks after it."""

    def do(self, verb: Verb, rollout: str, phase: str | None, now: datetime, lease: int) -> Did:
        """Do one thing; what could not be reached comes back in `needs`, not as an error."""

    def export(self, rollout: str, now: datetime) -> Did:
        """Export the old system, however long it takes; the tick's lease is not held meanwhile."""

    def show(self, rollout: str, now: datetime) -> None:
        """Show the rollout as it is now."""


def lease_of(rollout: str, token: int) -> Lease:
    """Give the tick's lease by its token; it is renewed for as long as it was taken."""
    return Lease(rollout, TICK, token, lease_seconds())


def call(verb: Verb, desk: Desk, phase: str | None, now: datetime) -> Did:
    """Call a verb's plain function; errors from outside pass through."""
    if desk.only_to is not None and verb in WITHHELD:
        return Did()
    module = importlib.import_module(f"actions.{verb}")
    function = getattr(module, _FUNCTIONS.get(verb, verb))
    return told(function(desk, now) if phase is None else function(desk, phase, now))


def told(came: Any) -> Did:  # noqa: ANN401 - each action gives its own kind of value
    """Say in primitives what an action gave."""
    if isinstance(came, Outcome):
        counts = (came.done, came.refused, came.unknown, came.skipped, came.unreachable)
        short = came.refused or came.unknown or came.unreachable
        return Did(came.words, *counts, needs=came.words if short else ())
    if isinstance(came, list | tuple):
        return Did(tuple(str(word) for word in came))
    if hasattr(came, "verdict"):
        needs_one = (came.headline,) if came.needs_person else ()
        nothing = came.verdict == "nothing"
        said = () if nothing else (came.headline,)
        return Did(said, verdict=str(came.verdict), report=came.report, needs=needs_one)
    words = came.words if isinstance(came.words, str) else "; ".join(came.words)
    said = (words,) if words else ()
    wanted = getattr(came, "to_export", False)
    report = str(getattr(came, "report", ""))
    needs_one = said if came.needs_person else ()
    moved = bool(getattr(came, "moved", False))
    ended = "retired" if moved and came.state is State.RETIRED else None
    return Did(said, moved, verdict=ended, needs=needs_one, to_export=wanted, report=report)


def reporting(work: Callable[[], Did]) -> Did:
    """Do some work; what a person must mend, or the next tick tries again, comes back in words."""
    from actions.send_notices import TooManyError  # noqa: PLC0415 - templates, only where used

    try:
        return work()
    except PausedError as error:
        words = f"{error} was paused meanwhile; nothing more starts"
    except WithheldError as error:
        words = f"where mails go was changed meanwhile; {error} waits for the next tick"
    except BusyError as error:
        return Did((str(error),))
    except (OutsideError, TooManyError, ArchiveError) as error:
        words = f"{type(error).__name__}: {error}"
    return Did((words,), needs=(words,))


def discreet(words: str) -> str:
    """Take addresses out of words that Prefect keeps and shows."""
    return _ADDRESS.sub("(an address)", words)


_ADDRESS = re.compile(r"[^\s@<>\"',;:(]+@[^\s@<>\"',;:)]+")


class PlainHands:
    """Hands without an engine, at one desk or at one opened for each call."""

    def __init__(self, desk: Desk | None = None, url: str | None = None) -> None:
        """Keep the desk to work at; without one, each call opens its own by the rollout's name."""
        self._desk = desk
        self._url = url
        self._days: tuple[Snapshot, datetime, list[Today]] | None = None

    @contextmanager
    def _at(self, rollout: str, lease: Lease | None = None) -> Iterator[Desk]:
        if self._desk is not None:
            yield replace(self._desk, lease=lease)
            return
        with at_desk(rollout, lease, self._url) as desk:
            yield desk

    def take_lease(self, rollout: str) -> int | None:
        """Take the tick's lease."""
        taken = self.taken(rollout)
        return None if taken is None else taken.token

    def taken(self, rollout: str, run: str = "") -> Lease | None:
        """Take the tick's lease for a run; None where another worker has it."""
        with self._at(rollout) as desk:
            try:
                return take_lease(replace(desk, run=run))
            except BusyError:
                return None

    def give_back(self, rollout: str, lease: int) -> None:
        """Give the tick's lease back."""
        with self._at(rollout) as desk:
            give_back(desk, lease_of(rollout, lease))

    def agenda(self, rollout: str, now: datetime) -> list[Today]:
        """Give every phase's day."""
        with self._at(rollout) as desk:
            seen, last = desk.look(), self._days
            if last is None or last[0] is not seen or last[1] != now:
                last = self._days = (seen, now, agenda(desk.plan, seen, now))
            return last[2]

    def needs(self, rollout: str, now: datetime) -> list[str]:
        """Say what goes no further without a person."""
        with self._at(rollout) as desk:
            return needs(desk.plan, desk.look(), now)

    def ends(self, rollout: str) -> bool:
        """Whether the old system's end is at hand."""
        with self._at(rollout) as desk:
            return ends(desk.plan, desk.look())

    def keeps(self, rollout: str, now: datetime) -> bool:
        """Whether the archive is to be handed over, or taken back."""
        with self._at(rollout) as desk:
            seen = desk.look()
            return seen.only_to is None and bool(keeper_mails(desk.plan, seen, now))

    def do(self, verb: Verb, rollout: str, phase: str | None, now: datetime, lease: int) -> Did:
        """Do one thing."""

        def work() -> Did:
            with self._at(rollout, lease_of(rollout, lease)) as desk:
                return call(verb, desk, phase, now)

        return reporting(work)

    def export(self, rollout: str, now: datetime) -> Did:
        """Export the old system."""

        def work() -> Did:
            with self._at(rollout) as desk:
                return call(Verb.EXPORT_OLD_SYSTEM, desk, None, now)

        return reporting(work)

    def show(self, rollout: str, now: datetime) -> None:
        """Show nothing: without an engine the ledger is looked at directly."""
