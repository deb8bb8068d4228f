"""`changeover status`: where the rollout stands, and what needs a person."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cli.book import Book, opened
from cli.clock import now as present
from cli.columns import columns
from cli.effects import became
from cli.options import RolloutName
from config.plan import Plan
from ledger import decisions
from ledger.decisions import Decided
from ledger.snapshots import Recorded
from rollout.agenda import WATCHED, needs, to_confirm
from rollout.asking import override_approved
from rollout.orders import OrderKind, gate_subject, order_digest
from rollout.overrides import Terms, subject_of
from rollout.phases import DECOMMISSION, PhaseNow, State
from rollout.renewal import countdown_words
from rollout.snapshot import OrderNow, Snapshot
from rollout.steps import StepState

BAR = 20
UNKNOWN_SHOWN_AT_MOST = 5
_LAUNCHED = frozenset({State.LIVE, State.PASSED, State.PAUSED, State.ROLLING_BACK})


def status(*, rollout: RolloutName = None) -> None:
    """Print where each phase stands, what needs a person, and what happened today."""
    now = present()
    with opened(rollout) as book:
        look = book.look()
        newest = newest_decisions(book)
    for line in rendered(book.plan, look, book.whole, newest, now):
        print(line)


def newest_decisions(book: Book) -> dict[str, Decided]:
    """Give the newest decision on each phase, by phase."""
    with book.door.read() as tx:
        return {d.phase: d for d in decisions.of_phase(tx, book.name)}


def _headline(newest: Mapping[str, Decided], phase: str) -> str:
    if phase not in newest:
        return ""
    return str(newest[phase].document.get("verdict", {}).get("headline", ""))


def rendered(
    plan: Plan, look: Snapshot, whole: Recorded, newest: Mapping[str, Decided], now: datetime
) -> Iterator[str]:
    """Give the lines of the screen."""
    local = now.astimezone(ZoneInfo(plan.zone))
    clock = f"{local:%a} {local.day} {local:%b %H:%M %Z}"
    yield f"{look.rollout}   {clock}   {_day(plan, local)}"
    if whole.rehearsal:
        yield "a rehearsal: its time is given by hand"
    if whole.paused_at is not None:
        yield f"PAUSED by {whole.paused_by}: {whole.pause_reason}"
    if whole.only_to:
        yield f"ONLY TO {whole.only_to}: every mail goes there, nothing else has any effect"
    rows = [_row(look, look.phases[p.name], newest, local.date()) for p in plan.phases]
    end = look.phases[DECOMMISSION]
    rows.append((DECOMMISSION, end.state.upper(), "", "", _of_end(plan, look, now)))
    yield from (f"  {line}" for line in columns(rows))
    yield ""
    yield from _needs(plan, look, newest, now)
    yield _unknown(look)
    yield f"last tick         {_ago(whole.ticked_at, now)}"
    yield f"today             {_today(look, plan, now)}"


def _day(plan: Plan, local: datetime) -> str:
    number = (local.date() - plan.start).days + 1
    return f"day {number}" if number >= 1 else f"{1 - number} days to launch"


def _row(
    look: Snapshot, at: PhaseNow, newest: Mapping[str, Decided], today: date
) -> tuple[str, str, str, str, str]:
    members = look.members(at.name)
    state = at.state.upper() + (f" (attempt {at.attempt})" if at.attempt > 1 else "")
    launched = at.state in _LAUNCHED and at.dates.launch and at.dates.launch <= today
    adopted = sum(1 for p in members if p.key in look.adopted)
    bar = f"{_bar(adopted, len(members))} {adopted} of {len(members)} adopted" if launched else ""
    return at.name, state, str(len(members)), bar, _note(at, newest, today)


def _bar(part: int, whole: int) -> str:
    full = BAR * part // whole if whole else 0
    return "█" * full + "░" * (BAR - full)


def _note(at: PhaseNow, newest: Mapping[str, Decided], today: date) -> str:
    launch, ends = at.dates.launch, at.dates.soak_ends_on
    if at.state in {State.PLANNED, State.PREPARING, State.READY}:
        return f"launch {_short(launch)}" if launch else "launch open, until a person has decided"
    if at.state is State.PASSED and launch and today <= launch + WATCHED:
        return f"watched until {_short(launch + WATCHED)}"
    if at.state is State.SKIPPED:
        return "nobody is in it"
    if at.state is State.LIVE:
        return _headline(newest, at.name) or f"its gate looks until {_short(ends)}"
    return _headline(newest, at.name) if at.state is State.PAUSED else ""


def _short(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b}" if day else "open"


def _of_end(plan: Plan, look: Snapshot, now: datetime) -> str:
    end = look.phases[DECOMMISSION]
    parts = [f"from {_short(end.dates.launch)}"] if end.state is State.PLANNED else []
    counted = countdown_words(plan, look, now)
    return "; ".join([*parts, counted] if counted else parts)


def _needs(
    plan: Plan, look: Snapshot, newest: Mapping[str, Decided], now: datetime
) -> Iterator[str]:
    found = [n for n in needs(plan, look, now) if not n.startswith("the fate of ")]
    found += _approvals(look, newest)
    found += [f"{i.severity} incident {i.id} is open: {i.title}" for i in look.incidents]
    found += [f"confirm {i}: {_item(plan, i)}" for i in to_confirm(plan, look, now)]
    found += [_order(plan, look, o, now) for o in look.orders]
    yield from _listed("needs a person", found, "nothing")


def _order(plan: Plan, look: Snapshot, order: OrderNow, now: datetime) -> str:
    if order.kind == OrderKind.RETIRE:
        # It waits for days and for people, not for a tick alone; the old system is not asked here.
        return f"order {order.id}, retire {order.target}: `changeover retire --look` shows for what"
    if order.kind != OrderKind.OVERRIDE:
        return f"order {order.id}, {order.kind} {order.target}, waits for a tick"
    terms = Terms.read(order.target)
    said = f"order {order.id}, override of {terms.finding} in {terms.phase},"
    if override_approved(plan, look, order, now):
        ends = terms.until(order.at).astimezone(ZoneInfo(plan.zone))
        return f"{said} counts until {_short(ends.date())} {ends:%H:%M}"
    digest = order_digest(look.rollout, order)
    return f"{said} waits for: changeover approve {subject_of(terms.phase)} --digest {digest}"


def _approvals(look: Snapshot, newest: Mapping[str, Decided]) -> Iterator[str]:
    """Say how to approve what the newest look at a phase waits for."""
    for at in look.phases.values():
        verdict = newest[at.name].document.get("verdict", {}) if at.name in newest else {}
        if at.state is State.LIVE and verdict.get("because") == "approval":
            subject, digest = gate_subject(at.name, at.attempt)
            yield f"{at.name} waits for: changeover approve {subject} --digest {digest}"


def _item(plan: Plan, item: str) -> str:
    return plan.checklist.get(item.rpartition("/")[2], item)


def _listed(title: str, lines: Sequence[str], none: str) -> Iterator[str]:
    for number, line in enumerate(lines or [none]):
        yield f"{title if number == 0 else '':<18}{line}"


def _unknown(look: Snapshot) -> str:
    keys = look.unknown()
    more = ", …" if len(keys) > UNKNOWN_SHOWN_AT_MOST else ""
    said = f"{len(keys)}: {', '.join(keys[:UNKNOWN_SHOWN_AT_MOST])}{more}" if keys else "none"
    return f"unknown effects   {said}"


def _ago(then: datetime | None, now: datetime) -> str:
    if then is None:
        return "never; `changeover up` runs one each morning"
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 2880 else f"{minutes // 1440} days ago"


def _today(look: Snapshot, plan: Plan, now: datetime) -> str:
    """Count what became of today's steps, by kind: done, refused, skipped."""
    zone = ZoneInfo(plan.zone)
    today = now.astimezone(zone).date()
    counts: Counter[tuple[str, StepState]] = Counter()
    for key, step in look.steps.items():
        if step.at.astimezone(zone).date() == today:
            counts[key.partition(":")[0], step.state] += 1
    parts = [f"{n} x {became(kind, state)}" for (kind, state), n in sorted(counts.items())]
    return " · ".join(parts) or "nothing yet"
