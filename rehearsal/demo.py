"""`./dev demo`: a whole rollout of 60 people on real servers, in a minute or two."""

import argparse
import json
import os
import shutil
import signal
import sys
import time as clock
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from rich.console import Console

from actions.desk import Desk
from flows.registering import register
from flows.serving import environment_of, server, worker
from rehearsal import office
from rehearsal.compare import differences
from rehearsal.rehearse import DAYS_AT_MOST, begin, finished
from rehearsal.servers.scim import dump
from rehearsal.stage import REVIEW, Stage
from rehearsal.summary import Summary, summarise
from rehearsal.world import TOKEN, World
from rollout.calendar import aware

_QUIET = {"PREFECT_LOGGING_LEVEL": "WARNING"}
FOLDER = Path(".demo")
REVIEWS = {"after a week": 7, "after a month": 30, "after three months": 91}
"""Days after the last phase's launch, when everybody has the new tool."""


@dataclass(frozen=True)
class Show:
    """The demo while it runs."""

    stage: Stage
    world: World
    console: Console
    api: str

    @property
    def desk(self) -> Desk:
        """The desk the simulated office works at."""
        return self.stage.desk


@contextmanager
def opened(folder: Path, seed: int, console: Console) -> Iterator[Show]:
    """Start everything: mail, accounts, old system, Prefect and a worker; apply the plan."""
    shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as stack:
        world = stack.enter_context(World(folder.resolve(), seed))
        home = world.folder / "prefect"
        api = stack.enter_context(server(home))
        ledger = f"sqlite:///{world.folder}/ledger.sqlite"
        own = environment_of(home, api) | world.secrets() | _QUIET | {"CHANGEOVER_LEDGER": ledger}
        stack.enter_context(_environment(own))
        stack.enter_context(temporary_settings({PREFECT_API_URL: api, PREFECT_HOME: home}))
        desk = begin(world)
        names = register(desk.plan, ledger)
        stack.enter_context(worker(home, own, world.folder))
        console.print(f"{len(names)} deployments at {api.removesuffix('/api')}")
        yield Show(Stage(desk), world, console, api)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def play(show: Show) -> None:
    """Go from the first notice to the last review, morning by morning."""
    desk = show.desk
    first = desk.plan.start - desk.plan.prepare
    for number in range(DAYS_AT_MOST):
        today = first + timedelta(days=number)
        now = aware(today, time(6), desk.plan.zone)
        show.world.live(today)
        state = show.stage.morning(now)
        _tell(show, today, state)
        office.work(desk, now + timedelta(hours=2))
        _review(show, today, now)
        if finished(desk):
            break
    _reviews_to_come(show, today)


def _tell(show: Show, today: date, state: str) -> None:
    if state not in {"Nothing due", "Done"}:
        phases = desk_phases(show.desk)
        words = f"  {today:%a %d %b}  {state:<16} {phases}"
        show.console.print(words, highlight=False, soft_wrap=True)


def desk_phases(desk: Desk) -> str:
    """Say where every phase stands, in one line."""
    return "   ".join(f"{name} {at.state}" for name, at in desk.look().phases.items())


def _last_launch(desk: Desk) -> date:
    launches = [desk.look().phases[p.name].dates.launch for p in desk.plan.phases]
    return max(day for day in launches if day is not None)


def _review(show: Show, today: date, now: datetime) -> None:
    last = _last_launch(show.desk)
    if any(today == last + timedelta(days=days) for days in REVIEWS.values()):
        show.stage.run(REVIEW, now)


def _reviews_to_come(show: Show, today: date) -> None:
    """Jump to the reviews that lie after the old system's end."""
    last = _last_launch(show.desk)
    for days in REVIEWS.values():
        day = last + timedelta(days=days)
        if day > today:
            show.world.live(day)
            show.stage.run(REVIEW, aware(day, time(6), show.desk.plan.zone))


def tell(console: Console, summary: Summary, show: Show, wrong: list[str], seconds: float) -> None:
    """Say at the end what came of it, and where to look."""
    people = sum(p.people for p in summary.phases)
    console.print(
        f"\n{summary.organisation} moved from {summary.old} to {summary.new}: "
        f"{people} people in {len(summary.phases)} phases; the old system is "
        f"{summary.decommission}."
    )
    for p in summary.phases:
        held = f"held ({p.held[0]}), " if p.held else ""
        console.print(
            f"  {p.phase:<16}{p.people:>4}  {p.launch} - {p.passed or 'open'}  {held}"
            f"{p.state}, attempt {p.attempt}  {p.adopted} of {p.people} adopted: {p.last}",
            highlight=False,
            soft_wrap=True,
        )
    for kind, count in summary.mails.items():
        said = ", ".join(f"{n} {outcome}" for outcome, n in count.items())
        console.print(f"  mail {kind:<14}{said}", highlight=False)
    console.print(f"  accounts {summary.accounts}   archive {summary.archive or 'none'}")
    console.print(f"  world and ledger: {len(wrong)} differences; runs {show.stage.runs}")
    for words in wrong[:10]:
        console.print(f"    {words}")
    console.print(f"Look: {show.api.removesuffix('/api')}   {show.world.folder}   {seconds:.0f} s")


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="another seed, other people")
    parser.add_argument("--keep", action="store_true", help="leave the servers up until Ctrl-C")
    parser.add_argument("--summary", type=Path, help="write the summary to this file as JSON")
    chosen = parser.parse_args()
    console, began = Console(), clock.monotonic()
    # Asked to end, it ends what it started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with opened(FOLDER, chosen.seed, console) as show:
        play(show)
        accounts = dump(show.world.scim_url, TOKEN, show.world.folder / "accounts.json")
        wrong = differences(show.desk, show.world.ground.mails(), accounts, show.world.old)
        summary = summarise(show.desk)
        if chosen.summary:
            text = json.dumps(summary.as_json(), indent=2, ensure_ascii=False)
            chosen.summary.write_text(text + "\n", encoding="utf-8")
        tell(console, summary, show, wrong, clock.monotonic() - began)
        while chosen.keep:
            clock.sleep(1)
    return 1 if wrong or summary.decommission != "retired" else 0


if __name__ == "__main__":
    sys.exit(main())
