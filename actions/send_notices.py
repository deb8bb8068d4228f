"""Send the notices that are due: one message, one recipient, at most once."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from typing import Self

from actions.desk import Desk
from actions.effects import perform
from actions.outcome import Outcome
from actions.speaking import Speaker
from config.names import Notice
from config.plan import Plan
from connectors.errors import OutsideError, Refused
from connectors.ports import Line, Post
from notices.mailbox import Mailbox
from notices.message import compose, message_id_for
from notices.rendering import render
from rollout.planning import due_steps
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
        marked = [replace(s, occurrence=s.occurrence + ONLY_TO) for s in steps]
        steps = [s for s in marked if not snapshot.over(s.key)]
    at_most = desk.plan.notices.at_once_at_most
    if len(steps) > at_most:
        msg = f"{len(steps)} mails are due in {phase}; notices.at_once_at_most is {at_most}"
        raise TooManyError(msg)
    if not steps:
        return Outcome()
    speaker = Speaker(desk, snapshot, desk.plan.phase(phase), now)
    with _Lines(desk.outside.post) as lines:
        # A recorded rollback's own, which no pause holds back.
        undoing = all(s.kind == f"notice.{Notice.ROLLBACK}" for s in steps)

        def work(step: Step) -> str:
            return lines.send(speaker, step)

        return perform(desk, steps, work, now, undoing=undoing)


def sender_of(plan: Plan) -> Mailbox:
    """Give the mailbox notices come from."""
    name = f"{plan.organisation.signed_by.name}, {plan.organisation.name}"
    return Mailbox(name, plan.mail.sender)


class _Lines:
    """Keeps a line to the relay open; one that broke is replaced for the next mail."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._stack = ExitStack()
        self._line: Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def send(self, speaker: Speaker, step: Step) -> str:
        """Send one step's mail."""
        if self._line is None:
            self._line = self._stack.enter_context(self._post.line())
        try:
            self._line.send(_message(speaker, step))
        except Refused:
            # The relay refused this one mail; the line is good for the next.
            raise
        except OutsideError:
            self._line = None
            self._stack.close()
            raise
        return "sent"


def _message(speaker: Speaker, step: Step) -> EmailMessage:
    desk, plan = speaker.desk, speaker.desk.plan
    person = speaker.snapshot.people[str(step.person)]
    notice = Notice(step.kind.removeprefix("notice."))
    language, sender = person.entry.language, sender_of(plan)
    signed = plan.organisation.signed_by
    to = Mailbox(person.entry.name, desk.only_to or person.entry.email)
    return compose(
        render(notice, language, speaker.words(step, person)),
        sender=sender,
        to=to,
        reply_to=Mailbox(signed.name, plan.mail.reply_to or signed.email),
        message_id=message_id_for(f"{desk.rollout}/{step.key}", sender.domain),
        date=speaker.now,
        notice=notice,
        language=language,
        invitation=speaker.invitation(step, person, sender),
    )
