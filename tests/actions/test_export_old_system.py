"""An archive counts when it was restored and compared, and is made once."""

from pathlib import Path

import pytest

from actions import export_old_system
from rollout.phases import State

from .eve import DAY, HOUR, READY, World, retire


def test_a_whole_archive_nobody_recorded_is_taken_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.to_frozen()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("actions.export_old_system.prove", dies)
        with pytest.raises(KeyboardInterrupt):
            retire(world.desk, READY)
    retire(world.desk, READY + HOUR)
    assert [p.name for p in (world.desk.folder / "archive").iterdir()] == ["acme-crm-2026-04-13"]
    assert retire(world.desk, READY + HOUR).state is State.PROVED


def test_an_archive_that_is_not_equal_is_not_approved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.to_frozen()
    honest = export_old_system.prove

    def unequal(folder: Path) -> object:
        report = honest(folder)
        question = report.questions[0].model_copy(update={"restored": "-1"})
        return report.model_copy(update={"questions": (question,)})

    monkeypatch.setattr(export_old_system, "prove", unequal)
    assert retire(world.desk, READY).needs_person
    told = retire(world.desk, READY)
    assert (told.state, told.needs_person) == (State.FROZEN, True)
    assert "did not prove equal" in told.words[0]
    assert not world.desk.look().orders
    retire(world.desk, READY + DAY)
    assert len([*(world.desk.folder / "archive").iterdir()]) == 1
    monkeypatch.setattr(export_old_system, "prove", honest)
    world.order(READY + 2 * DAY)
    retire(world.desk, READY + 2 * DAY)
    assert retire(world.desk, READY + 2 * DAY).state is State.PROVED


def test_what_an_export_left_on_another_day_is_gone_on_with(world: World) -> None:
    room = world.desk.folder / "archive"
    (room / "acme-crm-2026-04-12.partial" / "data").mkdir(parents=True)
    world.to_frozen()
    retire(world.desk, READY)
    assert [p.name for p in room.iterdir()] == ["acme-crm-2026-04-13"]
