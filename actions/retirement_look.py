"""What retiring the old system judges by: one look at plan, ledger, archive and old system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from actions.back_up_old_system import back_up_folder
from actions.desk import Desk
from actions.turn_switches import NOBODY
from archive.seal import seal
from config.outside import HttpSwitch
from config.plan import Plan
from ledger import archives, people, records
from ledger.archives import Archived
from reports.interlock import interlock
from rollout import approving, dependents, retirement
from rollout.calendar import local_day
from rollout.condition import Condition, Name
from rollout.phases import DECOMMISSION, PhaseNow, State
from rollout.snapshot import OrderNow, Snapshot

FINGERPRINT = "fingerprint"
"""Under which name the ledger keeps which database was frozen."""
NO_DATABASE = "no database"
RETIRE = "retire"
FREEZE = "freeze"


@dataclass(frozen=True)
class Look:
    """All that one call judges by."""

    plan: Plan
    snapshot: Snapshot
    order: OrderNow | None
    """The newest order to retire."""
    archived: Archived | None
    """The newest archive."""
    fingerprint: str
    first_fingerprint: str | None
    """Of the database that was frozen; None before the freeze."""
    logins: Mapping[str, date] | None
    conditions: list[Condition]
    now: datetime

    @property
    def at(self) -> PhaseNow:
        """Where the decommission stands."""
        return self.snapshot.phases[DECOMMISSION]

    @property
    def swapped(self) -> bool:
        """Whether this is not the database that was frozen."""
        return self.first_fingerprint not in (None, self.fingerprint)

    @property
    def asked(self) -> bool:
        """Whether a person asked for it, and not before the thaw that answered them."""
        if self.order is None:
            return False
        thawed = self.at.attempt > 1 and self.at.state is State.PLANNED
        return not thawed or self.order.at >= self.at.since

    def failing(self, *names: Name) -> list[Condition]:
        """Give what does not hold, of these names or of all."""
        return [c for c in self.conditions if not c.holds and (not names or c.name in names)]

    def needed(self, subject: str) -> int:
        """Give how many approvers a subject needs."""
        size = self.snapshot.ceremony
        return size.approvers if subject == FREEZE else size.approvers_to_retire

    def digest(self, subject: str) -> str:
        """Give what an approval of a subject is of."""
        depending = dependents.dependents(self.plan, self.snapshot, self.logins, self.now)
        found = self.archived if subject == RETIRE else None
        seal, report = (found.seal, dict(found.report)) if found else (None, None)
        attempt = self.at.attempt
        return retirement.digest(
            self.fingerprint, depending, seal, report, attempt=attempt, terms=self._terms(subject)
        )

    def _terms(self, subject: str) -> dict[str, object]:
        """Give what is done, and to what: where a hook leads is approved as the database is.

        A statement is left out: it stays in that database, deletes nothing, and one that was
        refused may be mended while the old system is half off and can be archived no more.
        """
        old = self.plan.old_system
        switches = old.freeze if subject == FREEZE else old.off
        wait = self.plan.decommission.cooling_off if subject == RETIRE else None
        return {
            "switches": [
                switch.model_dump(mode="json", exclude={"token"})
                if isinstance(switch, HttpSwitch)
                else switch.model_dump(mode="json", include={"kind", "name", "to"})
                for switch in switches
            ],
            "cooling_off": None if wait is None else wait.total_seconds(),
        }

    def approvals(self) -> str:
        """Say how many have approved what is to be approved next, in words."""
        subject = FREEZE if self.at.state is State.PLANNED else RETIRE
        if self.at.state is State.FROZEN:
            return "asked for once the archive is proved"
        digest, by = self.digest(subject), self.order.by if self.order else None
        have = approving.counted(self.plan, self.snapshot, subject, digest, requester=by)
        needed = self.needed(subject)
        said = f"{min(have, needed)} of {needed} to {subject}, of {digest[:16]}"
        wait = self.snapshot.ceremony.typed_wait
        if wait is None:
            return said
        return f"{said}; or whoever asked types it, and {wait.total_seconds() / 3600:g} h pass"

    def approved(self, subject: str) -> bool:
        """Whether enough people said yes to what is there now."""
        return approving.approved(
            self.plan,
            self.snapshot,
            subject,
            self.digest(subject),
            self.needed(subject),
            self.now,
            requester=self.order.by if self.order else None,
        )


def look(desk: Desk, now: datetime) -> Look:
    """Look at everything once; raises what the old system raises."""
    snapshot, old, plan = desk.look(), desk.outside.old, desk.plan.old_system
    logins = old.last_logins(plan.logins) if old is not None and plan.logins else None
    attempts = old.last_logins(plan.attempts) if old is not None and plan.attempts else None
    today = local_day(now, desk.plan.zone)
    # A day to come is a slip of the old system's, and would stop the clock for good.
    newest = max((d for d in (attempts or {}).values() if d <= today), default=date.min)
    if newest > (snapshot.attempted_on or date.min):
        # What this look shows counts at once; `retire` keeps it for those who look at less.
        snapshot = replace(snapshot, attempted_on=newest)
    with desk.door.read() as tx:
        order = records.last_order(tx, desk.rollout, RETIRE)
        every = archives.every(tx, desk.rollout)
        kept = people.old_before(tx, desk.rollout, FINGERPRINT, NOBODY)
    return Look(
        desk.plan,
        snapshot,
        order,
        every[-1] if every else None,
        _fingerprint(desk),
        kept[0] if kept else None,
        logins,
        retirement.conditions(
            desk.plan,
            snapshot,
            logins,
            now,
            attempts=attempts,
            lost_back_ups=_lost_back_ups(desk, snapshot),
        ),
        now,
    )


def swapped(desk: Desk) -> bool:
    """Whether another database is there than the one that was frozen; asks it nothing else."""
    with desk.door.read() as tx:
        kept = people.old_before(tx, desk.rollout, FINGERPRINT, NOBODY)
    return kept is not None and kept[0] not in (None, _fingerprint(desk))


def _fingerprint(desk: Desk) -> str:
    return NO_DATABASE if desk.outside.old is None else desk.outside.old.fingerprint()


def shown(seen: Look, words: Sequence[str] = ()) -> str:
    """Write all that one look at the old system's end showed, as Markdown."""
    return interlock(
        seen.plan,
        seen.snapshot,
        seen.conditions,
        target=seen.fingerprint,
        approvals=seen.approvals(),
        words=words,
        now=seen.now,
    )


def _lost_back_ups(desk: Desk, snapshot: Snapshot) -> list[str]:
    """Give the phases whose back-up is not there any more under the seal that was recorded."""
    lost = []
    for phase in desk.plan.phases:
        step = snapshot.steps.get(retirement.back_up_key(snapshot, phase.name))
        if step is None or not step.detail:
            continue  # none was made: that is told as it is
        folder = back_up_folder(desk, phase.name, snapshot.phases[phase.name].attempt)
        try:
            found = seal(folder)
        except OSError:
            found = ""
        if found != step.detail:
            lost.append(phase.name)
    return lost
