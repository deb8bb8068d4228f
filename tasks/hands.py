"""The hands of a flow: verbs as Prefect tasks, the rest as it is; the overview as an artifact."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from actions.desk import EXPORT, at_desk, lease_seconds
from actions.hands import Did, PlainHands, Verb, reporting
from ledger.leases import kept
from reports.overview import overview, standing
from reports.review import review
from tasks.activate_accounts import activate_accounts
from tasks.ask_approvers import ask_approvers
from tasks.back_up_old_system import back_up_old_system
from tasks.collect_feedback import collect_feedback
from tasks.create_accounts import create_accounts
from tasks.export_old_system import export_old_system
from tasks.invite_keeper import invite_keeper
from tasks.judge_phase import judge_phase
from tasks.probe_old_system import probe_old_system
from tasks.retire_old_system import retire_old_system
from tasks.run_training import run_training
from tasks.send_notices import send_notices
from tasks.settle_runs import settle_runs
from tasks.sync_people import sync_people
from tasks.undo_steps import undo_steps

LOOKS_APART_SECONDS = 1.0
QUIET_LEASES = 3
"""A run that holds no lease and is not over in so many leases' time has died: one is waited for."""

_OF_A_ROLLOUT: dict[Verb, Callable[[str, datetime, int], Did]] = {
    Verb.SYNC_PEOPLE: sync_people,
    Verb.COLLECT_FEEDBACK: collect_feedback,
    Verb.PROBE_OLD_SYSTEM: probe_old_system,
    Verb.RETIRE_OLD_SYSTEM: retire_old_system,
    Verb.ASK_APPROVERS: ask_approvers,
    Verb.INVITE_KEEPER: invite_keeper,
}
_OF_A_PHASE: dict[Verb, Callable[[str, str, datetime, int], Did]] = {
    Verb.BACK_UP_OLD_SYSTEM: back_up_old_system,
    Verb.CREATE_ACCOUNTS: create_accounts,
    Verb.ACTIVATE_ACCOUNTS: activate_accounts,
    Verb.RUN_TRAINING: run_training,
    Verb.SEND_NOTICES: send_notices,
    Verb.UNDO_STEPS: undo_steps,
    Verb.JUDGE_PHASE: judge_phase,
}


class TaskHands(PlainHands):
    """Hands whose verbs are Prefect tasks, each opening its own desk."""

    _dead: str = ""
    """The run that died with the lease we took over."""

    def take_lease(self, rollout: str) -> int | None:
        """Take the tick's lease; a dead worker's runs out while we wait, a living one's does not.

        Of a worker that is certainly gone, on this machine, nobody waits. The run after a crash so
        does what is due, and no morning is lost to a lease nobody holds.
        """
        for look in range(int(lease_seconds() / LOOKS_APART_SECONDS) + 2):
            lease = self.taken(rollout, str(flow_run.id or ""))
            if lease is not None:
                self._dead = lease.left_by
                return lease.token
            if look == 0:
                get_run_logger().info("another worker holds the lease; waiting for it to run out")
            time.sleep(LOOKS_APART_SECONDS)
        return None

    def do(self, verb: Verb, rollout: str, phase: str | None, now: datetime, lease: int) -> Did:
        """Do one thing."""
        if verb is Verb.RECONCILE:
            did = super().do(verb, rollout, phase, now, lease)
            return replace(did, words=(*did.words, *self._settled(rollout)))
        if phase is None and verb in _OF_A_ROLLOUT:
            return reporting(lambda: _OF_A_ROLLOUT[verb](rollout, now, lease))
        if phase is not None and verb in _OF_A_PHASE:
            return reporting(lambda: _OF_A_PHASE[verb](rollout, phase, now, lease))
        return super().do(verb, rollout, phase, now, lease)

    def _settled(self, rollout: str) -> list[str]:
        """Settle the runs that died: with the lease we took, with the export's, or long ago."""
        with at_desk(rollout) as desk, desk.door.read() as tx:
            exporting = kept(tx, rollout, EXPORT)
        dead, alive = {self._dead}, set[str]()
        if exporting is not None:
            (alive if exporting.alive else dead).add(exporting.run)
        return settle_runs(rollout, dead, alive, QUIET_LEASES * lease_seconds())

    def export(self, rollout: str, now: datetime) -> Did:
        """Export the old system, as a task of its own."""
        return reporting(lambda: export_old_system(rollout, now))

    def show(self, rollout: str, now: datetime) -> None:
        """Show the overview, always under the same key."""
        with at_desk(rollout) as desk:
            seen = desk.look()
            text, line = overview(desk.plan, seen, now), standing(desk.plan, seen, now)
        create_markdown_artifact(text, key=f"{rollout}-overview", description=line)

    def show_review(self, rollout: str, now: datetime) -> None:
        """Show the review, always under the same key."""
        # Its statistics take half a second to import, and no other run needs them.
        from actions.impact_of import impact_of  # noqa: PLC0415

        with at_desk(rollout) as desk:
            text = review(desk.plan, desk.look(), now, impact_of(desk, now))
        line = text.partition("\n")[0].lstrip("# ")
        create_markdown_artifact(text, key=f"{rollout}-review", description=line)
