"""Retire the old system: one step a call, each only while everything before it still holds."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from actions.archive_now import changed_since_proved, written_since
from actions.desk import EXPORT, Desk
from actions.enclosing import tidy
from actions.outcome import Outcome
from actions.retirement_look import FINGERPRINT, FREEZE, RETIRE, Look, look, shown
from actions.retirement_outcome import RetirementOutcome, stay
from actions.thaw_old_system import SWAPPED, end_orders, thaw
from actions.turn_switches import NOBODY, begun, turn, unset
from archive.errors import ArchiveError
from archive.verify import verify
from config.values import span_words
from connectors.errors import OutsideError, Unreachable
from ledger import attempts, leases, people, phases
from ledger.archives import Archived
from rollout import retirement
from rollout.condition import DEPENDING, Name
from rollout.dependents import clock_from
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION, RULES, State, Verb
from rollout.snapshot import Snapshot

BY = "changeover"

_FOR_PEOPLE = frozenset(
    {Name.EXCLUDED, Name.UNKNOWN, Name.INTEGRATIONS, Name.BACK_UPS, Name.ATTEMPTS, Name.KEYS}
)
"""Conditions that somebody must see to: no passing of time mends them, or people want help."""


def retire(desk: Desk, now: datetime) -> RetirementOutcome:
    """Take the next step towards switching the old system off, if everything allows it.

    Freeze, prove, cool off, off; each call takes one at most, and a call that died is safe to
    repeat. It never exports: it says when that is to be done, and proves by what was. Needs the
    lease of the tick. What the outside refuses is told, not raised; Unreachable, which is worth
    another try, is raised.
    """
    snapshot = desk.look()
    state = snapshot.state(DECOMMISSION)
    if state is State.RETIRED:
        return RetirementOutcome(state, ("the old system is off",), needs_person=False)
    for order in snapshot.orders:
        if order.kind == OrderKind.THAW and state in RULES[Verb.THAW][0]:
            return thaw(desk, order.by, order.reason, now)
    if snapshot.paused:
        return RetirementOutcome(state, ("the rollout is paused",), needs_person=True)
    try:
        _tidy(desk)
        seen = look(desk, now)
        _keep_attempts(desk, snapshot, seen)
        came = _refusal(seen) or _STAGES[seen.at.state](desk, seen)
        return replace(came, report=shown(seen, came.words))
    except leases.BusyError as busy:
        return RetirementOutcome(state, (str(busy),), needs_person=False)
    except Unreachable:
        raise  # to be tried again; if that does not help, the caller tells
    except (OutsideError, ArchiveError) as error:
        return RetirementOutcome(state, (str(error),), needs_person=True)


def _tidy(desk: Desk) -> None:
    """Remove what a dead worker left in the clear, where none is at work at it."""
    if not _is_exporting(desk):
        tidy(desk)


def _is_exporting(desk: Desk) -> bool:
    with desk.door.read() as tx:
        keeping = leases.kept(tx, desk.rollout, EXPORT)
    return keeping is not None and keeping.alive


def _keep_attempts(desk: Desk, before: Snapshot, seen: Look) -> None:
    """Record the newest attempt to log in where this look is the first to show it."""
    day = seen.snapshot.attempted_on
    if day is None or day == before.attempted_on:
        return
    with desk.door.write("attempts") as tx:
        leases.renew(tx, desk.held())
        attempts.record(tx, desk.rollout, day, BY, seen.now)


def _refusal(seen: Look) -> RetirementOutcome | None:
    if seen.swapped:
        return stay(seen.at.state, SWAPPED, needs_person=True)
    if not seen.asked:
        # Until its day nobody is late: a run that is red every day is one nobody looks at.
        words = "nobody has asked for it: `changeover retire`"
        return stay(seen.at.state, words, needs_person=not seen.failing(Name.DATE))
    return None


def _freeze(desk: Desk, seen: Look) -> RetirementOutcome:
    if seen.failing():
        return _blocked(seen)
    if not seen.approved(FREEZE):
        return _unapproved(seen, FREEZE)
    with desk.door.write("keep-fingerprint") as tx:
        leases.renew(tx, desk.held())
        kept = seen.fingerprint
        people.keep_old_value(tx, desk.rollout, FINGERPRINT, NOBODY, kept, seen.now)
    done = turn(desk, "freeze", seen.now)
    wrong = unset(desk, "freeze")
    if wrong:
        return _not_turned(seen, done, wrong)
    return _go(desk, seen, Verb.FREEZE, "frozen, after approval", done.words)


def _prove(desk: Desk, seen: Look) -> RetirementOutcome:
    if seen.failing(*DEPENDING):
        return _blocked(seen)
    if wrong := unset(desk, "freeze"):
        words = f"no longer frozen: {', '.join(wrong)}; set it again by hand, or thaw"
        return stay(seen.at.state, words, needs_person=True)
    if not desk.plan.old_system.can_be_archived:
        return _go(desk, seen, Verb.PROVE, "there is no database to archive")
    since, found = seen.at.since, seen.archived
    fresh = found is not None and found.made_at >= since
    if found is None or not fresh or _asked_again(seen, found):
        return _to_be_exported(desk, seen)
    if not found.proved:
        return _ask_anew(desk, seen, "the archive did not prove equal: see its report, and mend it")
    if changed := changed_since_proved(found):
        return _ask_anew(desk, seen, changed)
    return _go(desk, seen, Verb.PROVE, f"restored and equal; seal {found.seal[:16]}")


def _to_be_exported(desk: Desk, seen: Look) -> RetirementOutcome:
    """Leave the export to who calls, once the tick's lease is given back: it may take hours."""
    if _is_exporting(desk):
        return stay(seen.at.state, "the old system is being exported", needs_person=False)
    return replace(stay(seen.at.state, "to be exported", needs_person=False), to_export=True)


def _ask_anew(desk: Desk, seen: Look, why: str) -> RetirementOutcome:
    """End the order: another archive is made when a person asks again, not every morning."""
    with desk.door.write("ask-anew") as tx:
        leases.renew(tx, desk.held())
        end_orders(tx, desk.rollout, why, seen.now)
    return stay(seen.at.state, f"{why}; then `changeover retire` again", needs_person=True)


def _cool_off(desk: Desk, seen: Look) -> RetirementOutcome:
    if stale := _stale(desk, seen):
        return stale
    if seen.failing():
        return _blocked(seen)
    if not seen.approved(RETIRE):
        return _unapproved(seen, RETIRE)
    if written := written_since(desk, seen.archived):
        return _go_stale(desk, seen, written)
    wait = retirement.cooling_off(desk.plan, seen.snapshot)
    return _go(desk, seen, Verb.COOL_OFF, f"approved; cooling off for {span_words(wait)}")


def _off(desk: Desk, seen: Look) -> RetirementOutcome:
    if stale := _stale(desk, seen):
        return stale
    if not seen.approved(RETIRE):
        return _go_stale(desk, seen, "what was approved is no longer what is there")
    if seen.failing():
        return _blocked(seen)
    clock = clock_from(desk.plan, seen.snapshot, seen.snapshot.attempted_on)
    over = clock + retirement.cooling_off(desk.plan, seen.snapshot)
    waits, untouched = seen.now < over, not begun(desk, "off")
    # What is off is written to by its own switches. What cannot be frozen is read every day.
    looks = untouched and not (waits and desk.plan.old_system.freeze)
    if looks and (written := written_since(desk, seen.archived)):
        return _go_stale(desk, seen, written)
    if waits:
        words = f"cooling off until {over:%Y-%m-%d %H:%M} UTC"
        return stay(seen.at.state, words, needs_person=False)
    if broken := _no_longer_whole(desk, seen):
        return _go_stale(desk, seen, broken)
    done = turn(desk, "off", seen.now)
    wrong = unset(desk, "off")
    if wrong:
        return _not_turned(seen, done, wrong)
    return _go(desk, seen, Verb.RETIRE, "off, and read back", done.words)


def _no_longer_whole(desk: Desk, seen: Look) -> str:
    found = seen.archived
    if not desk.plan.old_system.can_be_archived or found is None:
        return ""
    checked = verify(Path(found.path), found.seal)
    return "" if checked.holds else checked.line


_STAGES = {
    State.PLANNED: _freeze,
    State.FROZEN: _prove,
    State.PROVED: _cool_off,
    State.COOLING: _off,
}


def _stale(desk: Desk, seen: Look) -> RetirementOutcome | None:
    """Go back to frozen where what was proved is no longer the whole truth."""
    if depending := seen.failing(*DEPENDING):
        return _go_stale(desk, seen, "; ".join(c.words for c in depending))
    if wrong := unset(desk, "freeze"):
        return _go_stale(desk, seen, f"no longer frozen: {', '.join(wrong)}")
    found = seen.archived
    changed = (
        changed_since_proved(found)
        if desk.plan.old_system.can_be_archived and found is not None
        else None
    )
    return _go_stale(desk, seen, changed) if changed else None


def _go_stale(desk: Desk, seen: Look, why: str) -> RetirementOutcome:
    told = _go(desk, seen, Verb.GO_STALE, f"stale: {why}; to be exported and approved again")
    return replace(told, needs_person=True)


def _go(
    desk: Desk, seen: Look, verb: Verb, reason: str, more: tuple[str, ...] = ()
) -> RetirementOutcome:
    """Record a transition; after the last, the order is carried out."""
    with desk.door.write(f"retire-{verb}") as tx:
        leases.renew(tx, desk.held())
        move = seen.at.move(verb, reason)
        phases.record(tx, desk.rollout, move, BY, seen.now)
        if verb is Verb.RETIRE:
            end_orders(tx, desk.rollout, reason, seen.now)
    return RetirementOutcome(move.end, (reason, *more), needs_person=False, moved=True)


def _blocked(seen: Look) -> RetirementOutcome:
    failing = seen.failing()
    person = any(c.name in _FOR_PEOPLE for c in failing)
    return RetirementOutcome(seen.at.state, tuple(c.words for c in failing), person)


def _unapproved(seen: Look, subject: str) -> RetirementOutcome:
    ask = f"changeover approve {subject} --digest {seen.digest(subject)}"
    words = f"{seen.needed(subject)} to approve: `{ask}`"
    return stay(seen.at.state, words, needs_person=True)


def _not_turned(seen: Look, done: Outcome, wrong: list[str]) -> RetirementOutcome:
    words = (*done.words, f"not turned yet: {', '.join(wrong)}")
    return RetirementOutcome(seen.at.state, words, needs_person=True)


def _asked_again(seen: Look, found: Archived) -> bool:
    """Whether a person asked anew after an archive that was not good enough."""
    again = seen.order is not None and seen.order.at > found.made_at
    return again and not (found.proved and changed_since_proved(found) is None)
