"""The end of an old system that is no database: spreadsheets somebody exported."""

from pathlib import Path

from archive.verify import verify
from config.old_sources import FolderSource
from config.organisation import OldSystem
from config.plan import Question
from connectors.old_folder import OldFolder
from ledger import records
from rollout.phases import State

from .eve import DAY, HOUR, IT, READY, World, retire

FOLDER = {
    "kind": "folder",
    "folder": "export",
    "contains": [{"file": "orders.csv", "rows": 2}, {"file": "terms.docx"}],
}
OLD = {
    "name": "Sheets",
    "source": FOLDER,
    "freeze": [{"kind": "confirmed", "name": "share is read-only"}],
    "off": [{"kind": "confirmed", "name": "share is closed"}],
}
QUESTION = Question(ask="How many are open?", sql="select count(*) from orders where open = 'yes'")


def confirmed(world: World, item: str) -> None:
    with world.desk.door.write("confirm") as tx:
        records.confirm(tx, world.desk.rollout, f"decommission/{item}", IT, READY)


def sheets(world: World) -> World:
    folder = world.desk.folder / "export"
    folder.mkdir()
    (folder / "orders.csv").write_text("id,open\n1,yes\n2,no\n")
    (folder / "terms.docx").write_bytes(b"\x00terms")
    old = OldSystem.model_validate(OLD)
    decommission = world.desk.plan.decommission.model_copy(update={"questions": (QUESTION,)})
    mine = world.planned(old_system=old, decommission=decommission)
    assert isinstance(old.source, FolderSource)
    return mine.beside(OldFolder(old.source, world.desk.folder))


def test_a_write_after_the_archive_has_it_made_again_before_off(world: World) -> None:
    mine = sheets(world)
    mine.order()
    # Files cannot tell who still works with them: a person says so.
    assert "confirm decommission/nobody-depends" in " ".join(retire(mine.desk, READY).words)
    confirmed(mine, "nobody-depends")
    mine.say_yes(READY)
    assert "share-is-read-only" in " ".join(retire(mine.desk, READY).words)
    confirmed(mine, "share-is-read-only")
    assert retire(mine.desk, READY).state is State.FROZEN
    told = " ".join(retire(mine.desk, READY + HOUR).words)
    assert "restored into sqlite and equal: 1 tables, 2 rows, 1 questions answered alike" in told
    assert retire(mine.desk, READY + HOUR).state is State.PROVED
    mine.say_yes(READY + 2 * HOUR)
    assert retire(mine.desk, READY + 2 * HOUR).state is State.COOLING

    terms = mine.desk.folder / "export/terms.docx"
    terms.write_bytes(b"\x00terms, changed after all")
    stale = retire(mine.desk, READY + 15 * DAY)
    assert stale.state is State.FROZEN
    assert "the files kept beside it" in " ".join(stale.words)
    later = READY + 16 * DAY
    for _ in range(2):
        retire(mine.desk, later)
    mine.say_yes(later + HOUR)
    assert retire(mine.desk, later + HOUR).state is State.COOLING
    off = later + 15 * DAY
    assert "share-is-closed" in " ".join(retire(mine.desk, off).words)
    confirmed(mine, "share-is-closed")
    assert retire(mine.desk, off).state is State.RETIRED
    found = mine.desk.look().archive
    assert found is not None
    checked = verify(Path(found.path), found.seal)
    assert checked.holds, checked.line
    assert (Path(found.path) / "data/files/f000002").read_bytes() == terms.read_bytes()
