"""The order of a day, written once: what is done after what, whoever's hands do it."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from actions.hands import Did, Hands, Verb
from rollout.agenda import Today
from rollout.phases import DECOMMISSION, State
from rollout.steps import Kind

ROUNDS_AT_MOST = 8
"""Rounds of one phase in one tick: prepare, be ready, launch, activate, welcome, and to spare."""


@dataclass
class Day:
    """What came of a tick or of a phase's day."""

    words: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    """By phase."""
    moved: list[str] = field(default_factory=list)
    done: int = 0
    to_export: bool = False
    """The old system is to be exported, once the lease is given back."""
    busy: bool = False
    """Another worker was at work; nothing was done."""

    def add(self, did: Did) -> Did:
        """Keep what a verb did."""
        self.words += did.words
        self.needs += did.needs
        self.done += did.done
        self.to_export = self.to_export or did.to_export
        return did

    @property
    def name(self) -> str:
        """Name the state a run ends in."""
        if self.busy:
            return "Already at work"
        if self.needs:
            return "Needs a person"
        if "retired" in self.verdicts.values():
            return "Retired"
        if "roll_back" in self.verdicts.values():
            return "RolledBack"
        if "advance" in self.verdicts.values():
            return "Advanced"
        if "hold" in self.verdicts.values():
            return "Holding"
        return "Done" if self.done or self.moved else "Nothing due"


@contextmanager
def at_work(hands: Hands, rollout: str) -> Iterator[int | None]:
    """Hold the lease, and always give it back; None where another worker has it."""
    lease = hands.take_lease(rollout)
    try:
        yield lease
    finally:
        if lease is not None:
            hands.give_back(rollout, lease)


Work = Callable[[Hands, str, datetime, int, Day], None]


def work_day(hands: Hands, rollout: str, now: datetime, work: Work) -> Day:
    """Do a piece of work under the lease, after what dead workers left; show what is then.

    An export comes after the lease is given back: it may take hours, and ticks go on beside it.
    The next look finds its archive.
    """
    day = Day()
    with at_work(hands, rollout) as lease:
        if lease is None:
            day.busy = True
            return day
        for verb in (Verb.RECONCILE, Verb.CARRY_OUT_ORDERS):
            day.add(hands.do(verb, rollout, None, now, lease))
        work(hands, rollout, now, lease, day)
        day.add(hands.do(Verb.ASK_APPROVERS, rollout, None, now, lease))
        if hands.keeps(rollout, now):
            day.add(hands.do(Verb.INVITE_KEEPER, rollout, None, now, lease))
        day.needs += [n for n in hands.needs(rollout, now) if n not in day.needs]
        hands.show(rollout, now)
    if day.to_export:
        day.add(hands.export(rollout, now))
    return day


def tick(hands: Hands, rollout: str, now: datetime) -> Day:
    """Do everything that is due in a rollout."""
    return work_day(hands, rollout, now, _everything)


def phase_day(hands: Hands, rollout: str, phase: str, now: datetime) -> Day:
    """Do everything that is due in one phase."""

    def one(hands: Hands, rollout: str, now: datetime, lease: int, day: Day) -> None:
        _look_around(hands, rollout, now, lease, day)
        _phase(hands, rollout, phase, now, lease, day)

    return work_day(hands, rollout, now, one)


def undoing(hands: Hands, rollout: str, phase: str, now: datetime) -> Day:
    """Undo a phase whose rolling back a person has ordered."""

    def undo(hands: Hands, rollout: str, now: datetime, lease: int, day: Day) -> None:
        if _today(hands, rollout, phase, now).state is State.ROLLING_BACK:
            _phase(hands, rollout, phase, now, lease, day)
            day.verdicts[phase] = "roll_back"
        else:
            day.words.append(f"no rolling back of {phase} is ordered: `changeover roll-back`")

    return work_day(hands, rollout, now, undo)


def retiring(hands: Hands, rollout: str, now: datetime) -> Day:
    """Take the old system's end a step further."""

    def end(hands: Hands, rollout: str, now: datetime, lease: int, day: Day) -> None:
        _retire(hands, rollout, now, lease, day)

    return work_day(hands, rollout, now, end)


def looking_back(hands: Hands, rollout: str, now: datetime) -> Day:
    """Collect what there is to know; the review is written from it."""
    return work_day(hands, rollout, now, _look_around)


def _look_around(hands: Hands, rollout: str, now: datetime, lease: int, day: Day) -> None:
    for verb in (Verb.SYNC_PEOPLE, Verb.COLLECT_FEEDBACK):
        day.add(hands.do(verb, rollout, None, now, lease))


def _everything(hands: Hands, rollout: str, now: datetime, lease: int, day: Day) -> None:
    _look_around(hands, rollout, now, lease, day)
    day.add(hands.do(Verb.PROBE_OLD_SYSTEM, rollout, None, now, lease))
    for name in [today.phase for today in hands.agenda(rollout, now)]:
        _phase(hands, rollout, name, now, lease, day)
    moved = day.add(hands.do(Verb.MOVE_DATES, rollout, None, now, lease))
    if moved.words:
        day.moved += moved.words
    if hands.ends(rollout):
        _retire(hands, rollout, now, lease, day)


def _retire(hands: Hands, rollout: str, now: datetime, lease: int, day: Day) -> None:
    ended = day.add(hands.do(Verb.RETIRE_OLD_SYSTEM, rollout, None, now, lease))
    if ended.verdict is not None:
        day.verdicts[DECOMMISSION] = ended.verdict


def _today(hands: Hands, rollout: str, phase: str, now: datetime) -> Today:
    return next(t for t in hands.agenda(rollout, now) if t.phase == phase)


def _phase(hands: Hands, rollout: str, phase: str, now: datetime, lease: int, day: Day) -> None:
    """Act, move, act on what that made due, judge, and act on the verdict."""
    today = _settle(hands, rollout, phase, now, lease, day)
    if today.trains:
        day.words += hands.do(Verb.RUN_TRAINING, rollout, phase, now, lease).words
    if not today.judged:
        return
    judged = day.add(hands.do(Verb.JUDGE_PHASE, rollout, phase, now, lease))
    if judged.verdict not in {None, "nothing"}:
        day.verdicts[phase] = str(judged.verdict)
    if judged.verdict in {"advance", "roll_back"}:
        _settle(hands, rollout, phase, now, lease, day)


def _settle(hands: Hands, rollout: str, phase: str, now: datetime, lease: int, day: Day) -> Today:
    """Act and move until a round changes nothing: activated people are welcomed the same day."""
    today = _today(hands, rollout, phase, now)
    for _ in range(ROUNDS_AT_MOST):
        for verb in _verbs(today):
            day.add(hands.do(verb, rollout, phase, now, lease))
        then = _today(hands, rollout, phase, now) if today.kinds else today
        if then.moves:
            moved = day.add(hands.do(Verb.MOVE_PHASE, rollout, phase, now, lease))
            day.moved += moved.words
            then = _today(hands, rollout, phase, now)
        if then == today:
            break
        today = then
    return today


def _verbs(today: Today) -> Collection[Verb]:
    """Give what is to be done, in order: nobody is told of what is not there yet."""
    if today.state is State.ROLLING_BACK:
        return (Verb.UNDO_STEPS, Verb.SEND_NOTICES) if today.kinds else ()
    wanted = {
        Verb.BACK_UP_OLD_SYSTEM: Kind.BACK_UP in today.kinds,
        Verb.CREATE_ACCOUNTS: Kind.CREATE in today.kinds,
        Verb.ACTIVATE_ACCOUNTS: bool(today.kinds & {Kind.ACTIVATE, Kind.CLOSE, Kind.CLOSE_OLD}),
        Verb.SEND_NOTICES: any(kind.startswith("notice.") for kind in today.kinds),
    }
    return [verb for verb, is_wanted in wanted.items() if is_wanted]
