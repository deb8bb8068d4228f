"""The life of a phase: its states, its named transitions, and where each may start.

The same pairs are refused again by the ledger's database (table `allowed_transition`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

DECOMMISSION = "decommission"


class State(StrEnum):
    """Where a phase, or the decommission, stands."""

    PLANNED = "planned"
    PREPARING = "preparing"
    READY = "ready"
    LIVE = "live"
    PASSED = "passed"
    PAUSED = "paused"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"
    ABANDONED = "abandoned"
    SKIPPED = "skipped"
    FROZEN = "frozen"
    PROVED = "proved"
    COOLING = "cooling"
    RETIRED = "retired"


_S = State
_STEADY = frozenset({_S.PLANNED, _S.PREPARING, _S.READY, _S.LIVE, _S.PASSED})
OVER = frozenset({_S.PASSED, _S.SKIPPED})
"""States of a phase that what comes after it does not wait for."""
_TOUCHED = frozenset({_S.PREPARING, _S.READY, _S.LIVE, _S.PASSED, _S.PAUSED})


class Verb(StrEnum):
    """The named transitions."""

    PREPARE = "prepare"
    BE_READY = "be_ready"
    LAUNCH = "launch"
    PASS_GATE = "pass_gate"  # noqa: S105 - a transition, not a secret
    PAUSE = "pause"
    RESUME = "resume"
    ROLL_BACK = "roll_back"
    FINISH_ROLL_BACK = "finish_roll_back"
    TRY_AGAIN = "try_again"
    ABANDON = "abandon"
    SKIP = "skip"
    FREEZE = "freeze"
    PROVE = "prove"
    COOL_OFF = "cool_off"
    GO_STALE = "go_stale"
    THAW = "thaw"
    RETIRE = "retire"


RULES: dict[Verb, tuple[frozenset[State], frozenset[State]]] = {
    Verb.PREPARE: (frozenset({_S.PLANNED}), frozenset({_S.PREPARING})),
    Verb.BE_READY: (frozenset({_S.PREPARING}), frozenset({_S.READY})),
    Verb.LAUNCH: (frozenset({_S.READY}), frozenset({_S.LIVE})),
    Verb.PASS_GATE: (frozenset({_S.LIVE}), frozenset({_S.PASSED})),
    Verb.PAUSE: (_STEADY, frozenset({_S.PAUSED})),
    Verb.RESUME: (frozenset({_S.PAUSED}), _STEADY),
    Verb.ROLL_BACK: (_TOUCHED, frozenset({_S.ROLLING_BACK})),
    Verb.FINISH_ROLL_BACK: (frozenset({_S.ROLLING_BACK}), frozenset({_S.ROLLED_BACK})),
    Verb.TRY_AGAIN: (frozenset({_S.ROLLED_BACK}), frozenset({_S.PREPARING})),
    Verb.ABANDON: (frozenset({_S.ROLLED_BACK}), frozenset({_S.ABANDONED})),
    Verb.SKIP: (
        frozenset({_S.PLANNED, _S.PREPARING, _S.READY, _S.LIVE, _S.PAUSED}),
        frozenset({_S.SKIPPED}),
    ),
    Verb.FREEZE: (frozenset({_S.PLANNED}), frozenset({_S.FROZEN})),
    Verb.PROVE: (frozenset({_S.FROZEN}), frozenset({_S.PROVED})),
    Verb.COOL_OFF: (frozenset({_S.PROVED}), frozenset({_S.COOLING})),
    Verb.GO_STALE: (frozenset({_S.PROVED, _S.COOLING}), frozenset({_S.FROZEN})),
    Verb.THAW: (frozenset({_S.FROZEN, _S.PROVED, _S.COOLING}), frozenset({_S.PLANNED})),
    Verb.RETIRE: (frozenset({_S.COOLING}), frozenset({_S.RETIRED})),
}
"""Verb -> states it may start in, states it may end in."""

_RETIRING = frozenset(
    {Verb.FREEZE, Verb.PROVE, Verb.COOL_OFF, Verb.GO_STALE, Verb.THAW, Verb.RETIRE}
)


class NotAllowedError(Exception):
    """A transition was asked for that may not start where the phase stands."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When a phase launches and is judged; None while that is open."""

    launch: date | None
    soak_ends_on: date | None
    sequence: int = 0
    """How often the dates have moved: the SEQUENCE of calendar updates (RFC 5545, 3.8.7.4)."""


@dataclass(frozen=True, slots=True)
class Move:
    """One transition to be recorded."""

    phase: str
    verb: Verb
    start: State
    end: State
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class PhaseNow:
    """Where a phase stands. Its methods give the moves it may make, and refuse the others."""

    name: str
    state: State
    attempt: int
    dates: Dates
    since: datetime
    paused_from: State | None = None
    moved_at: datetime | None = None
    """When its dates were last recorded; None where nobody kept that."""
    first_sequence: int = 0
    """Sequence of the dates its present attempt began with."""

    def move(self, verb: Verb, reason: str) -> Move:
        """Give a move; NotAllowedError says where it may start."""
        starts, ends = RULES[verb]
        if (verb in _RETIRING) != (self.name == DECOMMISSION) or self.state not in starts:
            places = ", ".join(sorted(starts))
            msg = f"{self.name} is {self.state}: {verb} may start only from {places}"
            raise NotAllowedError(msg)
        end = self.paused_from if verb is Verb.RESUME else next(iter(ends))
        if end is None or end not in ends:
            msg = f"{self.name} is paused, but nothing says from where; roll it back instead"
            raise NotAllowedError(msg)
        attempt = self.attempt + 1 if verb is Verb.TRY_AGAIN else self.attempt
        return Move(self.name, verb, self.state, end, attempt, reason)
