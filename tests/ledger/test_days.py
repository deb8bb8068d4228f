"""Evidence by the day: what was told last is what is kept, in whatever order it came."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ledger import days, evidence
from ledger.door import Door, open_engine
from ledger.opening import MIGRATIONS, open_ledger

FIRST = date(2026, 3, 2)
Row = dict[str, Any]


def row(person: int, day: int, workflow: str = "order", times: float | None = 1) -> Row:
    when = FIRST + timedelta(days=day)
    return {"person": f"p{person:05}", "day": when, "workflow": workflow, "times": times}


def kept(door: Door, source: str = "workflows") -> list[Row]:
    with door.read() as tx:
        found = evidence.read(tx, "acme", source)
    return sorted(found, key=lambda r: (r["person"], r["day"], r.get("workflow", "")))


def tell(door: Door, rows: list[Row], source: str = "workflows") -> int:
    with door.write("tell") as tx:
        return evidence.put(tx, "acme", source, rows)


def test_a_day_grows_is_corrected_and_forgets_nobody(door: Door) -> None:
    assert tell(door, [row(1, 0), row(2, 0, times=3), row(9, 1, times=None)]) == 3
    assert tell(door, [row(2, 0, times=4), row(3, 0), row(1, 0)]) == 2
    assert tell(door, [row(2, 0, times=4), row(9, 1, times=None)]) == 0
    assert kept(door) == [
        row(1, 0),
        row(2, 0, times=4),
        row(3, 0),
        row(9, 1, times=None),
    ]


def test_who_was_active_late_and_twice(door: Door) -> None:
    today = [{"person": "p00001", "day": FIRST}, {"person": "p00300", "day": FIRST}]
    late = [{"person": "p00002", "day": FIRST - timedelta(days=400)}, today[0]]
    assert tell(door, today, "activity") == 2
    assert tell(door, late, "activity") == 1
    assert kept(door, "activity") == [today[0], late[0], today[1]]


def test_times_from_a_day_on_only(door: Door) -> None:
    tell(door, [row(1, 0, times=2), row(1, 3, times=5), row(2, 0)])
    with door.read() as tx:
        found = days.read(tx, "acme", "workflows", FIRST + timedelta(days=3))
    old, new = sorted(found, key=lambda d: d.day)
    with pytest.raises(ValueError, match="was not read"):
        days.rows_of(old)
    assert days.rows_of(new)[1].tolist() == [5]
    assert old.people == b"\x06"


def test_a_key_that_is_nobodys_is_refused(door: Door) -> None:
    with pytest.raises(ValueError, match="no key of a person"):
        tell(door, [row(1, 0) | {"person": "x00001"}])


def test_whatever_is_told_is_kept_as_it_was_told_last(door: Door) -> None:
    dice = Random(20260302)
    last: dict[tuple[int, int, str], float | None] = {}
    for _ in range(25):
        told = {
            (dice.randint(1, 20), dice.randint(-3, 3), dice.choice(["order", "close"])): times
            for times in dice.choices([1, 1, 1, 0, 2.5, None, -1], k=dice.randint(0, 12))
        }
        fresh = sum(k not in last or last[k] != v for k, v in told.items())
        assert tell(door, [row(*k, v) for k, v in told.items()]) == fresh
        last |= told
        wanted = [row(*k, v) for k, v in last.items()]
        assert kept(door) == sorted(wanted, key=lambda r: (r["person"], r["day"], r["workflow"]))


def test_rows_of_an_older_ledger_become_days(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.sqlite"
    engine, config = open_engine(url), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0005")
        names = "name, plan, digest, folder, applied_at, applied_by, rehearsal"
        whole = "'acme', '', '', '.', '2026-03-02', 'it', 1"
        tx.execute(text(f"insert into rollout ({names}) values ({whole})"))
        for seen in ("3', '2026-03-02", "1', '2026-03-02", "1', '2026-03-09"):
            tx.execute(text(f"insert into activity values ('acme', 'p0000{seen}')"))
        for done in ("1', '2026-03-02', 'order', 2.5", "2', '2026-03-02', 'order', null"):
            tx.execute(text(f"insert into workflow values ('acme', 'p0000{done})"))
        tx.execute(text("insert into old_work values ('acme', 'p00001', '2026-03-03', 'order', 1)"))
    engine.dispose()
    door = open_ledger(url, "acme")
    assert kept(door, "activity") == [
        {"person": "p00001", "day": FIRST},
        {"person": "p00001", "day": date(2026, 3, 9)},
        {"person": "p00003", "day": FIRST},
    ]
    assert kept(door) == [row(1, 0, times=2.5), row(2, 0, times=None)]
    assert kept(door, "old_work") == [row(1, 1)]
    door.engine.dispose()
