"""Send the notices that are due: one message, one recipient, at most once."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

from actions.desk import Desk
from actions.mailing import mail, message_id_of, reply_to, sender_of
from actions.outcome import Outcome
from actions.speaking import Speaker
from config.names import Notice
from notices.mailbox import Mailbox
from notices.message import compose
from notices.rendering import render
from rollout.planning import due_steps
from rollout.snapshot import Snapshot
from rollout.steps import Step

ONLY_TO = "~only-to"
"""Marks the steps of mails that went to one address only: the real ones are still to come."""


class TooManyError(Exception):
    """More mails are due than the plan allows at once. The message has both numbers."""


def send_notices(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Send the due notices of a phase; TooManyError where the plan's brake holds them."""
    snapshot = desk.look()
    steps = [s for s in due_steps(desk.plan, snapshot, phase, now) if s.is_notice]
    if desk.only_to is not None:
        steps = marked(steps, snapshot)
    at_most = desk.plan.notices.at_once_at_most
    if len(steps) > at_most:
        msg = f"{len(steps)} mails are due in {phase}; notices.at_once_at_most is {at_most}"
        raise TooManyError(msg)
    if not steps:
        return Outcome()
    speaker = Speaker(desk, snapshot, desk.plan.phase(phase), now)
    # A recorded rollback's own, which no pause holds back.
    undoing = all(s.kind == f"notice.{Notice.ROLLBACK}" for s in steps)
    return mail(desk, steps, lambda step: _message(speaker, step), now, undoing=undoing)


def marked(steps: list[Step], snapshot: Snapshot) -> list[Step]:
    """Mark steps as going to one address only; those that went there already are not due."""
    found = [replace(s, occurrence=s.occurrence + ONLY_TO) for s in steps]
    return [s for s in found if not snapshot.over(s.key)]


def _message(speaker: Speaker, step: Step) -> EmailMessage:
    desk, plan = speaker.desk, speaker.desk.plan
    person = speaker.snapshot.people[str(step.person)]
    notice = Notice(step.kind.removeprefix("notice."))
    language, sender = person.entry.language, sender_of(plan)
    return compose(
        render(notice, language, speaker.words(step, person)),
        sender=sender,
        to=Mailbox(person.entry.name, desk.only_to or person.entry.email),
        reply_to=reply_to(plan),
        message_id=message_id_of(plan, step.key),
        date=speaker.now,
        notice=notice,
        language=language,
        invitation=speaker.invitation(step, person, sender),
    )
