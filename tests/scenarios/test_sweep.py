"""A worker killed at any place and run again: the servers saw each effect once.

A sample by default, on both kinds of ledger; `./dev sweep` takes every place.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rehearsal.sweep import AT_LEAST, CONNECTIONS, Figures, Sweep, sample

POINTS = 24
SECONDS = 45.0
"""For each kind of ledger: a machine busy with other things takes the beginning of the sample."""


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgres_database")
    return found


@pytest.fixture
def sweep(ledger: str | None, tmp_path: Path) -> Iterator[Sweep]:
    with Sweep(tmp_path, ledger) as running:
        yield running


@pytest.mark.timeout(900)
def test_nothing_is_done_twice_or_lost_wherever_a_worker_dies(
    sweep: Sweep, ledger: str | None, record_property: Callable[[str, object], None]
) -> None:
    # Another seed for each kind of ledger: together they die in more places.
    figures = sweep.run(sample(POINTS, seed=7 if ledger is None else 11), seconds=SECONDS)
    record_property("figures", figures.line)
    assert figures.wrong == []
    assert AT_LEAST <= figures.killed <= POINTS
    assert 0 < figures.unknown_at_most <= CONNECTIONS
    assert figures.places > 250


def around_the_wire(places: Sequence[str]) -> list[int]:
    """Die while several lines send: after the relay took a mail, and around what is committed."""
    sent = [n for n, name in enumerate(places, 1) if name == "post.line.send:after"]
    marked = [n for n, name in enumerate(places, 1) if name.startswith("on-wire:")]
    return [*sent[1:12:3], *marked[2::9]]


@pytest.mark.timeout(300)
def test_over_several_lines_no_more_than_one_mail_each_is_unknown(tmp_path: Path) -> None:
    with Sweep(tmp_path, lines=3) as sweep:
        figures = sweep.run(around_the_wire, seconds=SECONDS)
    assert figures.wrong == [], figures.line
    assert figures.killed >= AT_LEAST
    assert 1 < figures.unknown_at_most <= 3
    assert figures.holds


def after_sending(places: Sequence[str]) -> list[int]:
    """Die right after the relay took a mail: the first and the last but one."""
    sent = [n for n, name in enumerate(places, 1) if name == "post.line.send:after"]
    return [sent[0], sent[-2]]


def test_the_sweep_finds_workers_who_forget_what_is_on_the_wire(tmp_path: Path) -> None:
    forgetful = (sys.executable, str(Path(__file__).with_name("forgetful_nursery.py")))
    with Sweep(tmp_path, command=forgetful) as sweep:
        figures = sweep.run(after_sending)
    assert figures.duplicates == 2, figures.line
    assert figures.unknown == 0
    assert not figures.holds


def test_a_sweep_with_more_unknown_than_open_connections_does_not_hold() -> None:
    figures = Figures("sqlite", 1, unknown_at_most=CONNECTIONS + 1)
    assert not figures.holds
