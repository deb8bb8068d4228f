"""A phase's back-up is whole under its name, made once, and made again where a worker died."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyrage import x25519
from sqlalchemy import insert

from actions.back_up_old_system import back_up_old_system
from actions.desk import Desk, take_lease
from actions.outcome import Outcome
from archive.seal import seal
from archive.sealed import is_sealed
from archive.signature import signer
from config.loading import parse
from connectors.old_sql import OldSql
from ledger import people, phases, records
from ledger.opening import open_ledger
from ledger.tables import rollout
from rollout.phases import Dates, Verb
from rollout.steps import StepState

from .eve import EXAMPLE, IT, people_of

PHASE = "early-adopters"
KEY = f"old.back_up:{PHASE}:-:1:-"
BEGUN = datetime(2026, 2, 16, 12, tzinfo=UTC)
NOW = datetime(2026, 2, 27, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, small: Path) -> Iterator[Desk]:
    """Give a desk three days before the first launch."""
    old = tmp_path / "old.sqlite"
    shutil.copy(small, old)
    plan = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
    door = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite", plan.rollout)
    made = Desk(plan, tmp_path, door, cast("Any", SimpleNamespace(old=OldSql(f"sqlite:///{old}"))))
    row = {"name": plan.rollout, "plan": "", "digest": "0" * 64, "folder": ".", "applied_by": IT}
    with door.write("begin") as tx:
        tx.execute(insert(rollout).values(**row, applied_at=BEGUN, rehearsal=True))
        people.add(tx, plan.rollout, people_of(5))
        dates = Dates(date(2026, 3, 2), date(2026, 3, 13))
        phases.begin(tx, plan.rollout, PHASE, dates, IT, BEGUN)
        at = phases.standing(tx, plan.rollout)[PHASE]
        phases.record(tx, plan.rollout, at.move(Verb.PREPARE, "due"), IT, BEGUN)
    yield replace(made, lease=take_lease(made))
    door.engine.dispose()


def folder(desk: Desk) -> Path:
    return desk.folder / "backups" / f"acme-crm-{PHASE}-1"


def test_a_back_up_is_encrypted_where_the_archive_is(desk: Desk) -> None:
    (desk.folder / "ops.pub").write_text(str(x25519.Identity.generate().to_public()))
    decommission = desk.plan.decommission
    archive = decommission.archive.model_copy(update={"encrypt_for": ("ops.pub",)})
    changed = decommission.model_copy(update={"archive": archive})
    desk = replace(desk, plan=desk.plan.model_copy(update={"decommission": changed}))
    done = back_up_old_system(desk, PHASE, NOW)
    assert (done.done, done.refused) == (1, 0)
    assert is_sealed(folder(desk))
    assert [path.name for path in folder(desk).parent.iterdir()] == [folder(desk).name]
    assert desk.look().steps[KEY].detail == seal(folder(desk))


def test_a_back_up_is_made_once_and_its_seal_recorded(desk: Desk) -> None:
    done = back_up_old_system(desk, PHASE, NOW)
    assert (done.done, done.refused) == (1, 0)
    assert signer(folder(desk)) == desk.look().signer is not None
    step = desk.look().steps[KEY]
    assert (step.state, step.detail) == (StepState.DONE, seal(folder(desk)))
    assert back_up_old_system(desk, PHASE, NOW) == Outcome()


def test_none_is_made_before_its_day(desk: Desk) -> None:
    assert back_up_old_system(desk, PHASE, BEGUN) == Outcome()
    assert not folder(desk).exists()


def test_half_a_back_up_is_made_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("archive.export.write_bag", dies)
        with pytest.raises(KeyboardInterrupt):
            back_up_old_system(desk, PHASE, NOW)
    assert not folder(desk).exists()
    assert back_up_old_system(desk, PHASE, NOW).done == 1


def test_a_whole_one_nobody_recorded_is_taken_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("actions.back_up_old_system.verify", dies)
        with pytest.raises(KeyboardInterrupt):
            back_up_old_system(desk, PHASE, NOW)
    first = seal(folder(desk))
    assert back_up_old_system(desk, PHASE, NOW).done == 1
    assert desk.look().steps[KEY].detail == first


def test_one_that_does_not_hold_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(desk).mkdir(parents=True)
    told = back_up_old_system(desk, PHASE, NOW)
    assert (told.done, told.refused) == (0, 1)
    assert desk.look().steps[KEY].state is StepState.REFUSED


def test_a_paused_rollout_makes_none(desk: Desk) -> None:
    with desk.door.write("pause") as tx:
        records.pause(tx, desk.rollout, IT, "stop", NOW)
    assert back_up_old_system(desk, PHASE, NOW) == Outcome()
    assert not folder(desk).exists()
