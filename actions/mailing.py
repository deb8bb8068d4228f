"""Hand mails to the relay: one message, one recipient, at most once."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from email.message import EmailMessage
from typing import Self

from actions.desk import Desk
from actions.effects import perform
from actions.lines import Compose, Lines
from actions.outcome import Outcome
from config.plan import Plan
from connectors.errors import OutsideError, Refused
from connectors.ports import Line, Post
from ledger import steps as ledger_steps
from notices.mailbox import Mailbox
from notices.message import message_id_for
from rollout.steps import Step


def mail(
    desk: Desk, steps: Sequence[Step], compose: Compose, now: datetime, *, undoing: bool = False
) -> Outcome:
    """Send the mails of steps; one whose message cannot be written counts as refused.

    Over as many lines as the relay allows; each has at most one mail of unknown fate.
    """
    if not steps:
        return Outcome()
    count = min(desk.outside.post.connections, len(steps))
    if count > 1:
        with desk.door.write("claim") as tx:
            claimed = ledger_steps.claim(tx, desk.held(), steps, now, undoing=undoing)
        return Lines(desk, claimed, compose, now, undoing=undoing).run(count)
    with _Lines(desk.outside.post) as lines:

        def work(step: Step) -> str:
            return lines.send(_written(compose, step))

        return perform(desk, steps, work, now, undoing=undoing)


def sender_of(plan: Plan) -> Mailbox:
    """Give the mailbox notices come from."""
    name = f"{plan.organisation.signed_by.name}, {plan.organisation.name}"
    return Mailbox(name, plan.mail.sender)


def reply_to(plan: Plan) -> Mailbox:
    """Give the person who reads the answers."""
    signed = plan.organisation.signed_by
    return Mailbox(signed.name, plan.mail.reply_to or signed.email)


def message_id_of(plan: Plan, key: str) -> str:
    """Give the Message-ID of a step's mail: the same in any process."""
    return message_id_for(f"{plan.rollout}/{key}", plan.mail.sender.rpartition("@")[2])


def _written(compose: Compose, step: Step) -> EmailMessage:
    try:
        return compose(step)
    except ValueError as error:
        raise Refused(str(error)) from None


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

    def send(self, message: EmailMessage) -> str:
        """Send one mail."""
        if self._line is None:
            self._line = self._stack.enter_context(self._post.line())
        try:
            self._line.send(message)
        except Refused:
            # The relay refused this one mail; the line is good for the next.
            raise
        except OutsideError:
            self._line = None
            self._stack.close()
            raise
        return "sent"
