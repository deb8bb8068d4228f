"""`./dev demo`: a whole rollout of 60 people on real servers, in a minute or two."""

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
import time as clock
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from rich.console import Console

from actions.desk import Desk
from flows.registering import register
from flows.serving import environment_of, server, worker
from rehearsal import office, telling
from rehearsal.compare import differences
from rehearsal.news import News
from rehearsal.rehearse import DAYS_AT_MOST, begin, finished
from rehearsal.servers.process import free_port
from rehearsal.servers.scim import dump
from rehearsal.stage import REVIEW, Stage
from rehearsal.summary import Summary, summarise
from rehearsal.trouble import Trouble
from rehearsal.world import TOKEN, World
from reports.review import review
from rollout.calendar import aware

_QUIET = {"PREFECT_LOGGING_LEVEL": "WARNING"}
SEED = 2
"""Whose core team holds for want of answers, and passes six days later."""
FOLDER = Path(".demo")
REPORT = "review.md"
LOOK = {
    "mails": "mail",
    "accounts": "accounts.json",
    "report": REPORT,
    "ledger": "ledger.sqlite",
}
"""What is found in the demo's folder."""
NAMED = frozenset({"Needs a person", "Advanced", "RolledBack"})
SCENARIOS = ("plain", "trouble")
_SCENARIO = "trouble: a critical failure in the core team, rolled back and tried again"
REVIEWS = {"after a week": 7, "after a month": 30, "after three months": 91}
"""Days after the last phase's launch, when everybody has the new tool."""


@dataclass
class Show:
    """The demo while it runs."""

    stage: Stage
    world: World
    console: Console
    api: str
    news: News
    last: date | None = None
    """The last day that was told of."""

    def tell(self, today: date, state: str = "") -> None:
        """Print what is new, under its day, with the name a run ended in where that says more."""
        for words in self.news.since():
            new = self.last != today
            ended = f" [{state}]" if new and state in NAMED else ""
            telling.line(self.console, telling.day_of(today) if new else "", words + ended)
            self.last = today

    @property
    def desk(self) -> Desk:
        """The desk the simulated office works at."""
        return self.stage.desk


@contextmanager
def opened(folder: Path, seed: int, console: Console) -> Iterator[Show]:
    """Start everything: mail, accounts, old system, Prefect and a worker; apply the plan."""
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        shutil.rmtree(folder, ignore_errors=True)
        world = stack.enter_context(World(folder.resolve(), seed))
        home = world.folder / "prefect"
        # Not the usual port: of two who start at once, one would speak to the other's server.
        api = stack.enter_context(server(home, free_port()))
        ledger = f"sqlite:///{world.folder}/ledger.sqlite"
        own = environment_of(home, api) | world.secrets() | _QUIET | {"CHANGEOVER_LEDGER": ledger}
        stack.enter_context(_environment(own))
        stack.enter_context(temporary_settings({PREFECT_API_URL: api, PREFECT_HOME: home}))
        desk = begin(world)
        names = register(desk.plan, ledger, scheduled=False)
        stack.enter_context(worker(home, own, world.folder))
        console.print(f"{len(names)} deployments at {api.removesuffix('/api')}")
        news = News(desk)
        news.since()
        yield Show(Stage(desk), world, console, api, news)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the folder from another demo, which would empty it: SystemExit where one is at work."""
    with folder.with_name(f"{folder.name}.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"another demo is at work in {folder.resolve()}; end it first")
        yield


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


def play(show: Show, trouble: Trouble | None = None) -> None:
    """Go from the first notice to the last review, morning by morning."""
    desk = show.desk
    first = desk.plan.start - desk.plan.prepare
    for number in range(DAYS_AT_MOST):
        today = first + timedelta(days=number)
        now = aware(today, time(6), desk.plan.zone)
        show.world.live(today)
        state = show.stage.morning(now)
        show.tell(today, state)
        if trouble is not None:
            trouble.day(today)
            show.tell(today)
        office.work(desk, now + timedelta(hours=2))
        _review(show, today, now)
        if finished(desk):
            break
    _reviews_to_come(show, today)


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


def end(show: Show, trouble: Trouble | None) -> tuple[Summary, list[str]]:
    """Compare, sum up and write down; gives the summary and what differs."""
    folder, desk = show.world.folder, show.desk
    accounts = dump(show.world.scim_url, TOKEN, folder / "accounts.json")
    wrong = differences(desk, show.world.ground.mails(), accounts, show.world.old)
    wrong += trouble.differences() if trouble is not None else []
    now = datetime.now(UTC) if show.last is None else aware(show.last, time(7), desk.plan.zone)
    (folder / REPORT).write_text(review(desk.plan, desk.look(), now), encoding="utf-8")
    return summarise(desk), wrong


def tell(show: Show, summary: Summary, wrong: list[str], seconds: float, *, kept: bool) -> None:
    """Say at the end what came of it, and where to look."""
    console, folder = show.console, show.world.folder
    telling.tell(console, summary)
    seen = "SCIM server, Maildir and old database against the ledger, person by person"
    telling.row(console, "compared", f"{seen}: {len(wrong)} differences")
    telling.differences(console, wrong)
    runs = show.stage.runs
    said = f"{runs['worker']} by a worker, {runs['warm']} warm, {runs['plain']} mornings without"
    telling.row(console, "runs", f"{said}; {seconds:.0f} s")
    up = "" if kept else ", which --keep leaves up"
    telling.row(console, "look at", f"Prefect   {show.api.removesuffix('/api')}{up}")
    for what, name in LOOK.items():
        telling.row(console, "", f"{what:<10}{folder / name}")
    if summary.archive is not None:
        telling.row(console, "", f"archive   {folder / 'archive' / summary.archive.name}")


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, other people")
    parser.add_argument("--scenario", choices=SCENARIOS, default="plain", help=_SCENARIO)
    parser.add_argument("--keep", action="store_true", help="leave the servers up until Ctrl-C")
    parser.add_argument("--summary", type=Path, help="write the summary to this file as JSON")
    chosen = parser.parse_args()
    console, began = Console(), clock.monotonic()
    # Asked to end, it ends what it started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with opened(FOLDER, chosen.seed, console) as show:
        trouble = None
        if chosen.scenario == "trouble":
            trouble = Trouble(show.world, show.desk, show.stage.look)
        play(show, trouble)
        summary, wrong = end(show, trouble)
        if chosen.summary:
            text = json.dumps(summary.as_json(), indent=2, ensure_ascii=False)
            chosen.summary.write_text(text + "\n", encoding="utf-8")
        tell(show, summary, wrong, clock.monotonic() - began, kept=chosen.keep)
        while chosen.keep:
            clock.sleep(1)
    return 1 if wrong or summary.decommission != "retired" else 0


if __name__ == "__main__":
    sys.exit(main())
