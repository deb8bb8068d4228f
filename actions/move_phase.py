"""Make the transitions of a phase that dates and readiness make due."""

from datetime import datetime

from actions.desk import Desk
from ledger import leases, phases
from rollout.moves import next_move
from rollout.phase_day import PhaseDay

MOVES_AT_ONCE_AT_MOST = 3


def move_phase(desk: Desk, phase: str, now: datetime) -> list[str]:
    """Make every transition of a phase that is due now; gives each in words."""
    said: list[str] = []
    for _ in range(MOVES_AT_ONCE_AT_MOST):
        move = next_move(PhaseDay(desk.plan, desk.look(), desk.plan.phase(phase), now))
        if move is None:
            break
        with desk.door.write("move") as tx:
            leases.renew(tx, desk.held())
            phases.record(tx, desk.rollout, move, "changeover", now)
        said.append(f"{phase}: {move.start} -> {move.end}, {move.reason}")
    return said
