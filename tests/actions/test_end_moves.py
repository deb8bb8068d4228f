"""The old system's end moves with what comes before it, and who was told of a day hears of it."""

from dataclasses import replace
from datetime import date, timedelta

from actions.move_dates import move_dates
from connectors.memory import MemoryPost
from ledger import phases
from ledger.snapshots import snapshot
from rollout.moves import new_end
from rollout.phases import DECOMMISSION

from .eve import DAY, READY, World
from .test_thaw import mails, posted

LAST = "remaining-users"
LATER = date(2026, 4, 20)


def last_phase_moves(world: World) -> None:
    """Record that the last phase ends a week later."""
    with world.desk.door.write("dates") as tx:
        dates = snapshot(tx, world.desk.plan).phases[LAST].dates
        assert dates.soak_ends_on is not None
        ends = dates.soak_ends_on + timedelta(weeks=1)
        later = replace(dates, soak_ends_on=ends, sequence=dates.sequence + 1)
        phases.set_dates(tx, world.desk.rollout, LAST, later, "it held", READY)


def subjects(post: MemoryPost) -> list[str]:
    found = [letter.message for letter in post.received]
    return [str(m["Subject"]) for m in found if m["X-Changeover-Notice"] == "decommission"]


def test_the_end_moves_once_with_what_comes_before_it(world: World) -> None:
    assert move_dates(world.desk, READY) == []
    last_phase_moves(world)
    words = "decommission: may begin on 2026-04-20, what comes before it moved"
    assert move_dates(world.desk, READY) == [words]
    assert world.desk.look().phases[DECOMMISSION].dates.launch == LATER
    assert move_dates(world.desk, READY) == []
    assert new_end(world.desk.plan, world.desk.look()) is None


def test_who_was_told_of_a_day_is_told_of_the_new_one_once(world: World) -> None:
    post = MemoryPost()
    told = posted(world, post)
    told.order(READY)
    mails(told, 0)
    assert len(subjects(post)) == 30
    assert not [s for s in subjects(post) if "date" in s]
    last_phase_moves(told)
    move_dates(told.desk, READY + DAY)
    mails(told, 2)
    mails(told, 3)
    news = subjects(post)[30:]
    assert len(news) == 30
    assert {s for s in news if "20 April" in s or "20 april" in s} == set(news)
    assert {s.split(":")[0] for s in news} <= {"New date", "Nieuwe datum"}
    assert any("not those we told you" in str(m.message) for m in post.received)
