"""What a notice says to one person: the plan's and the ledger's facts as words."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from actions.desk import Desk
from actions.helping import known_issues, usual_tiers
from config.names import Language, Notice
from config.organisation import NewTool
from config.plan import Phase
from connectors.errors import Misconfigured
from ledger.phases import launches
from notices import words as w
from notices.invitation import Invitation, Method, uid_for
from notices.mailbox import Mailbox
from rollout.buddies import buddies
from rollout.officials import name_of
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.phases import Dates
from rollout.retirement import decommission_dates
from rollout.snapshot import Snapshot
from rollout.steps import Step
from rollout.trainings import Session, session_of

_CLOSED = w.AccountFate.CLOSED


@dataclass(frozen=True)
class Speaker:
    """One phase on one day, ready to say what each of its steps says."""

    desk: Desk
    snapshot: Snapshot
    phase: Phase
    now: datetime

    @property
    def day(self) -> PhaseDay:
        """The phase as planning sees it."""
        return PhaseDay(self.desk.plan, self.snapshot, self.phase, self.now)

    def words(self, step: Step, person: Person) -> w.Words:
        """Give all that a step's notice says to a person."""
        plan, entry = self.desk.plan, person.entry
        site = plan.organisation.sites[entry.site]
        launch = self.day.at.dates.launch
        if launch is None:
            msg = f"{self.phase.name} has no launch date; nothing can be said of it"
            raise Misconfigured(msg)
        signed = plan.organisation.signed_by
        words = w.Words(
            person=w.Person(entry.given, entry.name, entry.language),
            organisation=plan.organisation.name,
            signer=w.Signer(signed.name, signed.role),
            tool=tool_words(plan.new_tool, entry.language),
            old_system=w.OldSystem(plan.old_system.name, plan.old_system.person is not None),
            phase=w.Phase(self.phase.words, launch, site.zone, site.title or entry.site),
            support=self._support(person),
        )
        return self._with_part(words, step, person)

    @cached_property
    def buddies(self) -> dict[str, Person]:
        """Everybody's buddy, by the key of who is helped."""
        return buddies(self.desk.plan, self.snapshot, self.phase)

    def _support(self, person: Person) -> tuple[w.Tier, ...]:
        stated, language = self.desk.plan.support, person.entry.language
        if stated:
            return tuple(w.Tier(t.title[language], t.how[language]) for t in stated)
        buddy = self.buddies.get(person.key)
        champion = self.desk.plan.organisation.sites[person.entry.site].champion
        if champion is not None and champion.lower() == person.entry.email.lower():
            champion = None
        name = champion and name_of(self.desk.plan, self.snapshot.people, champion)
        return usual_tiers(language, buddy.entry.name if buddy else None, name)

    def _buddy(self, person: Person) -> w.Buddy | None:
        buddy = self.buddies.get(person.key)
        if buddy is None:
            return None
        entry, account = buddy.entry, self.snapshot.accounts.get(buddy.key)
        site = self.desk.plan.organisation.sites[entry.site]
        where = ", ".join(part for part in (entry.department, site.title or entry.site) if part)
        return w.Buddy(entry.name, where, account.activated_on if account else None)

    def _with_part(  # noqa: PLR0911 - one for each kind of notice
        self, words: w.Words, step: Step, person: Person
    ) -> w.Words:
        """Add the part of the words only this notice needs."""
        match Notice(step.kind.removeprefix("notice.")):
            case Notice.TRAINING | Notice.WELCOME:
                session, buddy = self._session(step, person), self._buddy(person)
                return replace(words, training=session, buddy=buddy)
            case Notice.REMINDER:
                return replace(words, buddy=self._buddy(person))
            case Notice.SURVEY:
                return replace(words, survey=w.Survey(self.desk.plan.notices.survey_url or ""))
            case Notice.WEEKLY:
                return replace(words, week=self._week(step, words.person.language))
            case Notice.RESCHEDULING:
                return replace(words, rescheduled=self._rescheduled(person))
            case Notice.ROLLBACK:
                account = self.snapshot.accounts.get(person.key)
                fate = w.AccountFate.KEPT if account and account.was_active else _CLOSED
                return replace(
                    words, rolled_back=w.RolledBack(_REASONS[words.person.language], fate)
                )
            case Notice.DECOMMISSION:
                return replace(words, decommissioning=self._ending(step))
            case Notice.CELEBRATION:
                return replace(words, celebrated=self._celebrated())
            case _:
                return words

    def _ending(self, step: Step) -> w.Decommissioning:
        dates = decommission_dates(self.desk.plan, self.snapshot, self.day.today)
        if dates is None:
            msg = "the old system's end has no dates yet; nothing can be said of it"
            raise Misconfigured(msg)
        keep = self.desk.plan.decommission.archive.keep_until
        signed = self.desk.plan.organisation.signed_by
        ask = f"{signed.name}, {signed.email}"
        moved = "d" in step.occurrence
        return w.Decommissioning(dates.freeze_on, dates.off_on, ask, keep, moved)

    def _celebrated(self) -> w.Celebrated:
        scope = [p for p in self.snapshot.people.values() if p.in_scope]
        start = self.desk.plan.start
        weeks = (self.day.today - start).days // 7 + 1
        return w.Celebrated(len(scope), len(self.snapshot.adopted), weeks)

    def _week(self, step: Step, language: Language) -> w.Week:
        scope = [p for p in self.snapshot.people.values() if p.in_scope]
        moved = sum(1 for a in self.snapshot.accounts.values() if a.activated_on)
        issues = known_issues(self.snapshot.incidents, self.phase.name, language)
        said = self.desk.plan.notices.answers
        answers = [
            (a.ask[language], a.answer[language])
            for a in said
            if language in a.ask and language in a.answer
        ]
        return w.Week(
            _week_of(step.occurrence),
            moved,
            len(scope),
            known_issues=issues,
            answers=tuple(answers),
        )

    def _session(self, step: Step, person: Person) -> w.Session | None:
        found = self.session(step, person)
        if found is None or (step.kind == "notice.welcome" and found.starts <= self.now):
            return None
        online = found.online
        return w.Session(found.title, found.starts, found.zone, found.minutes, found.place, online)

    def session(self, step: Step, person: Person) -> Session | None:
        """Give the training session a step speaks of."""
        week = _week_of(step.occurrence)
        plan, dates, place = self.desk.plan, self.day.at.dates, self.snapshot.place(person)
        return session_of(plan, self.phase, dates, person, place, week)

    def _rescheduled(self, person: Person) -> w.Rescheduled:
        with self.desk.door.read() as tx:
            had: list[Dates] = launches(tx, self.desk.rollout, self.phase.name)
        old, new = had[-2].launch, had[-1].launch
        if old is None or new is None:
            msg = f"{self.phase.name} has no date to move from or to"
            raise Misconfigured(msg)
        reason = _MOVED[person.entry.language]
        return w.Rescheduled(old, new, reason)

    def invitation(self, step: Step, person: Person, sender: Mailbox) -> Invitation | None:
        """Give the calendar's part: a request for a training, its change, its cancelling."""
        notice = step.kind.removeprefix("notice.")
        if notice not in {Notice.TRAINING, Notice.RESCHEDULING, Notice.ROLLBACK}:
            return None
        if notice != Notice.TRAINING:
            week = self._invited_to(person)
            if week is None:
                return None
            step = replace(step, occurrence=f"w{week}")
        found = self.session(step, person)
        if found is None or (notice == Notice.ROLLBACK and found.starts <= self.now):
            return None
        # A calendar need not take back what was cancelled: another attempt's is another event.
        again = f"/{step.attempt}" if step.attempt > 1 else ""
        return Invitation(
            uid=uid_for(f"{self.desk.rollout}/{found.id}/{person.key}{again}", sender.domain),
            sequence=self.day.at.dates.sequence + (1 if notice == Notice.ROLLBACK else 0),
            method=Method.CANCEL if notice == Notice.ROLLBACK else Method.REQUEST,
            title=found.title,
            starts=found.starts,
            zone=found.zone,
            minutes=found.minutes,
            place=found.place,
            organizer=sender,
            attendee=Mailbox(person.entry.name, person.entry.email),
            language=person.entry.language,
            online=found.online,
        )

    def _invited_to(self, person: Person) -> int | None:
        """Give the newest week of this attempt a person was invited to; None: they were not."""
        attempt = self.day.at.attempt
        invited = f"notice.{Notice.TRAINING}:{self.phase.name}:{person.key}:{attempt}:"
        weeks = [_week_of(k.split(":", 4)[4]) for k in self.snapshot.steps if k.startswith(invited)]
        return max(weeks, default=None)


def tool_words(tool: NewTool, language: Language) -> w.Tool:
    """Give what mails say of the new tool, to readers of a language."""
    first = tool.first_task[language] if tool.first_task else None
    return w.Tool(tool.name, tool.benefit[language], tool.problem[language], tool.url, None, first)


def _week_of(occurrence: str) -> int:
    """Give the week an occurrence names, `w2d1`; 1 where it names none."""
    return int(occurrence[1:].split("d", maxsplit=1)[0]) if occurrence.startswith("w") else 1


_MOVED = {
    Language.EN: "we go on only when everything works, and need some more time",
    Language.NL: "we gaan pas verder als alles werkt, en hebben wat meer tijd nodig",
}
_REASONS = {
    Language.EN: "something did not work as it should, and your work comes first",
    Language.NL: "er werkte iets niet zoals het hoort, en uw werk gaat voor",
}
