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
from rollout.only_to import mails_to_one
from rollout.planning import due_steps
from rollout.snapshot import Snapshot
from rollout.steps import NOTICE, Step


class TooManyError(Exception):
    """More mails are due than the plan allows at once. The message has both numbers."""


def send_notices(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Send the due notices of a phase; TooManyError where the plan's brake holds them.

    While every mail goes to one address, those that would be due if nothing were withheld.
    """
    snapshot, steps = _due(desk, phase, now)
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


def _due(desk: Desk, phase: str, now: datetime) -> tuple[Snapshot, list[Step]]:
    """Give the rollout the mails speak of, and the steps that are due."""
    snapshot = desk.look()
    if desk.only_to is None:
        due = due_steps(desk.plan, snapshot, phase, now)
        return snapshot, [s for s in due if s.is_notice]
    then, steps = mails_to_one(desk.plan, snapshot, now)
    return then, [s for s in steps if s.phase == phase]


def _message(speaker: Speaker, step: Step) -> EmailMessage:
    desk, plan = speaker.desk, speaker.desk.plan
    person = speaker.snapshot.people[str(step.person)]
    key, step = step.key, step.to_the_person()
    notice = Notice(step.kind.removeprefix(NOTICE))
    language, sender = person.entry.language, sender_of(plan)
    rendered = render(notice, language, speaker.words(step, person))
    if desk.only_to is not None:
        rendered = replace(rendered, subject=f"[for {person.entry.email}] {rendered.subject}")
    return compose(
        rendered,
        sender=sender,
        to=Mailbox(person.entry.name, desk.only_to or person.entry.email),
        reply_to=reply_to(plan),
        message_id=message_id_of(plan, key),
        date=speaker.now,
        notice=notice,
        language=language,
        invitation=speaker.invitation(step, person, sender),
    )
