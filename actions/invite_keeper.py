"""Hand the archive over to who looks after it, with a day a year to open it in their calendar."""

from dataclasses import replace
from datetime import datetime, time
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from actions.ask_approvers import official_words
from actions.desk import Desk
from actions.mailing import mail, message_id_of, reply_to, sender_of
from actions.outcome import Outcome
from config.archive import Keeper
from config.names import Language, Notice
from ledger import keepers
from notices import words as w
from notices.invitation import Invitation, Method, uid_for
from notices.mailbox import Mailbox
from notices.message import compose
from notices.rendering import render
from rollout.calendar import aware
from rollout.invited import Invited, Yearly
from rollout.keeping import first_opening, keeper_mails
from rollout.officials import entry_of
from rollout.snapshot import ArchiveNow, Snapshot
from rollout.steps import Step

AT = time(10)
MINUTES = 60
_TITLE = {
    Language.EN: "Verify and open the archive of {old}",
    Language.NL: "Het archief van {old} controleren en openen",
}
_PLACE = {Language.EN: "Where the archive is", Language.NL: "Waar het archief is"}
_ABOUT = {
    Language.EN: "{command}\nThen open it, as its README.txt says. Seal: {seal}",
    Language.NL: "{command}\nOpen het daarna, zoals README.txt erin zegt. Zegel: {seal}",
}


def invite_keeper(desk: Desk, now: datetime) -> Outcome:
    """Mail the keeper once, when the old system is off; nothing where the plan names none.

    Where it names another one later, what the former one has in their calendar is taken back.
    """
    snapshot = desk.look()
    mails = keeper_mails(desk.plan, snapshot, now)
    due = {each.step.key: each.to for each in mails}
    if not due or snapshot.archive is None:
        return Outcome()
    sent = {
        key: _inviting(desk, snapshot, key, to, snapshot.archive, now)
        for key, to in due.items()
        if isinstance(to, Keeper)
    }
    with desk.door.write("invite-keeper") as tx:
        # Before it leaves: what nobody knows of could not be taken back.
        for each in sent.values():
            keepers.record(tx, desk.rollout, each)

    def message(step: Step) -> EmailMessage:
        to = due[step.key]
        if isinstance(to, Keeper):
            return _message(desk, snapshot, step, sent[step.key], to, now)
        return _taken_back(desk, snapshot, step, to, now)

    return mail(desk, [each.step for each in mails], message, now)


def _inviting(
    desk: Desk, snapshot: Snapshot, key: str, keeper: Keeper, made: ArchiveNow, now: datetime
) -> Invited:
    """Give what is about to be sent to a keeper."""
    plan, until = desk.plan, desk.plan.decommission.archive.keep_until
    if until is None:
        msg = "a keeper is named, and no day until which the archive is kept"
        raise ValueError(msg)
    reader = entry_of(plan, snapshot.people, keeper.email)
    language = keeper.language or reader.language
    first, sender = first_opening(plan, snapshot), sender_of(plan)
    yearly = (
        None
        if first is None
        else Yearly(
            uid=uid_for(f"{desk.rollout}/{key}", sender.domain),
            title=_TITLE[language].format(old=plan.old_system.name),
            place=_PLACE[language],
            starts=aware(first, AT, plan.zone),
            zone=plan.zone,
            minutes=MINUTES,
            until=until,
            organizer=(sender.name, sender.address),
        )
    )
    return Invited(
        step=key,
        address=keeper.email,
        name=reader.name,
        language=language,
        role=keeper.role,
        archive=made.path,
        until=until,
        at=now,
        yearly=yearly,
    )


def _message(
    desk: Desk, snapshot: Snapshot, step: Step, sent: Invited, keeper: Keeper, now: datetime
) -> EmailMessage:
    made = snapshot.archive
    if made is None:
        msg = "there is no archive to keep"
        raise ValueError(msg)
    keeping = keeping_words(desk, snapshot, keeper, made)
    signer = f" --signer {keeping.signer}" if keeping.signer else ""
    about = _ABOUT[sent.language].format(command=f"{keeping.command}{signer}", seal=keeping.seal)
    invitation = _invitation(desk, sent, Method.REQUEST, about)
    return _composed(desk, snapshot, step, Notice.KEEPER, sent, keeping, invitation, now)


def _taken_back(
    desk: Desk, snapshot: Snapshot, step: Step, sent: Invited, now: datetime
) -> EmailMessage:
    made, next_one = snapshot.archive, desk.plan.decommission.archive.keeper
    keeping = w.Keeping(
        role=sent.role,
        archive=sent.archive,
        until=sent.until,
        seal=made.seal if made else "",
        command="",
        first=sent.yearly.starts.date() if sent.yearly else None,
        successor=next_one.role if next_one else None,
    )
    title = sent.yearly.title if sent.yearly else ""
    invitation = _invitation(desk, sent, Method.CANCEL, title)
    return _composed(desk, snapshot, step, Notice.KEEPER_CHANGE, sent, keeping, invitation, now)


def _composed(
    desk: Desk,
    snapshot: Snapshot,
    step: Step,
    notice: Notice,
    sent: Invited,
    keeping: w.Keeping,
    invitation: Invitation | None,
    now: datetime,
) -> EmailMessage:
    plan = desk.plan
    words = official_words(desk, snapshot, sent.address)
    person = replace(words.person, language=sent.language)
    words = replace(words, person=person, keeping=keeping)
    return compose(
        render(notice, sent.language, words),
        sender=sender_of(plan),
        to=Mailbox(sent.name, desk.only_to or sent.address),
        reply_to=reply_to(plan),
        message_id=message_id_of(plan, step.key),
        date=now,
        notice=notice,
        language=sent.language,
        invitation=invitation,
    )


def keeping_words(desk: Desk, snapshot: Snapshot, keeper: Keeper, made: ArchiveNow) -> w.Keeping:
    """Say which archive it is, what proves it, and when it is opened."""
    until = desk.plan.decommission.archive.keep_until
    if until is None:
        msg = "a keeper is named, and no day until which the archive is kept"
        raise ValueError(msg)
    name = Path(made.path).name
    return w.Keeping(
        role=keeper.role,
        archive=made.path,
        until=until,
        seal=made.seal,
        command=f"changeover archive verify {name} --seal {made.seal}",
        signer=made.signer,
        keys=made.keys,
        copy=made.copy,
        first=first_opening(desk.plan, snapshot),
    )


def _invitation(desk: Desk, sent: Invited, method: Method, about: str) -> Invitation | None:
    """Give the yearly day as it was, or is now, written into their calendar."""
    day = sent.yearly
    if day is None:
        return None
    return Invitation(
        uid=day.uid,
        sequence=int(method is Method.CANCEL),
        method=method,
        title=day.title,
        starts=day.starts.astimezone(ZoneInfo(day.zone)),
        zone=day.zone,
        minutes=day.minutes,
        place=day.place,
        organizer=Mailbox(*day.organizer),
        attendee=Mailbox(sent.name, desk.only_to or sent.address),
        language=sent.language,
        about=about,
        yearly_until=day.until,
    )
