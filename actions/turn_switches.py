"""Turn the old system's switches: frozen, thawed, off. Each is set once and read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from actions.desk import Desk
from actions.outcome import Outcome
from config.outside import ConfirmedSwitch, HttpSwitch, SetSwitch, Switch
from config.plan import Plan
from connectors.errors import Misconfigured, OutsideError, Refused
from connectors.ports import OldSystem
from ledger import audit, leases, people, steps
from rollout.phases import DECOMMISSION
from rollout.snapshot import Snapshot
from rollout.steps import Kind, Step, StepState
from rollout.switches import by_hand, switch_item

Stage = Literal["freeze", "off"]
NOBODY = "-"
"""Whose a switch of the whole system is, where the ledger wants a person."""

_OCCURRENCE_CHARACTERS = 40
_TOUCHED = frozenset({StepState.ON_WIRE, StepState.DONE, StepState.UNKNOWN})


@dataclass(frozen=True)
class _Turn:
    """One switch to be set to one value."""

    step: Step
    switch: SetSwitch
    to: str
    kept: str
    """Name under which its earlier value is kept."""
    thawing: bool = False


def turn(desk: Desk, stage: Stage, now: datetime) -> Outcome:
    """Set every switch of a stage that is not set yet; one only a person turns is awaited.

    `skipped` counts the switches a person has yet to confirm. Safe to run again after any death:
    the value a switch had is kept before it is touched, and one left on the wire is read back.
    """
    snapshot = desk.look()
    outcomes = [
        _set(desk, snapshot, _turn_of(snapshot, stage, switch, now), now)
        for switch in _set_ones(desk.plan, stage)
    ]
    missing = unconfirmed(desk.plan, snapshot, stage)
    waiting = tuple(f"turn it, then confirm {item}" for item in missing)
    return _together([*outcomes, Outcome(0, 0, 0, len(missing), waiting)])


def put_back(desk: Desk, now: datetime) -> Outcome:
    """Give every switch the value it had before it was first touched, the last one first.

    A switch only a person turns is named in `words`; it does not hold the others up.
    """
    snapshot = desk.look()
    outcomes = []
    for stage in ("off", "freeze"):
        for switch in reversed(_switches(desk.plan, stage)):
            if isinstance(switch, ConfirmedSwitch):
                if switch_item(snapshot, switch) in snapshot.confirmed:
                    words = (f"turn back by hand: {switch.name}",)
                    outcomes.append(Outcome(0, 0, 0, 0, words))
            else:
                outcomes.append(_put_one_back(desk, snapshot, stage, switch, now))
    return _together(outcomes)


def unset(desk: Desk, stage: Stage) -> list[str]:
    """Give the names of a stage's switches that do not read as they were set."""
    wrong = [s.name for s in _set_ones(desk.plan, stage) if _value(desk, s) != s.to]
    return wrong + unconfirmed(desk.plan, desk.look(), stage)


def begun(desk: Desk, stage: Stage) -> bool:
    """Whether any switch of a stage was touched already in this attempt of the decommission."""
    snapshot = desk.look()
    keys = (
        _step(snapshot, _kept(stage, switch), snapshot.phases[DECOMMISSION].since).key
        for switch in _set_ones(desk.plan, stage)
    )
    known = (snapshot.steps.get(key) for key in keys)
    confirmed = any(
        switch_item(snapshot, s) in snapshot.confirmed for s in by_hand(desk.plan, stage)
    )
    return confirmed or any(s is not None and s.state in _TOUCHED for s in known)


def values_before(desk: Desk) -> dict[str, str | None]:
    """Give the values the freeze's switches had before they were touched, by name."""
    with desk.door.read() as tx:
        kept = {
            s.name: people.old_before(tx, desk.rollout, _kept("freeze", s), NOBODY)
            for s in _set_ones(desk.plan, "freeze")
        }
    return {name: before[0] for name, before in kept.items() if before is not None}


def unconfirmed(plan: Plan, snapshot: Snapshot, stage: Stage) -> list[str]:
    """Give the items of `changeover confirm` that a stage waits for."""
    items = (switch_item(snapshot, s) for s in by_hand(plan, stage))
    return [item for item in items if item not in snapshot.confirmed]


def _old(desk: Desk) -> OldSystem:
    if desk.outside.old is None:
        raise Misconfigured("a switch of kind sql needs old_system.url: mend the plan")
    return desk.outside.old


def _value(desk: Desk, switch: SetSwitch) -> str | None:
    if isinstance(switch, HttpSwitch):
        return desk.outside.hook(switch).value()
    return _old(desk).value(switch.read)


def _set_to(desk: Desk, switch: SetSwitch, value: str) -> None:
    if isinstance(switch, HttpSwitch):
        desk.outside.hook(switch).set(value)
    else:
        _old(desk).set(switch.set, value)


def _switches(plan: Plan, stage: str) -> Sequence[Switch]:
    return plan.old_system.freeze if stage == "freeze" else plan.old_system.off


def _set_ones(plan: Plan, stage: str) -> list[SetSwitch]:
    return [s for s in _switches(plan, stage) if not isinstance(s, ConfirmedSwitch)]


def _kept(stage: str, switch: SetSwitch) -> str:
    return f"{stage}.{switch.name}"


def _step(snapshot: Snapshot, occurrence: str, now: datetime) -> Step:
    attempt = snapshot.phases[DECOMMISSION].attempt
    short = occurrence
    if len(short) > _OCCURRENCE_CHARACTERS:
        # Cut alone, two long names that begin alike would be one step, done with the first.
        short = f"{short[: _OCCURRENCE_CHARACTERS - 9]}-{sha256(short.encode()).hexdigest()[:8]}"
    return Step(Kind.SWITCH, DECOMMISSION, None, attempt, short, now)


def _turn_of(snapshot: Snapshot, stage: Stage, switch: SetSwitch, now: datetime) -> _Turn:
    kept = _kept(stage, switch)
    return _Turn(_step(snapshot, kept, now), switch, switch.to, kept)


def _put_one_back(
    desk: Desk, snapshot: Snapshot, stage: str, switch: SetSwitch, now: datetime
) -> Outcome:
    kept = _kept(stage, switch)
    with desk.door.read() as tx:
        before = people.old_before(tx, desk.rollout, kept, NOBODY)
    if before is None:
        return Outcome(0, 0, 0, 0)
    if before[0] is None:
        return _as_before(desk, switch, kept)
    step = _step(snapshot, f"thaw.{kept}", now)
    return _set(desk, snapshot, _Turn(step, switch, before[0], kept, thawing=True), now)


def _as_before(desk: Desk, switch: SetSwitch, kept: str) -> Outcome:
    """See whether a switch that had no value has none: no statement of ours could take it away."""
    try:
        found = _value(desk, switch)
    except OutsideError as error:
        return Outcome(0, 1, 0, 0, (f"{switch.name}: {error}",))
    if found is not None:
        words = (f"{switch.name} had no value before: set it back by hand, it reads {found}",)
        return Outcome(0, 1, 0, 0, words)
    with desk.door.write("switch-as-before") as tx:
        leases.renew(tx, desk.held())
        people.forget_old_value(tx, desk.rollout, kept, NOBODY)
    return Outcome(1, 0, 0, 0, (f"{switch.name} has no value, as before",))


def _set(desk: Desk, snapshot: Snapshot, turn: _Turn, now: datetime) -> Outcome:
    """Record, act, read back, record."""
    known = snapshot.steps.get(turn.step.key)
    if known is not None and known.state is StepState.DONE:
        return Outcome(0, 0, 0, 0)
    try:
        found = _value(desk, turn.switch)
        left = known is not None and known.state is StepState.ON_WIRE
        if not _on_wire(desk, turn, found, now) and not left:
            return Outcome(
                unknown=1, words=(f"the fate of {turn.kept} is for a person to resolve",)
            )
        if found != turn.to:
            _set_to(desk, turn.switch, turn.to)
        found = _value(desk, turn.switch)
        if found != turn.to:
            msg = f"it was set to {turn.to} but reads {found}: look at it in the source"
            raise Refused(msg)
    except OutsideError as error:
        return _not_set(desk, turn, error, now)
    _settle(desk, turn, now)
    return Outcome(1, 0, 0, 0, (f"{turn.switch.name} is {turn.to}",))


def _on_wire(desk: Desk, turn: _Turn, before: str | None, now: datetime) -> bool:
    """Keep the earlier value and mark the step in one commit; False where it was begun before.

    One that a dead worker left on the wire is ours to end, for we hold the lease: setting a value
    twice is setting it once. One that is settled stays as it is.
    """
    with desk.door.write("switch-on-wire") as tx:
        claimed = steps.claim(tx, desk.held(), [turn.step], now, undoing=turn.thawing)
        if not turn.thawing:
            people.keep_old_value(tx, desk.rollout, turn.kept, NOBODY, before, now)
        steps.mark(tx, desk.held(), [(turn.step.key, StepState.ON_WIRE, "")], now)
    return bool(claimed)


def _settle(desk: Desk, turn: _Turn, now: datetime) -> None:
    with desk.door.write("switch-done") as tx:
        steps.mark(tx, desk.held(), [(turn.step.key, StepState.DONE, turn.to)], now)
        if turn.thawing:
            people.forget_old_value(tx, desk.rollout, turn.kept, NOBODY)
        data = {"switch": turn.kept, "to": turn.to}
        audit.append(tx, desk.rollout, now, "changeover", "old.switch", data)


def _not_set(desk: Desk, turn: _Turn, error: OutsideError, now: datetime) -> Outcome:
    """Leave the step to be done: a switch that was refused is tried again once it is mended."""
    with desk.door.write("switch-not-set") as tx:
        steps.mark(tx, desk.held(), [(turn.step.key, StepState.PLANNED, str(error))], now)
    return Outcome(0, 1, 0, 0, (f"{turn.switch.name}: {error}",))


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        sum(o.done for o in outcomes),
        sum(o.refused for o in outcomes),
        sum(o.unknown for o in outcomes),
        sum(o.skipped for o in outcomes),
        tuple(words for o in outcomes for words in o.words),
    )
