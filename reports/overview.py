"""The overview: a rollout as it is at one moment, as Markdown for a person with a minute."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.plan import Phase, Plan
from reports.gate import plain, signing
from rollout.agenda import needs, to_confirm
from rollout.calendar import local_day
from rollout.looser import looser_words
from rollout.phases import DECOMMISSION, State
from rollout.renewal import countdown_words
from rollout.schedule import freeze_from
from rollout.snapshot import Snapshot
from rollout.steps import NOTICE, ONLY_TO, Kind, StepState

LISTED_AT_MOST = 20
_MARKS = {
    State.PLANNED: "⚪ planned",
    State.PREPARING: "🔧 preparing",
    State.READY: "🟢 ready",
    State.LIVE: "▶️ live",
    State.PASSED: "✅ passed",
    State.PAUSED: "⏸️ paused",
    State.ROLLING_BACK: "↩️ rolling back",
    State.ROLLED_BACK: "↩️ rolled back",
    State.ABANDONED: "✖️ abandoned",
    State.SKIPPED: "⏭️ skipped",
    State.FROZEN: "🧊 frozen",
    State.PROVED: "🔏 archive proved",
    State.COOLING: "🧊 cooling off",
    State.RETIRED: "✅ switched off",
}


def overview(plan: Plan, snapshot: Snapshot, now: datetime) -> str:
    """Write the rollout as it is; counts and keys only, nobody is named."""
    local = now.astimezone(ZoneInfo(plan.zone))
    title = f"{plain(plan.organisation.name)}: {plain(plan.old_system.name)}"
    parts = [
        f"# {title} → {plain(plan.new_tool.name)}",
        f"As of {_day(local.date())}, {local:%H:%M} ({plan.zone}).{_warnings(snapshot)}",
        to_one_address(snapshot),
        _listed("## Needs a person", needs(plan, snapshot, now)) or "Nothing needs a person.",
        f"## Phases\n\n{_phases(plan, snapshot, now)}",
        f"**Old system:** {_old_system(plan, snapshot, now)}",
        _looser(plan, snapshot),
        _listed("## Next", list(_next(plan, snapshot, now))),
        _listed("## To confirm", to_confirm(plan, snapshot, now)),
        _listed("## Open incidents", _incidents(snapshot)),
        f"## Mails and accounts\n\n{_effects(snapshot)}",
        signing(snapshot.signer),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def standing(plan: Plan, snapshot: Snapshot, now: datetime) -> str:
    """Say in one line where the rollout stands; for a list of reports."""
    at = [(phase, snapshot.phases[phase.name]) for phase in plan.phases]
    passed = sum(1 for _, it in at if it.state is State.PASSED)
    busy = [f"{phase.words} {it.state}" for phase, it in at if it.state in _UNDER_WAY]
    end = snapshot.phases.get(DECOMMISSION)
    if end is not None and end.state is not State.PLANNED:
        busy.append(f"old system {_MARKS[end.state].partition(' ')[2]}")
    asked = needs(plan, snapshot, now)
    skipped = sum(1 for _, it in at if it.state is State.SKIPPED)
    whole = f"{passed} of {len(at)} phases passed" + (f", {skipped} skipped" if skipped else "")
    said = [whole, *busy]
    if snapshot.paused:
        said.append("everything is paused")
    if snapshot.only_to is not None:
        said.append("every mail goes to one address only")
    said.append(f"{len(asked)} for a person to see to" if asked else "nothing needs a person")
    return "; ".join(said)


def to_one_address(snapshot: Snapshot) -> str:
    """Say loudly that nothing is real yet, while every mail goes to one address."""
    if snapshot.only_to is None:
        return ""
    return (
        "> ⚠️ **Only to one address.** Every mail goes there, and nothing else has any effect: no "
        "account is touched and no phase begins, until IT says `changeover go`."
    )


_UNDER_WAY = frozenset(
    {
        State.PREPARING,
        State.READY,
        State.LIVE,
        State.PAUSED,
        State.ROLLING_BACK,
        State.ROLLED_BACK,
    }
)


def _warnings(snapshot: Snapshot) -> str:
    said = " **Paused: no effect starts.**" if snapshot.paused else ""
    return said + (" This is a rehearsal." if snapshot.rehearsal else "")


def _day(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "open"


def _short(day: date | None, today: date) -> str:
    """Leave out the year where it is this one: the table has eight columns."""
    if day is None or day.year != today.year:
        return _day(day)
    return f"{day:%a} {day.day} {day:%b}"


def _listed(title: str, items: list[str]) -> str:
    if not items:
        return ""
    more = len(items) - LISTED_AT_MOST
    lines = [f"- {plain(item)}" for item in items[:LISTED_AT_MOST]]
    return "\n".join([title, "", *lines, *([f"- and {more} more"] if more > 0 else [])])


def _phases(plan: Plan, snapshot: Snapshot, now: datetime) -> str:
    rows = [
        "| phase | state | people | accounts | trained | adopted | launch | gate |",
        "|---|---|--:|--:|--:|--:|---|---|",
    ]
    rows += [_row(plan, snapshot, phase, now) for phase in plan.phases]
    people = [p.key for p in snapshot.people.values() if p.in_scope]
    adopted = sum(1 for k in people if k in snapshot.adopted)
    rows.append(f"| **all** | | {len(people)} | | | {_share(adopted, len(people))} | | |")
    return "\n".join(rows)


def _row(plan: Plan, snapshot: Snapshot, phase: Phase, now: datetime) -> str:
    at, keys = snapshot.phases[phase.name], [p.key for p in snapshot.members(phase.name)]
    opened = sum(1 for k in keys if k in snapshot.accounts and snapshot.accounts[k].active)
    trained = sum(1 for k in keys if k in snapshot.trained)
    adopted = sum(1 for k in keys if k in snapshot.adopted)
    state = _MARKS[at.state]
    today = local_day(now, plan.zone)
    if at.state is State.LIVE and at.dates.launch:
        state += f", day {(today - at.dates.launch).days + 1}"
    if at.attempt > 1:
        state += f", attempt {at.attempt}"
    moved = ", moved" if at.dates.sequence else ""
    counts = f"{len(keys)} | {opened} | {trained if phase.training else ''}"
    dates = f"{_short(at.dates.launch, today)}{moved} | {_short(at.dates.soak_ends_on, today)}"
    if at.state is State.SKIPPED:
        dates = "nobody in it |"
    return f"| {plain(phase.words)} | {state} | {counts} | {_share(adopted, len(keys))} | {dates} |"


def _share(part: int, whole: int) -> str:
    return f"{part} = {part / whole:.0%}" if whole else "0"


def _old_system(plan: Plan, snapshot: Snapshot, now: datetime) -> str:
    at = snapshot.phases.get(DECOMMISSION)
    state = _MARKS[at.state] if at and at.state is not State.PLANNED else "in use"
    if snapshot.archive is not None:
        proof = "restored and compared" if snapshot.archive.proved else "not proved"
        state += f"; newest archive of {_day(snapshot.archive.made_at.date())}, {proof}"
        if snapshot.archive.signer not in (None, snapshot.signer):
            state += f", signed with an earlier key, `{snapshot.archive.signer}`"
    seen = snapshot.probe
    if seen is not None and seen.answered and (at is None or at.state is not State.RETIRED):
        local = seen.at.astimezone(ZoneInfo(plan.zone))
        state += f"; answered on {_day(local.date())}, {local:%H:%M}"
    counted = countdown_words(plan, snapshot, now)
    return state + (f"; {plain(counted)}" if counted else "")


def _looser(plan: Plan, snapshot: Snapshot) -> str:
    said = looser_words(plan, snapshot)
    return f"**Looser than usual:** {plain(said)}." if said else ""


def _next(plan: Plan, snapshot: Snapshot, now: datetime) -> Iterator[str]:
    """Say what the dates bring, soonest first."""
    today, coming = local_day(now, plan.zone), list[tuple[date, str]]()
    last: date | None = None
    for phase in plan.phases:
        at = snapshot.phases[phase.name]
        last = last if at.state is State.SKIPPED else at.dates.soak_ends_on or last
        if at.dates.launch and at.state in {State.PLANNED, State.PREPARING, State.READY}:
            if at.state is State.PLANNED:
                coming.append((at.dates.launch - plan.prepare, f"preparing {phase.words} begins"))
            coming.append((at.dates.launch, f"{phase.words} launches"))
        if at.dates.soak_ends_on and at.state is State.LIVE:
            coming.append((at.dates.soak_ends_on, f"{phase.words} is judged by its numbers"))
    end = snapshot.phases.get(DECOMMISSION)
    if last and end and end.state is State.PLANNED:
        coming.append((freeze_from(plan, last), "the old system may be frozen, at the earliest"))
    for day, what in sorted(coming):
        yield f"{_day(day)}: {what}" if day >= today else f"overdue since {_day(day)}: {what}"


def _incidents(snapshot: Snapshot) -> list[str]:
    return [
        f"{i.id} ({i.severity}, since {_day(i.opened_at.date())}): {i.title}"
        + (f"; workaround: {i.workaround}" if i.workaround else "")
        for i in snapshot.incidents
    ]


def _effects(snapshot: Snapshot) -> str:
    """Count steps by kind and end; none is left out."""
    counts: dict[str, dict[StepState, int]] = {}
    for key, step in snapshot.steps.items():
        of_kind = counts.setdefault(key.partition(":")[0], {})
        of_kind[step.state] = of_kind.get(step.state, 0) + 1
    if not counts:
        return "None yet."
    # A column of nothings is left out, and said so below: most rollouts refuse nothing.
    shown = [e for e in _ENDS if e is StepState.DONE or any(e in f for f in counts.values())]
    open_ones = any(set(found) - set(_ENDS) for found in counts.values())
    heads = [*shown, *(["under way"] if open_ones else [])]
    rows = [f"| what | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    for kind, found in sorted(counts.items()):
        cells = [found.get(end, 0) for end in shown]
        if open_ones:
            cells.append(sum(found.values()) - sum(found.get(end, 0) for end in _ENDS))
        words = _WORDS.get(kind) or _mail(kind)
        rows.append(f"| {words} | {' | '.join(str(n) if n else '' for n in cells)} |")
    none = [end for end in _ENDS if end not in shown]
    return "\n".join([*rows, "", f"None {' or '.join(none)}."] if none else rows)


def _mail(kind: str) -> str:
    name = kind.removeprefix(NOTICE).removeprefix(ONLY_TO)
    return f"{name} mail" + (", to one address only" if kind.startswith(ONLY_TO) else "")


_ENDS = (StepState.DONE, StepState.REFUSED, StepState.UNKNOWN, StepState.SKIPPED)


_WORDS: dict[str, str] = {
    Kind.CREATE: "account created",
    Kind.ACTIVATE: "account opened",
    Kind.CLOSE: "account closed",
    Kind.CLOSE_OLD: "old access taken back",
    Kind.REOPEN_OLD: "old access given back",
    Kind.BACK_UP: "old system backed up",
    Kind.SWITCH: "old system switched",
}
