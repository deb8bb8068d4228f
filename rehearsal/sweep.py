"""The kill sweep: a worker killed at every failpoint, run again, and what the servers saw reckoned.

`python -m rehearsal.sweep` takes a seeded sample, `--full` every place; `--ledger URL` names a
PostgreSQL server's database instead of SQLite files.
"""

import argparse
import math
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from rehearsal import nursery
from rehearsal.nursery import DONE, KILLED, Nursery
from rehearsal.reckoning import Ended, Reckoning, look_at, reckon
from rehearsal.servers.mail import start_mail
from rehearsal.servers.scim import base_url, start_scim
from rehearsal.six_people import REFUSED, TOKEN, SixPeople, domain_of

RUNS_AT_MOST = 2000
TRIES_AT_MOST = 4
"""Of a worker after the one that died; the first takes over from a process that is gone."""
SEED = 7
CONNECTIONS = 1
"""Lines to the relay that are open at once, unless told otherwise: so many may be unknown."""
SHOWN_AT_MOST = 20
AT_LEAST = 8
"""Places died at, however slow the machine."""

Show = Callable[[str], None]
Choose = Callable[[Sequence[str]], list[int]]
"""Gives the numbers (1 is the first) of the places to die at."""


@dataclass
class Figures:
    """What a sweep came to."""

    ledger: str
    places: int
    """Failpoints the recording run passed."""
    killed: int = 0
    duplicates: int = 0
    unaccounted: int = 0
    unknown: int = 0
    """Effects of unknown fate, over all runs."""
    unknown_at_most: int = 0
    """In one run."""
    differences: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    lines: int = CONNECTIONS
    """Lines to the relay at once."""
    missed: int = 0
    """Places a run ended before: over several lines, commits are shared as they come."""

    def add(self, place: str, found: Reckoning) -> None:
        """Count one run's reckoning."""
        self.killed += 1
        self.duplicates += len(found.duplicates)
        self.unaccounted += len(found.unaccounted)
        self.differences += len(found.differences)
        self.unknown += len(found.unknown)
        self.unknown_at_most = max(self.unknown_at_most, len(found.unknown))
        said = [*found.duplicates, *found.unaccounted, *found.differences]
        self.wrong += [f"{place}: {words}" for words in said]

    def join(self, other: "Figures") -> None:
        """Count another share of the same list; they ran side by side."""
        for name in ("killed", "duplicates", "unaccounted", "unknown", "differences", "missed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unknown_at_most = max(self.unknown_at_most, other.unknown_at_most)
        self.seconds = max(self.seconds, other.seconds)
        self.wrong += other.wrong
        if other.places != self.places:
            self.wrong.append(f"one run passed {self.places} places, another {other.places}")

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return not self.wrong and self.unknown_at_most <= self.lines

    @property
    def line(self) -> str:
        """Say the figures."""
        return (
            f"kill sweep ({self.ledger}): {self.places} failpoints, {self.killed} killed, "
            f"duplicates {self.duplicates}, unaccounted {self.unaccounted}, "
            f"different ends {self.differences}, unknown {self.unknown} "
            f"(at most {self.unknown_at_most} a run), {self.seconds:.0f} s"
        )


class Sweep:
    """Servers and a nursery for many small worlds; as a context they are stopped."""

    def __init__(
        self,
        folder: Path,
        ledger: str | None = None,
        command: Sequence[str] = nursery.COMMAND,
        lines: int = CONNECTIONS,
        share: tuple[int, int] = (1, 1),
    ) -> None:
        """Keep where it happens; `ledger` is a database's URL, none: an SQLite file.

        `share`: (2, 3) is the second of three sweeps of one list, whose runs have other numbers.
        """
        self._lines = lines
        self._folder = folder
        self._ledger = ledger or f"sqlite:///{folder}/ledger.sqlite"
        self._command = command
        self._stack = ExitStack()
        self._share = share
        self._runs = 0

    def __enter__(self) -> Self:
        """Start the servers."""
        folder = self._folder
        gone = [f"{REFUSED}@{domain_of(self._number(run))}" for run in range(RUNS_AT_MOST)]
        self._mail = self._stack.enter_context(start_mail(folder, refuse=gone))
        self._scim = self._stack.enter_context(start_scim(folder, TOKEN))
        self._nursery = self._stack.enter_context(Nursery(folder / "nursery.log", self._command))
        return self

    def __exit__(self, *error: object) -> None:
        """Stop them."""
        self._stack.close()

    def run(
        self, choose: Choose, show: Show = lambda _words: None, seconds: float = math.inf
    ) -> Figures:
        """Record all places, die at the chosen ones, and reckon each run with the reference.

        After some `seconds` no further place is begun, but AT_LEAST of them are.
        """
        began = time.monotonic()
        world = self._world()
        if self._nursery.child(world.place) != DONE:
            raise RuntimeError(f"the reference run of the sweep did not end: {world.place}")
        places = (world.place / nursery.PASSED).read_text(encoding="utf-8").splitlines()
        reference = self._ended(world)
        figures = Figures(
            self._ledger.partition(":")[0].partition("+")[0], len(places), lines=self._lines
        )
        figures.wrong += [f"reference: {w}" for w in reckon(reference, reference).unaccounted]
        mine, sharers = self._share
        for number in choose(places)[mine - 1 :: sharers]:
            if figures.killed >= AT_LEAST and time.monotonic() - began > seconds:
                break
            place = f"{number} {places[number - 1]}"
            found = self._killed(number, reference)
            if found is None:
                figures.missed += 1
                continue
            figures.add(place, found)
            show(f"{figures.killed}: {place}")
        figures.seconds = time.monotonic() - began
        return figures

    def _killed(self, number: int, reference: Ended) -> Reckoning | None:
        """Kill a worker at one place, let others go on, and reckon; None: it ended before."""
        world = self._world()
        code = self._nursery.child(world.place, number)
        if code == DONE and self._lines > 1:
            return None
        if code != KILLED:
            raise RuntimeError(f"no child died at place {number}: it ended with {code}")
        for tries in range(1, TRIES_AT_MOST + 1):
            code = self._nursery.child(world.place, None, tries)
            if code == DONE:
                return reckon(self._ended(world), reference)
        raise RuntimeError(f"not over after TRIES_AT_MOST = {TRIES_AT_MOST} tries at {number}")

    def _world(self) -> SixPeople:
        self._runs += 1
        if self._runs >= RUNS_AT_MOST:
            raise RuntimeError(f"more than RUNS_AT_MOST = {RUNS_AT_MOST} runs in one sweep")
        number, scim = self._number(self._runs), base_url(self._scim.port)
        place = str(self._folder / f"run-{number}")
        world = SixPeople(place, number, self._mail.port, scim, self._ledger, self._lines)
        world.build()
        return world

    def _number(self, run: int) -> int:
        mine, sharers = self._share
        return (run - 1) * sharers + mine

    def _ended(self, world: SixPeople) -> Ended:
        return look_at(world, self._folder / "mail")


def every(places: Sequence[str]) -> list[int]:
    """Die at every place."""
    return list(range(1, len(places) + 1))


def sample(at_most: int, seed: int = SEED) -> Choose:
    """Die at a seeded sample: effects around the wire first, then other names, one of each."""
    return partial(_sampled, at_most, seed)


def _sampled(at_most: int, seed: int, places: Sequence[str]) -> list[int]:
    chance = random.Random(seed)
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(places, start=1):
        by_name[name].append(number)
    names = sorted(by_name)
    chance.shuffle(names)
    names.sort(key=lambda name: not name.startswith(("post.line.send", "on-wire", "done")))
    chosen = [chance.choice(by_name[name]) for name in names[:at_most]]
    rest = [n for n in every(places) if n not in chosen]
    return chosen + chance.sample(rest, min(len(rest), at_most - len(chosen)))


def shared(choose: Choose, ledger: str | None, lines: int, sharers: int) -> Figures:
    """Sweep in several processes side by side, each with servers of its own."""
    with ProcessPoolExecutor(sharers, mp_context=get_context("spawn")) as pool:
        begun = [
            pool.submit(_share, choose, ledger, lines, (mine, sharers))
            for mine in range(1, sharers + 1)
        ]
        figures, *others = (share.result() for share in begun)
    for other in others:
        figures.join(other)
    return figures


def _share(choose: Choose, ledger: str | None, lines: int, share: tuple[int, int]) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="changeover-sweep-") as name,
        Sweep(Path(name), ledger, lines=lines, share=share) as sweep,
    ):
        return sweep.run(choose, lambda words: print(words, flush=True))


def main() -> int:
    """Read the command line and sweep; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.sweep")
    parser.add_argument("--full", action="store_true", help="every place")
    parser.add_argument("--points", type=int, default=40, help="size of the sample")
    parser.add_argument("--seed", type=int, default=SEED, help="of the sample")
    parser.add_argument("--ledger", help="URL of an empty database; default: an SQLite file")
    parser.add_argument(
        "--lines", type=int, default=CONNECTIONS, help="to the relay at once; more share commits"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="sweeps side by side; default: cores"
    )
    parser.add_argument("--child", type=Path, help="be one worker in a world's folder")
    parser.add_argument("--kill-at", type=int, help="with --child: number of the place to die at")
    options = parser.parse_args()
    if options.child:
        return nursery.live(options.child, options.kill_at, 0)
    choose = every if options.full else sample(options.points, options.seed)
    figures = shared(choose, options.ledger, options.lines, max(1, options.jobs))
    for words in figures.wrong[:SHOWN_AT_MOST]:
        print(words)
    print(figures.line)
    return 0 if figures.holds else 1


if __name__ == "__main__":
    sys.exit(main())
