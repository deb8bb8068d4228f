"""Mail a personal token to its owner: nobody else sees it, not even who asked for it."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

from actions.ask_approvers import official_words
from actions.desk import Desk
from actions.mailing import message_id_of, reply_to, sender_of
from config.names import Language, Notice
from connectors.errors import FateUnknown, OutsideError, Refused
from ledger import records
from ledger import steps as ledger_steps
from notices import words as w
from notices.mailbox import Mailbox
from notices.message import compose
from notices.rendering import render
from rollout.officials import entry_of, official_key
from rollout.steps import Step, StepState

KIND = f"notice.{Notice.TOKEN}"
NO_PHASE = "-"
_ON_ITS_WAY = "begun, and its sender has not said yet what became of it"
_HOW = {
    Language.EN: (
        "put it into CHANGEOVER_TOKEN, or give it by --token, when you run `changeover approve` "
        "or another command that records something"
    ),
    Language.NL: (
        "zet hem in CHANGEOVER_TOKEN, of geef hem met --token, als u `changeover approve` of een "
        "ander commando gebruikt dat iets vastlegt"
    ),
}


class NotMailedError(Exception):
    """A token did not reach its owner, or nobody knows. The message says what holds now."""


def mail_token(desk: Desk, who: str, by: str, now: datetime) -> None:
    """Make a token and mail it to its owner's own address; NotMailedError where that failed.

    It begins to count when the relay has taken it, and the earlier one ends then. A step without a
    lease, for a person waits: its fate counts as unknown until it is known, so a command that died
    leaves what is true.
    """
    if desk.only_to is not None and desk.only_to.lower() != who.lower():
        msg = (
            f"every mail goes to {desk.only_to} while --only-to is set, and a token is for its "
            "owner alone; apply the plan without it first"
        )
        raise NotMailedError(msg)
    key, secret = official_key(who), records.new_token()
    with desk.door.write("token-begin") as tx:
        number = ledger_steps.count_of(tx, desk.rollout, KIND, key) + 1
        step = Step(KIND, NO_PHASE, key, 1, f"n{number}", now)
        ledger_steps.begin_by_hand(tx, desk.rollout, step, _ON_ITS_WAY, now)
    try:
        with desk.outside.post.line() as line:
            line.send(_message(desk, step, who, secret, now))
    except FateUnknown as error:
        _keep(desk, step, who, secret, by, now, None)
        msg = (
            f"{error}; their earlier token has ended: ask them, and make another if it is not there"
        )
        raise NotMailedError(msg) from None
    except (OutsideError, ValueError) as error:
        ended = StepState.REFUSED if isinstance(error, Refused) else StepState.SKIPPED
        with desk.door.write("token-end") as tx:
            ledger_steps.settle_unknown(tx, desk.rollout, step.key, ended, str(error), now)
        msg = f"no token was made, and an earlier one still counts: {error}"
        raise NotMailedError(msg) from None
    _keep(desk, step, who, secret, by, now, StepState.DONE)


def _keep(
    desk: Desk, step: Step, who: str, secret: str, by: str, now: datetime, ended: StepState | None
) -> None:
    """Let the token count; `ended` is what became of its mail, None where that stays unknown."""
    with desk.door.write("token-end") as tx:
        records.keep_token(tx, desk.rollout, who, secret, by, now, "mailed")
        state, why = (
            ended or StepState.UNKNOWN,
            "sent" if ended else "the line broke; ask its owner",
        )
        ledger_steps.settle_unknown(tx, desk.rollout, step.key, state, why, now)


def _message(desk: Desk, step: Step, who: str, secret: str, now: datetime) -> EmailMessage:
    plan, snapshot = desk.plan, desk.look()
    reader = entry_of(plan, snapshot.people, who)
    token = w.PersonalToken(secret, _HOW[reader.language])
    words = replace(official_words(desk, snapshot, who), token=token)
    return compose(
        render(Notice.TOKEN, reader.language, words),
        sender=sender_of(plan),
        to=Mailbox(reader.name, who),
        reply_to=reply_to(plan),
        message_id=message_id_of(plan, step.key),
        date=now,
        notice=Notice.TOKEN,
        language=reader.language,
    )
