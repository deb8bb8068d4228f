"""The first weeks of a rehearsal on real servers: what they saw is what the ledger says."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from actions.desk import Desk
from gates.decision import Decision, replay
from ledger import audit, decisions
from rehearsal.compare import differences
from rehearsal.rehearse import begin, mornings, secrets_of
from rehearsal.servers.mail import received
from rehearsal.servers.scim import users
from rehearsal.world import TOKEN, World
from rollout.phases import State
from rollout.snapshot import Snapshot

MORNINGS = 16


@contextmanager
def opened(world: World) -> Iterator[Desk]:
    """Apply the world's plan, and close what its desk opens."""
    desk = begin(world)
    try:
        yield desk
    finally:
        desk.outside.close()
        desk.door.engine.dispose()


@pytest.mark.timeout(300)
def test_the_first_weeks_agree_with_the_world(tmp_path: Path) -> None:
    with World(tmp_path / "world", 11) as world, secrets_of(world), opened(world) as desk:
        seen = list(islice(mornings(world, desk), MORNINGS))
        assert len(seen) == MORNINGS
        accounts = users(world.scim_url, TOKEN)
        assert differences(desk, world.ground.mails(), accounts, world.old) == []
        snapshot = desk.look()
        assert snapshot.state("early-adopters") is State.LIVE
        _nobody_twice_and_nobody_early(snapshot, world)
        _decisions_replay(desk)
        # A second tick of the same morning does nothing more.
        before = len(received(world.folder / "mail"))
        again = next(iter(islice(mornings(world, desk), 1)))
        assert again.day == desk.plan.start - desk.plan.prepare
        assert len(received(world.folder / "mail")) == before


def _nobody_twice_and_nobody_early(snapshot: Snapshot, world: World) -> None:
    mails = received(world.folder / "mail")
    assert mails
    assert max(Counter(m.message_id for m in mails).values()) == 1
    assert (
        max(Counter((m.to, m.notice, m.subject) for m in mails if m.notice == "welcome").values())
        == 1
    )
    for key, account in snapshot.accounts.items():
        person = snapshot.people[key]
        launch = snapshot.phases[person.phase or ""].dates.launch
        if account.activated_on is not None and not account.was_active:
            assert launch is not None
            assert account.activated_on >= launch
            told = snapshot.steps[f"notice.announcement:{person.phase}:{key}:1:-"]
            assert told.at.date() < account.activated_on + timedelta(days=1)


def _decisions_replay(desk: Desk) -> None:
    with desk.door.read() as tx:
        kept = decisions.of_phase(tx, desk.rollout)
        assert audit.trail(tx, desk.rollout)
    assert kept
    for decided in kept:
        found = Decision.model_validate(decided.document)
        assert replay(found) == found.verdict
