"""Three kills through Prefect: the flow's process, its worker, both; and what the servers saw.

The relay has the pilot's mail of launch morning and has not answered: the worst moment to die.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType

from flows.registering import register
from flows.serving import Starting, environment_of, starting_worker
from flows.warm import trigger
from rehearsal.failpoints import Failpoints
from rehearsal.reckoning import Ended, look_at, reckon
from rehearsal.servers.mail import HOLD, received, start_mail
from rehearsal.servers.process import Server
from rehearsal.servers.scim import base_url, start_scim
from rehearsal.six_people import (
    AGAIN,
    MORNINGS,
    PILOT,
    REFUSED,
    TOKEN,
    SixPeople,
    domain_of,
    go_on,
    moment,
)

LAUNCH = 2
"""Number of the morning that is lived through Prefect."""
CONNECTIONS = 1
WAIT_SECONDS = 240
WORLDS = 10
T = TypeVar("T")


@dataclass
class Scene:
    """Servers, one worker at a time, and worlds that are told apart by their number."""

    folder: Path
    environment: dict[str, str]
    home: Path
    mail: Server
    scim: Server
    stack: ExitStack = field(default_factory=ExitStack)
    worker: Starting | None = None
    worlds: int = 0

    def world(self) -> SixPeople:
        """Make a world and live its mornings before the launch, without the engine."""
        self.worlds += 1
        place = self.folder / f"world-{self.worlds}"
        scim = base_url(self.scim.port)
        ledger = f"sqlite:///{place}/ledger.sqlite"
        made = SixPeople(str(place), self.worlds, self.mail.port, scim, ledger)
        made.build()
        assert go_on(made, Failpoints(), 0, until=LAUNCH)
        return made

    def ended(self, world: SixPeople) -> Ended:
        """Live the mornings after the launch, without the engine, and look at what came of it."""
        world.end(LAUNCH)
        assert go_on(world, Failpoints(), 0)
        return look_at(world, self.folder / "mail")

    def have_worker(self) -> None:
        """Start a worker where there is none, and come back at once: it takes seconds."""
        if self.worker is None:
            self.worker = self.stack.enter_context(
                starting_worker(self.home, self.environment, self.folder / "empty")
            )

    def kill_worker(self) -> None:
        """Kill the worker as the kernel does when memory is short."""
        assert self.worker is not None
        [own] = _children(self.worker.process.pid)
        os.kill(own, signal.SIGKILL)
        self.worker = None

    def hold(self, world: SixPeople) -> str:
        """Let the relay keep the pilot's mail and give no answer; gives the address."""
        address = f"{PILOT}@{world.domain}"
        (self.folder / HOLD).write_text(address, encoding="utf-8")
        return address

    def release(self) -> None:
        """Let the relay answer."""
        (self.folder / HOLD).unlink(missing_ok=True)

    def tick(self, world: SixPeople, tries: int = 0) -> FlowRun:
        """Ask for the tick of launch morning."""
        with world.desk() as desk:
            now = moment(desk.plan, MORNINGS[LAUNCH]) + tries * AGAIN
        return trigger("run-rollout/tick", {"rollout": world.rollout, "now": now.isoformat()})

    def mails_to(self, address: str) -> int:
        """Count the mails the relay has kept for somebody."""
        return sum(m.to == address for m in received(self.folder / "mail"))


def _children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(look: Callable[[], T | None], what: str) -> T:
    for _ in range(WAIT_SECONDS * 10):
        found = look()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail(f"{what} did not come in {WAIT_SECONDS} s")


def read(run: UUID) -> FlowRun:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run)


def over(run: FlowRun) -> FlowRun:
    """Wait for a run's end."""

    def look() -> FlowRun | None:
        found = read(run.id)
        return found if found.state is not None and found.state.is_final() else None

    return wait_for(look, f"the end of {run.name}")


@pytest.fixture(scope="module")
def scene(
    prefect_api: str, prefect_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("kills")
    (folder / "empty").mkdir()
    gone = [f"{REFUSED}@{domain_of(n)}" for n in range(WORLDS)]
    secret = {"CHANGEOVER_SECRET_ATLAS_TOKEN": TOKEN}
    environment = environment_of(prefect_home, prefect_api) | secret
    with start_mail(folder, refuse=gone) as mail, start_scim(folder, TOKEN) as scim:
        made = Scene(folder, environment, prefect_home, mail, scim)
        with made.stack:
            made.have_worker()
            yield made


@pytest.fixture(scope="module")
def reference(scene: Scene) -> Ended:
    """Give the end of a world in which nobody was killed."""
    world = scene.world()
    assert go_on(world, Failpoints(), 0, until=LAUNCH + 1)
    return scene.ended(world)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("killed", ["flow", "worker", "both"])
def test_whoever_is_killed_nothing_is_done_twice_or_lost(
    killed: str, scene: Scene, reference: Ended
) -> None:
    scene.have_worker()
    world = scene.world()
    with world.desk() as desk:
        register(desk.plan, world.ledger, scheduled=False)
    before = scene.mails_to(address := scene.hold(world))
    first = scene.tick(world)
    wait_for(lambda: scene.mails_to(address) > before, "the pilot's mail")
    at_work = read(first.id)
    assert at_work.state_type is StateType.RUNNING
    if killed in {"worker", "both"}:
        scene.kill_worker()
    if killed in {"flow", "both"}:
        os.kill(int(str(at_work.infrastructure_pid).rpartition(":")[2]), signal.SIGKILL)
    scene.have_worker()
    scene.release()
    if killed != "both":
        # An orphaned flow goes on, until it would write to its worker's pipe, and ends itself; of
        # a flow that died its worker tells Prefect.
        ended = over(first)
        assert killed == "worker" or ended.state_type is StateType.CRASHED, ended.state

    # The dead one's lease has minutes to run, but its process is gone: nobody waits for it.
    second = over(scene.tick(world, tries=1))
    assert second.state is not None
    settled = read(first.id)
    assert settled.state is not None
    assert settled.state.is_final(), settled.state
    if killed == "both":
        assert settled.state.is_crashed()
        assert "its process died at work" in str(settled.state.message)
    if killed in {"flow", "both"}:
        assert second.state.name == "Needs a person", second.state
        assert second.state.is_failed()

    found = reckon(scene.ended(world), reference)
    assert found.duplicates == []
    assert found.unaccounted == []
    assert found.differences == []
    assert len(found.unknown) == (0 if killed == "worker" else CONNECTIONS)
