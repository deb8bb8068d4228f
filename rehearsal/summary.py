"""What a rehearsal came to: the same for the same seed, the time it took apart."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from actions.desk import Desk
from ledger import decisions
from ledger.evidence_tables import archived
from ledger.tables import transition
from rollout.phases import DECOMMISSION


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """One phase, from launch to its last verdict."""

    phase: str
    people: int
    attempt: int
    state: str
    launch: str
    passed: str
    looks: dict[str, int]
    """Verdict -> mornings it was given."""
    last: str
    """Headline of the last look at the gate."""
    held: tuple[str, ...]
    """Each different reason it was held for at or after the end of its soak."""
    adopted: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole rollout."""

    organisation: str
    old: str
    new: str
    phases: tuple[PhaseSummary, ...]
    mails: dict[str, dict[str, int]]
    """Notice -> outcome -> number."""
    accounts: dict[str, int]
    decommission: str
    archive: str
    archive_rows: int

    def as_json(self) -> dict[str, Any]:
        """Give it as plain values."""
        return asdict(self)


def summarise(desk: Desk) -> Summary:
    """Read a rehearsal's ledger."""
    snapshot = desk.look()
    mails: dict[str, Counter[str]] = {}
    for key, step in snapshot.steps.items():
        if key.startswith("notice."):
            mails.setdefault(key.split(":")[0].removeprefix("notice."), Counter())[step.state] += 1
    accounts = Counter("ours" if a.ours else "linked" for a in snapshot.accounts.values())
    accounts["open"] = sum(1 for a in snapshot.accounts.values() if a.active)
    with desk.door.read() as tx:
        newest = tx.execute(select(archived).order_by(archived.c.id.desc())).first()
    name = newest.path.rstrip("/").rpartition("/")[2] if newest else ""
    rows = sum(t.get("rows", 0) for t in newest.report.get("tables", [])) if newest else 0
    return Summary(
        organisation=desk.plan.organisation.name,
        old=desk.plan.old_system.name,
        new=desk.plan.new_tool.name,
        phases=tuple(_phase(desk, p.name) for p in desk.plan.phases),
        mails={kind: dict(sorted(count.items())) for kind, count in sorted(mails.items())},
        accounts=dict(sorted(accounts.items())),
        decommission=snapshot.state(DECOMMISSION),
        archive=name,
        archive_rows=rows,
    )


def _phase(desk: Desk, phase: str) -> PhaseSummary:
    snapshot = desk.look()
    at = snapshot.phases[phase]
    with desk.door.read() as tx:
        looks = [d for d in decisions.of_phase(tx, desk.rollout, phase) if _is_gate(d)]
        query = select(transition.c.at).where(
            transition.c.rollout == desk.rollout,
            transition.c.phase == phase,
            transition.c.verb == "pass_gate",
        )
        passed = tx.execute(query.order_by(transition.c.seq.desc())).scalar()
    late = [
        d.document["verdict"]["headline"]
        for d in looks
        if d.verdict == "hold"
        and d.document["moment"]["today"] >= d.document["moment"]["soak_ends_on"]
    ]
    members = snapshot.members(phase)
    return PhaseSummary(
        phase=phase,
        people=len(members),
        attempt=at.attempt,
        state=at.state,
        launch=str(at.dates.launch),
        passed=str(passed.date()) if passed else "",
        looks=dict(sorted(Counter(d.verdict for d in looks).items())),
        last=looks[-1].document["verdict"]["headline"] if looks else "",
        held=tuple(dict.fromkeys(late)),
        adopted=sum(1 for p in members if p.key in snapshot.adopted),
    )


def _is_gate(decided: decisions.Decided) -> bool:
    return bool(decided.document["look"] == "gate")
