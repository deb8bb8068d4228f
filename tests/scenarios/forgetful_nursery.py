"""A nursery whose workers forget to mark what is on the wire: the sweep must find them out."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from ledger import steps
from ledger.leases import Lease
from ledger.steps import Mark
from rehearsal import nursery
from rollout.steps import StepState

mark = steps.mark


def forgetting(tx: Connection, lease: Lease, marks: Sequence[Mark], now: datetime) -> None:
    mark(tx, lease, [m for m in marks if m[1] is not StepState.ON_WIRE], now)


if __name__ == "__main__":
    steps.mark = forgetting
    nursery.serve()
