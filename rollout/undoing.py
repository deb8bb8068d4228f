"""Rules for what is taken back: accounts of those who left, and all of a phase rolled back."""

from collections.abc import Iterator

from config.names import Notice
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.steps import Kind, Step


def leavers(day: PhaseDay, _members: list[Person]) -> Iterator[Step]:
    """Close what we opened for those who left."""
    for p in day.snapshot.people.values():
        account = day.snapshot.accounts.get(p.key)
        step = day.step(Kind.CLOSE, p.key, "left")
        left = p.phase == day.phase.name and p.left_on
        if left and account and account.ours and (account.active or day.begun(step)):
            yield step


def closings(day: PhaseDay, _members: list[Person]) -> Iterator[Step]:
    """Rolling back: every account as it was found, whoever it belongs to by now.

    One that was open before stays so; its step records that, and that its owner has not moved.
    """
    for p in day.snapshot.people.values():
        account = day.snapshot.accounts.get(p.key)
        step = day.step(Kind.CLOSE, p.key, "rollback")
        if p.phase != day.phase.name or account is None:
            continue
        touched = account.activated_on is not None if account.was_active else account.active
        if touched or day.begun(step):
            yield step


def reopenings(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Rolling back: the old access that the phase took away."""
    for p in members:
        if day.happened(day.step(Kind.CLOSE_OLD, p.key)):
            yield day.step(Kind.REOPEN_OLD, p.key)


def rollback_notices(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Whoever was told of the phase is told of its end, if need be after all is undone."""
    for p in members:
        if day.happened(day.notice(Notice.ANNOUNCEMENT, p.key)):
            yield day.notice(Notice.ROLLBACK, p.key)
