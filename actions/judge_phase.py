"""Judge a phase at its gate, or watch one that has passed; verdict and move in one commit."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actions.desk import Desk
from actions.earlier_curves import earlier_curves
from actions.evidence_of import frames_of, moment_of
from actions.looks_of import looks_of
from actions.odds_of import odds_of
from actions.overriding import overrides_of
from config.plan import Plan
from gates.decision import Decision, take, to_json
from gates.measuring import measure
from gates.measuring_ahead import ahead_of
from gates.readings import AdoptedReading, Reading
from gates.verdict import Kind
from gates.watch import watched
from ledger import decisions, leases, phases, records
from reports.forecast import expected
from reports.gate import gate_report
from rollout.approving import approved
from rollout.calendar import DAY
from rollout.looser import looser_words
from rollout.orders import gate_subject
from rollout.phases import Move, PhaseNow, State, Verb
from rollout.skips import after
from rollout.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Judged:
    """What a look at a phase came to."""

    verdict: str
    """advance, hold, pause, roll_back; or nothing, where there was nothing to judge."""
    headline: str
    report: str
    """Markdown."""
    decision: int | None
    needs_person: bool


NOTHING = Judged("nothing", "nothing to judge", "", None, needs_person=False)


def judge_phase(desk: Desk, phase: str, now: datetime) -> Judged:
    """Look at a phase that is live, or passed and still watched, and record what follows.

    One that was paused while it was live is looked at too: it can be rolled back, and no more.
    """
    snapshot = desk.look()
    at = snapshot.phases[phase]
    if State.LIVE in (at.state, at.paused_from):
        return _at_the_gate(desk, snapshot, at, now)
    if at.state is State.PASSED:
        return _after(desk, snapshot, at, now)
    return NOTHING


def _at_the_gate(desk: Desk, snapshot: Snapshot, at: PhaseNow, now: datetime) -> Judged:
    spec = desk.plan.phase(at.name)
    gate = desk.plan.gate_of(spec)
    frames = frames_of(desk, snapshot, spec, now)
    yes = _gate_approved(desk, snapshot, at, now)
    moment = moment_of(desk, snapshot, spec, now, approved=yes)
    overrides = overrides_of(desk, snapshot, at.name, now)
    moment = moment.model_copy(
        update={"overrides": overrides, "looks": looks_of(desk, gate, moment)}
    )
    found = take(gate, measure(frames, gate, moment), moment, frames.changes)
    earlier = earlier_curves(desk, snapshot, at.name, now)
    ahead = ahead_of(frames, gate, moment)
    found = found.model_copy(update={"earlier": earlier, "ahead": ahead})
    verb = _VERBS.get(found.verdict.kind)
    if at.state is State.PAUSED and verb is not Verb.ROLL_BACK:
        verb = None
    return _record(desk, snapshot, at, found, verb, now)


_VERBS = {
    Kind.ADVANCE: Verb.PASS_GATE,
    Kind.PAUSE: Verb.PAUSE,
    Kind.ROLL_BACK: Verb.ROLL_BACK,
}


def _after(desk: Desk, snapshot: Snapshot, at: PhaseNow, now: datetime) -> Judged:
    """Watch a passed phase: what stops it pauses it, and so all that waits for it."""
    spec = desk.plan.phase(at.name)
    frames = frames_of(desk, snapshot, spec, now, ["activity", "attendance"])
    moment = moment_of(desk, snapshot, spec, now, approved=True)
    found, readings = watched(frames, desk.plan.gate_of(spec), moment)
    if found is None:
        # Who adopts after their phase has passed counts for the goal, and for the old system's end.
        adopters = _adopters(readings.values(), [p.key for p in snapshot.members(at.name)])
        with desk.door.write("watch") as tx:
            leases.renew(tx, desk.held())
            decisions.count_adopters(tx, desk.rollout, at.name, adopters)
        return NOTHING
    return _record(desk, snapshot, at, found, Verb.PAUSE, now)


def _record(
    desk: Desk,
    snapshot: Snapshot,
    at: PhaseNow,
    found: Decision,
    verb: Verb | None,
    now: datetime,
) -> Judged:
    verdict = found.verdict
    move: Move | None = at.move(verb, verdict.headline) if verb else None
    members = [p.key for p in snapshot.members(at.name)]
    with desk.door.write("judge") as tx:
        leases.renew(tx, desk.held())
        number = decisions.keep(
            tx,
            desk.rollout,
            at.name,
            at.attempt,
            verdict.kind,
            json.loads(to_json(found)),
            _adopters(found.readings, members),
            now,
        )
        if move is not None:
            phases.record(tx, desk.rollout, move, "changeover", now, number)
        for order, outcome in _ended(found, number):
            records.end_order(tx, desk.rollout, order, outcome, now)
    report = _report(desk, at, found, number)
    return Judged(verdict.kind, verdict.headline, report, number, verdict.needs_person)


def _ended(found: Decision, number: int) -> Iterator[tuple[int, str]]:
    """Give the overrides that a decision ends, and how: lapsed, or passed with."""
    yield from ((lapse.id, f"lapsed: {lapse.why}") for lapse in found.verdict.lapsed)
    if found.verdict.kind is Kind.ADVANCE:
        name = decisions.name_of(number)
        used = [f.overridden for f in found.verdict.findings if f.overridden is not None]
        yield from ((order, f"the phase passed with it ({name})") for order in used)


def _adopters(readings: Iterable[Reading], members: list[str]) -> list[str]:
    for reading in readings:
        if isinstance(reading, AdoptedReading):
            late = reading.stragglers.everybody
            return [key for key in members if key not in late]
    return []


def _report(desk: Desk, at: PhaseNow, found: Decision, number: int) -> str:
    phase, snapshot = at.name, desk.look()
    following = after(desk.plan, snapshot, phase)
    return gate_report(
        found,
        desk.plan.phase(phase).words,
        next_look=next_look(desk.plan, found.moment.today),
        next_title=following[0].words if following else "decommission",
        evidence=f"{decisions.name_of(number)}.json",
        expected=expected(found),
        errs=odds_of(desk.plan, at, found),
        signer=snapshot.signer,
        loose=looser_words(desk.plan, snapshot),
    )


def next_look(plan: Plan, today: date) -> datetime:
    """Give when the next morning's tick looks, on the clock people of the rollout read."""
    return datetime.combine(today + DAY, plan.organisation.morning.at, ZoneInfo(plan.zone))


def _gate_approved(desk: Desk, snapshot: Snapshot, at: PhaseNow, now: datetime) -> bool:
    """Whether enough people besides the one who asked have said yes to a phase's passing."""
    subject, digest = gate_subject(at.name, at.attempt)
    needed = snapshot.ceremony.approvers
    return approved(desk.plan, snapshot, subject, digest, needed, now)
