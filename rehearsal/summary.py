"""What a rehearsal came to: the same for the same seed, the time it took apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from babel import Locale
from sqlalchemy import Row, select

from actions.desk import Desk
from ledger import decisions
from ledger.decisions import Decided
from ledger.evidence_tables import archived
from ledger.tables import phase_dates, transition
from rehearsal.news import story
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION, Verb
from rollout.steps import Kind, StepState


@dataclass(frozen=True, slots=True)
class AttemptSummary:
    """One attempt at a phase, from launch to its end."""

    attempt: int
    launch: str
    ended: str
    """Day it passed or was rolled back; empty while it has not."""
    outcome: str
    """passed, rolled back, or where it stands."""
    looks: dict[str, int]
    """Verdict -> mornings it was given."""
    verdict: str
    """Headline of the last look at the gate."""
    numbers: tuple[str, ...]
    """What that look found, criterion by criterion."""
    held: tuple[str, ...]
    """Each different reason it was held for at or after the end of its soak."""


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """One phase, with every attempt at it."""

    phase: str
    people: int
    adopted: int
    state: str
    attempts: tuple[AttemptSummary, ...]


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """The proved archive of the old system."""

    name: str
    tables: int
    rows: int
    proved: bool
    """Restored into an empty database, and equal to the source."""
    signer: str | None
    """Fingerprint of the key that signed it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole rollout."""

    organisation: str
    old: str
    new: str
    phases: tuple[PhaseSummary, ...]
    story: tuple[str, ...]
    """What happened from an incident to its end; nothing where there was none."""
    mails: dict[str, dict[str, int]]
    """Notice -> outcome -> number."""
    accounts: dict[str, int]
    """made, found (they were there before), and how many are open."""
    decommission: str
    decommissioned: str
    """Day of its last step."""
    archive: ArchiveSummary | None

    @property
    def people(self) -> int:
        """Everybody in scope."""
        return sum(p.people for p in self.phases)

    def as_json(self) -> dict[str, Any]:
        """Give it as plain values."""
        return asdict(self)


def summarise(desk: Desk) -> Summary:
    """Read a rehearsal's ledger."""
    snapshot, plan = desk.look(), desk.plan
    mails: dict[str, Counter[str]] = {}
    for key, step in snapshot.steps.items():
        if key.startswith("notice."):
            outcome = "sent" if step.state is StepState.DONE else str(step.state)
            mails.setdefault(key.split(":")[0].removeprefix("notice."), Counter())[outcome] += 1
    accounts = Counter("made" if a.ours else "found" for a in snapshot.accounts.values())
    accounts["open"] = sum(1 for a in snapshot.accounts.values() if a.active)
    end = snapshot.phases[DECOMMISSION]
    return Summary(
        organisation=plan.organisation.name,
        old=plan.old_system.name,
        new=plan.new_tool.name,
        phases=tuple(_phase(desk, p.name, p.words) for p in plan.phases),
        story=(*story(desk), *_undone(desk)),
        mails={kind: dict(sorted(count.items())) for kind, count in sorted(mails.items())},
        accounts=dict(sorted(accounts.items())),
        decommission=end.state,
        decommissioned=str(local_day(end.since, plan.zone)),
        archive=_archive(desk),
    )


def _archive(desk: Desk) -> ArchiveSummary | None:
    with desk.door.read() as tx:
        here = archived.c.rollout == desk.rollout
        newest = tx.execute(select(archived).where(here).order_by(archived.c.id.desc())).first()
    if newest is None:
        return None
    tables = newest.report.get("tables", [])
    rows = sum(t["source"]["rows"] for t in tables if t.get("source"))
    name = newest.path.rstrip("/").rpartition("/")[2]
    signer = newest.report.get("signer")
    return ArchiveSummary(name, len(tables), rows, bool(newest.proved), signer)


def _phase(desk: Desk, phase: str, words: str) -> PhaseSummary:
    snapshot = desk.look()
    with desk.door.read() as tx:
        looks = [
            d for d in decisions.of_phase(tx, desk.rollout, phase) if d.document["look"] == "gate"
        ]
        moves = tx.execute(
            select(transition)
            .where(transition.c.rollout == desk.rollout, transition.c.phase == phase)
            .order_by(transition.c.seq)
        ).all()
        dates = tx.execute(
            select(phase_dates)
            .where(phase_dates.c.rollout == desk.rollout, phase_dates.c.phase == phase)
            .order_by(phase_dates.c.sequence)
        ).all()
    members = snapshot.members(phase)
    numbers = range(1, snapshot.phases[phase].attempt + 1)
    return PhaseSummary(
        phase=words,
        people=len(members),
        adopted=sum(1 for p in members if p.key in snapshot.adopted),
        state=snapshot.phases[phase].state,
        attempts=tuple(
            _attempt(
                desk,
                [m for m in moves if m.attempt == n],
                dates,
                [d for d in looks if d.attempt == n],
            )
            for n in numbers
        ),
    )


_OUTCOMES = {Verb.PASS_GATE: "passed", Verb.FINISH_ROLL_BACK: "rolled back", Verb.SKIP: "skipped"}


def _attempt(
    desk: Desk, moves: Sequence[Row[Any]], dates: Sequence[Row[Any]], looks: list[Decided]
) -> AttemptSummary:
    zone = desk.plan.zone
    ends = [m for m in moves if m.verb in _OUTCOMES]
    launched = [local_day(m.at, zone) for m in moves if m.verb == Verb.LAUNCH]
    last: dict[str, Any] = looks[-1].document["verdict"] if looks else {}
    late = [
        d.document["verdict"]["headline"]
        for d in looks
        if d.verdict == "hold"
        and d.document["moment"]["today"] >= d.document["moment"]["soak_ends_on"]
    ]
    return AttemptSummary(
        attempt=moves[-1].attempt,
        launch=str(launched[-1] if launched else dates[-1].launch),
        ended=str(local_day(ends[-1].at, zone)) if ends else "",
        outcome=_OUTCOMES[ends[-1].verb] if ends else str(moves[-1].to_state),
        looks=dict(sorted(Counter(d.verdict for d in looks).items())),
        verdict=last.get("headline", ""),
        numbers=tuple(dict.fromkeys(f["reason"] for f in last.get("findings", []))),
        held=tuple(dict.fromkeys(late)),
    )


def _undone(desk: Desk) -> list[str]:
    """Say in numbers what each rolling back did."""
    snapshot = desk.look()
    return [
        _undone_of(desk, phase.words, phase.name, attempt)
        for phase in desk.plan.phases
        for attempt in range(1, snapshot.phases[phase.name].attempt + 1)
        if _done(desk, "notice.rollback", phase.name, attempt)
    ]


def _undone_of(desk: Desk, words: str, phase: str, attempt: int) -> str:
    snapshot, old = desk.look(), desk.plan.old_system.name
    accounts = [snapshot.accounts[k] for k in _done(desk, Kind.CLOSE, phase, attempt)]
    made = sum(1 for a in accounts if a.ours)
    kept = sum(1 for a in accounts if a.was_active)
    back = len(_done(desk, Kind.REOPEN_OLD, phase, attempt))
    spoken = Counter(
        Locale(snapshot.people[k].entry.language).english_name
        for k in _done(desk, "notice.rollback", phase, attempt)
    )
    told = " and ".join(f"{n} in {language}" for language, n in sorted(spoken.items()))
    return (
        f"{words}, attempt {attempt}, undone: {made} accounts the rollout made are closed, "
        f"{len(accounts) - made} from the pilot are as found ({kept} open), {back} people work in "
        f"{old} again, told {told}"
    )


def _done(desk: Desk, kind: str, phase: str, attempt: int) -> list[str]:
    """Give the people of the done steps of a kind, by key."""
    parts = ((key.split(":"), step) for key, step in desk.look().steps.items())
    return sorted(
        p[2]
        for p, step in parts
        if p[0] == kind and p[1] == phase and p[3] == str(attempt) and step.state is StepState.DONE
    )
