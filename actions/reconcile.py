"""Settle what a dead worker left on the wire: read back where the outside can be read."""

from datetime import datetime

from actions.desk import Desk
from actions.outcome import Outcome
from ledger import audit
from ledger import steps as ledger_steps
from ledger.steps import Mark
from rollout.lapses import lapsed
from rollout.steps import StepState, is_mail


def reconcile(desk: Desk, now: datetime) -> Outcome:
    """Mails whose fate nobody knows go to a person; all else is safe to do again.

    Accounts, switches and people's old access are read before they are set, and backups are made
    under a name of their own: doing them again changes nothing that was done. What was begun for
    an attempt that is over by now is skipped, and says so.
    """
    # Steps change under the lease alone, which is ours, or by a person settling one for good.
    over = sorted(lapsed(desk.look()).items())
    with desk.door.write("reconcile") as tx:
        left = ledger_steps.orphans(tx, desk.held())
        marks: list[Mark] = []
        for key, kind in sorted(left.items()):
            if is_mail(kind):
                why = "the worker died while it was sent; look whether it arrived"
                marks.append((key, StepState.UNKNOWN, why))
            else:
                marks.append((key, StepState.PLANNED, "begun by a worker that died"))
        marks += [(key, StepState.SKIPPED, why) for key, why in over]
        ledger_steps.mark(tx, desk.held(), marks, now)
        if marks:
            data = {"steps": [key for key, _, _ in marks]}
            audit.append(tx, desk.rollout, now, "changeover", "reconcile", data)
    unknown = [key for key, state, _ in marks if state is StepState.UNKNOWN]
    return Outcome(unknown=len(unknown), words=tuple(f"{k}: fate unknown" for k in unknown))
