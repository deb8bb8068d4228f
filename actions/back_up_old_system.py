"""Back up the old system before a phase launches."""

from datetime import datetime
from pathlib import Path

from actions.desk import Desk
from actions.enclosing import clear, enclosed, forget, plain_of, recipients
from actions.outcome import Outcome
from actions.signing_key import signing_key
from archive.copying import TableProgress
from archive.export import Particulars, export
from archive.verify import Verification, verify
from connectors.errors import Misconfigured
from ledger import audit, steps
from rollout.phases import State
from rollout.planning import due_steps
from rollout.steps import Kind, Step, StepState

NOTHING = Outcome(0, 0, 0, 0)


def back_up_old_system(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Make the back-up that is due before a phase, check it and record its seal.

    It appears under its name only when it is whole, so one that a dead worker left there is checked
    and counted, and half of one is made again. Raises what the old system raises; the step is then
    still to be done.
    """
    snapshot = desk.look()
    due = [s for s in due_steps(desk.plan, snapshot, phase, now) if s.kind == Kind.BACK_UP]
    if not due or snapshot.state(phase) is State.ROLLING_BACK:
        return NOTHING
    with desk.door.write("claim-back-up") as tx:
        claimed = steps.claim(tx, desk.held(), due, now)
    return _back_up(desk, claimed[0], now) if claimed else NOTHING


def back_up_folder(desk: Desk, phase: str, attempt: int) -> Path:
    """Give where the back-up before an attempt of a phase lies."""
    return desk.folder / "backups" / f"{desk.rollout}-{phase}-{attempt}"


def _back_up(desk: Desk, step: Step, now: datetime) -> Outcome:
    folder = back_up_folder(desk, step.phase, step.attempt)
    checked = _made(desk, folder, now)
    state = StepState.DONE if checked.holds else StepState.REFUSED
    detail = checked.seal or "" if checked.holds else checked.line
    with desk.door.write("mark-back-up") as tx:
        steps.mark(tx, desk.held(), [(step.key, state, detail)], now)
        data = {"phase": step.phase, "seal": checked.seal, "holds": checked.holds}
        audit.append(tx, desk.rollout, now, "changeover", "old.back_up", data)
    return Outcome(int(checked.holds), int(not checked.holds), 0, 0, (checked.line,))


def _made(desk: Desk, folder: Path, now: datetime) -> Verification:
    if desk.outside.old is None:
        msg = "the plan has no old_system.url, so there is nothing to back up: mend the plan"
        raise Misconfigured(msg)
    plain = plain_of(desk, folder)
    clear(folder.parent)
    if not folder.exists() and not plain.exists():
        recipients(desk)
        folder.parent.mkdir(parents=True, exist_ok=True)
        about = Particulars(desk.rollout, now, key=signing_key(desk.door, desk.folder, now))
        export(desk.outside.old, plain, _quiet, about)
    if plain.exists():
        checked = verify(plain)
        if not checked.holds or enclosed(desk, plain, folder, now) is None:
            return checked
        forget(plain, folder)
    return verify(folder)


def _quiet(_progress: TableProgress) -> None:
    """Show nothing: a back-up is one line in the end."""
