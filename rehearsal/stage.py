"""The demo's stage: the production flows as runs of registered deployments, or plain ticks.

The first run of each deployment goes through an ordinary worker, the rest run warm; a morning with
nothing due ticks without the engine.
"""

import time as clock
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State

from actions.desk import Desk
from actions.hands import PlainHands
from flows.order import tick
from flows.warm import run_here, trigger
from rollout.agenda import Today, agenda, ends
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION as DECOMMISSIONING
from rollout.phases import State as PhaseState
from rollout.retirement import cooling_off
from rollout.snapshot import Snapshot

TICK = "run-rollout/tick"
ROLL_BACK = "roll-back-phase/as-ordered"
DECOMMISSION = "decommission/step-by-step"
REVIEW = "review/on-demand"
RUN_SECONDS_AT_MOST = 180


class RunFailedError(Exception):
    """A run did not end as it should. The message names it and its state."""


@dataclass
class Stage:
    """Runs flows for a demo, and counts how."""

    desk: Desk
    seen: set[str] = field(default_factory=set)
    """Deployments that have run."""
    said: tuple[object, ...] = ()
    """What had been asked and approved when the decommission last ran."""
    runs: dict[str, int] = field(default_factory=lambda: {"worker": 0, "warm": 0, "plain": 0})

    def morning(self, now: datetime) -> str:
        """Do a morning; gives the name of the state it ended in."""
        snapshot = self.desk.look()
        days = agenda(self.desk.plan, snapshot, now)
        ended = self.run(DECOMMISSION, now) if self._ends(snapshot, now) else None
        starting = [d for d in days if d.state is PhaseState.READY and d.moves]
        if starting:
            parameters = {"phase": starting[0].phase}
            return self.run(f"run-phase/{starting[0].phase}", now, parameters)
        asked = any(order.kind != OrderKind.RETIRE for order in snapshot.orders)
        if asked or any(_eventful(day, self.desk, now) for day in days):
            return self.run(TICK, now)
        self.runs["plain"] += 1
        name = tick(PlainHands(self.desk), self.desk.rollout, now).name
        return ended or name

    def look(self, phase: str, now: datetime) -> str:
        """Have one phase looked at, as a person does who does not wait for the morning."""
        return self.run(f"run-phase/{phase}", now, {"phase": phase})

    def _ends(self, snapshot: Snapshot, now: datetime) -> bool:
        """Whether the old system's end may go a step further: something was said, or a day came."""
        if not ends(self.desk.plan, snapshot):
            return False
        at = snapshot.phases[DECOMMISSIONING]
        said = (len(snapshot.orders), len(snapshot.approvals), at.state)
        fresh, self.said = said != self.said, said
        cooled = now >= at.since + cooling_off(self.desk.plan, snapshot)
        return fresh or (at.state is PhaseState.COOLING and cooled)

    def run(self, deployment: str, now: datetime, more: Mapping[str, Any] | None = None) -> str:
        """Run a deployment, the first time through the worker."""
        parameters = {"rollout": self.desk.rollout, "now": now.isoformat(), **(more or {})}
        if deployment in self.seen:
            self.runs["warm"] += 1
            return _name(deployment, run_here(deployment, parameters))
        self.seen.add(deployment)
        self.runs["worker"] += 1
        return _name(deployment, _through_worker(deployment, parameters))


def _eventful(day: Today, desk: Desk, now: datetime) -> bool:
    """Whether a morning is worth a run: something is to be done, moved or decided."""
    ends = desk.look().phases[day.phase].dates.soak_ends_on
    decided = day.judged and day.state is PhaseState.LIVE and ends and now.date() >= ends
    return bool(day.kinds) or day.moves or bool(decided)


def _through_worker(deployment: str, parameters: Mapping[str, Any]) -> State[Any]:
    run = trigger(deployment, parameters)
    with get_client(sync_client=True) as client:
        for _ in range(RUN_SECONDS_AT_MOST * 4):
            state = client.read_flow_run(run.id).state
            if state is not None and state.is_final():
                return state
            clock.sleep(0.25)
    msg = f"{deployment} did not end within {RUN_SECONDS_AT_MOST} s; is the worker alive?"
    raise RunFailedError(msg)


def _name(deployment: str, state: State[Any]) -> str:
    if state.is_crashed():
        msg = f"{deployment} crashed: {state.message}"
        raise RunFailedError(msg)
    return str(state.name)
