"""Hand the archive over to who looks after it, with a day a year to open it in their calendar."""

from dataclasses import replace
from datetime import datetime, time
from email.message import EmailMessage
from pathlib import Path

from actions.ask_approvers import official_words
from actions.desk import Desk
from actions.mailing import mail, message_id_of, reply_to, sender_of
from actions.outcome import Outcome
from config.archive import Keeper
from config.names import Language, Notice
from notices import words as w
from notices.invitation import Invitation, Method, uid_for
from notices.mailbox import Mailbox
from notices.message import compose
from notices.rendering import render
from rollout.calendar import aware
from rollout.keeping import first_opening, keeper_step
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
    """Mail the keeper once, when the old system is off; nothing where the plan names none."""
    snapshot = desk.look()
    found = keeper_step(desk.plan, snapshot, now)
    if found is None or snapshot.archive is None:
        return Outcome()
    step, keeper = found
    made = snapshot.archive
    return mail(desk, [step], lambda each: _message(desk, snapshot, each, keeper, made, now), now)


def _message(
    desk: Desk,
    snapshot: Snapshot,
    step: Step,
    keeper: Keeper,
    made: ArchiveNow,
    now: datetime,
) -> EmailMessage:
    plan = desk.plan
    reader = entry_of(plan, snapshot.people, keeper.email)
    language = keeper.language or reader.language
    keeping = keeping_words(desk, snapshot, keeper, made)
    words = official_words(desk, snapshot, keeper.email)
    words = replace(words, person=replace(words.person, language=language), keeping=keeping)
    to = Mailbox(reader.name, desk.only_to or keeper.email)
    return compose(
        render(Notice.KEEPER, language, words),
        sender=sender_of(plan),
        to=to,
        reply_to=reply_to(plan),
        message_id=message_id_of(plan, step.key),
        date=now,
        notice=Notice.KEEPER,
        language=language,
        invitation=_invitation(desk, step, to, keeping, language),
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
        archive=name,
        until=until,
        seal=made.seal,
        command=f"changeover archive verify {name} --seal {made.seal}",
        signer=made.signer,
        keys=made.keys,
        copy=made.copy,
        first=first_opening(desk.plan, snapshot),
    )


def _invitation(
    desk: Desk, step: Step, to: Mailbox, keeping: w.Keeping, language: Language
) -> Invitation | None:
    if keeping.first is None:
        return None
    plan, sender = desk.plan, sender_of(desk.plan)
    signer = f" --signer {keeping.signer}" if keeping.signer else ""
    about = _ABOUT[language].format(command=f"{keeping.command}{signer}", seal=keeping.seal)
    return Invitation(
        uid=uid_for(f"{desk.rollout}/{step.key}", sender.domain),
        sequence=0,
        method=Method.REQUEST,
        title=_TITLE[language].format(old=plan.old_system.name),
        starts=aware(keeping.first, AT, plan.zone),
        zone=plan.zone,
        minutes=MINUTES,
        place=_PLACE[language],
        organizer=sender,
        attendee=to,
        language=language,
        about=about,
        yearly_until=keeping.until,
    )
