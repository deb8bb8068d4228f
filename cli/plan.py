"""`changeover plan`: who moves when and why, every date, and what would happen today."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rich.table import Table

from actions.apply_plan import digest_of, refused
from cli.book import Book, opened
from cli.clock import now as present
from cli.effects import effect
from cli.people import entries_of
from cli.screen import screen
from cli.warnings import warnings as warned
from config.difference import difference
from config.loading import Place, load, located
from config.names import Language
from config.plan import Phase, Plan
from ledger.snapshots import UnknownRolloutError
from rollout.calendar import DAY, holiday, local_day
from rollout.founding import nobody, past, people_of
from rollout.people import Person
from rollout.phases import DECOMMISSION, PhaseNow, State
from rollout.preview import Happening, Preview, founded, preview
from rollout.schedule import countries_of, notice_to_cancel_by
from rollout.snapshot import Snapshot

REASONS_SHOWN_AT_MOST = 4
RUNS = 400
"""Simulated rollouts of a line: a share is then right to within five in a hundred."""
SEED = 1


@dataclass(frozen=True)
class Shown:
    """All that `changeover plan` says, before it is words on a screen."""

    plan: Plan
    digest: str
    today: date
    found: Preview
    changes: tuple[str, ...] | None
    """Keys that differ from the recorded plan; None where none is recorded."""
    problems: tuple[str, ...]
    only_to: str | None = None
    """Where every mail goes instead, as recorded."""
    skipped: frozenset[str] = frozenset()
    """Phases that a person has skipped."""
    look_at: tuple[str, ...] = ()
    """What to look at first; a plan may be applied with it."""


def plan(file: Path = Path("plan.yaml")) -> None:
    """Print what a plan FILE would do, and every problem; nothing is recorded, nobody is told."""
    shown = looked_at(file, present())
    console = screen()
    for part in rendered(shown):
        console.print(part)


def looked_at(file: Path, now: datetime) -> Shown:
    """Read a plan and its people, and walk it; PlanError or Misconfigured where it cannot be."""
    found = load(file)
    text = file.read_text(encoding="utf-8-sig")
    entries, warnings = entries_of(found, file.parent)
    today = local_day(now, found.zone)
    standing, changes, snapshot, fixed = _recorded(found, now)
    begun = frozenset(n for n, at in standing.items() if at.state is not State.PLANNED)
    if snapshot is None:
        snapshot = founded(found, people_of(found, entries, today), now)
    walked = preview(found, snapshot, now)
    empty = nobody(found, walked.people, standing)
    wrong = {*past(found, today, begun), *empty, *_stuck(found, walked)}
    problems = [str(p) for p in located(text, file.name, wrong | fixed)]
    looks = warned(found, file.parent, walked, today, begun)
    look_at = (*(str(p) for p in located(text, file.name, looks)), *warnings)
    only_to, said = snapshot.only_to, tuple(problems)
    skipped = frozenset(n for n, at in standing.items() if at.state is State.SKIPPED)
    digest = digest_of(text)
    return Shown(found, digest, today, walked, changes, said, only_to, skipped, look_at)


def _recorded(
    plan: Plan, now: datetime
) -> tuple[Mapping[str, PhaseNow], tuple[str, ...] | None, Snapshot | None, set[tuple[Place, str]]]:
    """Give where its phases stand, what the plan changes, the rollout, and what stays.

    The last: what an apply would refuse, because it has begun.
    """
    try:
        with opened(plan.rollout) as book:
            look = book.look()
            changes = difference(book.plan, plan)
            with book.door.read() as tx:
                wrong = set(refused(tx, plan, now))
            found = None if _new_phases(book, plan) else look
            return look.phases, tuple(changes), found, wrong
    except UnknownRolloutError:
        return {}, None, None, set()


def _new_phases(book: Book, plan: Plan) -> bool:
    """Whether phases differ, so that people would be chosen anew and the plan is walked as new."""
    return book.plan.phases != plan.phases or book.plan.start != plan.start


def _stuck(plan: Plan, found: Preview) -> Iterator[tuple[Place, str]]:
    names = [p.name for p in plan.phases]
    for phase, said in found.stuck:
        if not said.startswith("nobody"):
            yield ("phases", names.index(phase)), f"{phase} could not launch: {said}"


def rendered(shown: Shown) -> Iterator[str | Table]:
    """Give the parts of the screen."""
    scope = [p for p in shown.found.people if p.in_scope]
    spoken = Counter(p.entry.language for p in scope)
    languages = " / ".join(f"{k} {spoken[k]}" for k in Language if spoken[k])
    sites = len({p.entry.site for p in scope})
    new = "new; nothing recorded yet" if shown.changes is None else _changed(shown.changes)
    yield (
        f"{shown.plan.rollout}   {_count(len(scope), 'person', 'people')}, "
        f"{_count(sites, 'site')}, {languages}   plan {shown.digest[:8]}  ({new})\n"
    )
    if shown.only_to:
        yield (
            f"ONLY TO {shown.only_to}: every mail goes there and nothing else has any effect; what "
            "is shown here begins once you say `changeover go`\n"
        )
    yield _phases(shown, scope)
    yield from _today(shown)
    yield _mails(shown)
    yield from _gates(shown)
    yield "\nAfter that, if every gate is met on its phase's last day"
    yield _later(shown)
    if shown.changes:
        yield "\nWhat an apply would change"
        yield from (f"  {line}" for line in shown.changes)
    if shown.look_at:
        yield "\nLook at first"
        yield from (f"  {line}" for line in shown.look_at)
    if shown.problems:
        yield f"\n{_count(len(shown.problems), 'problem')}"
        yield from (f"  {line}" for line in shown.problems)


def _changed(changes: Sequence[str]) -> str:
    return f"{_count(len(changes), 'change')} to what is recorded" if changes else "as recorded"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def day_text(day: date | None, today: date) -> str:
    """Write a day as people read it: Mon  2 Mar, with the year where it is not today's."""
    if day is None:
        return "open"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day:>2} {day:%b}{year}"


def _phases(shown: Shown, scope: Sequence[Person]) -> Table:
    table = Table(box=None, pad_edge=True, header_style="", show_edge=False)
    for name in ("phase", "people", "prepared", "launch", "gate", "why these"):
        table.add_column(name, no_wrap=name != "why these")
    for phase in shown.plan.phases:
        dates = shown.found.dates[phase.name]
        members = [p for p in scope if p.phase == phase.name]
        share = f"{len(members)} {len(members) / max(1, len(scope)):.0%}"
        prepared = _first(shown, phase.name, "phase.prepare")
        launch, gate = (
            day_text(dates.launch, shown.today),
            day_text(dates.soak_ends_on, shown.today),
        )
        why = reasons(members) + _moved_by(shown, phase)
        if phase.name in shown.skipped:
            launch, gate, why = "", "", "skipped: nobody in it"
        table.add_row(phase.name, share, prepared, launch, gate, why)
    goal = shown.plan.decommission.after.adopted
    wanted = -(-len(scope) * round(goal * 1000) // 1000)
    why = f"once {wanted} of {len(scope)} have adopted"
    cancel = notice_to_cancel_by(shown.plan)
    if cancel and cancel >= shown.today:
        why += f"; cancel {shown.plan.old_system.name} by {day_text(cancel, shown.today)}"
    end = shown.found.dates[DECOMMISSION].launch
    table.add_row(DECOMMISSION, "-", "", day_text(end, shown.today), "", why)
    return table


def _first(shown: Shown, phase: str, what: str) -> str:
    days = (h.day for h in shown.found.happenings if (h.phase, h.what) == (phase, what))
    day = next(days, None)
    return day_text(day, shown.today) if day else ""


def reasons(members: Sequence[Person]) -> str:
    """Say why these people are in a phase: counts by reason, hours of use as a range."""
    hours = [p.entry.usage for p in members if p.reason.endswith("h a week") and p.entry.usage]
    counted = Counter(p.reason for p in members if not p.reason.endswith("h a week"))
    parts = [r if len(counted) == 1 and not hours else f"{n} {r}" for r, n in counted.most_common()]
    if hours:
        parts.insert(0, f"most hours a week: {max(hours):g} … {min(hours):g}")
    more = ["…"] if len(parts) > REASONS_SHOWN_AT_MOST else []
    return ", ".join(parts[:REASONS_SHOWN_AT_MOST] + more)


def _moved_by(shown: Shown, phase: Phase) -> str:
    """Name the holidays that a launch goes around."""
    launch = shown.found.dates[phase.name].launch
    if launch is None:
        return ""
    countries = countries_of(shown.plan, shown.found.people, phase.name)
    before = (launch - DAY * n for n in range(1, launch.weekday() + 1))
    named = [f"{day_text(d, shown.today)} is {h}" for d in before if (h := holiday(d, countries))]
    return f" ({'; '.join(reversed(named))})" if named else ""


def _today(shown: Shown) -> Iterator[str]:
    yield f"\nWould happen today, {day_text(shown.today, shown.today)}"
    done = shown.found.on(shown.today)
    yield from (f"  {line}" for line in happening_lines(done))
    if not done:
        yield "  nothing"


def happening_lines(done: Sequence[Happening]) -> list[str]:
    """Write happenings of one day as lines: steps counted over phases, transitions one by one."""
    counts: Counter[str] = Counter()
    languages: dict[str, Counter[Language]] = {}
    moves: list[str] = []
    for h in done:
        if h.what.startswith("phase."):
            moves.append(f"{h.phase}: {_MOVES.get(h.what, h.what.removeprefix('phase.'))}")
            continue
        counts[h.what] += h.count
        languages.setdefault(h.what, Counter()).update(h.languages)
    lines = []
    for what, n in counts.items():
        spoken = ", ".join(f"{k} {c}" for k, c in sorted(languages[what].items()))
        lines.append(f"{n} x {effect(what)}" + (f" ({spoken})" if spoken else ""))
    return lines + moves


_MOVES = {
    "phase.prepare": "is being prepared",
    "phase.be_ready": "is ready, once its checklist is confirmed",
    "phase.launch": "launches",
    "phase.pass_gate": "passes, if its gate is met",
    "phase.moved": "moves",
}


def _mails(shown: Shown) -> str:
    mails = shown.found.mails.values()
    least, most = min(mails, default=0), max(mails, default=0)
    each = str(most) if least == most else f"{least} to {most}"
    return (
        f"Mail: {sum(mails)} to {_count(len(mails), 'person', 'people')}; each gets {each} until "
        f"the last phase has passed, never more than {shown.found.most_a_day} a day"
    )


def _gates(shown: Shown) -> Iterator[str]:
    """Say what each phase's gate will do, if people are really like this."""
    from cli.gate import phases
    from gates.error_rates import as_hoped, foretold
    from gates.simulated_looks import not_simulated
    from reports.error_rates import people_line, phase_lines, taken_as_met

    yield f"\nThese gates, if people are really like this ({RUNS} simulated rollouts of each)"
    for found in phases(shown):
        course = found.course()
        hoped, *wrong = foretold(found.gate.model_dump_json(), course, RUNS, SEED)
        first, *rest = phase_lines(hoped, wrong)
        yield f"  {found.title}   {first}"
        yield from (f"    {line}" for line in (*rest, *taken_as_met(not_simulated(found.gate))))
    yield f"  {people_line(as_hoped(shown.plan.gates))}"


def _later(shown: Shown) -> Table:
    table = Table(box=None, show_header=False, pad_edge=True)
    for day in sorted({h.day for h in shown.found.happenings if h.day > shown.today}):
        table.add_row(day_text(day, shown.today), "\n".join(happening_lines(shown.found.on(day))))
    return table
