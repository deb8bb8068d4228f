"""What a person may ask for, to be carried out by the next tick."""

import hashlib
import json
from enum import StrEnum

from rollout.overrides import Terms
from rollout.phases import OVER, NotAllowedError, PhaseNow, State, Verb
from rollout.skips import how_to_skip, skip
from rollout.snapshot import OrderNow, Snapshot

ROLLOUT = "rollout"
"""The target of an order that is about the whole rollout."""


class OrderKind(StrEnum):
    """Kinds of orders. Pausing is none: it acts at once."""

    RESUME = "resume"
    ROLL_BACK = "roll-back"
    TRY_AGAIN = "try-again"
    ABANDON = "abandon"
    SKIP = "skip"
    RETIRE = "retire"
    THAW = "thaw"
    OVERRIDE = "override"


_VERBS = {
    OrderKind.RESUME: Verb.RESUME,
    OrderKind.ROLL_BACK: Verb.ROLL_BACK,
    OrderKind.THAW: Verb.THAW,
    OrderKind.TRY_AGAIN: Verb.TRY_AGAIN,
    OrderKind.ABANDON: Verb.ABANDON,
}


def check_order(now: Snapshot, kind: OrderKind, target: str) -> None:
    """Refuse (NotAllowedError) what makes no sense where the rollout stands."""
    if kind is OrderKind.OVERRIDE:
        _check_override(now, Terms.read(target))
        return
    if any(o.kind == kind and o.target == target for o in now.orders):
        msg = f"{kind} of {target} is asked for already; the next tick carries it out"
        raise NotAllowedError(msg)
    if kind is OrderKind.RESUME and target == ROLLOUT:
        if not now.paused:
            msg = f"{now.rollout} is not paused; to resume a paused phase, name it"
            raise NotAllowedError(msg)
        return
    at = phase_of(now, target)
    if kind is OrderKind.RETIRE:
        _check_retire(now, at)
        return
    if kind is OrderKind.SKIP:
        skip(now, at, "asked for")
        return
    at.move(_VERBS[kind], "asked for")


def _check_retire(now: Snapshot, end: PhaseNow) -> None:
    """Refuse to ask for the end of what is off, or while anybody's phase is still to be passed.

    Asked for, it is announced to everybody who has moved; a day named so early would not hold.
    """
    if end.state is State.RETIRED:
        msg = "the old system is off already"
        raise NotAllowedError(msg)
    open_ = [p.name for p in now.phases.values() if p is not end and p.state not in OVER]
    if end.state is State.PLANNED and open_:
        msg = (
            f"not passed yet: {', '.join(open_)}; ask for the old system's end when they are. "
            "`changeover retire --look` shows all it waits for"
        )
        raise NotAllowedError(msg)


def _check_override(now: Snapshot, terms: Terms) -> None:
    """Refuse an override of a phase that is not at its gate, and a second of one finding.

    And any of a phase with nobody in it: that one is skipped, for nothing is shown by it.
    """
    phase_of(now, terms.phase).move(Verb.PASS_GATE, "asked for")
    if not now.members(terms.phase):
        msg = f"nobody is in {terms.phase}, so that it never passes; {how_to_skip(terms.phase)}"
        raise NotAllowedError(msg)
    for order in now.orders:
        if order.kind == OrderKind.OVERRIDE:
            known = Terms.read(order.target)
            if (known.phase, known.finding) == (terms.phase, terms.finding):
                msg = (
                    f"an override of {terms.finding} in {terms.phase} is asked for already "
                    f"(order {order.id}); `changeover status` says what it waits for"
                )
                raise NotAllowedError(msg)


def phase_of(now: Snapshot, name: str) -> PhaseNow:
    """Give where a phase stands; NotAllowedError names the phases there are."""
    if name not in now.phases:
        msg = f"{now.rollout} has no phase {name}; it has {', '.join(now.phases)}"
        raise NotAllowedError(msg)
    return now.phases[name]


def order_digest(rollout: str, order: OrderNow) -> str:
    """Give what a second person approves of an order: a SHA-256 over everything it says."""
    said = [rollout, order.id, order.kind, order.target, order.by, order.reason]
    said.append(order.at.isoformat())
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def gate_subject(phase: str, attempt: int) -> tuple[str, str]:
    """Give what an approver of a gate says yes to: its name, and its digest."""
    subject = f"gate:{phase}:{attempt}"
    return subject, hashlib.sha256(subject.encode()).hexdigest()
